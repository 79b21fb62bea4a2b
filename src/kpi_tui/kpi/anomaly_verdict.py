"""What the anomaly detector says of a point, and the sentence that explains it.

Knows nothing of how the detector came to it.
"""

from typing import Literal, NamedTuple

from kpi_tui.kpi.anomaly_season import Season

Cause = Literal["none", "point", "level", "drift", "swing"]
"""``point``: the value against its forecast; ``level``: the short window's mean against
the level; ``drift``: the long window's mean residual; ``swing``: how much it moves."""

FIRES = 0.5
"""From this score on a point is an anomaly."""

_WEEKDAYS = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday"),
)
_PREPOSITIONS = {"by", "per", "from", "on", "of", "past", "to", "in"}
_DAY = 86_400


class Verdict(NamedTuple):
    """What the detector says of one point. A tuple: one is made per point."""

    score: float
    """0-1; :data:`FIRES` or more is an anomaly."""
    at: int
    """Epoch seconds."""
    value: float
    silence: str = ""
    """Why nothing is said: "not settled", "not covered", "nothing new", "still learning",
    "within a step of rounding", "no more than the anomaly before"."""
    expected: float = 0.0
    """What level, trend and season foretold."""
    spread: float = 0.0
    """How far from the forecast the series usually is."""
    cause: Cause = "none"
    """What contributed most."""
    season: Season = "none"
    """The season in ``expected``; "none" where none has helped."""
    level: float = 0.0
    """Level and trend, without the season."""
    recent: float = 0.0
    """The short window's mean."""
    drift: float = 0.0
    """The long window's mean residual."""
    swing: float = 1.0
    """How much the value moves from row to row, against the usual."""
    still_seconds: int = 0
    """How long the value has been the same."""
    window_seconds: int = 0
    long_seconds: int = 0

    @property
    def is_anomaly(self) -> bool:
        """Whether the detector fires."""
        return self.score >= FIRES


def explain(metric_name: str, verdict: Verdict) -> str:
    """Why the point is unusual: "Video views are 4.1 x what a Tuesday brings."

    Also for points that do not fire: the sentence then says that all is as usual,
    or why nothing can be said.
    """
    name = metric_name[:1].upper() + metric_name[1:]
    are, have = ("are", "have") if is_plural(metric_name) else ("is", "has")
    if verdict.silence:
        return f"{name}: {verdict.silence}."
    if not verdict.is_anomaly:
        return f"{name} {are} as usual."
    match verdict.cause:
        case "level":
            against = _against(verdict.recent, verdict.level, "the usual level")
            over = _span(verdict.window_seconds)
            return f"{name} {have} lately been {against} (mean of about {over})."
        case "drift":
            side = "above" if verdict.drift > 0 else "below"
            size, over = _number(abs(verdict.drift)), _span(verdict.long_seconds)
            return f"{name} {have} been {size} {side} the expected on average (about {over})."
        case "swing":
            return f"{name} {_swing(verdict, have)}"
        case _:
            against = _against(verdict.value, verdict.expected, _usual(verdict))
            return f"{name} {are} {against}."


def _swing(verdict: Verdict, have: str) -> str:
    if verdict.still_seconds >= verdict.window_seconds > 0:
        still = _span(verdict.still_seconds)
        return f"{have} not moved for {still}, which is unusual."
    against = _against(verdict.swing, 1.0, "the usual")
    return f"{have} lately moved {against} (about {_span(verdict.window_seconds)})."


def _usual(verdict: Verdict) -> str:
    if verdict.season == "weekday":
        return f"what a {_WEEKDAYS[(verdict.at // _DAY + 3) % 7]} brings"
    if verdict.season == "hour":
        return "what this hour of the day brings"
    return "the usual"


def _against(value: float, usual: float, words: str) -> str:
    """ "4.1 x WORDS", "62 % below WORDS"; plain numbers where a ratio would mislead."""
    if usual <= 0 or value < 0 or not value / usual < 1e4:
        return f"{_number(value)}, where {_number(usual)} is {words}"
    ratio = value / usual
    if ratio >= 2:
        return f"{ratio:,.1f} x {words}"
    percent = abs(ratio - 1) * 100
    side = "above" if ratio > 1 else "below"
    return f"{_short(percent)} % {side} {words}"


def _short(percent: float) -> str:
    """Whole from 10 on, else two significant digits; never rounded up to all."""
    if percent >= 10:
        return f"{percent:.0f}" if percent <= 99 or percent == 100 else f"{percent:.1f}"
    return f"{percent:.2g}"


def _number(value: float) -> str:
    size = abs(value)
    if size >= 1000 or size == int(size):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _span(seconds: int) -> str:
    """ "1 minute", "90 minutes", "2 hours": no unit below two of it is rounded."""
    units = ((_DAY, "day"), (3600, "hour"), (60, "minute"))
    fitting = (unit for unit in units if seconds >= 2 * unit[0] or seconds == unit[0])
    size, word = next(fitting, (1, "second"))
    count = round(seconds / size)
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def is_plural(name: str) -> bool:
    """By the head of the name: "Views per video" are, "Bounce rate" is."""
    words = name.lower().replace("(", " ( ").split()
    head = next(
        (i for i, word in enumerate(words) if word in _PREPOSITIONS or word == "("),
        len(words),
    )
    last = words[head - 1] if head else ""
    return last.endswith("s") and not last.endswith("ss")
