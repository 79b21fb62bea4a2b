"""With a working keyring tokens go there; with any other, to the file."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin import keyrings, signing
from kpi_tui.sources.signin.tokens import Record, Tokens
from kpi_tui.sources.signin.vault import RawAnswer, Vault
from tests.servers.oauth import OAuth
from tests.sources.signin.scene import Scene

NAME = "acme/tiktok-display"
RECORD = Record("tiktok-display", "k", Tokens("act.ring", 1.0, 2.0, "rft.ring"))
# What the package keyring has of it, kept in a file so that processes share it.
MODULE = """
import json, pathlib, time, types
_file = pathlib.Path(__file__).with_name("ring.json")
_mood = pathlib.Path(__file__).with_name("mood")
def _all():
    mood = _mood.read_text() if _mood.exists() else ""
    if mood == "locked":
        raise RuntimeError("act.ring is what I was asked for")
    if mood == "hangs":
        time.sleep(60)
    return json.loads(_file.read_text()) if _file.exists() else {}
def get_keyring():
    return types.SimpleNamespace(priority=PRIORITY)
def get_password(service, user):
    return _all().get(f"{service} {user}")
def set_password(service, user, password):
    _file.write_text(json.dumps(_all() | {f"{service} {user}": password}))
def delete_password(service, user):
    rest = _all()
    del rest[f"{service} {user}"]
    _file.write_text(json.dumps(rest))
"""


@pytest.fixture
def ring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Path]]:
    """Install a keyring of some priority; gives its folder."""

    def install(priority: float = 5) -> Path:
        folder = tmp_path / "ring"
        folder.mkdir(exist_ok=True)
        text = MODULE.replace("PRIORITY", str(priority))
        (folder / "keyring.py").write_text(text)
        # Python would take the byte code of another one of this second and length.
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        monkeypatch.syspath_prepend(str(folder))
        return folder

    yield install
    sys.modules.pop("keyring", None)


def keep(vault: Vault) -> str:
    with vault.locked(NAME, 5):
        return vault.keep(NAME, RECORD, "keyring" if keyrings.is_working() else "file")


def on_disk(vault: Vault) -> str:
    return "".join(path.read_text() for path in vault.folder.iterdir())


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert not keyrings.is_working()


@pytest.mark.parametrize("priority", [0, -1, 0.5])
def test_a_stand_in_for_a_keyring_is_none(
    ring: Callable[..., Path], priority: float
) -> None:
    ring(priority)
    assert not keyrings.is_working()


def test_a_working_keyring_has_the_tokens_and_the_disk_has_not(
    ring: Callable[..., Path], tmp_path: Path
) -> None:
    folder = ring()
    vault = Vault(tmp_path / "signin")
    assert keep(vault) == "keyring"
    assert (vault.record(NAME), vault.place(NAME)) == (RECORD, "keyring")
    with vault.locked(NAME, 5):
        vault.keep_answer(NAME, RawAnswer("act.raw", 5.0, "f"))
        assert vault.answer(NAME) == RawAnswer("act.raw", 5.0, "f")
        assert "act." not in on_disk(vault)
        assert "probe" not in (folder / "ring.json").read_text()
        vault.drop_answer(NAME)
        assert vault.answer(NAME) is None
        assert vault.drop(NAME) is True
    assert (folder / "ring.json").read_text() == "{}"
    assert vault.record(NAME) is None


def test_who_signs_in_is_kept_in_the_keyring_where_one_works(
    ring: Callable[..., Path], scene: Scene
) -> None:
    app = scene.app()
    ring(priority=0)
    assert signing.store(scene.vault, app, RECORD.tokens) == "file"
    folder = ring()
    sys.modules.pop("keyring", None)
    assert signing.store(scene.vault, app, RECORD.tokens) == "keyring"
    assert "act.ring" in (folder / "ring.json").read_text()
    assert "act." not in on_disk(scene.vault)
    assert scene.record().tokens == RECORD.tokens


def test_a_keyring_that_fails_at_the_wrong_moment_loses_nothing(
    ring: Callable[..., Path], tmp_path: Path
) -> None:
    folder = ring()
    vault = Vault(tmp_path / "signin")
    keep(vault)
    (folder / "mood").write_text("locked")
    with pytest.raises(SourceError, match="system keyring") as caught:
        vault.record(NAME)
    assert "act.ring" not in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint == f"unlock it, or sign in again: kpi-tui auth {NAME}"
    with vault.locked(NAME, 5):
        vault.keep_answer(NAME, RawAnswer("act.raw", 5.0, "f"))
        assert vault.answer(NAME) == RawAnswer("act.raw", 5.0, "f")
        assert vault.keep(NAME, RECORD) == "file"
    assert (vault.record(NAME), vault.place(NAME)) == (RECORD, "file")


def test_an_entry_that_somebody_took_out_of_the_keyring(
    ring: Callable[..., Path], tmp_path: Path
) -> None:
    folder = ring()
    vault = Vault(tmp_path / "signin")
    keep(vault)
    (folder / "ring.json").write_text("{}")
    with pytest.raises(SourceError, match="is damaged"):
        vault.record(NAME)
    with vault.locked(NAME, 5):
        assert vault.drop(NAME) is True


async def test_the_helper_keeps_what_comes_in_the_keyring_too(
    ring: Callable[..., Path],
    scene: Scene,
    oauth: OAuth,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = ring()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    grant = scene.signed_in(age=90_000)
    record = scene.record()
    with scene.vault.locked(NAME, 5):
        assert scene.vault.keep(NAME, record, "keyring") == "keyring"
    old = grant.access
    assert await scene.keeper().access_token() == grant.access != old
    assert scene.vault.place(NAME) == "keyring"
    assert scene.record().previous == record.tokens
    assert "act." not in on_disk(scene.vault)
    assert grant.access in (folder / "ring.json").read_text()


def test_a_keyring_that_hangs_is_given_up(
    ring: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ring()
    (folder / "mood").write_text("hangs")
    monkeypatch.setattr(keyrings, "SECONDS", 0.2)
    began = time.monotonic()
    assert not keyrings.is_working()
    assert time.monotonic() - began < 5
