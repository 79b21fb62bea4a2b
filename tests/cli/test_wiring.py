"""The config while the monitor runs."""

import os
from pathlib import Path

import pytest

from kpi_tui.cli.wiring import settings_reader
from kpi_tui.config.load import load

RIGHT = '[[account]]\nhandle = "acme"\n'
WRONG = RIGHT + 'colour = "red"\n[[goal]]\nkpi = "folowers"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(RIGHT)
    return path


def test_an_edited_config_is_read_again(path: Path) -> None:
    old = load(path)
    reread = settings_reader(path)
    assert reread is not None
    assert reread(old) == (old, None)

    path.write_text(RIGHT + '[[competitor]]\nhandle = "rival"\n')
    new, trouble = reread(old)
    assert (new.handles(), trouble) == (("acme", "rival"), None)
    assert reread(new)[0] is new


def test_a_wrong_one_stays_out_until_it_is_right(path: Path) -> None:
    old = load(path)
    reread = settings_reader(path)
    assert reread is not None

    path.write_text(WRONG)
    for _ in range(2):
        kept, trouble = reread(old)
        assert kept is old
        assert trouble == (
            "the edited config is not used: my.toml:3: account acme: unknown key "
            "`colour` (and 1 more: kpi-tui check)"
        )
    path.write_text(RIGHT + "\n")
    assert reread(old) == (old, None)


def test_one_that_is_gone_or_no_file_is_told(path: Path) -> None:
    old = load(path)
    reread = settings_reader(path)
    assert reread is not None

    path.unlink()
    assert reread(old) == (old, "my.toml is gone: what it said stays in force")
    path.mkdir()
    assert reread(old)[1] == (
        "the edited config is not used: my.toml: is a folder, not a file"
    )
    path.rmdir()
    path.write_text(RIGHT)
    assert reread(old) == (old, None)


def test_one_that_was_only_saved_again_changes_nothing(path: Path) -> None:
    old = load(path)
    reread = settings_reader(path)
    assert reread is not None

    os.utime(path, (1, 1))
    assert reread(old)[0] is old
