"""Each form carries the link and nothing that a hostile name could smuggle in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.sharing import SMS_LENGTH, ShareForm, share

URL = "https://pay.example/l/" + "A" * 42 + "-"
FIRM = "Hartwell & Ng LLP"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)
SIGNS = st.text("[]()<>\"'&;`*_\\|$\n\r\x1b\u202e #!ab", max_size=60)
NAMES = st.one_of(ANY_TEXT, SIGNS)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (ShareForm.URL, URL),
        (ShareForm.MARKDOWN, rf"[Pay \$1,500.00 to {FIRM} (Retainer)]({URL})"),
        (ShareForm.SMS, f"{FIRM}: pay $1,500.00 here {URL} Ref Retainer"),
    ],
)
def test_plain_forms(form: ShareForm, expected: str) -> None:
    assert share(URL, form, firm=FIRM, amount_text="$1,500.00", reference="Retainer") == expected


def test_an_open_amount_is_not_named() -> None:
    assert share(URL, ShareForm.MARKDOWN, firm=FIRM, amount_text=None) == f"[Pay {FIRM}]({URL})"
    assert share(URL, ShareForm.SMS, firm=FIRM, amount_text=None) == f"{FIRM}: pay here {URL}"


def test_the_email_has_a_subject_a_body_and_the_link_on_its_own_line() -> None:
    text = share(URL, ShareForm.EMAIL, firm=FIRM, amount_text="$20.00", reference="INV-7\r\nBcc: x@y")
    head, body = text.split("\n\n", 1)
    assert head == f"Subject: Payment request from {FIRM}"
    assert f"\n{URL}\n" in body
    assert "pay $20.00 to Hartwell & Ng LLP:" in body
    assert "Reference: INV-7  Bcc: x@y\n" in body


def test_a_long_reference_does_not_start_a_second_message() -> None:
    text = share(URL, ShareForm.SMS, firm="F" * 200, amount_text="$1,500.00", reference="R" * 60)
    assert text.endswith(URL)
    assert len(text) <= SMS_LENGTH


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(NAMES, NAMES)
def test_the_button_is_one_link_whatever_the_names(firm: str, reference: str) -> None:
    reader = _Reader()
    reader.feed(share(URL, ShareForm.HTML, firm=firm, amount_text="$5.00", reference=reference))
    reader.close()
    ((tag, attributes),) = reader.tags
    assert tag == "a"
    assert attributes["href"] == URL
    assert set(attributes) == {"href", "style", "aria-label", "target", "rel"}
    assert reader.text == "Pay now"


@given(NAMES, NAMES)
def test_the_frame_is_one_frame_with_a_title_whatever_the_names(firm: str, reference: str) -> None:
    reader = _Reader()
    reader.feed(share(URL, ShareForm.FRAME, firm=firm, amount_text="$5.00", reference=reference))
    reader.close()
    ((tag, attributes),) = reader.tags
    assert tag == "iframe"
    assert attributes["src"] == URL
    assert set(attributes) == {"src", "title", "style", "loading", "referrerpolicy"}
    assert str(attributes["title"]).startswith("Secure payment page of ")
    assert reader.text == ""


@given(NAMES, NAMES)
def test_markdown_is_one_link_whatever_the_names(firm: str, reference: str) -> None:
    text = share(URL, ShareForm.MARKDOWN, firm=firm, amount_text=None, reference=reference)
    assert text.startswith("[")
    assert text.endswith(f"]({URL})")
    inner = text[1 : -len(f"]({URL})")]
    bare = re.sub(r"\\.", "?", inner)
    assert not re.search(r"[\[\]<>`*_~|$\\]", bare)
    assert not re.search(r"&#?\w+;", bare)


@given(NAMES, NAMES, st.sampled_from((ShareForm.EMAIL, ShareForm.SMS)))
def test_names_add_no_line_and_no_control_character(firm: str, reference: str, form: ShareForm) -> None:
    plain = share(URL, form, firm="F", amount_text=None, reference="R")
    text = share(URL, form, firm=firm or "F", amount_text=None, reference=reference)
    assert text.count("\n") in (plain.count("\n"), plain.count("\n") - 2)
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "pay.example/l/x", "https://", "http://[x"])
def test_only_a_web_address_is_shared(url: str) -> None:
    with pytest.raises(BadInput, match="not the address of a payment page"):
        share(url, ShareForm.URL, firm=FIRM, amount_text=None)


def test_an_address_cannot_end_its_form_early() -> None:
    url = 'https://pay.example/l/a)b"c<d> e'
    assert share(url, ShareForm.MARKDOWN, firm="F", amount_text=None) == (
        "[Pay F](https://pay.example/l/a%29b%22c%3Cd%3E%20e)"
    )
