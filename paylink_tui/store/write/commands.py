"""The command log: a command with a key is done once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import insert, select

from paylink_tui.domain.errors import Refused
from paylink_tui.store.reader import Reader, first
from paylink_tui.store.schema import command_log
from paylink_tui.store.unit_of_work import UnitOfWork


def input_hash(name: str, inputs: Any) -> str:
    """What tells two different commands under one key apart."""
    body = json.dumps([name, inputs], sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


async def earlier_result(unit: UnitOfWork, key: str | None, name: str, inputs: Any) -> Any | None:
    """The first answer to this key, or None when it is new.

    Raises:
        Refused: `txn-once` when the key was used for something else.
    """
    if key is None:
        return None
    query = select(command_log.c.input_hash, command_log.c.result).where(command_log.c.key == key)
    found = (await unit.connection.execute(query)).one_or_none()
    return None if found is None else _answer(key, found.input_hash, found.result, name, inputs)


async def known_answer(reader: Reader, key: str | None, name: str, inputs: Any) -> Any | None:
    """As `earlier_result`, before a write transaction begins; None may mean "not yet"."""
    if key is None:
        return None
    found = await first(reader, "SELECT input_hash, result FROM command_log WHERE key = ?", [key])
    return None if found is None else _answer(key, found[0], found[1], name, inputs)


def _answer(key: str, known_hash: str, result: str, name: str, inputs: Any) -> Any:
    if known_hash != input_hash(name, inputs):
        raise Refused("txn-once", f"The command key {key} was already used for something else.")
    return json.loads(result)


async def remember(unit: UnitOfWork, key: str | None, name: str, inputs: Any, result: Any) -> None:
    """Keep the answer in the command's own transaction."""
    if key is None:
        return
    await unit.connection.execute(
        insert(command_log).values(
            key=key,
            name=name,
            actor=unit.actor,
            input_hash=input_hash(name, inputs),
            result=json.dumps(result, default=str),
            at=unit.at,
        )
    )
