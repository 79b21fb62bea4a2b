"""The one comparable benchmark of each KPI, for the account that is shown.

Knows where benchmarks come from; which may be compared is decided in
:mod:`kpi_tui.kpi.benchmarks`.
"""

from collections.abc import Callable, Sequence

from kpi_tui.config.load import ConfigError
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.benchmarks import Benchmark, benchmark_for, fetched_benchmarks
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.store.store import Store

BenchmarkReader = Callable[[], Sequence[Benchmark]]
"""Reads the published ones; raises ConfigError for a wrong file."""


class BenchmarkBook:
    """Published benchmarks, read once, beside those that sources told."""

    def __init__(self, published: Sequence[Benchmark] | BenchmarkReader) -> None:
        """A reader is asked at the second question only: the first is the first
        frame's, which need not wait 7 ms for a file."""
        self._reader = published if callable(published) else None
        self._published: Sequence[Benchmark] = () if callable(published) else published
        self._is_asked = False
        self.notices: tuple[str, ...] = ()
        """What is wrong with the user's own file."""

    def of(self, store: Store, settings: Settings, handle: str) -> dict[str, Benchmark]:
        """KPI id to what others in the account's industry reach."""
        reader = self._reader if self._is_asked else None
        self._is_asked = True
        if reader is not None:
            self._reader = None
            self._published = self._read(reader)
        own = next((a for a in settings.account if a.handle == handle), None)
        industry = own.industry if own else None
        fetched = fetched_benchmarks(store.benchmark_points(handle))
        if not fetched and not self._published:
            return {}
        found = {
            kpi: benchmark_for(kpi, industry, fetched, self._published)
            for kpi in DEFINITIONS
        }
        return {kpi: one for kpi, one in found.items() if one is not None}

    def _read(self, reader: BenchmarkReader) -> Sequence[Benchmark]:
        try:
            return reader()
        except ConfigError as error:
            first = error.problems[0]
            line = f":{first.line}" if first.line else ""
            words = f"{first.file.name}{line}: {first.message}"
            self.notices = (f"your benchmarks are not used: {words}",)
            return ()
