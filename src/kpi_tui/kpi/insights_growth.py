"""Why followers come slowly: views, what they bring, and how often was posted before.

Knows the two factors of growth and the groups that bring followers.
"""

from collections.abc import Iterator

from kpi_tui.kpi.format import format_kpi, format_value
from kpi_tui.kpi.insights_case import (
    WORTH_SAYING,
    Case,
    Evidence,
    Insight,
    counted,
    figure,
    holds,
    need,
    relative,
)
from kpi_tui.kpi.insights_content import (
    OFTEN,
    best_part,
    followers_per_1000,
    part_evidence,
    rarity,
    share_of_posts,
)
from kpi_tui.kpi.values import KpiValue

_LAGGING = ("follower_growth", "follower_growth_rate", "followers")
_FEWER_POSTS = 2
"""One post less is no other rhythm."""
_FORMULA = (
    "follower growth = video views x new followers per 1,000 views / 1,000; "
    "groups by the median of new followers per 1,000 views of their videos"
)


def growth_rule(case: Case) -> Iterator[Insight]:
    """When growth lags: which factor fell, what brings followers, which rhythm did."""
    lag = need(case, *_LAGGING)
    if lag is None:
        return
    said, evidence = [lag.text], list(lag.evidence)
    fallen = _fallen(case)
    for words, proof in (_factor(case, fallen), _group(case), _rhythm(case, fallen)):
        if words:
            said.append(words)
            evidence += proof
    if len(said) == 1:
        return
    yield Insight(
        kind="growth",
        text=f"{'. '.join(said)}.",
        kpi=lag.kpi.id,
        evidence=tuple(dict(evidence).items()),
        weight=lag.weight,
        formula=_FORMULA,
        as_of=lag.kpi.as_of,
        source=lag.kpi.source,
    )


def _fallen(case: Case) -> KpiValue | None:
    """Growth, where it is surely less than before and was some then."""
    growth = case.kpis.get("follower_growth")
    if growth is None or not growth.is_covered or (growth.previous or 0.0) <= 0:
        return None
    is_less = (relative(growth) or 0.0) <= -WORTH_SAYING
    return growth if is_less and holds(case, growth) else None


def _factor(case: Case, growth: KpiValue | None) -> tuple[str, Evidence]:
    """Whether fewer views came, or fewer followers for them."""
    views = case.kpis.get("video_views")
    yields = case.kpis.get("followers_per_1000_views")
    if growth is None or views is None or yields is None:
        return "", ()
    if not (views.is_covered and yields.is_covered):
        return "", ()
    changes = {one.id: relative(one) for one in (views, yields)}
    lost = {kpi: change for kpi, change in changes.items() if change and change < 0}
    if not lost or min(lost.values()) > -WORTH_SAYING:
        return "", ()
    worst = views if min(lost, key=lambda kpi: lost[kpi]) == views.id else yields
    other = yields if worst is views else views
    names = {views.id: "views", yields.id: "new followers per 1,000 views"}
    words = (
        f"{names[worst.id].capitalize()} fell from {_before(worst)} to {_now(worst)}, "
        f"{names[other.id]} {_went(other)}"
    )
    return words, (*figure(worst), *figure(other))


def _went(kpi: KpiValue) -> str:
    change = relative(kpi)
    if change is None:
        return f"are {_now(kpi)}"
    if abs(change) < WORTH_SAYING:
        return f"stayed near {_now(kpi)}"
    return f"went from {_before(kpi)} to {_now(kpi)}"


def _group(case: Case) -> tuple[str, Evidence]:
    best = best_part(case, followers_per_1000)
    if best is None or share_of_posts(case, best) >= OFTEN:
        return "", ()
    value, usual = (format_value(one, "ratio") for one in (best.value, best.usual))
    words = (
        f"{best.subject} bring {value} followers per 1,000 views, your median video "
        f"{usual} ({counted(len(best.rows), 'video')}), {rarity(case, best)}: "
        "post more of them"
    )
    return words, part_evidence(case, best, "followers per 1,000 views")


def _rhythm(case: Case, growth: KpiValue | None) -> tuple[str, Evidence]:
    """When fewer posts went with less growth."""
    posts = case.kpis.get("posting_frequency")
    if posts is None or growth is None or posts.change is None:
        return "", ()
    fewer = -posts.change / 7 * posts.days
    change = relative(posts)
    is_less = change is not None and change <= -2 * WORTH_SAYING
    if not is_less or fewer < _FEWER_POSTS:
        return "", ()
    words = (
        f"You posted {_now(posts)} times a week; in {case.span} it was {_before(posts)}, "
        f"and {_before(growth)} followers came: try that rhythm again"
    )
    return words, (*figure(posts), *figure(growth))


def _now(kpi: KpiValue) -> str:
    return format_kpi(kpi, kpi.value)


def _before(kpi: KpiValue) -> str:
    return format_kpi(kpi, kpi.previous)
