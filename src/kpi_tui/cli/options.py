"""The options that every command shares, before or after the command's name.

Knows no command. How a command of its own module uses it::

    @click.command()
    @click.argument("path")
    @common_options
    def command(options: Options, path: str) -> None:
        settings = load_settings(options)
        store = Store.open(data_path(options))
        ...

``command`` is named in the table of :mod:`kpi_tui.cli.main`. It ends with another
code than 0 by ``click.get_current_context().exit(1)`` or by raising
:class:`kpi_tui.cli.errors.Failure`.
"""

import functools
import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.streams import shows_boxes

if TYPE_CHECKING:
    from kpi_tui.config.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
How = Literal["screen", "line", "wall"]
"""The whole screen, one line of it, or its pages in turn for a screen on a wall."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said on the command line, whichever command follows."""

    config: Path | None = None
    """``--config``; None: the platform's place, if there is a file."""
    data: Path | None = None
    """``--data``; None: the platform's place (see :func:`data_path`)."""
    account: str | None = None
    """``--account`` without the ``@``; None: the command's own default."""
    is_ascii: bool = False
    """``--ascii``: nothing but ASCII is drawn."""
    how: How = "screen"
    """``--line`` or ``--wall``, where a screen is shown."""

    def merged(self, other: "Options") -> "Options":
        """These, with what ``other`` says in its place."""
        return replace(
            self,
            config=other.config or self.config,
            data=other.data or self.data,
            account=other.account or self.account,
            is_ascii=other.is_ascii or self.is_ascii,
            how=self.how if other.how == "screen" else other.how,
        )


def common_options(function: Callable[Concatenate[Options, P], R]) -> Callable[..., R]:
    """Add ``--config --data --account --ascii`` to a command or group.

    The function gets one :class:`Options` first: the group's, where the command
    says something else the command's.
    """

    @functools.wraps(function)
    def merged(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401 - click's to choose
        mine = Options(
            config=kwargs.pop("common_config"),
            data=kwargs.pop("common_data"),
            account=kwargs.pop("common_account"),
            is_ascii=kwargs.pop("common_is_ascii") or not shows_boxes(sys.stdout),
            how=_how(
                is_line=kwargs.pop("screen_is_line", False),
                is_wall=kwargs.pop("screen_is_wall", False),
            ),
        )
        context = click.get_current_context()
        above = context.find_object(Options) or Options()
        return function(above.merged(mine), *args, **kwargs)

    decorated: Callable[..., R] = merged
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def screen_options(function: Callable[P, R]) -> Callable[P, R]:
    """Add ``--line --wall`` to what :func:`common_options` is put around."""
    for option in reversed(_SCREEN_OPTIONS):
        function = option(function)
    return function


def _how(*, is_line: bool, is_wall: bool) -> How:
    if is_line and is_wall:
        raise click.UsageError("--line and --wall are two ways to look: choose one")
    return "line" if is_line else "wall" if is_wall else "screen"


def data_path(options: Options) -> Path:
    """The database: ``--data``, else the platform's place."""
    if options.data is not None:
        return options.data.expanduser()
    from kpi_tui.config.paths import default_data_path

    return default_data_path()


def config_path(options: Options) -> Path | None:
    """The config: ``--config``, else the platform's place; None if nothing is there."""
    if options.config is not None:
        return options.config.expanduser()
    from kpi_tui.config.paths import default_config_path

    path = default_config_path()
    return path if is_there(path) else None


def sign_in_command(options: Options) -> str:
    """What a user types to sign a source in, before its name: with their config."""
    from kpi_tui.monitor.snapshot import SIGN_IN

    if options.config is None:
        return SIGN_IN
    path = shlex.quote(str(options.config.expanduser().absolute()))
    return f"{SIGN_IN} --config {path}"


def is_there(path: Path) -> bool:
    """Whether something is at a path; Failure where nobody can say."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", code=2) from None
    return True


def load_settings(options: Options) -> "Settings":
    """The config at :func:`config_path`; empty settings where there is none.

    Raises Failure (exit code 2) that lists every mistake of the config.
    """
    from kpi_tui.config.load import ConfigError, load
    from kpi_tui.config.settings import Settings

    path = config_path(options)
    if path is None:
        return Settings()
    try:
        return load(path)
    except ConfigError as error:
        raise Failure(error.render(), code=2) from None


def spelled(handle: str, known: Iterable[str]) -> str:
    """The handle as it is written where it is known: TikTok's have no case."""
    return next((one for one in known if one.lower() == handle.lower()), handle)


def _handle(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    if not value:
        return None
    from kpi_tui.config.fields import parse_handle

    try:
        return parse_handle(value.strip())
    except ValueError as error:
        raise click.BadParameter(f"{value}: {error}") from None


def possible(
    _context: click.Context, _parameter: click.Parameter, value: Path | None
) -> Path | None:
    """A path that may be there or not; a usage error for one that never can."""
    if value is not None:
        try:
            value.expanduser().stat()
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            # What that means is the command's to say.
            pass
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise click.BadParameter(f"{reason}: {value}") from None
    return value


# Whether it can be read is said where it is read, with what to do.
FILE = click.Path(path_type=Path, readable=False)
_SCREEN_OPTIONS = (
    click.option(
        "--line",
        "screen_is_line",
        is_flag=True,
        help="One line that stays up to date; piped, the line once.",
    ),
    click.option(
        "--wall",
        "screen_is_wall",
        is_flag=True,
        help="The tabs in turn with big digits, for a screen on a wall.",
    ),
)
_OPTIONS = (
    click.option(
        "--config",
        "common_config",
        type=FILE,
        metavar="FILE",
        callback=possible,
        help="The config.",
    ),
    click.option(
        "--data",
        "common_data",
        type=FILE,
        metavar="FILE",
        callback=possible,
        help="The database.",
    ),
    click.option(
        "--account",
        "common_account",
        metavar="HANDLE",
        callback=_handle,
        help="The account, by its handle.",
    ),
    click.option("--ascii", "common_is_ascii", is_flag=True, help="Draw with ASCII."),
)
