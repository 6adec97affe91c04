"""Very many random steps over everything the desk can do, every rule checked after every step.

    python -m tests.simulation.long --steps 100000 --database sqlite --seed 1

A new book is begun every few hundred steps, so that checking all of it stays quick. Book number n has
the seed `--seed` + n: a failure tells the seed of its book, and `--books 1` with that seed plays it again.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import time
import traceback
from collections import Counter

from tests.databases import Fresh, FreshPostgresql, FreshSqlite
from tests.mail_sink import Sink
from tests.services.desk import KEY
from tests.simulation.machine import Histories
from tests.simulation.places import furnished
from tests.simulation.walk import BrokenError, shrink, walk

NEWS_SECONDS = 60.0


class Tally:
    """What was done, met and taken so far."""

    def __init__(self) -> None:
        self.books = 0
        self.steps: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.cuts: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.begun = time.monotonic()
        self._told = self.begun

    def add(self, machine: Histories) -> None:
        self.books += 1
        self.refusals += machine.refusals
        self.seen += machine.seen
        self.cuts += machine.fuse.cuts

    def news(self, steps: int) -> None:
        """Say once a minute how far it is."""
        if time.monotonic() - self._told >= NEWS_SECONDS:
            self._told = time.monotonic()
            print(f"{steps} steps in {self._told - self.begun:.0f} s", flush=True)

    def tell(self, steps: int) -> None:
        """Everything, for people."""
        seconds = time.monotonic() - self.begun
        each = 1000 * seconds / max(steps, 1)
        print(f"\n{steps} steps in {self.books} books, {seconds:.0f} s, {each:.1f} ms a step")
        for title, counts in (
            ("steps that found something to do", self.steps),
            ("refusals met, by rule", self.refusals),
            ("commands and polls cut off", self.cuts),
            ("what came of it", self.seen),
        ):
            told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
            print(f"{title}: {told or 'none'}")
        never = sorted(Histories.PREDICTED - set(self.refusals))
        print(f"predicted rules never met: {', '.join(never) or 'none'}", flush=True)


def run(fresh: Fresh, options: argparse.Namespace) -> int:
    """Play book after book; 0 when every one agreed."""
    tally, played, book = Tally(), 0, 0
    with Sink() as sink:
        place = furnished(fresh, sink.port)
        kind = type("Histories", (Histories,), {"place": place})
        while played < options.steps and (options.books == 0 or book < options.books):
            steps = min(options.book, options.steps - played)
            machine = kind()
            try:
                walk(machine, options.seed + book, steps, tally.steps)
            except BrokenError as broken:
                _tell(broken, kind, options.shrink)
                tally.tell(played)
                return 1
            finally:
                machine.teardown()
            tally.add(machine)
            played, book = played + steps, book + 1
            sink.taken.clear()
            tally.news(played)
    tally.tell(played)
    return 0


def _tell(broken: BrokenError, kind: type[Histories], seconds: float) -> None:
    print(f"\nBROKEN: {broken}", flush=True)
    shortest = shrink(kind, broken, seconds)
    print(f"shortest history found ({len(shortest.steps)} steps):")
    for step in shortest.steps:
        print(f"    {step!r},")
    traceback.print_exception(shortest)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="of the first book")
    parser.add_argument("--book", type=int, default=200, help="steps of one book")
    parser.add_argument("--books", type=int, default=0, help="at most so many books")
    parser.add_argument("--shrink", type=float, default=60.0, help="seconds to shorten a failure for")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    options = _options(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a server of ours is stopped as well
    os.environ["PAYLINK_LINK_KEY"] = KEY
    print(f"seed {options.seed}, {options.steps} steps on {options.database}", flush=True)
    fresh = FreshSqlite() if options.database == "sqlite" else FreshPostgresql()
    try:
        return run(fresh, options)
    finally:
        fresh.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
