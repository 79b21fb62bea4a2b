"""The vault on a real disk: private, replaced whole, locked, and mended when damaged."""

import json
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.tokens import Record, Tokens
from kpi_tui.sources.signin.vault import RawAnswer, Vault

NAME = "acme/tiktok-display"
RECORD = Record("tiktok-display", "k", Tokens("act.a", 1.0, 2.0, "rft.a", 3.0, "o"))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "data" / "signin")


def entry(vault: Vault) -> Path:
    return vault.folder / "acme~tiktok-display.json"


def keep(vault: Vault, record: Record = RECORD) -> None:
    with vault.locked(NAME, 5):
        vault.keep(NAME, record, "file")


def test_an_empty_vault_has_nothing(vault: Vault) -> None:
    assert vault.names() == []
    assert (vault.record(NAME), vault.place(NAME), vault.answer(NAME)) == (None,) * 3
    with vault.locked(NAME, 5):
        assert vault.drop(NAME) is False


def test_only_the_owner_can_read_what_is_kept(vault: Vault) -> None:
    before = os.umask(0)
    try:
        keep(vault)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in vault.folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700
    assert (vault.record(NAME), vault.place(NAME)) == (RECORD, "file")
    assert vault.names() == [NAME]


def test_what_is_kept_is_on_the_disk_itself_before_and_after_it_takes_its_place(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a machine that loses its power has an empty file, or the old one."""
    keep(vault)
    done: list[str] = []
    fsync, replaced = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder" if is_folder else "file")
        fsync(descriptor)

    def put(source: Path, target: Path) -> None:
        done.append("replaced")
        replaced(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", put)
    keep(vault, replace(RECORD, client_id="other"))
    assert done == ["file", "replaced", "folder"]


def test_a_folder_that_others_may_enter_is_closed(vault: Vault) -> None:
    vault.folder.mkdir(parents=True, mode=0o755)
    vault.folder.chmod(0o755)
    keep(vault)
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700


def test_a_file_that_others_may_read_is_refused(vault: Vault) -> None:
    keep(vault)
    entry(vault).chmod(0o640)
    with pytest.raises(SourceError, match="others may read the sign-in") as caught:
        vault.record(NAME)
    assert (caught.value.hint or "").startswith(f"chmod 600 {entry(vault)}")
    assert vault.place(NAME) == "file"


def test_a_link_in_its_place_is_not_followed(vault: Vault, tmp_path: Path) -> None:
    keep(vault)
    entry(vault).rename(tmp_path / "elsewhere")
    entry(vault).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="cannot be used"):
        vault.record(NAME)


def test_a_link_beside_it_is_not_written_through(vault: Vault, tmp_path: Path) -> None:
    keep(vault)
    (tmp_path / "target").write_text("mine")
    (vault.folder / "acme~tiktok-display.json.new").symlink_to(tmp_path / "target")
    with pytest.raises(SourceError, match="cannot be used"):
        keep(vault, replace(RECORD, client_id="other"))
    assert (tmp_path / "target").read_text() == "mine"
    assert vault.record(NAME) == RECORD


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"where": "file"}', "\x00\xff"])
def test_a_damaged_entry_says_what_to_do_and_can_be_replaced(
    vault: Vault, text: str
) -> None:
    keep(vault)
    entry(vault).write_text(text)
    with pytest.raises(SourceError, match="is damaged") as caught:
        vault.record(NAME)
    assert caught.value.hint == f"kpi-tui auth {NAME}"
    keep(vault)
    assert vault.record(NAME) == RECORD
    entry(vault).write_text(text)
    with vault.locked(NAME, 5):
        assert vault.drop(NAME) is True


def test_what_a_killed_writer_left_is_overwritten(vault: Vault) -> None:
    keep(vault)
    beside = vault.folder / "acme~tiktok-display.json.new"
    beside.write_text("half of someth")
    beside.chmod(0o666)
    keep(vault, replace(RECORD, client_id="other"))
    assert vault.record(NAME) == replace(RECORD, client_id="other")
    assert not beside.exists()
    assert stat.S_IMODE(entry(vault).stat().st_mode) == 0o600


def test_a_forgotten_entry_leaves_no_token_behind(vault: Vault) -> None:
    keep(vault)
    with vault.locked(NAME, 5):
        vault.keep_answer(NAME, RawAnswer("act.raw", 5.0, "f"))
        assert vault.answer(NAME) == RawAnswer("act.raw", 5.0, "f")
        assert vault.drop(NAME) is True
    assert vault.names() == []
    for path in vault.folder.iterdir():
        assert path.read_bytes() == b""  # the lock


def test_an_answer_shows_no_token(vault: Vault) -> None:
    assert "act.raw" not in repr(RawAnswer("act.raw", 5.0, "f"))
    keep(vault)
    (vault.folder / "acme~tiktok-display.answer").touch(mode=0o600)
    assert vault.answer(NAME) is None


def test_who_waits_too_long_for_the_lock_is_told(vault: Vault) -> None:
    with vault.locked(NAME, 5), vault.locked("acme/tiktok-business", 5):
        other = Vault(vault.folder)
        with (
            pytest.raises(SourceError, match="another kpi-tui has been refreshing"),
            other.locked(NAME, 0.1),
        ):
            pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    vault = Vault(tmp_path / "file" / "signin")
    with (
        pytest.raises(SourceError, match="cannot be used") as caught,
        vault.locked(NAME, 1),
    ):
        pass
    assert caught.value.fault == "config"


WRITER = """
import itertools, json, sys
from pathlib import Path
from kpi_tui.sources.signin.files import write_private
for number in itertools.count():
    text = json.dumps({"number": number, "filling": str(number % 10) * 50_000})
    write_private(Path(sys.argv[1]), text)
    if number == 0:
        print("ready", flush=True)
"""


def test_a_killed_writer_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "v" / "entry"
    for number in range(5):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(0.003 * number)
            writer.kill()
        found = json.loads(path.read_text())
        assert found["filling"] == str(found["number"] % 10) * 50_000
