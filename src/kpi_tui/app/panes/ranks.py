"""The leaderboard's rows as cells and words.

Pure: it formats what the ranking computed.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.fit import aligned
from kpi_tui.app.widgets.lines import Line
from kpi_tui.app.widgets.table import MAX_ROWS, Cell, Row, TableColumn
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import (
    NOTHING,
    format_age,
    format_day,
    format_value,
    sparkline,
)
from kpi_tui.kpi.leaderboard import Leaderboard, LeaderboardRow
from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.windows import local_day
from kpi_tui.monitor.snapshot import Snapshot

_SHORT = {
    "followers": "followers",
    "follower_growth": "new foll.",
    "follower_growth_rate": "growth",
    "engagement_rate": "eng./foll.",
    "engagement_rate_by_views": "eng./views",
    "views_per_video": "views/video",
    "posting_frequency": "posts/wk",
    "share_of_voice": "voice",
}
_SPARK = 14
_MOST_SPARK = 28
# Column and its width, in the order in which they are given room.
_OPTIONAL = (
    ("followers", 10),
    ("spark", _SPARK),
    ("growth", 8),
    ("as_of", 7),
    ("posts", 8),
    ("views", 11),
    ("top", 12),
)
_ORDER = (
    "rank",
    "change",
    "account",
    "value",
    "spark",
    "followers",
    "growth",
    "posts",
    "views",
    "top",
    "as_of",
)
_LABELS = {
    "rank": "#",
    "change": "±",
    "account": "account",
    "spark": "",
    "followers": "followers",
    "growth": "growth",
    "posts": "posts/wk",
    "views": "views/video",
    "top": "top hashtag",
    "as_of": "as of",
}
_LEFT = {"account", "spark", "top", "change"}
_SAME_AS = {
    "followers": "followers",
    "growth": "follower_growth_rate",
    "posts": "posting_frequency",
    "views": "views_per_video",
}
"""Columns that the ranking KPI's own column makes superfluous."""


def kpi_name(kpi: str) -> str:
    """In the middle of a sentence: ``engagement rate by views``."""
    if kpi == "share_of_voice":
        return "share of voice"
    definition = DEFINITIONS.get(kpi)
    name = definition.name if definition else kpi
    return name[:1].lower() + name[1:]


def kpi_unit(kpi: str) -> Unit:
    """Share of voice is a percentage and no account KPI."""
    definition = DEFINITIONS.get(kpi)
    return definition.unit if definition else "percent"


def board_columns(width: int, snapshot: Snapshot) -> list[TableColumn]:
    """The columns that fit ``width`` cells; the account takes what is left, up to 30."""
    board = snapshot.leaderboard
    widths = {"rank": 3, "change": 3, "account": 14, "value": 11}
    left = width - 1 - sum(size + 2 for size in widths.values())
    rates = aligned([growth_text(row.follower_growth_rate) for row in board.rows])
    growth = max(map(len, rates), default=0)
    for key, size in _OPTIONAL:
        if _SAME_AS.get(key) == board.kpi:
            continue
        wanted = max(size, growth) if key == "growth" else size
        if wanted + 2 > left:
            break
        widths[key] = wanted
        left -= wanted + 2
    if "spark" in widths:
        more = max(0, min(left, _wanted_spark(board, snapshot.view.days) - _SPARK))
        widths["spark"] += more
        left -= more
    widths["account"] += max(0, min(16, left))
    labels = {
        **_LABELS,
        "value": _SHORT.get(board.kpi, board.kpi),
        "spark": f"{snapshot.view.days} days",
    }
    return [
        TableColumn(
            key,
            labels[key],
            widths[key],
            "left" if key in _LEFT else "right",
        )
        for key in _ORDER
        if key in widths
    ]


def _wanted_spark(board: Leaderboard, days: int) -> int:
    """A cell a day where there is room, and a reason whole in any case."""
    reasons = [len(row.reason) for row in board.rows if row.rank is None and row.reason]
    return max(min(days, _MOST_SPARK), *reasons, _SPARK)


def board_rows(snapshot: Snapshot, width: int, *, is_ascii: bool) -> list[Row]:
    """One row an account; numbers aligned down their columns."""
    board = snapshot.leaderboard
    rows = board.rows[:MAX_ROWS]
    values = aligned([format_value(row.value, kpi_unit(board.kpi)) for row in rows])
    followers = aligned([format_value(row.followers, "count") for row in rows])
    growth = aligned([growth_text(row.follower_growth_rate) for row in rows])
    posts = aligned([format_value(row.posting_frequency, "per_week") for row in rows])
    views = aligned([format_value(row.views_per_video, "count") for row in rows])
    has_rounded = any(row.is_rounded for row in rows)
    zone = ZoneInfo(snapshot.account.timezone)
    columns = {column.key: column.width for column in board_columns(width, snapshot)}
    made: list[Row] = []
    for place, row in enumerate(rows):
        rounded = (" ~" if row.is_rounded else "  ") if has_rounded else ""
        cells = {
            "rank": Cell(NOTHING if row.rank is None else str(row.rank), "muted"),
            "change": rank_change(row, is_ascii=is_ascii),
            "account": account_cell(row),
            "value": _value_cell(row, values[place]),
            "spark": _spark_cell(row, columns.get("spark", 0), is_ascii=is_ascii),
            "followers": _known(row.followers, followers[place] + rounded),
            "growth": _known(row.follower_growth_rate, growth[place]),
            "posts": _known(row.posting_frequency, posts[place]),
            "views": _known(row.views_per_video, views[place]),
            "top": Cell(next(iter(row.strategy.top_hashtags), ""), "muted"),
            "as_of": Cell(as_of_text(row, snapshot.taken_at, zone), "muted"),
        }
        made.append((row.handle, tuple(cells[key] for key in columns)))
    return made


