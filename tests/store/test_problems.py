"""Translating drivers' exceptions: only what a driver raised, never what it merely passed through."""

from __future__ import annotations

import asyncpg
import pytest

from paylink_tui.domain.errors import ChangedMeanwhile, DatabaseProblem, OutcomeUnknown, PayLinkError, Refused
from paylink_tui.store.problems import Moment, translate
from paylink_tui.store.rules import rule_of_constraint, rule_of_message
from paylink_tui.store.schema import metadata


class OwnProblem(Exception):
    """An exception of a caller's own."""


def raised_from(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.DeadlockDetectedError("x"), "another command got in the way"),
        (asyncpg.SerializationError("x"), "another command got in the way"),
        (asyncpg.DiskFullError("x"), "the server's disk is full"),
        (asyncpg.OutOfMemoryError("x"), "cannot grow"),
        (asyncpg.TooManyConnectionsError("x"), "has no connection left"),
        (asyncpg.CannotConnectNowError("x"), "is starting up or shutting down"),
        (asyncpg.AdminShutdownError("x"), "was lost; nothing was saved"),
        (asyncpg.ConnectionDoesNotExistError("x"), "was lost; nothing was saved"),
        (asyncpg.InterfaceError("connection is closed"), "was lost; nothing was saved"),
        (asyncpg.IdleInTransactionSessionTimeoutError("x"), "was lost; nothing was saved"),
        (asyncpg.DataCorruptedError("x"), "is damaged"),
        (ConnectionResetError(104, "reset"), "was lost; nothing was saved"),
        (TimeoutError(), "was lost; nothing was saved"),
    ],
)
def test_a_servers_failure_becomes_a_sentence(error: Exception, words: str) -> None:
    told = translate(error, "the books", moment=Moment.WRITING, network=True)
    assert type(told) is DatabaseProblem
    assert "the books" in told.message
    assert words in told.message


@pytest.mark.parametrize(
    "error", [asyncpg.ConnectionDoesNotExistError("x"), ConnectionResetError(), TimeoutError()]
)
def test_a_connection_lost_while_committing_leaves_the_outcome_unknown(error: Exception) -> None:
    told = translate(error, "the books", moment=Moment.COMMITTING, network=True)
    assert isinstance(told, OutcomeUnknown)


@pytest.mark.parametrize("error", [asyncpg.DiskFullError("x"), asyncpg.DeadlockDetectedError("x")])
def test_a_commit_the_server_refused_is_known_to_have_failed(error: Exception) -> None:
    told = translate(error, "the books", moment=Moment.COMMITTING, network=True)
    assert type(told) is DatabaseProblem


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError(),
        FileNotFoundError(2, "no such file"),
        raised_from(OwnProblem(), asyncpg.DiskFullError("x")),
        asyncpg.UndefinedTableError("x"),
        asyncpg.InterfaceError("the server expects 1 argument for this query, 0 were passed"),
    ],
)
def test_what_is_no_failure_of_the_database_is_left_alone(error: Exception) -> None:
    assert translate(error, "the books", moment=Moment.WRITING) is None


def test_a_refusal_of_the_callers_own_stays_itself() -> None:
    own = raised_from(Refused("apply-over", "No."), asyncpg.CheckViolationError("x"))
    assert translate(own, "the books", moment=Moment.WRITING) is own


def test_losing_a_race_is_told_apart() -> None:
    told = rule_of_message("link-race: the transaction is linked already")
    assert isinstance(told, ChangedMeanwhile)
    assert told.exit_code == 5
    assert told.message == "The transaction is linked already."


def test_a_message_without_a_rule_is_no_refusal() -> None:
    assert rule_of_message("UNIQUE constraint failed: client.code") is None


RULES = {
    "apply-over",
    "ledger-balanced",
    "ledger-forever",
    "link-client",
    "link-locked",
    "link-only-completed",
    "link-race",
    "trust-gross",
    "trust-named",
    "trust-never-negative",
    "txn-once",
    "second-person",
    "trust-shortage",
    "trust-three-way",
}


def test_every_constraint_that_keeps_a_rule_is_known_by_name() -> None:
    told: dict[str, PayLinkError] = {}
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            found = rule_of_constraint(str(constraint.name))
            if found:
                told[str(constraint.name)] = found
    assert {error.rule for error in told.values() if isinstance(error, Refused)} == RULES
    assert len(told) > 25
