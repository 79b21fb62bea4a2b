"""init writes a config that loads, and never over another."""

import contextlib
import os
import pty
import select
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.cli.init import _ask, guessed_timezone
from kpi_tui.cli.template import Answers, config_text
from kpi_tui.config.document import parse
from kpi_tui.config.load import load
from kpi_tui.config.settings import Settings, StudioSource
from tests.cli.runs import environment, kpi_tui, kpi_tui_here
from tests.programs.program import Program


def test_yes_writes_the_defaults_to_the_usual_place(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "init", "--yes", TZ="Asia/Tokyo")

    path = tmp_path / "config/kpi-tui/config.toml"
    assert (run.code, run.out) == (0, f"wrote {path}\n")
    assert "put your own handle into" in run.err
    assert path.stat().st_mode & 0o777 == 0o600
    settings = load(path)
    assert settings.monitor.timezone == "Asia/Tokyo"
    (source,) = settings.account[0].source
    assert isinstance(source, StudioSource)
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_config_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("# mine\n")

    run = kpi_tui(tmp_path, "init", "--yes", path)

    assert (run.code, run.out) == (1, "")
    assert f"there is a config already: {path}" in run.err
    assert "--force" in run.err
    assert path.read_text() == "# mine\n"


def test_force_replaces_it_and_keeps_the_old_one(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n")
    path = tmp_path / "mine.toml"
    path.symlink_to(real)

    run = kpi_tui(tmp_path, "init", "--yes", "--force", "--account", "@acme", path)

    assert run.code == 0
    assert path.is_symlink()
    assert load(path).account[0].handle == "acme"
    assert (tmp_path / "dotfiles.toml.bak").read_text() == "# mine\n"


def test_a_folder_gets_a_config_in_it(tmp_path: Path) -> None:
    assert kpi_tui(tmp_path, "init", "--yes", tmp_path).code == 0

    assert load(tmp_path / "config.toml").account


def test_without_a_terminal_it_does_not_ask(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "init", tmp_path / "new.toml")

    assert (run.code, run.out) == (2, "")
    assert "kpi-tui init --yes" in run.err
    assert not (tmp_path / "new.toml").exists()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    run = kpi_tui(tmp_path, "init", "--yes", tmp_path / "file/new.toml")

    assert run.code == 1
    assert "cannot write" in run.err
    assert "Traceback" not in run.err


class Terminal:
    """``kpi-tui init`` on a pseudo-terminal, and who answers it."""

    def __init__(self, home: Path, *words: str) -> None:
        self._master, slave = pty.openpty()
        self.process = Program(
            ("-m", "kpi_tui", "init", *words),
            (slave, slave, slave),
            env=environment(home, TERM="xterm", TZ="Europe/Athens"),
            cwd=home,
        )
        os.close(slave)

    def until(self, words: str) -> str:
        """What it prints, up to and with these words."""
        text, deadline = "", time.monotonic() + 30
        while words not in text:
            assert time.monotonic() < deadline, text
            text += self.hear(0.1)
        return text

    def hear(self, seconds: float) -> str:
        """What it prints next, waiting at most so long."""
        with contextlib.suppress(OSError):
            if select.select([self._master], [], [], seconds)[0]:
                return os.read(self._master, 4096).decode()
        return ""

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self._master, text.encode())

    def ended(self) -> int:
        """Its exit code; what it still prints is read, or else it would wait."""
        while self.process.poll() is None:
            self.hear(0.1)
        os.close(self._master)
        return self.process.wait()


