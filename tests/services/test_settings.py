"""The settings file as it is found on a machine: read whole, in part, or refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paylink_tui.domain.settings import Settings
from paylink_tui.services import settings
from paylink_tui.services.settings import BadSettings, glance, load, read

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("PAYLINK_CONFIG", "PAYLINK_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "paylink"
    folder.mkdir()
    return folder


@pytest.fixture
def file(own_folder: Path) -> Path:
    return own_folder / "config.toml"


def test_without_a_file_everything_holds_by_default(file: Path) -> None:
    assert not settings.is_there()
    assert load() == Settings()
    assert read().file == file
    assert read().problems == ()


def test_the_file_says_where_it_is_and_what_it_gave(file: Path) -> None:
    file.write_text("[page]\nport = 8300\n")
    reading = read()
    assert settings.is_there()
    assert (reading.settings.page.port, reading.settings.file) == (8300, file)
    assert reading.sources == {"page.port": "file"}


def test_the_environment_names_another_file_which_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.toml"
    monkeypatch.setenv("PAYLINK_CONFIG", str(other))
    with pytest.raises(BadSettings, match="there is no such file") as told:
        load()
    assert str(other) in told.value.message
    other.write_text("[desk]\ntheme = 'nord'\n")
    assert load().desk.theme == "nord"


def test_the_environment_wins_for_the_page_address(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[page]\naddress = 'https://pay.firm.example'\n")
    monkeypatch.setenv("PAYLINK_BASE_URL", "https://other.example/p/")
    assert load().page.address == "https://other.example"
    assert read().sources == {"page.address": "environment"}
    monkeypatch.setenv("PAYLINK_BASE_URL", "https://other.example/some/where")
    assert load().page.address == "https://pay.firm.example"


def test_a_sentence_names_the_file_and_ten_problems(file: Path) -> None:
    file.write_text("[page]\n" + "".join(f"k{number} = 1\n" for number in range(12)))
    with pytest.raises(BadSettings) as told:
        load()
    lines = told.value.message.splitlines()
    assert lines[0] == f"{file} cannot be used:"
    assert lines[1] == "  page.k0: there is no such setting"
    assert lines[-1] == "  and 2 more"
    assert len(lines) == 12
    assert told.value.fix.endswith(f"paylink config check {file}")
    assert len(told.value.problems) == 12


def test_a_syntax_error_is_told_with_line_and_column(file: Path) -> None:
    file.write_text('[page]\nport = 80\nhost = "x\n')
    assert [str(one) for one in read().problems] == [
        "it is not TOML: illegal character '\\n' (at line 3, column 10)"
    ]
    assert read().settings.page.port == 8200


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\xff\xfe", "it is not UTF-8 text: byte 1 is none"), (None, "it cannot be read: Is a directory")],
)
def test_a_file_that_is_no_text_is_told(file: Path, content: bytes | None, reason: str) -> None:
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    assert [str(one) for one in read().problems] == [reason]


def test_a_logo_is_looked_at(file: Path) -> None:
    file.write_text("[branding]\nlogo = 'logo.png'\n")
    logo = file.parent / "logo.png"
    assert [str(one) for one in read().problems] == [
        f"branding.logo: {logo} cannot be read: No such file or directory"
    ]
    logo.write_bytes(b"GIF89a")
    assert "is no PNG, JPEG, WebP or SVG picture" in str(read().problems[0])
    logo.write_bytes(PNG.ljust(512 * 1024 + 1, b"\0"))
    assert "is larger than 512 KiB" in str(read().problems[0])
    assert read().settings.branding.logo is None
    assert "branding.logo" not in read().sources
    logo.write_bytes(PNG)
    assert load().branding.logo == logo


def test_a_glance_takes_what_the_first_frame_needs_and_no_more(file: Path) -> None:
    assert glance() == ("", {}, {})
    file.write_text(
        "[desk]\ntheme = 'nord'\n[keymap]\nhome.link = 'k'\n'home.why' = 3\n[views]\nBig = 'amount:>2000'\n"
    )
    assert glance() == ("nord", {"home.link": "k"}, {"Big": "amount:>2000"})
    file.write_text("desk = 1\nkeymap = 'k'\n[views\n")
    assert glance() == ("", {}, {})
    file.write_text("desk = 1\nkeymap = 'k'\nviews = []\n")
    assert glance() == ("", {}, {})


def test_a_glance_imports_no_check(file: Path) -> None:
    file.write_text("[desk]\ntheme = 'nord'\n")
    code = (
        "import sys; from paylink_tui.services.settings import glance; assert glance().theme == 'nord';"
        "print(*(name for name in ('dataclasses', 'paylink_tui.domain.settings') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_looking_for_the_file_imports_nothing_that_reads_it() -> None:
    code = (
        "import sys; from paylink_tui.services import settings; assert not settings.is_there();"
        "print(*(name for name in ('tomllib', 'paylink_tui.domain.settings') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
