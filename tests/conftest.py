"""What holds for the whole suite: its order, its examples, its memory, its secrets."""

import gc
from itertools import chain

import pytest

from tests import examples
from tests.leaks.search import canaries_below

__all__ = ["examples"]  # imported for its profile

LONGEST = (
    "tests/simulation/test_year.py",
    "tests/leaks/test_leaks.py",
    "tests/terminal/",
    "tests/sources/signin/test_kills.py",
    "tests/simulation/",
    "tests/app/test_terminal.py",
)
"""Where a single test or its set-up takes seconds, the longest first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that nobody ends alone with one of them.

    Of two processes each gets half of the list: every other one of the longest stands
    at the start, the others in the middle.
    """
    heaps: list[list[pytest.Item]] = [[] for _ in LONGEST]
    rest = []
    for item in items:
        for place, heap in zip(LONGEST, heaps, strict=True):
            if item.nodeid.startswith(place):
                heap.append(item)
                break
        else:
            rest.append(item)
    first, second = (list(chain(*heaps[start::2])) for start in (0, 1))
    middle = max(0, len(items) // 2 - len(first))
    items[:] = [*first, *rest[:middle], *second, *rest[middle:]]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Collect garbage rarely: looking through all that is imported and collected by
    now, again and again, was a third of the time of the tests of the screen."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Search every file that the tests made; any find fails the whole run."""
    if hasattr(session.config, "workerinput"):
        return  # one of several processes; the first one searches for all
    factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    leaks = canaries_below(factory.getbasetemp())
    if not leaks:
        return
    session.exitstatus = pytest.ExitCode.TESTS_FAILED
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.line("")
        reporter.section("secrets where none belong", sep="=", red=True, bold=True)
        for path, secret in leaks:
            reporter.line(f"{path}: {secret}", red=True)
