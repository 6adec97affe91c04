"""A pytest session that learns which test runs which function, then tries mutants in forks of itself."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections import defaultdict
from pathlib import Path

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name

COVER = Path("cover.json")
PATIENCE = 300
"""Seconds on the clock that a mutant may take beyond its tests' own time, on a machine with other work."""


class Session:
    """The plugin; `found` is the verdict on each mutant when the session has ended."""

    def __init__(self, mutants: list[str], longest: float, children: int, nice: int) -> None:
        self.found: dict[str, str] = {}
        self._mutants = mutants
        self._longest = longest
        self._children = children
        self._nice = nice
        self._items: dict[str, pytest.Item] = {}
        self._seconds: dict[str, float] = defaultdict(float)
        self._tests: dict[str, list[str]] = defaultdict(list)
        self._failed: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn, make sure that nothing fails when nothing is broken, and try the mutants."""
        self._items = {item.nodeid: item for item in session.items}
        self._learn()
        os.nice(self._nice)
        if not self._sound():
            print("nothing is broken and yet the tests fail: no verdict would mean anything")
            return True
        self._try_all()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how long a test took and whether it failed."""
        self._seconds[report.nodeid] += report.duration
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Note which functions ran since the test before."""
        for function in state()._stats:
            self._tests[function].append(item.nodeid)
        state()._stats.clear()

    def _run(self, nodeid: str) -> bool:
        """Whether a test passes; what the whole session shares stays up after it, and nothing else."""
        item, before = self._items[nodeid], len(self._failed)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=item.session)
        return len(self._failed) == before

    def _learn(self) -> None:
        """Run every test with nothing broken, or read what the copy remembers of it."""
        set_mutant_under_test("stats")
        if not COVER.exists():
            for nodeid in self._items:
                self._run(nodeid)
            bad, self._failed = set(self._failed), []
            print("left out, they fail in the copy as it is:", sorted(bad) or "none")
            tests = {name: sorted(set(ran) - bad) for name, ran in self._tests.items()}
            COVER.write_text(json.dumps({"seconds": self._seconds, "tests": tests}))
        kept = json.loads(COVER.read_text())
        self._seconds, self._tests = defaultdict(float, kept["seconds"]), kept["tests"]

    def _within(self, tests: list[str]) -> list[str]:
        """The quickest of the tests first, as many as may be spent on a mutant."""
        taken: list[str] = []
        spent = 0.0
        for test in sorted(set(tests) & self._items.keys(), key=self._seconds.__getitem__):
            spent += self._seconds[test]
            if taken and spent > self._longest:
                break
            taken.append(test)
        return taken

    def _sound(self) -> bool:
        """Whether the tests pass in a fork, after each other, when nothing is broken."""
        set_mutant_under_test("")
        shared = (n for n, item in self._items.items() if "migrated_url" in getattr(item, "fixturenames", ()))
        for nodeid in [*shared][:1]:
            self._run(nodeid)
        tests = self._within(sorted({test for ran in self._tests.values() for test in ran}))
        _, status = os.waitpid(self._attempt("", tests), 0)
        return verdict(status) == "survived"

    def _attempt(self, mutant: str, tests: list[str]) -> int:
        """Start the tests on one mutant in a process of its own, and tell its number."""
        child = os.fork()
        if child:
            return child
        set_mutant_under_test(mutant)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        limit = int(10 * self._cost(tests) + 60)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        code = 3
        try:
            code = 0 if all(self._run(test) for test in tests) else 1
        finally:
            os._exit(code)

    def _cost(self, tests: list[str]) -> float:
        """Seconds that tests take when nothing is broken."""
        return sum(self._seconds[test] for test in tests)

    def _try_all(self) -> None:
        """Try each mutant, a few at a time, the quickest first."""
        plan = {mutant: self._within(self._covering(mutant)) for mutant in self._mutants}
        waiting = sorted(plan, key=lambda mutant: self._cost(plan[mutant]), reverse=True)
        running: dict[int, tuple[str, float]] = {}
        while waiting or running:
            while waiting and len(running) < self._children:
                mutant = waiting.pop()
                if not plan[mutant]:
                    self._tell(mutant, "no test")
                    continue
                ends = time.monotonic() + 10 * self._cost(plan[mutant]) + PATIENCE
                running[self._attempt(mutant, plan[mutant])] = (mutant, ends)
            self._collect(running)

    def _covering(self, mutant: str) -> list[str]:
        return self._tests.get(mangled_name_from_mutant_name(mutant), [])

    def _collect(self, running: dict[int, tuple[str, float]]) -> None:
        """Take the verdict of each child that has ended; one that does not end is ended."""
        for child, (mutant, deadline) in list(running.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                del running[child]
                self._tell(mutant, verdict(status))
            elif time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
        time.sleep(0.01)

    def _tell(self, mutant: str, word: str) -> None:
        self.found[mutant] = word
        print(word, mutant, flush=True)


def verdict(status: int) -> str:
    """What the end of a trial says: only a run in which all tests passed is a survivor."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return "timeout"
    return "killed" if code else "survived"
