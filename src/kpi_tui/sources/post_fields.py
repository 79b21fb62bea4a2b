"""What of a post's fields can be believed, whoever wrote them.

Knows no provider's names; a value that cannot be used is None, never 0.
"""

import re
from urllib.parse import urlsplit

from kpi_tui.kpi.text import clean

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LONGEST_SECONDS = 86_400.0


def post_id(raw: object) -> str | None:
    """The id, where it can be used as a key.

    A whole number is taken too, digit for digit: some answers write int64.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    try:
        text = str(raw)
    except ValueError:  # an integer of more than 4,300 digits
        return None
    return text if _ID.fullmatch(text) else None


def page_url(raw: object) -> str | None:
    """A web address without its query, which may hold an app's key."""
    if not isinstance(raw, str):
        return None
    try:
        parts = urlsplit(clean(raw, 500))
    except ValueError:
        return None
    is_web = parts.scheme in {"https", "http"} and parts.netloc
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if is_web else None


def length(seconds: float | None) -> float | None:
    """A duration in seconds; a photo's 0 is none."""
    if seconds is None or not 0 < seconds <= _LONGEST_SECONDS:
        return None
    return seconds
