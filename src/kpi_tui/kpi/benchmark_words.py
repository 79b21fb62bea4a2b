"""A benchmark as people say it, for every screen and report.

Knows words only; what may be compared is :mod:`kpi_tui.kpi.benchmarks`'.
"""

from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import format_day, format_value


def value_words(benchmark: Benchmark) -> str:
    """``2.6 %``."""
    return format_value(benchmark.value, DEFINITIONS[benchmark.kpi].unit)


def short_words(benchmark: Benchmark) -> str:
    """``industry 2.6 %``; ``others 3.4 %`` where it is of all industries."""
    who = "industry" if benchmark.industry else "others"
    return f"{who} {value_words(benchmark)}"


def industry_words(benchmark: Benchmark) -> str:
    """``food & beverage``; ``all industries``."""
    if benchmark.industry is None:
        return "all industries"
    return benchmark.industry.replace("_AND_", " & ").replace("_", " ").lower()


def origin_words(benchmark: Benchmark) -> str:
    """Who says so, and of when: ``Rival IQ (Food & Beverage), 2024``."""
    if benchmark.day is not None:
        told = f"{format_day(benchmark.day)} {benchmark.day.year}"
        return f"{benchmark.source}, told on {told}"
    return (
        f"{benchmark.source}, {benchmark.year}" if benchmark.year else benchmark.source
    )
