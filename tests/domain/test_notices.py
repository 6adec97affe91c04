"""What people are told by mail: enough for the firm, nothing but the money for the payer, safe for both."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from string import Formatter
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.emails import deliverable
from paylink_tui.domain.envelope import Sender, message_id, seal
from paylink_tui.domain.languages import LANGUAGES
from paylink_tui.domain.notice_layout import Letterhead
from paylink_tui.domain.notice_words import WORDS
from paylink_tui.domain.notices import Audience, Notice, Told, render
from paylink_tui.domain.settings import PAYER_OCCASIONS, Branding, Occasion

AT = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
"""Still the 22nd in New York."""
BRANDING = Branding(
    accent="#7a1f4e", address=("120 King Street West", "Toronto"), phone="555-0100", email="pay@firm.example"
)
HEAD = Letterhead("Hartwell & Ng LLP", BRANDING, "America/New_York")
TOLD = Told(
    name="T17",
    amount=150_000,
    currency="USD",
    paid_at=AT,
    method="card",
    brand="Visa",
    last4="4242",
    refund=2_000,
    due_at=datetime(2026, 11, 25, 17, tzinfo=UTC),
    reason="card declined",
    payer_name="Dana Ruiz",
    payer_email="dana@ruiz.example",
    reference="Retainer for the divorce",
    account="IOLTA ..4411",
    account_kind="trust",
    receipt_url="https://pay.firm.example/p/abc/receipt/def",
)
EVERY = [
    *((occasion, Audience.PAYER) for occasion in PAYER_OCCASIONS),
    *((occasion, Audience.FIRM) for occasion in Occasion),
]
TAGS = {"html", "head", "meta", "title", "style", "body", "div", "p", "h1", "dl", "dt", "dd", "br", "a"}
HOSTILE = (
    "Dana\r\nBcc: all@world.example\r\n\r\nhello",
    "\u202egpj.exe\u2066 Ng",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "</title></style><a href='https://evil.example'>pay here</a>",
    "[/foo] Ltd & Söhne; \x1b[31mred\x00",
    "n" * 10_000,
    "=?utf-8?q?Dana=0D=0ABcc=3A_x=40y.example=E2=80=AE?=",
    "{firm} {amount.__class__} %s $accent ${accent}",
)


def written(notice: Notice) -> str:
    return f"{notice.subject}\n{notice.text}\n{notice.html}"


def enveloped(notice: Notice, name: str = HEAD.firm) -> EmailMessage:
    """The message as it comes out of a mail server's pipe."""
    sender = Sender(name, "payments@firm.example", "pay@firm.example")
    sealed = seal(notice, sender, ("dana@ruiz.example",), message_id((17,), sender.address), AT)
    assert max(map(len, sealed.split(b"\r\n"))) <= 998
    assert b"\n" not in sealed.replace(b"\r\n", b"")
    found = message_from_bytes(sealed, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", PAYER_OCCASIONS)
def test_a_payer_reads_firm_amount_day_and_last_four_and_never_what_it_was_for(
    occasion: Occasion, language: str
) -> None:
    one = render(occasion, Audience.PAYER, TOLD, HEAD, language)
    day = {"en": "November 22, 2026", "fr": "22 novembre 2026", "es": "22 de noviembre de 2026"}[language]
    amount = "1\u00a0500,00\u00a0$\u00a0US" if language == "fr" else "$1,500.00"
    for part in (one.text, one.html):
        for said in (day, amount, "Visa", "4242"):
            assert said in part
    assert "Hartwell & Ng LLP" in one.text
    assert "120 King Street West" in one.html
    kept_back = "Retainer|divorce|IOLTA|4411|trust|fidéicommis|fideicomiso|T17|declined|Dana|invoice|facture"
    assert not re.search(kept_back, written(one), re.IGNORECASE)


def test_a_receipt_is_offered_where_there_is_one() -> None:
    for occasion in PAYER_OCCASIONS:
        text = render(occasion, Audience.PAYER, TOLD, HEAD, "en").text
        assert (TOLD.receipt_url in text) == (
            occasion in (Occasion.SUBMITTED, Occasion.COMPLETED, Occasion.REFUNDED)
        )
    bare = render(Occasion.COMPLETED, Audience.PAYER, replace(TOLD, receipt_url=""), HEAD, "en")
    assert "receipt:" not in bare.text
    assert "<a " not in bare.html


@pytest.mark.parametrize("occasion", Occasion)
def test_the_firm_reads_who_paid_what_into_which_account_and_by_which_name_to_find_it(
    occasion: Occasion,
) -> None:
    one = render(occasion, Audience.FIRM, TOLD, HEAD, "en")
    for said in ("T17", "Dana Ruiz", "$1,500.00", "TRUST IOLTA ..4411", "Retainer for the divorce", "22:30"):
        assert said in one.text
    assert one.subject.startswith("T17 ")
    assert TOLD.receipt_url not in written(one)


def test_the_firm_is_asked_to_link_what_is_not_linked_yet() -> None:
    to_link = render(Occasion.COMPLETED, Audience.FIRM, TOLD, HEAD, "en")
    assert "to link" in to_link.subject
    assert "paylink transactions link T17" in re.sub(r"\s+", " ", to_link.text)
    linked = replace(TOLD, linked=True, linked_to="Acme Holdings · M-101")
    told = render(Occasion.COMPLETED, Audience.FIRM, linked, HEAD, "en")
    assert "to link" not in told.subject
    assert "Acme Holdings · M-101" in told.text
    assert "Acme" not in written(render(Occasion.COMPLETED, Audience.PAYER, linked, HEAD, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_firm_reads_how_a_dispute_stands(language: str) -> None:
    told = [
        render(Occasion.DISPUTED, Audience.FIRM, replace(TOLD, dispute=how), HEAD, language)
        for how in ("open", "won", "lost")
    ]
    assert len({one.subject for one in told}) == len({one.text for one in told}) == 3
    assert all("1" in one.text and "T17" in one.subject for one in told)


def test_a_refund_tells_its_own_amount_and_a_void_is_no_failure() -> None:
    refund = render(Occasion.REFUNDED, Audience.PAYER, TOLD, HEAD, "en")
    assert refund.subject == "Refund: $20.00 from Hartwell & Ng LLP"
    void = render(Occasion.FAILED, Audience.PAYER, replace(TOLD, cancelled=True), HEAD, "en")
    assert "cancelled" in void.subject
    assert "not go through" not in void.text


def test_without_a_day_to_complete_none_is_promised() -> None:
    for audience in Audience:
        one = render(Occasion.SUBMITTED, audience, replace(TOLD, due_at=None), HEAD, "en")
        assert not re.search(r"by \.|about \.|usually|after the batch", one.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sandbox_money_says_so_first(language: str) -> None:
    one = render(Occasion.COMPLETED, Audience.PAYER, replace(TOLD, test=True), HEAD, language)
    assert one.subject.startswith("[")
    assert one.text.startswith(WORDS[language]["test"])


def test_every_language_has_the_same_words_to_fill_in() -> None:
    def holes(language: str) -> dict[str, set[str | None]]:
        return {key: {one[1] for one in Formatter().parse(text)} for key, text in WORDS[language].items()}

    english = holes("en")
    for language in LANGUAGES:
        found = holes(language)
        assert found.keys() == english.keys()
        assert {key: found[key] - {None} for key in found} == {key: english[key] - {None} for key in found}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(("occasion", "audience"), EVERY)
def test_hostile_words_stay_words(occasion: Occasion, audience: Audience, hostile: str) -> None:
    told = replace(
        TOLD, payer_name=hostile, payer_email=hostile, reference=hostile, account=hostile, reason=hostile
    )
    told = replace(told, linked=True, linked_to=hostile, brand=hostile, last4=hostile, receipt_url=hostile)
    head = Letterhead(hostile, replace(BRANDING, accent=hostile, address=(hostile,), website=hostile))
    one = render(occasion, audience, told, head, "en")
    assert one.subject.isprintable()
    assert len(one.subject) <= 180
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", written(one))
    tags = {
        element.tag for element in ElementTree.fromstring(one.html.removeprefix("<!DOCTYPE html>")).iter()
    }
    assert tags <= TAGS
    mail = enveloped(one, hostile)
    assert set(mail.keys()) == set(enveloped(render(occasion, audience, TOLD, HEAD, "en")).keys())
    assert str(mail["To"]) == "dana@ruiz.example"


@given(
    firm=st.text(min_size=1, max_size=200), payer=st.text(max_size=200), language=st.sampled_from(LANGUAGES)
)
def test_whatever_the_names_the_envelope_says_what_the_notice_said(
    firm: str, payer: str, language: str
) -> None:
    head = Letterhead(firm, BRANDING)
    one = render(Occasion.COMPLETED, Audience.FIRM, replace(TOLD, payer_name=payer), head, language)
    mail = enveloped(one, firm)
    assert re.sub(r"\s+", " ", str(mail["Subject"])).strip() == re.sub(r"\s+", " ", one.subject).strip()
    assert [address.addr_spec for address in mail["From"].addresses] == ["payments@firm.example"]
    assert not [*mail.defects, *mail["Subject"].defects]
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == one.text
    assert html.get_content().replace("\r\n", "\n") == one.html
    ElementTree.fromstring(one.html.removeprefix("<!DOCTYPE html>"))


def test_a_message_is_marked_as_sent_by_a_machine_and_by_whom() -> None:
    mail = enveloped(render(Occasion.COMPLETED, Audience.PAYER, TOLD, HEAD, "fr"))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail["Reply-To"] == "pay@firm.example"
    assert mail["Date"].datetime == AT
    assert mail["From"].addresses[0].display_name == HEAD.firm
    assert mail.get_content_type() == "multipart/alternative"


def test_a_message_keeps_its_id_and_shares_it_with_no_other() -> None:
    mine = message_id((17, "completed", "", "payer", 5), "payments@firm.example")
    assert mine == message_id((17, "completed", "", "payer", 5), "payments@firm.example")
    assert mine.endswith("@firm.example>")
    assert mine != message_id((17, "completed", "", "firm", 5), "payments@firm.example")
    assert message_id((1, 17), "a@b.example") != message_id((11, 7), "a@b.example")


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        (" dana@ruiz.example ", "dana@ruiz.example"),
        ("dana@bücher.example", "dana@xn--bcher-kva.example"),
        ("dana@ruiz.example\r\nBcc: x@y.example", ""),
        ("Dana <dana@ruiz.example>", ""),
        ("a@b.example, c@d.example", ""),
        ("dana", ""),
        ("dana@", ""),
        ("@ruiz.example", ""),
        ("d" * 300 + "@ruiz.example", ""),
        ("dana@" + "a" * 70 + ".example", ""),
    ],
)
def test_only_one_bare_address_is_sent_to(typed: str, sent_to: str) -> None:
    assert deliverable(typed) == sent_to
