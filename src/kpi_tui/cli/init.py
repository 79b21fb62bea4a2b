"""``kpi-tui init``: asks a few questions and writes a commented config.

Never touches a config that is there, unless it is told to, and then keeps a copy.
"""

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import (
    FILE,
    Options,
    common_options,
    data_path,
    is_there,
    possible,
)
from kpi_tui.cli.template import Answers, config_text
from kpi_tui.kpi.text import clean
from kpi_tui.store.records import StoreError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


@click.command()
@click.argument("path", required=False, type=FILE, callback=possible)
@click.option("--yes", "is_yes", is_flag=True, help="Ask nothing, take the defaults.")
@click.option("--force", "is_forced", is_flag=True, help="Replace a config.")
@common_options
def command(
    options: Options, path: Path | None, *, is_yes: bool, is_forced: bool
) -> None:
    """Write a commented config to PATH, or to where kpi-tui looks for it.

    Nobody but you may read it (mode 0600). A config that is there stays, unless
    --force replaces it; the old one is then kept beside it as .bak.
    """
    target = _target(path, options)
    if is_there(target) and not is_forced:
        raise Failure(
            f"there is a config already: {target}",
            hint=f"edit it, or kpi-tui init --force {target}",
        )
    if not is_yes and not sys.stdin.isatty():
        raise Failure(
            "init asks questions, and there is no terminal to ask on",
            hint="kpi-tui init --yes takes the defaults",
            code=2,
        )
    known = options.account or _stored_handle(options)
    defaults = Answers(handle=known or "your_handle", timezone=guessed_timezone())
    answers = defaults if is_yes else _ask(defaults, known)
    _write(target, config_text(answers), is_forced=is_forced)
    click.echo(f"wrote {target}")
    _tell_next(answers, target, path)


def _target(path: Path | None, options: Options) -> Path:
    from kpi_tui.config.paths import default_config_path

    target = (path or options.config or default_config_path()).expanduser()
    if target.is_dir():
        target /= "config.toml"
    # A link, as dotfile folders have it, stays one; what it points to is replaced.
    target = target.resolve()
    if is_there(target) and not target.is_file():
        raise Failure(f"{target} is not a regular file", code=2)
    return target


def _stored_handle(options: Options) -> str | None:
    """The account that was imported before there was a config, if it is one alone."""
    if not is_there(data_path(options)):
        return None
    from kpi_tui.cli.stored import open_store
    from kpi_tui.config.settings import Settings
    from kpi_tui.monitor.cast import cast_of

    with contextlib.suppress(Failure, StoreError):
        store = open_store(options)
        try:
            own = cast_of(Settings(), store).own
        finally:
            store.close()
        if len(own) == 1:
            return own[0].handle
    return None


def _tell_next(answers: Answers, target: Path, path: Path | None) -> None:
    if answers.handle == "your_handle":
        click.echo(f"Next: put your own handle into {target}", err=True)
    more = f" --config {target}" if path else ""
    click.echo(f"Next: kpi-tui check{more}", err=True)


def _write(target: Path, text: str, *, is_forced: bool) -> None:
    """All of it or nothing, and only where it loads; Failure if it cannot be done."""
    from kpi_tui.config.load import load

    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes it 0600.
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".config-")
        draft = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        load(draft)
        if is_forced:
            _keep_old(target)
            draft.replace(target)
        else:
            # Unlike a rename, a link never replaces what came in between.
            os.link(draft, target)
    except OSError as error:
        raise Failure(
            f"cannot write {target}: {error.strerror or error}",
            hint="name another place: kpi-tui init PATH",
        ) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _keep_old(target: Path) -> None:
    if target.exists():
        backup = target.with_name(target.name + ".bak")
        shutil.copy2(target, backup)
        click.echo(f"the old one is kept: {backup}", err=True)


def _ask(defaults: Answers, handle: str | None) -> Answers:
    """The questions, each asked again until its answer is valid."""
    from pydantic import TypeAdapter

    from kpi_tui.config.fields import Handle, LocalPath, Zone

    handles = TypeAdapter[str](Handle)

    def rivals(text: str) -> tuple[str, ...]:
        found = [_valid(handles, word) for word in re.split(r"[\s,]+", text) if word]
        if own.lower() in {one.lower() for one in found}:
            raise click.UsageError(f"{own} is your own account")
        return tuple({one.lower(): one for one in found}.values())

    def folder(text: str) -> str:
        # What will stand in the config is judged, not what was typed around it.
        text = clean(text)
        path = Path(_valid(TypeAdapter[Path](LocalPath), text))
        if not path.exists():
            click.echo(f"Note: there is no folder {path} yet", err=True)
        # In the config a relative path would start at the config's own folder.
        return text if text.startswith("~") else str(path.absolute())

    own: str = _prompt(
        "Handle of your account, as in tiktok.com/@",
        handle,
        lambda text: _valid(handles, text),
    )
    return Answers(
        handle=own,
        name=_prompt("Its name", own, str.strip),
        timezone=_prompt(
            "Its time zone",
            defaults.timezone,
            lambda text: _valid(TypeAdapter[str](Zone), text),
        ),
        folder=_prompt("Folder of TikTok Studio downloads", defaults.folder, folder),
        competitors=_prompt("Handles of competitors (none: Enter)", "", rivals),
    )


def _prompt(text: str, default: str | None, parse: Callable[[str], T]) -> T:
    answer: T = click.prompt(
        text, default=default, show_default=bool(default), value_proc=parse, err=True
    )
    return answer


def _valid(kind: "TypeAdapter[Any]", value: str) -> str:
    """The value as the config will have it; click asks again after a UsageError."""
    from pydantic import ValidationError

    try:
        return str(kind.validate_python(value.strip()))
    except ValidationError as error:
        context = error.errors()[0].get("ctx", {})
        reason = context.get("error") or context.get("message") or "is not valid"
        raise click.UsageError(f"{value}: {reason}") from None


def guessed_timezone() -> str:
    """The system's IANA zone; UTC where it cannot be found out."""
    from zoneinfo import ZoneInfo

    for guess in (_zone_of_environment, _zone_of_file, _zone_of_link):
        name = guess()
        with contextlib.suppress(KeyError, ValueError, OSError):
            if name:
                return ZoneInfo(name).key
    return "UTC"


def _zone_of_environment() -> str:
    return os.environ.get("TZ", "").removeprefix(":")


def _zone_of_file() -> str:
    try:
        return Path("/etc/timezone").read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


def _zone_of_link() -> str:
    path = str(Path("/etc/localtime").resolve())
    return path.partition("/zoneinfo/")[2]
