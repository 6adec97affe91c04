"""`paylink config`, and which commands go on with a settings file that has problems."""

from __future__ import annotations

import json
import os
import pty
import sys
import tomllib
from pathlib import Path

import pytest

from paylink_tui.services import secrets
from tests.commands import Desk, Runner, program

SECRET = "PAYLINK_SMTP_PASSWORD"


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of the test's own home, not there yet; no secrets, no keyring."""
    for name in (*secrets.NAMES, "PAYLINK_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "paylink" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    return path


def test_where_the_file_is(run: Runner, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("config", "path").out == f"{file}\n"
    assert run("config", "path", "--json").json == {"file": str(file), "exists": False}
    monkeypatch.setenv("PAYLINK_CONFIG", "/elsewhere.toml")
    assert run("config", "path").out == "/elsewhere.toml\n"


def test_show_tells_each_value_and_where_it_comes_from(
    run: Runner, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('[page]\nport = 8300\n[notify.firm]\ncompleted = ["a@firm.example"]\n')
    monkeypatch.setenv("PAYLINK_BASE_URL", "https://pay.firm.example/p/")
    monkeypatch.setenv(SECRET, "hunter2")
    answer = run("config", "show", "--json")
    told = answer.json["settings"]
    assert told["page.port"] == {"value": 8300, "source": "file"}
    assert told["page.address"] == {"value": "https://pay.firm.example", "source": "environment"}
    assert told["page.workers"] == {"value": 1, "source": "default"}
    assert told["notify.firm"] == {"value": {"completed": ["a@firm.example"]}, "source": "file"}
    assert answer.json["secrets"][SECRET] == "environment"
    assert answer.json["secrets"]["PAYLINK_SANDBOX_WEBHOOK_SECRET"] is None
    lines = run("config", "show").out.splitlines()
    assert lines[0] == str(file)
    assert ["page.port", "file", "8300"] in [line.split() for line in lines]
    assert 'page.languages                default      ["en", "fr", "es"]' in lines
    assert any(line.endswith('{ "completed" = ["a@firm.example"] }') for line in lines)
    assert [SECRET, "set", "(environment)"] in [line.split() for line in lines]
    assert "hunter2" not in answer.out + answer.err + "\n".join(lines)


def test_check_tells_every_problem_and_the_nearest_key(run: Runner, file: Path) -> None:
    file.write_text("[page]\nprot = 1\n" + "".join(f"[x{number}]\n" for number in range(12)))
    answer = run("config", "check")
    assert answer.code == 1
    assert answer.out.splitlines()[0] == f"{file}: page.prot: there is no such setting; did you mean port?"
    assert len(answer.out.splitlines()) == 13
    told = run("config", "check", "--json").json
    assert told["ok"] is False
    assert told["problems"][0] == {"key": "page.prot", "reason": "there is no such setting", "near": "port"}


def test_check_tells_what_only_the_screen_knows_as_warnings(run: Runner, file: Path) -> None:
    file.write_text('[branding]\naccent = "#ffee00"\n[keymap]\n"home.lnk" = "k"\n[desk]\ntheme = "nrd"\n')
    answer = run("config", "check")
    assert answer.code == 0
    assert "warning: [keymap] there is no command home.lnk; did you mean home.link?" in answer.out
    assert "warning: [desk] there is no theme nrd; did you mean nord?" in answer.out
    assert "warning: branding.accent: #ffee00 has a contrast of 1.2 to white" in answer.out
    assert answer.out.endswith(f"{file} is good.\n")


def test_check_looks_at_the_file_named(run: Runner, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    assert run("config", "check", str(other)).out == f"{other}: there is no such file\n"
    other.write_text("")
    assert run("config", "check", str(other)).out == f"{other} is good.\n"
    answer = run("config", "check")
    assert (answer.code, answer.out) == (0, f"{file} is not there; everything holds by default.\n")


def test_the_example_passes_the_check(run: Runner, tmp_path: Path) -> None:
    example = run("config", "example").out
    assert tomllib.loads(example)["page"]["port"] == 8200
    (tmp_path / "example.toml").write_text(example)
    answer = run("config", "check", str(tmp_path / "example.toml"), "--json")
    assert (answer.code, answer.json["problems"], answer.json["warnings"]) == (0, [], [])


def test_a_command_goes_on_with_the_good_parts_and_says_so(desk: Desk, file: Path) -> None:
    file.write_text('[page]\naddress = "https://pay.firm.example"\nport = "x"\n')
    answer = desk("links", "show", "L1", "--json")
    assert answer.code == 0
    assert answer.json["url"].startswith("https://pay.firm.example/p/")
    assert answer.err == f"paylink: {file} is used only in part; see: paylink config check\n"


@pytest.mark.parametrize("words", [("serve",), ("notify", "list")], ids=" ".join)
def test_what_clients_would_see_is_not_served_with_a_bad_file(
    desk: Desk, file: Path, words: tuple[str, ...]
) -> None:
    file.write_text('[page]\naddress = "https://pay.firm.example/pay"\n')
    answer = desk(*words, "--json")
    assert answer.code == 1, answer.err
    assert "page.address: must be an address without a path" in answer.error["message"]
    assert str(file) in answer.error["message"]


def test_links_begin_with_the_address_of_the_page(desk: Desk, file: Path) -> None:
    assert desk.json("links", "show", "L1")["url"].startswith("http://127.0.0.1:8200/p/")
    file.write_text('[page]\naddress = "https://pay.firm.example"\n')
    assert desk.json("links", "show", "L1")["url"].startswith("https://pay.firm.example/p/")


def test_a_secret_is_read_from_a_pipe_and_never_shown(file: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "paylink_tui", "config", "secret", SECRET, "--json"],
        input="hunter2\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert json.loads(done.stdout)["secret"] == SECRET
    assert "hunter2" not in done.stdout + done.stderr
    shown = program("config", "show")
    assert "hunter2" not in shown.out + shown.err


def test_a_secret_is_typed_unseen(file: Path) -> None:
    """On a terminal of its own, as a person types it."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.environ.pop("PYTHONPATH", None)
        os.execv(sys.executable, [sys.executable, "-m", "paylink_tui", "config", "secret", SECRET])
    said = b""
    while f"{SECRET}: ".encode() not in said:
        said += os.read(terminal, 1024)
    os.write(terminal, b"hunter2\n")
    try:
        while more := os.read(terminal, 1024):
            said += more
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert b"hunter2" not in said
    assert secrets.place(SECRET) in ("file", "keyring")
    assert secrets.secret(SECRET) == "hunter2"


def test_no_such_secret_is_told_with_those_there_are(run: Runner, file: Path) -> None:
    answer = run("config", "secret", "PAYLINK_X", "--json")
    assert answer.code == 4
    assert SECRET in answer.error["fix"]
