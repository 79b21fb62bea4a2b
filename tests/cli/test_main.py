"""The command as a whole: help, endings, what is loaded, options' places."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kpi_tui.cli.errors import Failure, crash_text, report_crash
from kpi_tui.cli.main import COMMANDS, group
from kpi_tui.cli.options import (
    Options,
    common_options,
    config_path,
    data_path,
    load_settings,
)
from tests.cli.runs import environment, kpi_tui, kpi_tui_here


def test_help_lists_every_command_on_stdout(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "--help")

    assert (run.code, run.err) == (0, "")
    for name in COMMANDS:
        assert f"  {name} " in run.out


def test_help_loads_neither_screen_nor_network(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from kpi_tui.cli import main\n"
        "sys.argv = ['kpi-tui', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'textual', 'httpx', 'babel', 'pydantic', 'sqlite_utils', 'plotext'}\n"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )

    assert run.stderr == "[]\n"


def test_version_tells_the_package_s(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "--version")

    assert run.code == 0
    assert run.out.startswith("kpi-tui ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(group, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"Usage: kpi-tui {name}")


def test_usage_errors_end_with_2_on_stderr(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "docter")
    assert (run.code, run.out) == (2, "")
    assert "Did you mean 'doctor'?" in run.err

    run = kpi_tui(tmp_path, "check", "--no-such-option")
    assert (run.code, run.out) == (2, "")


def test_a_wrong_config_ends_with_2_and_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text("[monitor]\nrefrsh = '5m'\ntimezone = 'Mars'\n")

    run = kpi_tui(tmp_path, "--config", path, "check")

    assert (run.code, run.out) == (2, "")
    assert f"{path}:2: monitor: unknown key `refrsh`" in run.err
    assert f"{path}:3: monitor: timezone: expected an IANA" in run.err
    assert "Traceback" not in run.err


def in_a_process(home: Path, body: str, **more: str) -> subprocess.Popen[str]:
    """``kpi-tui probe``, a command with this body."""
    code = (
        "import sys, types, click, os, signal, time\n"
        "from kpi_tui.cli.main import COMMANDS, run\n"
        "@click.command()\n"
        f"def command():\n    {body}\n"
        "COMMANDS['probe'] = ('probe_module:command', '')\n"
        "sys.modules['probe_module'] = types.SimpleNamespace(command=command)\n"
        "sys.argv = ['kpi-tui', 'probe']\n"
        "run()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    body = "[click.echo('line ' * 1000) for _ in range(10000)]"
    with in_a_process(tmp_path, body) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(30) == 141


def test_a_reader_that_was_never_there_ends_it_quietly(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with subprocess.Popen(
        [sys.executable, "-m", "kpi_tui", "--help"],
        env=environment(tmp_path),
        stdout=write,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        os.close(write)
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(30) == 141


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_crash(tmp_path: Path, closed: str) -> None:
    run = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m kpi_tui {closed}"],
        env=environment(tmp_path),
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert run.returncode == 2
    assert "unexpected" not in run.stderr
    assert ("kpi-tui report" in run.stderr) == ("2>" not in closed)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_for_the_output_is_said(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "kpi_tui", "--help"],
            env=environment(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=30,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr == "cannot write: No space left on device\n"


def test_a_reader_that_leaves_tasks_ends_them_quietly(tmp_path: Path) -> None:
    body = "raise ExceptionGroup('', [ExceptionGroup('', [BrokenPipeError()])])"
    with in_a_process(tmp_path, body) as process:
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 141

    body = "raise ExceptionGroup('', [BrokenPipeError(), ValueError('a bug')])"
    with in_a_process(tmp_path, body) as process:
        assert "unexpected fault" in process.communicate(timeout=30)[1]
        assert process.returncode == 1


@pytest.mark.parametrize(
    ("encoding", "is_ascii"), [("utf-8", False), ("latin-1", True), ("cp437", True)]
)
def test_a_locale_without_boxes_is_drawn_with_ascii(
    monkeypatch: pytest.MonkeyPatch, encoding: str, is_ascii: bool
) -> None:
    seen: list[bool] = []

    @click.command()
    @common_options
    def look(options: Options) -> None:
        seen.append(options.is_ascii)

    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    look.main([], standalone_mode=False)
    assert seen == [is_ascii]


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    body = "(print('here', flush=True), time.sleep(60))"
    with in_a_process(tmp_path, body) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read().strip() == ""


def test_exit_codes_of_commands_arrive(tmp_path: Path) -> None:
    for body, code in (
        ("click.get_current_context().exit(7)", 7),
        ("return 5", 0),
        ("raise SystemExit(3)", 3),
    ):
        with in_a_process(tmp_path, body) as process:
            assert process.wait(30) == code


def test_a_crash_is_a_sentence_and_a_file_without_variables(tmp_path: Path) -> None:
    body = "token = 'abcdefghij0123456789xyz'; raise ValueError('bad ' + token)"
    with in_a_process(tmp_path, body) as process:
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in err
    place = Path(err.rpartition(" ")[2].strip())
    assert place.is_relative_to(tmp_path / "state")
    assert place.stat().st_mode & 0o777 == 0o600
    text = place.read_text("utf-8")
    assert "in command" in text
    assert "ValueError: bad ***" in text
    assert "abcdefghij0123456789xyz" not in text


def test_a_crash_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    told = report_crash(KeyError("x"), tmp_path / "file")

    assert "unexpected fault (KeyError); no crash file" in told


def test_words_and_paths_of_a_crash_stay_readable() -> None:
    text = crash_text(ValueError("no account_of_a_very_long_name in /a/b/c.toml"))

    assert "ValueError: no account_of_a_very_long_name in /a/b/c.toml" in text


def test_output_that_the_locale_cannot_show_does_not_end_it(tmp_path: Path) -> None:
    body = "click.echo('\\N{BEER MUG}')"
    with in_a_process(tmp_path, body, PYTHONIOENCODING="latin-1") as process:
        out, _ = process.communicate(timeout=30)

    assert (process.returncode, out) == (0, "?\n")


def test_options_stand_before_or_after_the_command() -> None:
    seen: list[Options] = []

    @click.group(invoke_without_command=True)
    @common_options
    def top(options: Options) -> None:
        click.get_current_context().obj = options

    @top.command()
    @click.argument("path")
    @common_options
    def take(options: Options, path: str) -> None:
        assert path == "x"
        seen.append(options)

    words = ["--data", "a.db", "--account", "@acme", "--ascii", "take", "x"]
    for more in ([], ["--data", "b.db", "--config", "c.toml"]):
        result = CliRunner().invoke(top, [*words, *more])
        assert result.exit_code == 0, result.output

    assert seen == [
        Options(data=Path("a.db"), account="acme", is_ascii=True),
        Options(Path("c.toml"), Path("b.db"), "acme", is_ascii=True),
    ]


def test_without_a_config_settings_are_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert config_path(Options()) is None
    assert load_settings(Options()).account == ()
    assert data_path(Options()) == tmp_path / "kpi-tui/kpi.db"

    path = tmp_path / "kpi-tui/config.toml"
    path.parent.mkdir()
    path.write_text("[[account]]\nhandle = 'acme'\n")
    assert load_settings(Options()).account[0].handle == "acme"
    with pytest.raises(Failure, match="no such file") as caught:
        load_settings(Options(config=tmp_path / "none.toml"))
    assert caught.value.exit_code == 2


def test_the_line_is_told_once_where_nobody_watches(tmp_path: Path) -> None:
    ended = kpi_tui_here(tmp_path, "--line")

    assert ended.code == 0, ended
    assert ended.out.startswith("DEMO @acme ")
    assert ended.out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--wall", "report"), "kpi-tui --wall"),
        (("--line", "status"), "kpi-tui demo --line"),
        (("--line", "--wall"), "choose one"),
        (("report", "--wall"), "No such option"),
    ],
)
def test_ways_to_look_belong_to_the_monitor(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ended = kpi_tui_here(tmp_path, *words)

    assert ended.code == 2
    assert told in ended.err