def test_on_a_terminal_it_asks_until_answers_are_valid(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new.toml")

    terminal.until("tiktok.com/@")
    terminal.answer("not a handle\n")
    assert "expected a TikTok handle" in terminal.until("tiktok.com/@")
    terminal.answer("@acme\n")
    terminal.until("Its name [acme]")
    terminal.answer('Acme "Olive" Oil\n')
    terminal.until("Its time zone [Europe/Athens]")
    terminal.answer("Mars\n")
    terminal.until("Its time zone [Europe/Athens]")
    terminal.answer("\n")
    terminal.until("downloads [~/Downloads]")
    terminal.answer("~/tiktok\n")
    terminal.until("competitors")
    terminal.answer("rival Acme\n")
    assert "acme is your own account" in terminal.until("competitors")
    terminal.answer("@rival, other rival\n")
    terminal.until("wrote")

    assert terminal.ended() == 0
    settings = load(tmp_path / "new.toml")
    assert settings.account[0].handle == "acme"
    assert settings.account[0].name == 'Acme "Olive" Oil'
    assert [one.handle for one in settings.competitor] == ["rival", "other"]


@pytest.mark.parametrize("handle", ["bad handle", "x" * 65, "acme\n.", "a/b"])
def test_a_handle_that_can_be_none_is_a_usage_error(
    tmp_path: Path, handle: str
) -> None:
    run = kpi_tui_here(tmp_path, "init", "--yes", "--account", handle)

    assert (run.code, run.out) == (2, "")
    assert "expected a TikTok handle" in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["pipe", "x" * 300])
@pytest.mark.parametrize("word", ["--yes", "--force"])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, place: str, word: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    run = kpi_tui_here(tmp_path, "init", "--yes", word, place)

    assert (run.code, run.out) == (2, "")
    assert [path.is_fifo() for path in tmp_path.iterdir()] == [True]


def test_the_account_that_was_imported_is_offered(tmp_path: Path) -> None:
    kpi_tui_here(tmp_path, "record", "followers", "5", "--account", "acme")

    assert kpi_tui_here(tmp_path, "init", "--yes", "new.toml").code == 0

    assert load(tmp_path / "new.toml").account[0].handle == "acme"


def test_a_folder_is_judged_as_it_will_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = iter(
        ["acme", "Acme", "UTC", "\x01~no.such.user/x", "\x01downloads", "rival"]
    )
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(typed))

    answers = _ask(Answers("acme"), None)

    assert answers.folder == str(tmp_path / "downloads")
    assert answers.competitors == ("rival",)


def test_ctrl_c_at_a_question_writes_nothing(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new.toml")
    terminal.until("tiktok.com/@")

    # Python forgets a signal that comes just before readline begins to wait.
    for _ in range(60):
        if terminal.process.poll() is not None:
            break
        terminal.process.send_signal(signal.SIGINT)
        terminal.hear(0.5)

    assert terminal.ended() == 130
    assert list(tmp_path.iterdir()) == []


# "./~name" is read as somebody's home, because pathlib drops the "./".
FOLDERS = st.text(min_size=1, max_size=30).filter(lambda name: "~" not in name)


@given(st.text(max_size=30), FOLDERS)
def test_any_name_and_folder_give_a_valid_config(name: str, folder: str) -> None:
    answers = Answers("acme", name, "UTC", f"./{folder}", ("rival",))

    document = parse(config_text(answers))

    assert document.data is not None
    assert not document.faults
    assert Settings.model_validate(document.data).account[0].handle == "acme"


def test_the_switched_off_lines_are_valid_too(tmp_path: Path) -> None:
    lines = config_text(Answers("acme")).splitlines()
    path = tmp_path / "config.toml"
    path.write_text(
        "\n".join(
            line[1:] if line.startswith("#") and not line.startswith("# ") else line
            for line in lines
            if not line.startswith("#   ")
        )
    )

    types = {source.type for source in load(path).account[0].source}

    assert types == {"tiktok-studio", "tiktok-business", "csv"}


def test_the_zone_is_the_system_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Europe/Athens")
    assert guessed_timezone() == "Europe/Athens"

    monkeypatch.setenv("TZ", "EET-2EEST,M3.5.0/3")
    assert "/" in guessed_timezone() or guessed_timezone().isupper()
