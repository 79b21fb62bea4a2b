"""A config file to validated settings, or every mistake in it at once.

Knows files and lines; the words are :mod:`kpi_tui.config.wording`'s.
"""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from kpi_tui.config.checks import cross_faults, own_kpis
from kpi_tui.config.document import Document, line_at, lines_of, parse
from kpi_tui.config.paths import default_config_path, default_data_path
from kpi_tui.config.settings import Settings
from kpi_tui.config.wording import Fault, subject, told

__all__ = [
    "ConfigError",
    "Problem",
    "default_config_path",
    "default_data_path",
    "load",
]

_MOST_BYTES = 5_000_000
"""A thousand accounts take 300 kB."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a config."""

    file: Path
    line: int | None
    """From 1; None when the mistake is in no line."""
    key: str
    """``account acme, source 2: url``; empty when it is the file as a whole."""
    message: str
    hint: str | None = None

    def render(self) -> str:
        """``config.toml:12: account acme, source 2: url: expected …``."""
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        # "unknown key `refrsh`" already names the key.
        is_named = self.message.startswith("unknown ") and "`" in self.message
        key = self.key.rpartition(": ")[0] if is_named else self.key
        text = ": ".join(part for part in (where, key, self.message) if part)
        return f"{text}\n    {self.hint}" if self.hint else text


class ConfigError(Exception):
    """The config cannot be used; tells every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """``problems`` are in the order of their lines."""
        super().__init__(problems)
        self.problems = tuple(problems)

    def render(self) -> str:
        """One line per problem, with its hint on the next."""
        return "\n".join(problem.render() for problem in self.problems)

    def __str__(self) -> str:
        """As :meth:`render`."""
        return self.render()


def load(path: Path) -> Settings:
    """Read and validate a config; ConfigError with every mistake in it.

    Relative paths in it are taken from its folder, and ``~`` is expanded.
    """
    path = path.expanduser()
    text, is_private = _read(path)
    document = parse(text)
    faults = _faults_of_syntax(path, document)
    if document.data is None:
        raise ConfigError(faults)
    # ``is_private`` and ``file`` are for the literal secrets among the values.
    whole = path.absolute()
    context = {
        "folder": whole.parent,
        "is_private": is_private,
        "file": str(path),
        "kpis": own_kpis(document.data),
    }
    settings, mistakes = _validate(document, context)
    if settings is not None and not faults and not mistakes:
        return settings
    where = lines_of(document.text)
    data = document.data
    faults += [
        Problem(
            path,
            line_at(where, mistake.place),
            subject(mistake.place, data),
            mistake.message,
            mistake.hint,
        )
        for mistake in mistakes
    ]
    raise ConfigError(sorted(faults, key=lambda problem: problem.line or 0))


def _read(path: Path) -> tuple[str, bool]:
    """The text, and whether nobody but the owner may read the file."""
    try:
        status = path.stat()
        # Opening a pipe would wait for its writer.
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise _whole(path, "is not a regular file")
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise _whole(path, "no such file", f"kpi-tui init {path} writes one") from None
    except IsADirectoryError:
        hint = f"name the file in it, such as {path / 'config.toml'}"
        raise _whole(path, "is a folder, not a file", hint) from None
    except PermissionError:
        raise _whole(path, "may not be read", f"chmod u+r {path}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _whole(path, f"cannot be read: {reason or 'bad name'}") from None
    return _decoded(path, raw), not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _decoded(path: Path, raw: bytes) -> str:
    if len(raw) > _MOST_BYTES:
        raise _whole(path, "is larger than 5 MB; this cannot be a config")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(path, line, "", "is not UTF-8 text", "save it as UTF-8")
        raise ConfigError([problem]) from None
    if not text.strip():
        raise _whole(path, "is empty", f"kpi-tui init --force {path} writes a new one")
    return text


def _whole(path: Path, message: str, hint: str | None = None) -> ConfigError:
    return ConfigError([Problem(path, None, "", message, hint)])


def _faults_of_syntax(path: Path, document: Document) -> list[Problem]:
    return [
        Problem(path, fault.line, "", f"not valid TOML: {fault.message}")
        for fault in document.faults
    ]


def _validate(
    document: Document, context: dict[str, object]
) -> tuple[Settings | None, list[Fault]]:
    data = document.data or {}
    settings = None
    mistakes = list(cross_faults(data))
    try:
        settings = Settings.model_validate(data, context=context)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        mistakes = [told(one, data) for one in errors] + mistakes
        # What is wrong in itself is not judged again beside the rest.
        first = {one.place: one for one in reversed(mistakes)}
        mistakes = list(first.values())[::-1]
    if document.faults:
        # What seems to be missing may stand in a line that was left out.
        mistakes = [one for one in mistakes if "missing" not in one.message]
    return settings, mistakes
