"""No credential in any file, log, crash file, export, database, nor on any screen."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kpi_tui.sources.signin.vault import Vault
from tests.cli.runs import Ended, environment, kpi_tui
from tests.leaks.search import files_below, forms, found_in
from tests.leaks.stage import HEADER, SITE, Loose, config
from tests.servers import ads, oauth, research
from tests.servers.signing import paste_sign_in
from tests.servers.threaded import serving_in_thread
from tests.servers.truth import DAY
from tests.terminal.terminal import Terminal

SIGNED_IN = ("acme/tiktok-display", "acme/tiktok-business")
COMMANDS = (
    ("check",),
    ("collect", "--once"),
    ("status",),
    ("status", "--json"),
    ("doctor",),
    ("auth", "--list"),
    ("alerts",),
    *(("report", "--format", kind) for kind in ("text", "markdown", "html", "json")),
    *(("export", "--format", kind) for kind in ("csv", "json")),
)


@dataclass
class Home:
    """One user's home, and everything that was printed in it."""

    folder: Path
    server: Loose
    printed: dict[str, bytes] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """Every run logs everything."""
        return {
            "PYTHONPATH": str(self.folder / "site"),
            "LEAK_LOG": str(self.folder / "debug.log"),
        }

    def run(self, *words: str, **more: str) -> Ended:
        """A command; what it printed is kept."""
        ended = kpi_tui(
            self.folder, "--config", "config.toml", *words, **self.env, **more
        )
        name = f"{self.server.way}: {' '.join(words)} {more.get('BREAK', '')}"
        self.printed[name] = f"{ended.out}\n{ended.err}".encode()
        self.codes[name] = ended.code
        return ended

    def watch(self, *keys: str, **more: str) -> int:
        """The screen, through these keys and out again; its exit code."""
        terminal = Terminal(
            *("--config", "config.toml"),
            env=environment(self.folder, **self.env, **more),
            cwd=self.folder,
        )
        name = f"{self.server.way}: screen {more.get('BREAK', '')}"
        try:
            if "BREAK" not in more:
                terminal.wait_for("Followers")
            for key in keys:
                if terminal.process.poll() is None:
                    terminal.press(key)
                    terminal.settle()
            return terminal.wait(15.0)
        finally:
            terminal.close()
            self.printed[name] = bytes(terminal.raw)
            # As a person reads it: a token may be cut by the codes for colours.
            shown = terminal.text.replace("\n", "").encode()
            self.printed[f"{name}, as shown"] = shown


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Use everything, on good days and bad."""
    server = Loose()
    folder = tmp_path_factory.mktemp("leaks")
    with (
        serving_in_thread(server.handle) as base,
        serving_in_thread(server.stray) as server.elsewhere,
    ):
        lived = Home(folder, server)
        _furnish(lived, base)
        _live(lived)
        yield lived


def _furnish(home: Home, base: str) -> None:
    path = home.folder / "config.toml"
    path.touch(mode=0o600)
    path.write_text(config(base))
    (home.folder / "site").mkdir()
    (home.folder / "site" / "sitecustomize.py").write_text(SITE)


def _live(home: Home) -> None:
    home.run("check")
    for source in SIGNED_IN:
        env = environment(home.folder, **home.env)
        path = home.folder / "config.toml"
        code, screen = paste_sign_in(path, source, env, home.folder)
        assert code == 0
        home.printed[f"auth {source}"] = screen
    for command in COMMANDS:
        home.run(*command)
    fake = home.server.fake
    _age(home)
    home.run("collect", "--once")
    assert fake.oauth.refreshes == len(SIGNED_IN)
    home.watch("1", "2", "3", "4", "5", "6", "7", "8", "i", "escape", "q")
    for way in ("echo", "html", "redirect"):
        home.server.way = way
        for command in COMMANDS[:5]:
            home.run(*command)
        home.watch("7", "6", "r", "5", "8", "q")
    _age(home)
    for way in ("echo", "html", "redirect"):
        home.server.way = way
        home.run("collect", "--once")
    home.server.way = "well"
    token = {"BREAK_WITH": fake.oauth.grants[0].refresh}
    store = "kpi_tui.store.store:Store.points"
    home.run("export", BREAK=store, **token)
    batch = "kpi_tui.sources.tiktok_ads:AdsConnector._batch"
    home.run("collect", "--once", BREAK=batch, **token)
    home.run("check", BREAK=batch, **token)
    home.watch("q", BREAK="kpi_tui.app.panes.overview:OverviewPane.show", **token)


def _age(home: Home) -> None:
    """Let a day pass for everybody who signed in."""
    (folder,) = home.folder.rglob("signin")
    vault = Vault(folder)
    for name in SIGNED_IN:
        record = vault.record(name)
        assert record is not None
        old = record.tokens
        assert old.access_until is not None
        aged = replace(
            old,
            obtained_at=old.obtained_at - DAY,
            access_until=old.access_until - DAY,
        )
        with vault.locked(name, 10):
            vault.keep(name, replace(record, tokens=aged), "file")


def secrets(home: Home) -> set[str]:
    fixed = {oauth.SECRET, research.CLIENT_SECRET, ads.TOKEN, HEADER}
    return fixed | home.server.seen | set(oauth.secrets_of(home.server.fake.oauth))


def test_everything_was_used(home: Home):
    """Else the search below would find nothing in nothing."""
    sent = home.server.seen
    assert {oauth.SECRET, research.CLIENT_SECRET, ads.TOKEN, HEADER} <= sent
    assert len([one for one in sent if one.startswith("act.")]) >= 4
    assert any(one.startswith("rft.") for one in secrets(home))
    names = {Path(one).name for one in files_below(home.folder)}
    assert {"kpi.db", "debug.log"} <= names
    crashed = [one for one in home.printed if "OverviewPane" in one]
    assert any(b"unexpected error (RuntimeError)" in home.printed[c] for c in crashed)
    assert len([name for name in names if name.startswith("crash-")]) == 3
    assert home.codes["well: collect --once "] == 0
    assert home.codes["echo: check "] == 1
    log = (home.folder / "debug.log").read_text()
    assert "DEBUG" in log
    assert any("unexpected" in line for line in log.splitlines())
    # The vault does keep them: the search knows what a token looks like.
    vault = {str(p): p.read_bytes() for p in home.folder.rglob("signin/*.json")}
    assert found_in(vault, secrets(home))


def test_no_secret_was_printed(home: Home):
    leaks = found_in(home.printed, secrets(home))
    assert not leaks, "\n".join(map(str, leaks))


def test_no_secret_is_in_any_file(home: Home):
    leaks = found_in(files_below(home.folder), secrets(home))
    assert not leaks, "\n".join(map(str, leaks))


def test_redirects_to_another_host_reach_nobody(home: Home):
    assert home.server.strayed == []


@pytest.mark.parametrize("form", forms("act.example1Secret!1"))
def test_the_search_finds_each_writing(form: str, tmp_path: Path):
    secret = "act.example1Secret!1"
    written = b"\x00 x" + forms(secret)[form] + b"y \xff"
    assert ("there", form) in found_in({"there": written}, [secret])
