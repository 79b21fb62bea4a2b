"""A secret comes from its place, or an error says where it was looked for."""

import sys
import time
from pathlib import Path

import pytest

from kpi_tui.config import secrets
from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import Secret

WHERE = "account acme, source 1: access_token"


def refused(secret: Secret) -> SecretError:
    """The error of a secret that cannot be had."""
    with pytest.raises(SecretError) as caught:
        read_secret(secret, WHERE)
    assert caught.value.message.startswith(WHERE)
    assert caught.value.hint
    assert "s3cret" not in caught.value.message + caught.value.hint
    return caught.value


def script(folder: Path, text: str) -> tuple[str, ...]:
    """A command that runs this Python."""
    path = folder / "tell.py"
    path.write_text(text)
    return (sys.executable, str(path))


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_TEST_TOKEN", " s3cret ")
    assert read_secret(Secret(env="KPI_TEST_TOKEN"), WHERE) == "s3cret"

    monkeypatch.setenv("KPI_TEST_TOKEN", "")
    assert "empty" in refused(Secret(env="KPI_TEST_TOKEN")).message
    monkeypatch.setenv("KPI_TEST_TOKEN", "s3cret\ts3cret")
    assert "control characters" in refused(Secret(env="KPI_TEST_TOKEN")).message
    monkeypatch.delenv("KPI_TEST_TOKEN")
    error = refused(Secret(env="KPI_TEST_TOKEN"))
    assert "KPI_TEST_TOKEN is not set" in error.message
    assert "export KPI_TEST_TOKEN" in error.hint


def test_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("s3cret\nsecond line\n")
    path.chmod(0o600)
    assert read_secret(Secret(file=path), WHERE) == "s3cret"

    path.chmod(0o644)
    assert refused(Secret(file=path)).hint == f"chmod 600 {path}"
    path.chmod(0o600)
    path.write_text("\ns3cret")
    assert "empty" in refused(Secret(file=path)).message
    path.write_bytes(b"s3cret\xff")
    assert "not UTF-8" in refused(Secret(file=path)).message
    assert "is not a file" in refused(Secret(file=tmp_path)).message
    assert "there is no file" in refused(Secret(file=tmp_path / "none")).message


def test_from_a_command(tmp_path: Path) -> None:
    command = script(tmp_path, "print('s3cret'); print('more')")
    assert read_secret(Secret(command=command), WHERE) == "s3cret"

    command = script(tmp_path, "import sys; sys.exit('no s3cret for you')")
    assert "ended with code 1" in refused(Secret(command=command)).message
    command = script(tmp_path, "")
    assert "empty" in refused(Secret(command=command)).message
    command = script(tmp_path, "print('s3cret' * 20000)")
    assert "printed too much" in refused(Secret(command=command)).message
    missing = ("no-such-command-9", "s3cret")
    assert "no-such-command-9 cannot be run" in refused(Secret(command=missing)).message


def test_a_command_gets_no_shell(tmp_path: Path) -> None:
    command = (*script(tmp_path, "import sys; print(sys.argv[1])"), "$(id); a b")

    assert read_secret(Secret(command=command), WHERE) == "$(id); a b"


@pytest.mark.parametrize(
    "text",
    [
        "import time; time.sleep(60)",
        # It ends, and a child of its own holds the pipe.
        "import os, time\nif os.fork() == 0: time.sleep(60)",
        # It closes the pipe and stays.
        "import os, time\nprint('s3cret', flush=True); os.close(1); time.sleep(60)",
    ],
)
def test_a_command_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.5)
    begun = time.monotonic()

    assert "did not end" in refused(Secret(command=script(tmp_path, text))).message
    assert time.monotonic() - begun < 5


def test_from_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install keyring" in refused(Secret(keyring="tiktok/acme")).hint
    monkeypatch.delitem(sys.modules, "keyring")

    (tmp_path / "keyring.py").write_text(
        "def get_password(service, user):\n"
        "    if service == 'locked':\n"
        "        raise RuntimeError('s3cret')\n"
        "    return {('tik/tok', 'acme'): 's3cret'}.get((service, user))\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    assert read_secret(Secret(keyring="tik/tok/acme"), WHERE) == "s3cret"
    assert refused(Secret(keyring="tik/tok/rival")).hint == "keyring set tik/tok rival"
    assert "failed (RuntimeError)" in refused(Secret(keyring="locked/acme")).message
    monkeypatch.delitem(sys.modules, "keyring")


def test_a_literal_is_hidden_until_it_is_read() -> None:
    secret = Secret.model_validate("s3cret")

    assert "s3cret" not in repr(secret) + str(secret) + secret.model_dump_json()
    assert read_secret(secret, WHERE) == "s3cret"
