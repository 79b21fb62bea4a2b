"""The view that somebody looks at, and what was read to show it.

Knows no source and no listener.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.monitor.benchmarks import BenchmarkBook, BenchmarkReader
from kpi_tui.monitor.compute import compute
from kpi_tui.monitor.histories import Histories
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.store.store import Store


class Viewing:
    """Computes the present view from stored data, one computation at a time."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        view: View,
        *,
        published: Sequence[Benchmark] | BenchmarkReader = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``settings`` are asked anew each time; ``published`` are benchmarks."""
        self._store = store
        self._settings = settings
        self._clock = clock
        self._histories = Histories(store)
        self._benchmarks = BenchmarkBook(published)
        self._stale: set[str | None] = set()
        """Accounts with something new since the last computation; None: all."""
        self.view = view
        """What is looked at now."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What is wrong with the user's own benchmarks."""
        return self._benchmarks.notices

    def forget(self, handle: str | None = None) -> None:
        """This account, or everybody, has something new."""
        self._stale.add(handle)

    def compute(self, *, is_whole: bool = True) -> Snapshot:
        """The view; see :func:`kpi_tui.monitor.compute.compute`. Blocks."""
        stale, self._stale = self._stale, set()
        for handle in stale:
            self._histories.forget(handle)
        settings = self._settings()
        return compute(
            self._store,
            settings,
            self.view,
            self._clock(),
            histories=self._histories,
            benchmarks=partial(self._benchmarks.of, self._store, settings),
            is_whole=is_whole,
        )
