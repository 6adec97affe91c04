"""Whose a payment is and what a bank's line is: the whole answer, its points and its reasons, exact."""

from __future__ import annotations

from datetime import date, timedelta

from paylink_tui.domain.bank_matching import solve
from paylink_tui.domain.parties import Client, Invoice, Matter
from paylink_tui.domain.suggestions import Candidates, PastLink, Unlinked, best, rank, search_terms
from paylink_tui.domain.trust import BankItem, StatementLine
from tests.domain.golden import same

DAY = date(2026, 11, 16)
CLIENTS = (
    Client(1, "C1", "Dana Ruiz", "person", "dana@ruiz.example", ""),
    Client(2, "ACME", "Acme Holdings Inc", "company", "Shared@Acme.example ", ""),
    Client(3, "C3", "Acme", "company", "shared@acme.example", ""),
    Client(4, "C4", "Ruiz Dana", "person", "", ""),
    Client(5, "C5", "Li", "person", "", ""),
)
MATTERS = (Matter(7, "M-2026-0042", 1, "", "open"), Matter(8, "77", 2, "", "open"))


def owed(number: int, name: str, client: int, matter: int | None, due: int, currency: str = "USD") -> Invoice:
    return Invoice(number, name, client, matter, DAY, DAY, currency, due, 0, 0)


INVOICES = (
    owed(1, "INV-1001", 1, 7, 50_000),
    owed(2, "INV-1002", 1, None, 20_000),
    owed(3, "9", 2, 8, 50_000),
    owed(4, "INV-1001", 3, None, 70_000, "CAD"),
    owed(5, "INV-1005", 3, None, 0),
    owed(6, "A-555", 4, None, 30_000),
    owed(7, "A-556", 4, None, 40_000),
)
PAST = (
    PastLink(1, 7, 1, True),
    PastLink(1, None, 2, False),
    PastLink(2, 8, 9, False),
    PastLink(3, None, 3, False),
)
KNOWN = Candidates(CLIENTS, MATTERS, INVOICES, PAST)


def unlinked(
    name: str = "", email: str = "", reference: str = "", amount: int = 1, **more: object
) -> Unlinked:
    return Unlinked(name, email, reference, amount, "USD", **more)  # type: ignore[arg-type]


PAYMENTS = {
    "nothing told": unlinked(),
    "by name of two": unlinked("Dana Ruiz"),
    "by name of one": unlinked("Acme Ltd"),
    "by a name nearly": unlinked("Dana Ruize"),
    "by the e-mail of one": unlinked(email=" DANA@ruiz.example"),
    "by the e-mail of two": unlinked(email="shared@acme.example"),
    "an invoice in whole": unlinked(reference="for inv-1001, thanks"),
    "an invoice without its dash": unlinked(reference="INV1002"),
    "an invoice by its last digits": unlinked(reference="nr 1001"),
    "a short invoice with its word": unlinked(reference="Invoice 9"),
    "a short invoice without": unlinked(reference="9 bills"),
    "a matter in whole": unlinked(reference="M-2026-0042"),
    "a matter by its last digits": unlinked(reference="0042"),
    "a short matter": unlinked(reference="no 77"),
    "a client by name": unlinked(reference="for Acme Holdings, march"),
    "a client by code": unlinked(reference="ACME retainer"),
    "a short name in the reference": unlinked(reference="Li"),
    "exactly one of two invoices": unlinked(amount=50_000),
    "exactly one invoice": unlinked(amount=20_000),
    "exactly all invoices of two": unlinked(amount=70_000),
    "everything at once": unlinked("Dana Ruiz", "dana@ruiz.example", "INV-1001 M-2026-0042", 50_000),
    "by its link to a client": unlinked("Acme", link_client_id=5),
    "by its link to a matter": unlinked(link_client_id=1, link_matter_id=7),
    "by its link to an invoice": unlinked(link_client_id=1, link_matter_id=7, link_invoice_number="INV-1001"),
}


def told(payment: Unlinked, known: Candidates) -> str:
    found = rank(payment, known)
    lines = [
        f"{one.score} {one.client_code} {one.client_name} {one.matter_id} {one.matter_number!r} "
        f"{one.invoice_number!r}: {'; '.join(one.reasons)}"
        for one in found
    ]
    return "\n".join([*lines, f"best {getattr(best(found), 'client_code', None)}"])


def test_every_payment_has_these_owners_with_these_points_and_reasons() -> None:
    bare = Candidates(CLIENTS, MATTERS, INVOICES)
    same("owners", "".join(f"## {name}\n{told(one, bare)}\n\n" for name, one in PAYMENTS.items()))


def test_earlier_payments_count_by_e_mail_before_name_and_by_how_often() -> None:
    cases = {
        "all": PAST,
        "by e-mail alone": PAST[:1],
        "by name of two": PAST[2:],
        "by name of one, nine times": PAST[2:3],
        "by name of one, thrice": PAST[3:],
        "by e-mail of two": (PAST[0], PastLink(2, None, 4, True)),
    }
    payment = unlinked("Somebody", "x@y.example")
    answers = {name: told(payment, Candidates(CLIENTS, MATTERS, (), past)) for name, past in cases.items()}
    same("owners before", "".join(f"## {name}\n{one}\n\n" for name, one in answers.items()))


