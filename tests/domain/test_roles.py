from __future__ import annotations

import pytest

from paylink_tui.domain import roles as rules
from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.roles import Role

FIRM = {"ana": Role.APPROVER, "ben": Role.APPROVER, "cy": Role.AUDITOR, "dot": Role.BOOKKEEPER}


@pytest.mark.parametrize(
    ("actor", "roles", "may"),
    [
        ("mia", {}, True),
        ("ana", FIRM, True),
        ("cy", FIRM, False),
        ("dot", FIRM, False),
        ("mia", FIRM, False),
        ("mia", {"cy": Role.AUDITOR}, True),
        ("cy", {"cy": Role.AUDITOR}, False),
    ],
)
def test_who_may_approve(actor: str, roles: dict[str, Role], may: bool) -> None:
    assert rules.may_approve(actor, roles) is may


@pytest.mark.parametrize(
    ("amount", "actor", "roles", "needed"),
    [
        (100_001, "mia", FIRM, True),
        (100_000, "mia", FIRM, False),
        (100_001, "ana", FIRM, True),
        (100_001, "ana", {"ana": Role.APPROVER}, False),
        (100_001, "mia", {"ana": Role.APPROVER}, True),
        (100_001, "mia", {}, False),
        (100_001, "mia", {"dot": Role.BOOKKEEPER, "cy": Role.AUDITOR}, False),
    ],
)
def test_when_a_second_person_is_needed(
    amount: int, actor: str, roles: dict[str, Role], needed: bool
) -> None:
    assert rules.second_person_needed(amount, 100_000, actor, roles) is needed


def test_only_an_auditor_may_not_write() -> None:
    for role in ("", None, "bookkeeper", "approver"):
        rules.refuse_write("mia", role)
    with pytest.raises(Refused, match="changes nothing") as no:
        rules.refuse_write("mia", "auditor")
    assert no.value.rule == "role-auditor"


def test_who_changes_roles() -> None:
    rules.check_may_name("mia", {})
    rules.check_may_name("ana", FIRM)
    for actor in ("mia", "cy", "dot"):
        with pytest.raises(Refused) as no:
            rules.check_may_name(actor, FIRM)
        assert (no.value.rule, no.value.fix) == ("role-approver", "Ask ana or ben.")


@pytest.mark.parametrize(("role", "leaves"), [(None, True), (Role.AUDITOR, True), (Role.APPROVER, False)])
def test_the_last_approver(role: Role | None, leaves: bool) -> None:
    assert rules.leaves_no_approver("ana", role, {"ana": Role.APPROVER}) is leaves
    assert not rules.leaves_no_approver("ana", role, FIRM)
    assert not rules.leaves_no_approver("dot", role, {"ana": Role.APPROVER, "dot": Role.BOOKKEEPER})


@pytest.mark.parametrize("name", ["", "  ", "payer:L1", "expiry", "desk", "x" * 101, "a\x1bb"])
def test_what_is_no_person(name: str) -> None:
    with pytest.raises(BadInput):
        rules.person(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Ana Ruiz", "ana ruiz", True), ("Ana Ruiz", " Ana  RUIZ ", True), ("ana", "anna", False)],
)
def test_capitals_and_spaces_make_nobody_a_second_person(one: str, other: str, same: bool) -> None:
    assert rules.same_person(one, other) is same


def test_a_persons_name_is_kept_as_one_line() -> None:
    assert rules.person("  Dana   Ruiz ") == "Dana Ruiz"


def test_an_unknown_role() -> None:
    with pytest.raises(BadInput, match="no role 'boss'"):
        rules.role_named("boss")
