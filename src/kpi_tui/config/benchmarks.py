"""Published benchmarks: the file that comes with the program, and the user's own.

Knows no KPI's value; what may be compared is :mod:`kpi_tui.kpi.benchmarks`'.
"""

import importlib.resources
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from kpi_tui.config.document import line_at, lines_of, parse
from kpi_tui.config.fields import Amount, KpiId, Line, Required, Url
from kpi_tui.config.load import ConfigError, Problem
from kpi_tui.config.section import Section
from kpi_tui.config.wording import guess, plain_place, subject, told
from kpi_tui.kpi.benchmarks import Benchmark, Denominator, category_of

FILE = "benchmarks.toml"
"""Its name beside the config, and inside the program."""
_MOST_BYTES = 1_000_000


def _industry(value: str) -> str:
    category = category_of(value)
    if not category:
        raise ValueError('expected an industry such as "FOOD_AND_BEVERAGE"')
    return category


class BenchmarkSection(Section):
    """One published value."""

    kpi: KpiId
    value: Amount
    """A number, or a percentage such as ``"3.4%"`` for rates."""
    denominator: Denominator = ""
    """What a rate is divided by."""
    source: Required
    year: int = Field(ge=2000, le=2100, strict=True)
    industry: Annotated[Line, AfterValidator(_industry)] | None = None
    """All industries when absent."""
    url: Url | None = None
    """Where it can be read."""


class _File(Section):
    benchmark: tuple[BenchmarkSection, ...] = ()


def load_benchmarks(folder: Path | None = None) -> tuple[Benchmark, ...]:
    """All published benchmarks, the user's first.

    ``folder`` is the config's; without a ``benchmarks.toml`` in it there are only those
    that come with the program. Raises ConfigError with every mistake in the user's.
    """
    shipped = importlib.resources.files("kpi_tui.config") / FILE
    found = {_key(b): b for b in _parsed(shipped.read_text("utf-8"), Path(FILE))}
    if folder is not None and (text := _read(folder / FILE)) is not None:
        own = {_key(b): b for b in _parsed(text, folder / FILE)}
        found = own | {key: b for key, b in found.items() if key not in own}
    return tuple(found.values())


def _key(benchmark: Benchmark) -> tuple[str, str | None, str]:
    return benchmark.kpi, benchmark.industry, benchmark.denominator


def _read(path: Path) -> str | None:
    """The user's text; None when there is no such file."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise ConfigError([Problem(path, None, "", "is larger than 1 MB")])
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        problem = Problem(path, None, "", "is not UTF-8 text", "save it as UTF-8")
    except OSError as error:
        problem = Problem(path, None, "", f"cannot be read: {error.strerror}")
    raise ConfigError([problem])


def _parsed(text: str, path: Path) -> list[Benchmark]:
    document = parse(text)
    problems = [
        Problem(path, fault.line, "", f"not valid TOML: {fault.message}")
        for fault in document.faults
    ]
    if document.data is None or problems:
        raise ConfigError(problems)
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        where = lines_of(document.text)
        for one in error.errors(include_url=False):
            place = plain_place(one["loc"])
            message, hint = _told(one, document.data)
            key = subject(place, document.data)
            problems.append(Problem(path, line_at(where, place), key, message, hint))
        raise ConfigError(problems) from None
    return [_benchmark(section) for section in file.benchmark]


def _told(error: ErrorDetails, data: dict[str, object]) -> tuple[str, str | None]:
    if error["type"] == "extra_forbidden":
        key = str(error["loc"][-1])
        known = BenchmarkSection if len(error["loc"]) > 1 else _File
        return f"unknown key `{key}`{guess(key, known.model_fields)}", None
    fault = told(error, data)
    return fault.message, fault.hint


def _benchmark(section: BenchmarkSection) -> Benchmark:
    return Benchmark(
        section.kpi,
        section.value,
        section.denominator,
        section.source,
        section.industry,
        section.year,
    )
