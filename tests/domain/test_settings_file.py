"""The checks of the settings file, and the example that is written from the settings' docstrings."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from paylink_tui.domain.emails import is_email
from paylink_tui.domain.images import MOST_BYTES, image_type, logo_problem
from paylink_tui.domain.settings import MailSecurity, Occasion, Settings
from paylink_tui.domain.settings_example import example
from paylink_tui.domain.settings_file import Checked, check, keys, value_of, warnings
from paylink_tui.domain.settings_rules import RULES, is_host, is_loopback, is_origin

HERE = Path("/etc/paylink")


def checked(text: str) -> Checked:
    return check(tomllib.loads(text), HERE)


def told(text: str) -> list[str]:
    return [str(one) for one in checked(text).problems]


def test_nothing_said_is_what_holds_by_default() -> None:
    assert check({}, HERE) == Checked(Settings(), (), frozenset())


def test_every_kind_of_value_is_taken() -> None:
    one = checked(
        """
        [branding]
        logo = "logo.png"
        address = ["12 Main Street", "Springfield"]
        [page]
        address = "https://pay.firm.example"
        port = 443
        [mail]
        host = "smtp.firm.example"
        sender = "pay@firm.example"
        security = "tls"
        [notify]
        payer = ["completed", "returned"]
        bell = true
        [notify.firm]
        completed = ["books@firm.example", "joe@firm.example"]
        [keymap]
        "home.why" = "f9"
        home.link = "k"
        [views]
        "Big" = "amount:>2000"
        """
    )
    assert one.problems == ()
    assert one.settings.branding.logo == HERE / "logo.png"
    assert one.settings.branding.address == ("12 Main Street", "Springfield")
    assert (one.settings.page.address, one.settings.page.port) == ("https://pay.firm.example", 443)
    assert one.settings.mail.security is MailSecurity.TLS
    assert one.settings.notify.payer == (Occasion.COMPLETED, Occasion.RETURNED)
    assert one.settings.notify.firm == {Occasion.COMPLETED: ("books@firm.example", "joe@firm.example")}
    assert one.settings.notify.bell is True
    assert one.settings.desk.keymap == {"home.why": "f9", "home.link": "k"}
    assert one.settings.desk.views == {"Big": "amount:>2000"}
    assert "page.port" in one.given
    assert "page.host" not in one.given


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[pag]\nport = 1", "[pag]: there is no such table; did you mean [page]?"),
        ("[page]\nprot = 1", "page.prot: there is no such setting; did you mean port?"),
        ("[desk]\nbell = true", "desk.bell: there is no such setting; did you mean notify.bell?"),
        ("[limits]\nzzz = 1", "limits.zzz: there is no such setting"),
        ("[page]\nlogo = 'a.png'", "page.logo: there is no such setting; did you mean branding.logo?"),
        ("port = 80", "port: stands outside of every table; did you mean port under [page]?"),
        ("page = 80", "[page]: must be a table, not 80"),
        (
            "[desk.views]\nx = 'y'",
            "desk.views: there is no such setting; did you mean [views], a table of its own?",
        ),
        ("[page]\nport = '80'", 'page.port: must be a whole number from 1 to 65,535, not "80"'),
        ("[page]\nport = true", "page.port: must be a whole number from 1 to 65,535, not true"),
        ("[page]\nport = 0", "page.port: must be a whole number from 1 to 65,535, not 0"),
        ("[page]\nworkers = 1.5", "page.workers: must be a whole number from 1 to 64, not 1.5"),
        (
            "[page]\naddress = 'https://pay.example/pay'",
            "page.address: must be an address without a path, like https://pay.firm.example,"
            ' not "https://pay.example/pay"',
        ),
        (
            "[page]\nframe_origins = ['https://a.example', '*']",
            'page.frame_origins: must be origins without a path, like https://www.firm.example, not "*"',
        ),
        (
            "[page]\ntrusted_proxies = ['10.0.0.0/8', 'proxy']",
            'page.trusted_proxies: must be addresses or networks like 10.0.0.1 or 10.0.0.0/8, not "proxy"',
        ),
        ("[page]\nlanguages = ['de']", 'page.languages: must be languages out of en, fr, es, not "de"'),
        ("[page]\nlanguages = []", "page.languages: must name at least one language"),
        ("[branding]\naccent = 'blue'", 'branding.accent: must be a colour like #1f4e79, not "blue"'),
        ("[branding]\naddress = 'x'", 'branding.address: must be a list like ["..."], not "x"'),
        ("[branding]\nphone = 5", "branding.phone: must be text in quotes, not 5"),
        (
            "[branding]\nphone = 'a\\u001b[2J'".replace("'", '"'),
            "branding.phone: must be one line of at most 500 printable characters",
        ),
        ("[branding]\nemail = 'firm'", 'branding.email: must be an e-mail address, not "firm"'),
        ("[mail]\nsecurity = 'ssl'", 'mail.security: must be one of none, starttls, tls, not "ssl"'),
        ("[notify]\nbell = 1", "notify.bell: must be true or false, not 1"),
        (
            "[notify.firm]\ncompleted = ['nobody']",
            'notify.firm.completed: must be e-mail addresses, not "nobody"',
        ),
        (
            "[notify.firm]\npaid = ['a@b.example']",
            "notify.firm.paid: must be one of submitted, completed, failed, refunded, returned, disputed,"
            ' not "paid"',
        ),
        ("[keymap]\n'home.link' = 3", "keymap.home.link: must be text in quotes, not 3"),
        (
            "[mail]\nhost = 'smtp.example'",
            "mail.sender: is needed as soon as mail.host is set: it is the From address",
        ),
        ("[limits]\nwindow = 5", "limits.window: must be a whole number from 10 to 86,400, not 5"),
    ],
)
def test_a_problem_names_the_key_and_what_it_must_be(text: str, problem: str) -> None:
    assert told(text) == [problem]


def test_a_secret_in_the_file_is_refused_without_being_repeated() -> None:
    problem = told("[mail]\npassword = 'hunter2'")
    assert problem == [
        "mail.password: secrets do not belong in this file; set them with `paylink config secret NAME`"
    ]


def test_all_problems_at_once_and_the_good_parts_are_kept() -> None:
    one = checked(
        "[page]\nport = 0\nhost = '0.0.0.0'\n[pag]\n[branding]\naccent = 1\nphone = '5'\n"
        "[keymap]\na = 1\nb = 'c'\n"
    )
    assert [problem.key for problem in one.problems] == ["page.port", "[pag]", "branding.accent", "keymap.a"]
    assert (one.settings.page.port, one.settings.page.host) == (8200, "0.0.0.0")
    assert one.settings.branding.phone == "5"
    assert one.settings.desk.keymap == {"b": "c"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[branding]\naccent = '#ffee00'", "branding.accent"),
        ("[page]\naddress = 'http://pay.firm.example'", "page.address"),
        (
            "[mail]\nhost = 'smtp.example'\nsender = 'a@b.example'\nusername = 'x'\nsecurity = 'none'",
            "mail.security",
        ),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(text: str, key: str) -> None:
    one = checked(text)
    assert one.problems == ()
    assert [warning.key for warning in warnings(one.settings)] == [key]
    assert warnings(Settings()) == ()


def test_rules_are_about_settings_there_are_and_hold_for_the_defaults() -> None:
    for key, rule in RULES.items():
        value = value_of(Settings(), key)
        items = value if isinstance(value, tuple) else () if isinstance(value, dict) else (value,)
        assert all(rule.passes(item) for item in items), key
    assert set(RULES) <= set(keys())


def test_addresses_origins_and_hosts() -> None:
    assert is_email("o'neil+x@firm.example")
    assert not any(
        map(is_email, ("a@b", "a b@c.example", "a@b.example\nBcc: x", "<a@b.example>", "@b.example"))
    )
    assert is_origin("https://pay.firm.example:8443")
    assert is_origin("http://[::1]:8200")
    bad = ("https://pay.example/", "https://u@pay.example", "ftp://pay.example", "https://", "https://x:0")
    assert not any(map(is_origin, (*bad, "https://pay.example?", "https://bücher.example", "//x.example")))
    assert all(map(is_host, ("localhost", "0.0.0.0", "::", "smtp.firm.example")))
    assert not any(map(is_host, ("", "a b", "-x.example", "http://x")))
    assert is_loopback("http://127.0.0.1:8200")
    assert is_loopback("http://[::1]")
    assert not is_loopback("https://pay.firm.example")


def test_a_logo_is_told_by_its_bytes() -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
    assert image_type(png) == "image/png"
    assert image_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert image_type(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert image_type(b"\xef\xbb\xbf<?xml version='1.0'?><svg/>") == "image/svg+xml"
    assert image_type(b"GIF89a") == image_type(b"") == image_type(b"<html></html>") == ""
    assert "larger than 512 KiB" in logo_problem(png.ljust(MOST_BYTES + 1, b"\0"))
    assert logo_problem(png.ljust(MOST_BYTES, b"\0")) == ""


def test_the_example_changes_nothing() -> None:
    one = checked(example())
    assert one.problems == ()
    assert one.settings == Settings()


def test_the_examples_in_the_example_are_good_too_and_every_setting_is_in_it() -> None:
    whole = re.sub(r'^# (?=[a-z_"][\w".\- ]* = )', "", example(), flags=re.MULTILINE)
    one = checked(whole)
    assert one.problems == ()
    assert one.given == set(keys())


def test_every_setting_says_what_it_is_for() -> None:
    lines = example().splitlines()
    for place, line in enumerate(lines):
        if re.match(r"(# )?[a-z_]+ = ", line):
            assert re.match(r"# [A-Z5]", lines[place - 1]), line
