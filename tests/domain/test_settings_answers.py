"""What a settings file says, beside what is taken of it or told against it, exact to the letter."""

from __future__ import annotations

import tomllib
from pathlib import Path

from paylink_tui.domain.settings import MailSecurity, Settings
from paylink_tui.domain.settings_file import check, keys, value_of, warnings, with_values
from paylink_tui.domain.settings_rules import RULES, is_host, is_loopback, is_origin, is_web_address
from tests.domain.golden import same

SETTINGS = (
    "port = 80",
    "firm = 5",
    "what = 5",
    "[pages]\nx = 1",
    "[zzz]",
    "[page]\nprot = 1",
    "[page]\nsender = 1",
    "[page]\npassword = 1\napi_key = 2\nform_token = 3\nMySecret = 4",
    "[desk]\nkeymap = 1\nviews = 2",
    "[desk]\nzzz = 1",
    "[page]\nport = true\nworkers = '1'\nhost = 5\naddress = 'x y'\nlanguages = []",
    "[page]\nport = 0\nworkers = 65\nhost = 'a_b'\naddress = 'https://a.example/x'\n"
    "languages = ['en', 'de', 5]",
    "[page]\nport = 65536\nworkers = 0\nlanguages = 'en'\ntrusted_proxies = ['x', '10.0.0.0/8', '::1']",
    "[page]\nport = 65535\nworkers = 64\nframe_origins = ['https://a.example', 'https://a.example/']",
    "[branding]\nlogo = 5\naccent = 'red'\nemail = 'x'\nwebsite = 'ftp://x'\naddress = ['a', 5, 'b\\nc']",
    "[branding]\nlogo = ' ~x/logo.png '\naccent = '#ABCDEF'\nphone = ' 5 '",
    "[branding]\nphone = '" + "5" * 501 + "'\nemail = ''\nwebsite = ''",
    "[mail]\nhost = 'h'\nsecurity = 'ssl'\nport = 1.5\nreply_to = 'x'",
    "[mail]\nhost = 'h'\nsender = 'x'",
    "[mail]\nhost = 'h'\nsecurity = 5\nusername = ['a']",
    "[notify]\nbell = 1\npayer = ['completed', 'gone', 3]\n"
    "[notify.firm]\nfoo = ['a@x.example']\nfailed = ['x', 'a@x.example']",
    "[notify]\nfirm = 5",
    "[notify.firm]\nfailed = 'a@x.example'\n'x.y' = []",
    "[limits]\nwindow = 9\nlink_attempts = -1\npage_views = 0\n"
    "declines_to_freeze = 1001\nunknown_links = 1000001",
    "[limits]\nwindow = 10\nlink_attempts = 0\npage_views = 1\n"
    "declines_to_freeze = 0\naddress_attempts = 1000000",
    "[limits]\nwindow = 86401\ntotal_attempts = 1000001",
    "[approval]\nabove = 1000",
    "[approval]\nabove = 'x'",
    "[firm]\njurisdiction = 'XX'",
    "[firm]\njurisdiction = {a = 1}",
    "[desk]\ntheme = 2026-11-01",
    "[keymap]\n'a.b' = 5\na.c = 'k'\nb = ['x']\n[views]\nBig = 'amount:>2000'\nBad = true",
    "keymap = 5",
    "[branding]\naccent = '" + "r" * 58 + "'",
    "[branding]\naccent = '" + "r" * 59 + "'",
)


def test_every_settings_file_is_taken_or_refused_like_this() -> None:
    default, told = Settings(), []
    for text in SETTINGS:
        one = check(tomllib.loads(text), Path("/etc/paylink"))
        changed = {
            key: value_of(one.settings, key)
            for key in sorted(keys())
            if value_of(one.settings, key) != value_of(default, key)
        }
        lines = [*map(str, one.problems), f"given {sorted(one.given)}", f"changed {changed}"]
        told.append(f"## {text}\n--\n" + "\n".join(lines))
    same("settings", "\n\n".join(told) + "\n")


def test_every_setting_has_its_key_its_default_and_its_rule() -> None:
    told = [f"{key} = {value_of(Settings(), key)!r}" for key in sorted(keys())]
    told += [f"{key} must be {rule.must_be}" for key, rule in sorted(RULES.items())]
    same("settings keys", "\n".join(told) + "\n")


def test_values_are_set_by_their_keys_and_all_others_stay() -> None:
    one = with_values(Settings(), {"page.port": 1, "page.workers": 2, "mail.host": "h", "views": {"a": "b"}})
    assert (one.page.port, one.page.workers, one.mail.host, one.desk.views) == (1, 2, "h", {"a": "b"})
    assert one.page.host == Settings().page.host


def test_what_is_probably_not_meant_is_told() -> None:
    def told(**values: object) -> list[str]:
        given = {key.replace("_", "."): value for key, value in values.items()}
        return [str(one) for one in warnings(with_values(Settings(), given))]

    assert told() == []
    assert told(branding_accent="#777777") == [
        "branding.accent: #777777 has a contrast of 4.5 to white where text needs 4.5;"
        " the page darkens it for text"
    ]
    assert told(branding_accent="#767676") == []
    assert told(page_address="https://pay.firm.example") == []
    assert told(page_address="http://pay.firm.example") == [
        "page.address: without https, what a payer types can be read on the way"
    ]
    none: dict[str, object] = {
        "mail_security": MailSecurity.NONE,
        "mail_host": "mail.example",
        "mail_username": "u",
    }
    assert told(**none) == ["mail.security: none sends the password over the network readable by anyone"]
    assert told(**{**none, "mail_username": ""}) == told(**{**none, "mail_host": "localhost"}) == []
    assert told(**{**none, "mail_security": MailSecurity.TLS}) == []


ADDRESSES = (
    *(
        "https://a.example",
        "http://a.example:8080",
        "https://a.example/",
        "https://a.example/x?y#z",
        "https://a.example?",
    ),
    *(
        "https://a.example#",
        "https://a.example?x",
        "ftp://a.example",
        "a.example",
        "https://",
        "https://u@a.example",
    ),
    *(
        "https://a.example:0",
        "https://a.example:99999",
        "https://a b",
        "https://\u00e9.example",
        "https://[::1]:80",
    ),
    *(
        "https://a_b",
        "HTTPS://A.example",
        "localhost",
        "x.localhost",
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "10.0.0.1",
        "",
    ),
    *(
        "http://localhost:1",
        "http://127.0.0.1",
        "-a.example",
        "a-.example",
        "10.0.0.0/8",
        "a" * 63,
        "a" * 64,
        "a..b",
    ),
    *(".".join(["a" * 63] * 3 + ["b" * 61]), ".".join(["a" * 63] * 3 + ["b" * 62])),
)


def test_every_address_is_one_of_these() -> None:
    rules = {"host": is_host, "origin": is_origin, "web address": is_web_address, "loopback": is_loopback}
    told = [
        f"{text!r}: {', '.join(name for name, rule in rules.items() if rule(text)) or '-'}"
        for text in ADDRESSES
    ]
    same("addresses", "\n".join(told) + "\n")