def account_cell(row: LeaderboardRow) -> Cell:
    """The handle; one's own is bright and says so."""
    if row.role == "own":
        return Cell(f"@{row.handle}", "strong", "  you")
    return Cell(f"@{row.handle}")


def rank_change(row: LeaderboardRow, *, is_ascii: bool) -> Cell:
    """Places gained (▲1) or lost (▼1) since the previous window."""
    change = row.rank_change
    if row.rank is None or change is None:
        return Cell("")
    if change == 0:
        return Cell("·", "muted")
    up, down = ("^", "v") if is_ascii else ("▲", "▼")
    if change > 0:
        return Cell(f"{up}{change}", "good")
    return Cell(f"{down}{-change}", "bad")


def _value_cell(row: LeaderboardRow, text: str) -> Cell:
    return Cell(text, "muted" if row.value is None else "strong")


def _spark_cell(row: LeaderboardRow, width: int, *, is_ascii: bool) -> Cell:
    """The window's days; for an account without a rank, the reason in their place."""
    if row.rank is None and row.reason:
        # Too long for its cell, what it is about is said and not when.
        is_long = len(row.reason) > width
        return Cell(row.reason.partition(" in ")[0] if is_long else row.reason, "muted")
    return Cell(sparkline(row.trend, width, is_ascii=is_ascii), "spark")


def _known(value: float | None, text: str) -> Cell:
    return Cell(text, "muted" if value is None else "")


def growth_text(rate: float | None) -> str:
    """With its sign: ``+5.7 %``."""
    text = format_value(rate, "percent")
    return f"+{text}" if rate is not None and rate > 0 else text


def as_of_text(row: LeaderboardRow, now: datetime, zone: ZoneInfo) -> str:
    """The time of today's newest number, else its day.

    Not "12 min ago": every minute would repaint the whole table (9.8 kB, measured).
    """
    if row.age_at is not None:
        moment = datetime.fromtimestamp(row.age_at, UTC)
        is_today = moment.astimezone(zone).date() == now.astimezone(zone).date()
        # Midnight is the label of a day, not the time of a poll.
        if is_today and row.age_at % 86400:
            return f"{moment.astimezone(zone):%H:%M}"
    if row.as_of is not None:
        return format_day(row.as_of)
    return NOTHING if row.age_at is None else format_day(local_day(row.age_at, zone))


def details(row: LeaderboardRow, snapshot: Snapshot) -> tuple[Line, ...]:
    """The row in words: standing, gap, how it posts, where the numbers come from."""
    who = f"@{row.handle}" + (f"  {row.name}" if row.name else "")
    return (
        ((who, "bold"), (f"  {standing(row, snapshot)}", "")),
        ((gap_words(row, snapshot.leaderboard), ""),),
        ((strategy_words(row), ""),),
        ((origin_words(row, snapshot), MUTED),),
    )


def standing(row: LeaderboardRow, snapshot: Snapshot) -> str:
    """The rank, or why there is none."""
    board = snapshot.leaderboard
    if row.rank is None:
        return f"not ranked: {row.reason or 'no value'}"
    ranked = sum(other.rank is not None for other in board.rows)
    return f"number {row.rank} of {ranked} by {kpi_name(board.kpi)}"


def gap_words(row: LeaderboardRow, board: Leaderboard) -> str:
    """The gap to the account above, and the days to reach it."""
    above = [each for each in board.rows if each.rank and each.rank < (row.rank or 0)]
    if row.gap is None or not above:
        return "First: nobody is above." if row.rank == 1 else ""
    gap = format_value(row.gap, kpi_unit(board.kpi))
    if kpi_unit(board.kpi) == "percent":
        gap = gap.replace(" %", " pt")
    pace = overtake_words(row.days_to_overtake)
    return f"{gap} behind @{above[-1].handle} · at today's pace level {pace}"


def overtake_words(days: float | None) -> str:
    """``in 12 days`` or ``never``."""
    if days is None:
        return "never"
    if days < 1.5:
        return "in a day"
    if days > 3650:
        return "in more than 10 years"
    if days > 730:
        return f"in {days / 365:.0f} years"
    return f"in {days:.0f} days"


def strategy_words(row: LeaderboardRow) -> str:
    """How the account posts, as far as its videos are known."""
    plan = row.strategy
    words = []
    if plan.posts_per_week is not None:
        words.append(f"{format_value(plan.posts_per_week, 'per_week')} posts a week")
    if plan.median_duration is not None:
        words.append(f"{format_value(plan.median_duration, 'seconds')} long (median)")
    if plan.top_hashtags:
        words.append(" ".join(plan.top_hashtags))
    words += [f"{share * 100:.0f} % {name}" for name, share in plan.formats]
    return " · ".join(words) or "Its videos are not known."


def origin_words(row: LeaderboardRow, snapshot: Snapshot) -> str:
    """Source, day, age of the newest number, and whether counters are rounded."""
    words = [row.source or "no source"]
    if row.as_of is not None:
        words.append(f"days to {format_day(row.as_of)}")
    if row.age_at is not None:
        age = snapshot.taken_at.timestamp() - row.age_at
        words.append(f"followers {format_age(max(0.0, age))}")
    if row.is_rounded:
        words.append("~ counters rounded by the platform")
    return " · ".join(words)
