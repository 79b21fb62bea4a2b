"""What the whole suite ends with: no test may have left a secret where none belongs."""

import pytest

from tests import examples
from tests.leaks.search import canaries_below

__all__ = ["examples"]  # imported for its profile


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
