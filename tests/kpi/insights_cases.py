"""Accounts as the rules of insight see them, in as few words as possible."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.changes import Themes, changes
from kpi_tui.kpi.content import groups, video_rows
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.insights import Case, Insight
from kpi_tui.kpi.leaderboard import Contender, rank
from tests.kpi.build import LAST, MONTH, back, ending, history, video

THEMES: Themes = (("Recipes", ("#recipe",)), ("Tours", ("#tour",)))


def case_of(
    account: AccountHistory,
    *,
    themes: Themes = THEMES,
    rivals: Sequence[AccountHistory] = (),
    rank_by: str = "followers",
    **more: Any,
) -> Case:
    """With everything that follows from the account's history."""
    kpis = account_kpis(account, MONTH)
    rows = video_rows(account)
    contenders = [Contender(account.handle, "", "own", account)]
    contenders += [Contender(one.handle, "", "competitor", one) for one in rivals]
    return Case(
        history=account,
        window=MONTH,
        kpis=kpis,
        rows=rows,
        groups=groups(rows, themes),
        themes=themes,
        board=rank(contenders, rank_by, MONTH),
        rivals=rivals,
        changes=changes(account, MONTH, themes, kpis),
        **more,
    )


def posts(caption: str, views: Iterable[float], start: int = 0, **more: Any):
    """Videos of that caption, one a day back from ``start`` days before the last."""
    return [
        video(
            f"{caption} {start + i}",
            back(start + i),
            caption=caption,
            views=one,
            **more,
        )
        for i, one in enumerate(views)
    ]


def months(now: float, before: float) -> Mapping[date, float]:
    """The same value on each day of the window, and another on those before."""
    return ending([before] * 28 + [now] * 28)


def engaged(videos: Iterable[VideoHistory], rate: float) -> list[VideoHistory]:
    """The videos, liked by that share of their viewers."""
    for one in videos:
        assert isinstance(one.now, dict)
        one.now["video_total_likes"] = one.now["video_total_views"] * rate
        one.now["video_total_comments"] = one.now["video_total_shares"] = 0.0
    return list(videos)


def behind(kpi: str, value: float, target: float, status: str = "behind") -> GoalStatus:
    """A goal that somebody should look after."""
    by = LAST + timedelta(100)
    return GoalStatus(kpi, target, by, value, value / target, status=status)  # type: ignore[arg-type]


def one(found: Iterable[Insight]) -> Insight:
    """The only one."""
    (insight,) = found
    return insight


__all__ = ["LAST", "MONTH", "back", "history"]