def test_what_is_looked_up_for_a_payment() -> None:
    payments = [
        *PAYMENTS.values(),
        unlinked("A Bo Mrs Smithers", "A@B.example ", "bill a-1/2.x 12 123 1234x _9_ the rent-2026 invoice"),
        unlinked(reference=" ".join(f"n{at}0{at}0{at}" for at in range(40))),
        unlinked(reference="x" * 199 + "1" * 5),
    ]
    same("owners looked up", "".join(f"{search_terms(one)}\n" for one in payments))


def item(at: int, amount: int, days: int = 0, **more: object) -> BankItem:
    given: dict[str, object] = {"kind": "settle", "about": f"T{at}", "who": "Dana", **more}
    return BankItem(at, DAY + timedelta(days=days), amount, **given)  # type: ignore[arg-type]


def paid(number: int, amount: int, days: int = 0) -> BankItem:
    return item(number, amount, days, batch=DAY + timedelta(days=days))


def cheque(number: int, amount: int, written: str, days: int = 0) -> BankItem:
    return item(number, amount, days, kind="disburse", about=f"E{number}", number=written)


def line(
    number: int, amount: int, days: int = 0, check: str = "", matched: tuple[int, ...] = ()
) -> StatementLine:
    return StatementLine(number, 1, DAY + timedelta(days=days), amount, "DEPOSIT", check, matched)


BOOKS = {
    "a posting ten days before": ([line(1, 500)], [item(7, 500, -10)]),
    "a posting eleven days before": ([line(1, 500)], [item(7, 500, -11)]),
    "a posting ten days after": ([line(1, 500)], [item(7, 500, 10)]),
    "a posting eleven days after": ([line(1, 500)], [item(7, 500, 11)]),
    "a cheque 370 days before": ([line(1, -500, check="0077")], [cheque(7, -500, "77", -370)]),
    "a cheque 371 days before": ([line(1, -500, check="77")], [cheque(7, -500, "77", -371)]),
    "an old cheque without a number at the bank": ([line(1, -500)], [cheque(7, -500, "77", -60)]),
    "an old cheque of another amount": ([line(1, -501, check="77")], [cheque(7, -500, "77", -60)]),
    "a cheque ten days before, counted once": ([line(1, -500, check="77")], [cheque(7, -500, "77", -10)]),
    "two numbers that differ": ([line(1, -500, check="78")], [cheque(7, -500, "77")]),
    "numbers written another way": ([line(1, -500, check="00-a77")], [cheque(7, -500, "A 77")]),
    "two cheques of one number": ([line(1, -5, check="7")], [cheque(7, -5, "7"), cheque(8, -5, "7", 1)]),
    "a line that is matched": ([line(1, 500, matched=(7,)), line(2, 500)], [item(7, 500)]),
    "two on the bank's day": ([line(1, 500)], [item(8, 500), item(7, 500)]),
    "the nearest day first": ([line(1, 500)], [item(7, 500, -2), item(8, 500, 1)]),
    "a day's deposit": ([line(1, 600, 1)], [paid(7, 100), paid(8, 200), paid(9, 300)]),
    "a day's deposit less a return": (
        [line(1, 250)],
        [paid(7, 100), paid(8, 200), item(9, -50, kind="return")],
    ),
    "a day's deposit less what is no return": ([line(1, 250)], [paid(7, 100), paid(8, 200), item(9, -50)]),
    "one entry in parts": ([line(1, 300)], [item(7, 100, about="E1"), item(8, 200, about="E1")]),
    "parts about nothing": ([line(1, 300)], [item(7, 100, about=""), item(8, 200, about="")]),
    "what adds up": ([line(1, 300)], [item(7, 100), item(8, 200, -1), item(9, 50)]),
    "what adds up twice": ([line(1, 300)], [item(7, 100), item(8, 200), item(9, 50), item(10, 250)]),
    "what adds up thrice": ([line(1, 300)], [item(at, 50 * at) for at in range(1, 6)]),
    "of three that add up and two that do": (
        [line(1, 60)],
        [item(7, 10), item(8, 20), item(9, 30), item(10, 40)],
    ),
    "twelve that add up": ([line(1, 4095)], [item(at, 2**at) for at in range(12)]),
    "thirteen that add up": ([line(1, 8191)], [item(at, 2**at) for at in range(13)]),
    "within the nearest 22": (
        [line(1, 3)],
        [item(1, 1), item(2, 2), *(item(at, 100 + at, 1) for at in range(3, 23))],
    ),
    "outside of them": (
        [line(1, 3)],
        [item(1, 1), item(2, 2, 3), *(item(at, 100 + at, 1) for at in range(3, 24))],
    ),
    "one answer after another": ([line(1, 5, 1), line(2, 5)], [item(7, 5), item(8, 5, 9), item(9, 5, -9)]),
    "two lines, one posting": ([line(2, 500, 1), line(1, 500)], [item(7, 500, -2)]),
    "a chain of them": (
        [line(at, 2**at) for at in range(9)],
        [item(10 + at, 2**at) for at in range(9)],
    ),
}


def test_every_line_of_a_bank_has_these_postings_for_this_reason() -> None:
    answers = []
    for name, (lines, items) in BOOKS.items():
        found = [
            f"line {one.line.id}: {', '.join(str(each.transfer_id) for each in one.items)}, "
            f"{'sure' if one.sure else 'asked'}, {one.why}"
            for one in solve(lines, items)
        ]
        answers.append("\n".join([f"## {name}", *(found or ["nothing"])]))
    same("bank lines", "\n\n".join(answers) + "\n")
