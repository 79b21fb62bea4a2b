"""TikTok's synchronous ads report: its windows of days and its pages.

Knows no metric (see :mod:`kpi_tui.sources.tiktok_ads_fields`) and no reading.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kpi_tui.sources.business_calls import Fields, Session, array
from kpi_tui.sources.business_codes import BusinessError
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_ads_fields import METRIC_SETS

PATH = "/report/integrated/get/"
_SCOPE = "Reporting"
_MOST_DAYS = 30
"""Of one request that is cut by day: TikTok refuses more."""
_BACK_FILL_DAYS = 90
_RESTATED_DAYS = 7
"""Days of every poll: most conversions are booked late, on the day of the ad."""
_EVERYTHING_SECONDS = 6 * 3600.0
"""Between polls of thirty days, the longest that an ad is credited after a click."""
_PAGE_SIZE = 1000
"""The most that TikTok gives."""
_MOST_PAGES = 20
"""Of one window: 20,000 rows are 666 campaigns on each of 30 days."""
_CONFIG_CODES = {40001, 40002, 40300}


@dataclass(slots=True)
class AdsSession:
    """The way to one advertiser's reports during one fetch."""

    session: Session
    advertiser_id: str

    async def get(
        self, path: str, fields: Sequence[str], params: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        """The data of one call, with ``fields`` as its metrics; SourceError."""
        query = {
            "advertiser_id": self.advertiser_id,
            "metrics": array(fields),
            **params,
        }
        try:
            return await self.session.call(path, query, scope)
        except BusinessError as error:
            raise _in_ads_words(error) from None


@dataclass(slots=True)
class Walk:
    """The rows of one fetch, newest window first."""

    rows: list[object] = field(default_factory=list)
    problem: str | None = None
    """What is missing, as a sentence."""
    is_cut_short: bool = False
    """Whether asking again may bring more."""


class Report:
    """One report by day: which days are due, and their rows."""

    def __init__(
        self,
        level: str,
        dimension: str,
        metric_sets: Sequence[Sequence[str]] = METRIC_SETS,
    ) -> None:
        """``level`` is TikTok's ``data_level``, ``dimension`` its id's name;
        ``metric_sets`` are from everything to the least."""
        self._params = {
            "report_type": "BASIC",
            "service_type": "AUCTION",
            "data_level": level,
            "dimensions": array((dimension, "stat_time_day")),
            "page_size": str(_PAGE_SIZE),
        }
        self._fields = Fields(PATH, _SCOPE, metric_sets)
        self._is_back_filled = False
        self._everything_at: float | None = None

    @property
    def refusal(self) -> str | None:
        """Why less than every metric is asked for, as a sentence."""
        return self._fields.refusal

    async def rows(self, session: AdsSession, now: float, today: date) -> Walk:
        """All rows of the days that are due, up to the advertiser's ``today``.

        The first time ninety days, every six hours thirty, else seven. Raises
        SourceError when the newest days fail; a later failure cuts the walk short.
        """
        days = self._days(now)
        if days != _RESTATED_DAYS:
            self._fields.forget()
        walk = Walk()
        for first, last in windows(today, days):
            dates = {"start_date": first.isoformat(), "end_date": last.isoformat()}
            try:
                missing = await self._pages(session, dates, walk.rows)
            except SourceError as error:
                if last == today and not walk.rows:
                    raise
                missing = f"it broke off: {error.message}"
                walk.is_cut_short = True
            if missing is not None:
                walk.problem = f"The ads report from {first} to {last}: {missing}."
            if walk.is_cut_short:
                break
        return walk

    def settle(self, walk: Walk, now: float) -> None:
        """Remember what a walk has done; call when its rows are sure to be kept."""
        if not walk.is_cut_short and self._days(now) != _RESTATED_DAYS:
            self._is_back_filled = True
            self._everything_at = now

    def _days(self, now: float) -> int:
        if not self._is_back_filled:
            return _BACK_FILL_DAYS
        last = self._everything_at
        is_recent = last is not None and 0 <= now - last < _EVERYTHING_SECONDS
        return _RESTATED_DAYS if is_recent else _MOST_DAYS

    async def _pages(
        self, session: AdsSession, dates: Mapping[str, str], rows: list[object]
    ) -> str | None:
        """Append the rows of one window; what is missing, as a sentence's end."""
        total = 1.0
        for page in range(1, _MOST_PAGES + 1):
            params = {**self._params, **dates, "page": str(page)}
            data = await self._fields.get(session, params)
            listed, info = data.get("list"), data.get("page_info")
            rows += listed if isinstance(listed, list) else ()
            said = number(info.get("total_page")) if isinstance(info, dict) else None
            total = said or 1.0
            if page >= total:
                return None
        return f"only the first {_MOST_PAGES} of {total:g} pages were taken"


def windows(today: date, days: int) -> Iterator[tuple[date, date]]:
    """(first, last) of stretches of at most thirty days, both included, the newest
    first; together they are the ``days`` days that end with ``today``."""
    last = today
    oldest = today - timedelta(days=days - 1)
    while last >= oldest:
        first = max(oldest, last - timedelta(days=_MOST_DAYS - 1))
        yield first, last
        last = first - timedelta(days=1)


def _in_ads_words(error: BusinessError) -> BusinessError:
    """The same refusal with a hint about an advertiser and not about an account."""
    hint = error.hint
    if error.code in _CONFIG_CODES:
        hint = (
            "Check advertiser_id, as in Ads Manager, and that its owner granted the "
            "app Reporting."
        )
    told = SourceError(
        error.message, fault=error.fault, hint=hint, retry_after=error.retry_after
    )
    return BusinessError(error.code, told)
