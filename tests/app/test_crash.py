"""The crash file: everything but local variables, for its owner only."""

import stat
from datetime import UTC, datetime
from pathlib import Path

from kpi_tui.app.crash import KEPT_FILES, crash_report, crash_sentence, write_crash


def boom() -> Exception:
    """An error from a frame with a secret in it."""
    token = "hunter2-" + "secret"
    try:
        int(f"it broke with {len(token)} letters")
    except ValueError as error:
        return error
    raise AssertionError


def test_a_report_has_the_trace_and_no_locals() -> None:
    report = crash_report(boom(), "1.2.3")
    assert "kpi-tui 1.2.3" in report
    assert (
        "ValueError: invalid literal for int() with base 10: 'it broke with 14 letters"
        in report
    )
    assert "test_crash.py" in report
    assert "hunter2-secret" not in report


def test_the_file_is_the_owners_only(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    path = write_crash(boom(), version="1", folder=folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "ValueError" in path.read_text(encoding="utf-8")


def test_only_the_newest_files_stay(tmp_path: Path) -> None:
    for minute in range(KEPT_FILES + 5):
        now = datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
        write_crash(boom(), version="1", folder=tmp_path, now=now)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == KEPT_FILES
    assert names[0].startswith("crash-20260101-000500")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    sentence = crash_sentence(boom(), version="1", folder=folder)
    assert "ValueError" in sentence
    assert str(folder) in sentence
    assert "could not be written" in " ".join(sentence.split())


def test_a_surrogate_in_the_message_does_not_stop_it(tmp_path: Path) -> None:
    path = write_crash(RuntimeError("\ud800"), version="1", folder=tmp_path)
    assert "\\ud800" in path.read_text(encoding="utf-8")
