"""Recognises counters that a platform rounds; knows nothing of ranks."""

from datetime import date

from kpi_tui.kpi.history import AccountHistory

# Three significant digits of a count from here on say that digits are missing; one
# true count of five digits ends in "00" once in a hundred, three of them once in
# a million.
_ROUNDED_FROM = 10_000
_ROUNDED_SEEN = 3
_ROUNDED_LOOKED_AT = 10


def is_rounded(history: AccountHistory, last: date) -> bool:
    """Whether the platform rounds this account's follower counter.

    True when the newest distinct daily values up to ``last``, three at least and
    all of 10,000 or more, have only three significant digits each.
    """
    days = history.levels.get("followers", {})
    newest = [days[day] for day in sorted(days, reverse=True) if day <= last]
    values = list(dict.fromkeys(newest))[:_ROUNDED_LOOKED_AT]
    return len(values) >= _ROUNDED_SEEN and all(
        value >= _ROUNDED_FROM and float(f"{value:.3g}") == value for value in values
    )
