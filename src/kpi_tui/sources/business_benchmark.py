"""An industry's averages by TikTok's own count, once a day.

Knows no formula: what may be compared with them is :mod:`kpi_tui.kpi.benchmarks`'.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from kpi_tui.kpi.benchmarks import category_of
from kpi_tui.kpi.readings import Reading, instant
from kpi_tui.kpi.text import clean
from kpi_tui.sources.business_calls import Session
from kpi_tui.sources.business_codes import BusinessError
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError

_PATH = "/business/benchmark/"
_SCOPE = "for benchmarks"
"""No document names it."""
_DAY_SECONDS = 86_400.0
_TOLERANCE_SECONDS = 30.0
"""A poll that comes a moment early counts: else daily means a poll later each day."""
_NEAR = 0.6
_WRONG_VALUE = 40002
_FAULTS_OF_ITS_OWN = 50000

CATEGORIES = (
    *("ART_AND_CRAFTS", "AUTOMOTIVE_AND_TRANSPORTATION", "BABY", "BEAUTY"),
    *("CLOTHING_AND_ACCESSORIES", "EDUCATION_AND_TRAINING", "ELECTRONICS"),
    *("FINANCE_AND_INVESTING", "FOOD_AND_BEVERAGE", "GAMING", "HEALTH_AND_WELLNESS"),
    *("HOME_FURNITURE_AND_APPLIANCES", "MACHINERY_AND_EQUIPMENT"),
    *("MEDIA_AND_ENTERTAINMENT", "PERSONAL_BLOG", "PETS", "PROFESSIONAL_SERVICES"),
    *("PUBLIC_ADMINISTRATION", "REAL_ESTATE", "RESTAURANTS_AND_BARS"),
    *("SHOPPING_AND_RETAIL", "SOFTWARE_AND_APPS", "SPORTS_FITNESS_AND_OUTDOORS"),
    *("TRAVEL_AND_TOURISM", "OTHERS"),
)
"""TikTok's industries. Others are asked for all the same: there may be new ones."""

_AVERAGES: dict[str, str] = {
    "average_video_views": "benchmark_video_views",
    "average_likes": "benchmark_likes",
    "average_comments": "benchmark_comments",
    "average_shares": "benchmark_shares",
    "average_video_count": "benchmark_videos",
    "average_follower_count": "benchmark_followers",
    # Of the last 30 days; whether it counts followers or shares is not documented.
    "average_follower_growth": "benchmark_follower_growth",
}
_CATEGORY = re.compile(r"[A-Z0-9_]{1,64}")


class IndustryBenchmark:
    """Asks for the averages of one industry, when a day has passed."""

    def __init__(self, industry: str | None) -> None:
        """``industry`` as the user writes it; None asks for nothing."""
        self._industry = clean(industry or "", 60)
        self._category = category_of(self._industry)
        self._asked_at: float | None = None
        self.note: str | None = None
        """Why there is no benchmark, as a sentence."""

    async def readings(
        self, session: Session, account: str, now: float
    ) -> tuple[Reading, ...]:
        """The averages as of ``now`` (UTC epoch seconds), or nothing; never raises
        SourceError: the account's own numbers do not depend on it."""
        if not self._category or not self._is_due(now):
            return ()
        query = {
            "business_id": session.business_id,
            "business_category": self._category,
        }
        try:
            data = await session.call(_PATH, query, _SCOPE)
        except SourceError as error:
            self.note = f"No industry benchmark: {self._reason(error)}"
            if isinstance(error, BusinessError) and error.code < _FAULTS_OF_ITS_OWN:
                # It would say the same in five minutes, but for a limit.
                is_limit = error.fault == "rate limited"
                self._asked_at = None if is_limit else now
            return ()
        self._asked_at, self.note = now, None
        return tuple(benchmark_readings(data, self._category, account, now))

    def _is_due(self, now: float) -> bool:
        """Also after the clock was set back."""
        if self._asked_at is None:
            return True
        return not 0 <= now - self._asked_at < _DAY_SECONDS - _TOLERANCE_SECONDS

    def _reason(self, error: SourceError) -> str:
        is_wrong_value = isinstance(error, BusinessError) and error.code == _WRONG_VALUE
        if not is_wrong_value or self._category in CATEGORIES:
            return f"{error.message}."
        near = nearest(self._category)
        guess = (
            f"; did you mean {near}?" if near else f". It has {', '.join(CATEGORIES)}."
        )
        return f"TikTok has no industry “{self._industry}”{guess}"


def benchmark_readings(
    data: Mapping[str, object], category: str, account: str, now: float
) -> list[Reading]:
    """What an answer holds, under ``benchmark:<CATEGORY>``; ``category`` was asked for."""
    told = data.get("business_category")
    is_told = isinstance(told, str) and _CATEGORY.fullmatch(told)
    entity = f"benchmark:{told if is_told else category}"
    return instant(account, _averages(data), int(now), entity=entity)


def nearest(category: str) -> str | None:
    """TikTok's industry that shares most words, or letters; None when none is near."""

    def likeness(known: str) -> tuple[int, float]:
        shared = _words(known) & _words(category)
        return len(shared), SequenceMatcher(None, known, category).ratio()

    best = max(CATEGORIES, key=likeness)
    words, letters = likeness(best)
    return best if words or letters >= _NEAR else None


def _words(category: str) -> set[str]:
    return set(category.split("_")) - {"AND"}


def _averages(data: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    rate = number(data.get("average_engagement_rate"))
    if rate is not None and 0 <= rate <= 1:  # a fraction; no rate is above all
        yield "benchmark_engagement_rate", rate
    for name, metric in _AVERAGES.items():
        value = number(data.get(name))
        if value is not None:
            yield metric, value
