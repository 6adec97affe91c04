"""Ranking: the right owner first, with reasons a bookkeeper would give."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.names import likeness, name_words
from paylink_tui.domain.parties import Client, Invoice, Matter
from paylink_tui.domain.suggestions import (
    LIMIT,
    Candidates,
    PastLink,
    Unlinked,
    best,
    rank,
    search_terms,
    strong,
)

ACME = Client(1, "C-01", "Acme Holdings LLC", "company", "pay@acme.example", "")
RUIZ = Client(2, "C-02", "Dana Ruiz", "person", "dana@ruiz.example", "")
NG = Client(3, "C-03", "Lee Ng", "person", "", "")
ESTATE = Client(4, "C-04", "Estate of Lee Ng", "person", "", "")
ACME_LEASE = Matter(10, "2026-0042", 1, "Lease dispute", "open")
RUIZ_DIVORCE = Matter(20, "2026-0043", 2, "Divorce", "open")


def invoice(number: str, client: Client, balance: int, matter: Matter | None = None) -> Invoice:
    day = date(2026, 10, 1)
    return Invoice(
        int(number[-4:]), number, client.id, matter.id if matter else None, day, day, "USD", balance, 0, 0
    )


BOOK = Candidates(
    clients=(ACME, RUIZ, NG, ESTATE),
    matters=(ACME_LEASE, RUIZ_DIVORCE),
    invoices=(
        invoice("INV-1042", ACME, 240000, ACME_LEASE),
        invoice("INV-1043", ACME, 10000),
        invoice("INV-1050", RUIZ, 50000, RUIZ_DIVORCE),
        invoice("INV-1051", NG, 50000),
    ),
)


def payment(name: str = "Someone Else", email: str = "", reference: str = "", amount: int = 777) -> Unlinked:
    return Unlinked(name, email, reference, amount, "USD")


@pytest.mark.parametrize(
    ("told", "client", "matter", "number", "reason", "is_strong"),
    [
        (
            payment(reference="Invoice INV-1042"),
            ACME,
            "2026-0042",
            "INV-1042",
            "reference names invoice INV-1042",
            True,
        ),
        (
            payment(reference="inv1042"),
            ACME,
            "2026-0042",
            "INV-1042",
            "reference names invoice INV-1042",
            True,
        ),
        (payment(reference="#1043"), ACME, "", "INV-1043", "reference names invoice INV-1043", False),
        (
            payment(reference="re 2026-0043, thanks"),
            RUIZ,
            "2026-0043",
            "",
            "reference names matter 2026-0043",
            True,
        ),
        (payment(reference="for Acme Holdings"), ACME, "", "", "reference names the client", False),
        (payment(amount=240000), ACME, "2026-0042", "INV-1042", "pays invoice INV-1042 exactly", False),
        (payment(amount=250000), ACME, "", "", "pays all 2 open invoices exactly", False),
        (payment(email="Dana@Ruiz.example "), RUIZ, "", "", "e-mail of the client", True),
        (payment("RUIZ, Dana"), RUIZ, "", "", "same name", False),
        (payment("Dána Ruíz", amount=50000), RUIZ, "2026-0043", "INV-1050", "same name", True),
        (payment("Acme"), ACME, "", "", "similar name", False),
        (payment("The Estate of Lee Ng"), ESTATE, "", "", "same name", False),
    ],
)
def test_the_owner_and_the_reason(
    told: Unlinked, client: Client, matter: str, number: str, reason: str, is_strong: bool
) -> None:
    first = rank(told, BOOK)[0]
    assert (first.client_name, first.matter_number, first.invoice_number) == (client.name, matter, number)
    assert reason in first.reasons
    assert strong(first) is is_strong


def test_what_the_link_named_wins() -> None:
    named = Unlinked("Dana Ruiz", "dana@ruiz.example", "", 1, "USD", ACME.id, ACME_LEASE.id, "INV-1042")
    first = rank(named, BOOK)[0]
    assert (first.client_id, first.matter_id, first.invoice_number) == (ACME.id, ACME_LEASE.id, "INV-1042")
    assert first.reasons == ("the link names invoice INV-1042",)


def test_past_payments_speak_for_their_matter() -> None:
    past = PastLink(ACME.id, ACME_LEASE.id, 3, same_email=True)
    first = rank(payment(email="cfo@elsewhere.example"), Candidates(BOOK.clients, BOOK.matters, (), (past,)))[
        0
    ]
    assert (first.client_id, first.matter_id) == (ACME.id, ACME_LEASE.id)
    assert first.reasons == ("paid for Acme Holdings LLC before (3 times)",)
    assert strong(first)


def test_a_payer_for_many_clients_is_no_proof() -> None:
    past = tuple(PastLink(client.id, None, 9, same_email=True) for client in (ACME, RUIZ))
    ranked = rank(payment(email="claims@insurer.example"), Candidates(BOOK.clients, (), (), past))
    assert [one.client_id for one in ranked] == [ACME.id, RUIZ.id]
    assert not any(strong(one) for one in ranked)


def test_reasons_add_up() -> None:
    told = payment("Acme Holdings", "pay@acme.example", "INV-1042", 240000)
    first = rank(told, BOOK)[0]
    assert first.reasons == (
        "e-mail of the client",
        "reference names invoice INV-1042",
        "same name",
        "pays invoice INV-1042 exactly",
    )


def test_best_is_left_to_a_person_when_two_clients_come_near() -> None:
    twin = Client(5, "C-05", "Dana Ruiz", "person", "dana@ruiz.example", "")
    told = payment("Dana Ruiz", "dana@ruiz.example")
    alone, both = rank(told, BOOK), rank(told, Candidates((*BOOK.clients, twin)))
    assert best(alone) == alone[0]
    assert strong(both[0])
    assert best(both) is None
    assert best(()) is None


def test_other_money_is_not_an_exact_payment() -> None:
    assert rank(Unlinked("X", "", "INV-1042", 240000, "CAD"), BOOK) == ()


def test_short_numbers_need_their_word() -> None:
    book = Candidates((NG,), (), (Invoice(7, "7", NG.id, None, date.min, date.min, "USD", 9, 0, 0),))
    assert rank(payment(reference="invoice 7"), book)[0].invoice_number == "7"
    assert rank(payment(reference="7 hours"), book) == ()


def test_a_short_client_code_is_not_taken_from_an_invoice_number() -> None:
    book = Candidates((Client(6, "12", "Zoe Q", "person", "", ""),))
    assert rank(payment(reference="invoice 12"), book) == ()
    assert rank(payment(reference="account C-03"), BOOK)[0].reasons == ("reference names client C-03",)


def test_what_to_look_up() -> None:
    terms = search_terms(
        Unlinked("Acme Holdings, LLC", " Pay@Acme.example", "inv INV-1042 re Nguyen", 5, "CAD")
    )
    assert terms.email == "pay@acme.example"
    assert terms.prefixes == ("acme", "hold", "nguy")
    assert terms.numbers == ("INV-1042", "1042")
    assert terms.digits == ("1042",)
    assert (terms.amount, terms.currency) == (5, "CAD")


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_hostile_payers_cost_a_bounded_search(name: str, email: str, reference: str) -> None:
    told = Unlinked(name, email, reference, 1, "USD")
    terms = search_terms(told)
    assert max(len(terms.prefixes), len(terms.numbers), len(terms.digits)) <= 12
    assert len(rank(told, BOOK)) <= LIMIT


@given(st.randoms(use_true_random=False), st.sampled_from(["Dana Ruiz", "Acme", "Lee Ng"]), st.integers(0, 3))
def test_order_of_candidates_does_not_matter(shuffle: random.Random, name: str, nth: int) -> None:
    told = payment(name, RUIZ.email, "INV-1042 2026-0043", BOOK.invoices[nth].balance)

    def mixed(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(shuffle.sample(things, len(things)))

    other = Candidates(mixed(BOOK.clients), mixed(BOOK.matters), mixed(BOOK.invoices))  # type: ignore[arg-type]
    assert rank(told, other) == rank(told, BOOK)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    left, right = name_words(one), name_words(other)
    assert likeness(left, right) == likeness(right, left)
    assert 0 <= likeness(left, right) <= 100
    assert likeness(left, left) == (100 if left else 0)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Acme Holdings LLC", "ACME HOLDINGS, INC.", 100, 100),
        ("Jon Smithson", "John Smithson", 60, 99),
        ("Acme", "Acme Holdings", 75, 99),
        ("Maria Ruiz", "Dana Ruiz", 0, 49),
        ("The Company", "The Corporation", 0, 49),
        ("", "Dana", 0, 0),
    ],
)
def test_names_alike(one: str, other: str, least: int, most: int) -> None:
    assert least <= likeness(name_words(one), name_words(other)) <= most
