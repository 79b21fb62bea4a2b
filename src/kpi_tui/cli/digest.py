"""A report's data: Snapshots to the JSON of ``report --format json``.

Fractions are 0-1, KPI ids those of the definitions, a missing value is null with
its reason. Knows no layout (see :mod:`kpi_tui.cli.report_tables`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.campaigns import Campaign
from kpi_tui.kpi.carried import Carried
from kpi_tui.kpi.changes import Change
from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.insights import Insight
from kpi_tui.kpi.leaderboard import Leaderboard, LeaderboardRow
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.snapshot import Snapshot, SourceHealth

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Digest:
    """What one report tells."""

    as_of: date | None
    days: int
    snapshots: tuple[Snapshot, ...]
    """One per own account."""
    sources: tuple[SourceHealth, ...]

    @property
    def window(self) -> Window | None:
        """The first account's window: the one that the leaderboard uses."""
        return self.snapshots[0].window if self.snapshots else None

    @property
    def leaderboard(self) -> Leaderboard | None:
        """The ranks, as the first account sees them."""
        return self.snapshots[0].leaderboard if self.snapshots else None


def to_json(digest: Digest) -> Json:
    """The digest as plain data, ready for ``json.dumps``."""
    window = digest.window
    as_of = digest.as_of or (window.last if window else None)
    board = digest.leaderboard
    return {
        "as_of": _iso(as_of),
        "window": _window(window, digest.days),
        "accounts": [_account(snapshot) for snapshot in digest.snapshots],
        "leaderboard_kpi": board.kpi if board else None,
        "leaderboard": [_rank(row) for row in board.rows] if board else [],
        "insights": [
            _insight(snapshot, insight)
            for snapshot in digest.snapshots
            for insight in snapshot.insights
        ],
        "now": [text for snapshot in digest.snapshots for text in snapshot.now],
        "sources": [_source(health) for health in digest.sources],
    }


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _window(window: Window | None, days: int) -> Json:
    if window is None:
        return {"days": days, "from": None, "to": None}
    return {
        "days": window.days,
        "from": window.first.isoformat(),
        "to": window.last.isoformat(),
    }


def _account(snapshot: Snapshot) -> Json:
    return {
        "handle": snapshot.account.handle,
        "role": snapshot.account.role,
        "timezone": snapshot.account.timezone,
        "window": _window(snapshot.window, snapshot.view.days),
        "is_settling": snapshot.is_settling,
        "kpis": {
            kpi: _kpi(value, snapshot.window) for kpi, value in snapshot.kpis.items()
        },
        "benchmarks": {
            kpi: {
                "value": one.value,
                "industry": one.industry,
                "source": one.source,
                "year": one.year,
                "told_on": _iso(one.day),
            }
            for kpi, one in snapshot.benchmarks.items()
        },
        "goals": [_goal(goal) for goal in snapshot.goals.values()],
        "changes": [_change(change) for change in snapshot.changes.values()],
        "carried": {kpi: _carried(one) for kpi, one in snapshot.carried.items()},
        "alerts": [
            _alert(alert)
            for alert in snapshot.alerts
            if alert.account == snapshot.account.handle
        ],
        "videos": [_video(row) for row in snapshot.videos],
        "campaigns": [_campaign(one) for one in snapshot.campaigns],
    }


def _kpi(kpi: KpiValue, window: Window | None) -> Json:
    return {
        "value": kpi.value,
        "unit": kpi.unit,
        "currency": kpi.currency or None,
        "previous": kpi.previous,
        "covered_days": kpi.covered_days,
        "reason": kpi.reason,
        "as_of": _iso(kpi.as_of),
        "to": _iso(kpi.ends or (window.last if window else None)),
        "source": kpi.source,
        "note": kpi.note,
    }


def _goal(goal: GoalStatus) -> Json:
    return {
        "kpi": goal.kpi,
        "target": goal.target,
        "by": _iso(goal.by),
        "value": goal.value,
        "attainment": goal.attainment,
        "is_at_most": goal.is_at_most,
        "status": goal.status,
        "was": goal.was,
        "reason": goal.reason,
        "start": _iso(goal.start),
        "growth": goal.growth,
        "period": goal.period,
        "baseline": goal.baseline,
        "pace": goal.pace,
        "forecast": list(goal.forecast) if goal.forecast else None,
        "expected": goal.expected,
        "reaches": _iso(goal.reaches),
        "needed_per_day": goal.needed.per_day if goal.needed else None,
    }


