"""JMESPaths of the config: compiled once, searched without surprises.

Knows no metric; what a found value means is the caller's to say.
"""

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from kpi_tui.kpi.text import clean
from kpi_tui.sources.port import SourceError


def compiled(what: str, path: str) -> ParsedResult:
    """The path ready to search; SourceError names ``what`` it is for."""
    try:
        return jmespath.compile(path)
    except (JMESPathError, RecursionError, ValueError) as error:
        reason = clean(str(error).splitlines()[0] if str(error) else "", 120)
        raise SourceError(
            f"the path of {what} is no valid JMESPath: {clean(path, 80)} ({reason})",
            fault="config",
            hint='A path looks like "data.stats.followerCount" or "items[0].value".',
        ) from None


def searched(path: ParsedResult, document: object) -> Any:  # noqa: ANN401  any JSON
    """What the path finds; None also for a function that meets what it cannot take."""
    # A function in a path meets values that it was not written for: length(null) is
    # a JMESPathError, deep recursion and mixed sorts come out as Python's own errors.
    try:
        return path.search(document)
    except (JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError):
        return None
    except (AttributeError, LookupError):
        return None


def shown(value: object) -> str:
    """A value of any JSON type in a few words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true, no number" if value else "false, no number"
    if isinstance(value, str):
        return f"the text “{clean(value, 40)}”"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "a number out of range"
