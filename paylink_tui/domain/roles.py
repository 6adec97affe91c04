"""Who may do what: bookkeepers, approvers and auditors, and when a second person is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from paylink_tui.domain.errors import BadInput, Refused

WRITES: Final = "role-auditor"
APPROVES: Final = "role-approver"
LAST: Final = "role-last-approver"

_AUTOMATIC: Final = frozenset({"desk", "expiry", "limits"})
"""What acts by itself, as the audit log names it, beside `payer:L5` and `processor:sandbox`."""
_LONGEST: Final = 100


class Role(StrEnum):
    """What a person may do. Who has no role named is a bookkeeper."""

    BOOKKEEPER = "bookkeeper"
    APPROVER = "approver"
    """A bookkeeper who may also be the second person, and who changes roles."""
    AUDITOR = "auditor"
    """Reads everything and changes nothing."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a role, and who gave it when (UTC)."""

    name: str
    role: Role
    set_at: datetime
    set_by: str


def is_person(actor: str) -> bool:
    """Whether an actor of the audit log is somebody, and not a payer, a processor or the program itself."""
    return ":" not in actor and actor not in _AUTOMATIC


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: capitals and spaces make nobody a second person."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def person(name: str) -> str:
    """A person's name as the audit log writes it.

    Raises:
        BadInput: it is empty, too long, or names something that acts by itself.
    """
    clean = " ".join(name.split())
    if not clean or len(clean) > _LONGEST or not clean.isprintable() or not is_person(clean):
        raise BadInput(
            f"{name[:_LONGEST]!r} cannot be a person's name here",
            "Give the name that person works under: the login name, or PAYLINK_USER.",
        )
    return clean


def role_named(text: str) -> Role:
    """The role of that name.

    Raises:
        BadInput: there is none.
    """
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise BadInput(f"there is no role {text!r}", f"Roles: {', '.join(Role)}") from None


def refuse_write(actor: str, role: str | None) -> None:
    """An auditor changes nothing.

    Raises:
        Refused: `role-auditor`.
    """
    if role == Role.AUDITOR:
        raise Refused(
            WRITES,
            f"{actor} is an auditor here, and an auditor reads everything and changes nothing.",
            "Let a bookkeeper do it, or have the role changed: paylink roles set NAME --role bookkeeper",
        )


def approvers(roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Everyone named an approver, by name."""
    return tuple(sorted(name for name, role in roles.items() if role is Role.APPROVER))


def may_approve(actor: str, roles: Mapping[str, Role]) -> bool:
    """Whether someone may approve what others ask for: an approver; while nobody is one, all but auditors."""
    if not approvers(roles):
        return roles.get(actor) is not Role.AUDITOR
    return roles.get(actor) is Role.APPROVER


def second_person_needed(amount: int, limit: int, actor: str, roles: Mapping[str, Role]) -> bool:
    """Whether money that leaves needs another person (amounts in minor units): it is above the firm's
    limit, and there is an approver besides the one who asks."""
    return amount > limit and any(not same_person(name, actor) for name in approvers(roles))


def check_may_name(actor: str, roles: Mapping[str, Role]) -> None:
    """Roles are changed by an approver once there is one, until then by anyone but an auditor.

    Raises:
        Refused: `role-approver`, naming who could.
    """
    if not may_approve(actor, roles):
        named = approvers(roles)
        fix = f"Ask {' or '.join(named)}." if named else "Ask a bookkeeper."
        raise Refused(APPROVES, f"{actor} is no approver, so {actor} cannot change roles.", fix)


def leaves_no_approver(name: str, role: Role | None, roles: Mapping[str, Role]) -> bool:
    """Whether giving somebody this role, or none, takes the firm its last approver."""
    return approvers(roles) == (name,) and role is not Role.APPROVER