def _carried(carried: Carried) -> Json:
    return {
        part: [
            {"label": one.label, "before": one.before, "now": one.now} for one in some
        ]
        for part, some in (("videos", carried.videos), ("days", carried.days))
    }


def _change(change: Change) -> Json:
    split = change.split
    return {
        "kpi": change.kpi,
        "basis": change.basis,
        "reasons": [
            {"word": line.word, "amount": line.amount, "text": line.text}
            for line in change.lines
        ],
        "mix": split.mix if split else None,
        "rate": split.rate if split else None,
        "groups": [
            {"label": group.label, "mix": group.mix, "rate": group.rate}
            for group in (split.groups if split else ())
        ],
    }


def _alert(alert: Alert) -> Json:
    return {
        "id": alert.id,
        "kpi": alert.kpi,
        "rule": alert.rule,
        "text": alert.text,
        "state": alert.state,
        "raised_at": datetime.fromtimestamp(alert.raised_at, UTC).isoformat(),
        "value": alert.value,
        "note": alert.note,
    }


def _insight(snapshot: Snapshot, insight: Insight) -> Json:
    return {
        "account": snapshot.account.handle,
        "kind": insight.kind,
        "kpi": insight.kpi,
        "text": insight.text,
        "evidence": dict(insight.evidence),
        "formula": insight.formula,
        "as_of": _iso(insight.as_of),
        "source": insight.source,
    }


def _video(row: VideoRow) -> Json:
    posted = None
    if row.posted_at is not None:
        moment = datetime.fromtimestamp(row.posted_at, UTC)
        is_day = row.posted_precision == "day"
        posted = moment.date().isoformat() if is_day else moment.isoformat()
    return {
        "id": row.id,
        "posted_at": posted,
        "caption": row.caption,
        "url": row.url,
        "format": row.format,
        "duration": row.duration,
        "views": row.views,
        "likes": row.likes,
        "comments": row.comments,
        "shares": row.shares,
        "saves": row.saves,
        "reach": row.reach,
        "engagement_rate_by_views": row.engagement_rate_by_views,
        "completion_rate": row.completion_rate,
        "average_watch_time": row.average_watch_time,
        "lift": row.lift,
    }


def _campaign(campaign: Campaign) -> Json:
    sums = campaign.sums
    return {
        "id": campaign.id,
        "name": campaign.name or None,
        "spend": sums.get("spend"),
        "impressions": sums.get("impressions"),
        "clicks": sums.get("clicks"),
        "conversions": sums.get("ad_conversions"),
        "revenue": sums.get("ad_revenue"),
        "click_through_rate": campaign.click_through_rate,
        "cost_per_conversion": campaign.cost_per_conversion,
        "roas": campaign.roas,
    }


def _rank(row: LeaderboardRow) -> Json:
    return {
        "rank": row.rank,
        "handle": row.handle,
        "role": row.role,
        "value": row.value,
        "reason": row.reason,
        "gap": row.gap,
        "change": row.rank_change,
        "followers": row.followers,
        "follower_growth_rate": row.follower_growth_rate,
        "posting_frequency": row.posting_frequency,
        "views_per_video": row.views_per_video,
        "is_rounded": row.is_rounded,
        "source": row.source,
        "as_of": _iso(row.as_of),
    }


def _source(health: SourceHealth) -> Json:
    return {
        "name": health.name,
        "state": health.state,
        "data_until": _iso(health.data_until),
        "polled_at": health.polled_at.isoformat() if health.polled_at else None,
        "error": health.error,
    }


def merged_sources(snapshots: Sequence[Snapshot]) -> tuple[SourceHealth, ...]:
    """Every source of the snapshots once, by name."""
    found = {h.name: h for snapshot in snapshots for h in snapshot.sources}
    return tuple(found[name] for name in sorted(found))
