"""How often a post's numbers are worth asking for, by its age.

Knows no API. Most of a post's views come in its first days; what it gains later is
seen just as well four times a day, and costs an account with 2,000 posts no budget.
"""

_DAY_SECONDS = 86_400.0
_HOUR_SECONDS = 3_600.0
_TOLERANCE_SECONDS = 30.0
"""A poll that comes a moment early counts: else hourly means every second poll."""

CADENCE: tuple[tuple[float, float], ...] = (
    (_DAY_SECONDS, 0.0),
    (7 * _DAY_SECONDS, _HOUR_SECONDS),
    (float("inf"), 6 * _HOUR_SECONDS),
)
"""(younger than so many seconds, asked every so many seconds)."""


def is_due(age_seconds: float | None, since_last_seconds: float | None) -> bool:
    """Whether a post is to be asked for in this poll.

    ``age_seconds`` since it was posted, None when unknown (then it counts as old);
    ``since_last_seconds`` since it was last asked for, None: never. Also due after
    the clock was set back.
    """
    if since_last_seconds is None or since_last_seconds < 0:
        return True
    age = float("inf") if age_seconds is None else age_seconds
    every = next((every for limit, every in CADENCE if age < limit), CADENCE[-1][1])
    return since_last_seconds >= every - _TOLERANCE_SECONDS
