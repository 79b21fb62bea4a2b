"""A digest as one HTML page for mail and cron: no scripts, and it loads nothing.

Every word from outside is escaped here; knows no formula.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from zoneinfo import ZoneInfo

from kpi_tui.cli.digest import Digest
from kpi_tui.cli.report_alerts import alert_since, open_first
from kpi_tui.cli.report_style import STYLE
from kpi_tui.cli.report_tables import (
    INSIGHTS,
    Table,
    campaigns_table,
    leaderboard_table,
    moved_table,
    proof_words,
    sources_table,
    title_words,
    until_words,
    videos_table,
)
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.format import (
    TONE_GLYPHS,
    change_tone,
    format_change,
    format_coverage,
    format_kpi,
)
from kpi_tui.kpi.goal_text import (
    attained_words,
    detail_words,
    status_words,
    value_words,
)
from kpi_tui.kpi.goals import GOAL_DAYS, GoalStatus
from kpi_tui.kpi.insights import Insight
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot

_TONES = {
    "reached": "good",
    "on pace": "good",
    "at risk": "warn",
    "short": "warn",
    "behind": "bad",
}
_SPARK = (120, 26)
"""Width and height in pixels."""
# A page that can load nothing: no picture, font, script or frame, from wherever.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(digest: Digest) -> str:
    """The whole page."""
    names = ", ".join(f"@{s.account.handle}" for s in digest.snapshots)
    body: list[str] = []
    for snapshot in digest.snapshots:
        body += _account(snapshot)
    if not digest.snapshots:
        body += ["<h1>Nothing yet</h1>", "<p>No account has data yet.</p>"]
    for table in (leaderboard_table(digest), sources_table(digest)):
        if table is not None:
            body += _table(table)
    body += _footer(digest)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(names or 'kpi-tui')}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _account(snapshot: Snapshot) -> Iterator[str]:
    handle, _, name = title_words(snapshot).partition(" ")
    small = f" <small>{escape(name)}</small>" if name else ""
    yield f"<h1>{escape(handle)}{small}</h1>"
    yield f'<p class="muted">{escape(until_words(snapshot))}</p>'
    if snapshot.now:
        lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in snapshot.now)
        yield f'<div class="now">{lines}</div>'
    if snapshot.window is None:
        return
    yield from _alerts(snapshot)
    yield from _goals(list(snapshot.goals.values()))
    yield from _insights(snapshot.insights)
    yield from _kpis(snapshot)
    if snapshot.changes:
        yield from _table(moved_table(snapshot))
    if snapshot.videos:
        links = {row.id: row.url for row in snapshot.videos}
        yield from _table(videos_table(snapshot), links)
    if snapshot.campaigns:
        yield from _table(campaigns_table(snapshot))


def _alerts(snapshot: Snapshot) -> Iterator[str]:
    alerts = open_first(snapshot)
    if not alerts:
        return
    count = sum(alert.state == "raised" for alert in alerts)
    small = f" <small>{count} open</small>" if count else ""
    yield f"<h2>Alerts{small}</h2>"
    zone = ZoneInfo(snapshot.account.timezone)
    yield "<ul>"
    yield from (_alert(alert, alert_since(alert, zone)) for alert in alerts)
    yield "</ul>"


def _alert(alert: Alert, since: str) -> str:
    tone = "bad" if alert.state == "raised" else "muted"
    facts = [f"since {since}", alert.rule, f"“{alert.note}”" if alert.note else ""]
    proof = " · ".join(filter(None, facts))
    return (
        f'<li><span class="{tone}">{escape(alert.state)}</span> '
        f'{escape(alert.text)}<div class="proof">{escape(proof)}</div></li>'
    )


def _goals(goals: Sequence[GoalStatus]) -> Iterator[str]:
    if not goals:
        return
    needing = sum(goal.needs_you for goal in goals)
    words = f"over {GOAL_DAYS} days"
    words += f", {needing} of {len(goals)} need you" if needing else ""
    yield f"<h2>Goals <small>{words}</small></h2>"
    yield "<table>"
    yield from map(_goal, goals)
    yield "</table>"


def _goal(goal: GoalStatus) -> str:
    name = goal.definition.name
    more = " · ".join(detail_words(goal))
    return (
        f'<tr><td>{escape(name)}<div class="proof">{escape(more)}</div></td>'
        f'<td class="w value">{escape(value_words(goal))}</td>'
        f"<td>{_gauge(goal)}</td>"
        f'<td class="n">{escape(attained_words(goal))}</td>'
        f'<td class="w {_TONES.get(goal.status, "muted")}">'
        f"{escape(status_words(goal))}</td></tr>"
    )


def _gauge(goal: GoalStatus) -> str:
    """A bar of what is attained, with a mark where the pace is."""
    if goal.attainment is None:
        return ""
    filled = min(100.0, max(0.0, goal.attainment * 100))
    above, below = goal.pace, goal.target
    if goal.is_at_most:
        above, below = below, above
    mark = ""
    if above is not None and below and 0 < above / below <= 1:
        mark = f'<b style="left:{above / below * 100:.1f}%"></b>'
    return f'<div class="gauge"><i style="width:{filled:.1f}%"></i>{mark}</div>'


def _insights(insights: Sequence[Insight]) -> Iterator[str]:
    if not insights:
        return
    yield f"<h2>{escape(INSIGHTS)}</h2>"
    yield "<ol>"
    for insight in insights:
        proof = escape(proof_words(insight))
        yield f'<li>{escape(insight.text)}<div class="proof">{proof}</div></li>'
    yield "</ol>"


def _kpis(snapshot: Snapshot) -> Iterator[str]:
    known = [kpi for kpi in snapshot.kpis.values() if kpi.value is not None]
    if not known:
        return
    yield "<h2>KPIs</h2>"
    yield '<div class="wide"><table><tr><th>KPI</th><th class="n">value</th>'
    yield '<th class="n">change</th><th>day by day</th><th></th></tr>'
    for kpi in known:
        yield _kpi(kpi, snapshot)
    yield "</table></div>"


def _kpi(kpi: KpiValue, snapshot: Snapshot) -> str:
    change, tone = format_change(kpi), change_tone(kpi)
    glyph = f"{TONE_GLYPHS[tone]} " if change else ""
    trend = snapshot.trends.get(kpi.id)
    others = snapshot.benchmarks.get(kpi.id)
    remarks = [
        short_words(others) if others else "",
        format_coverage(kpi),
        kpi.note or "",
    ]
    return (
        f"<tr><td>{escape(kpi.definition.name)}</td>"
        f'<td class="n value">{escape(format_kpi(kpi, kpi.value))}</td>'
        f'<td class="n {"muted" if tone == "neutral" else tone}">'
        f"{escape(glyph + change)}</td>"
        f"<td>{sparkline_svg(trend.values) if trend else ''}</td>"
        f'<td class="proof">{escape(" · ".join(filter(None, remarks)))}</td></tr>'
    )


def sparkline_svg(values: Sequence[float | None]) -> str:
    """The days as a line, with a gap for each missing one and a dot at the newest."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    width, height = _SPARK
    low, high = min(known), max(known)
    step, span = (width - 6) / max(1, len(values) - 1), (high - low) or 1.0

    def place(number: int, value: float) -> str:
        y = height - 3 - (value - low) / span * (height - 6)
        return f"{3 + number * step:.1f} {y:.1f}"

    path, is_drawing, last = "", False, ""
    for number, value in enumerate(values):
        if value is not None:
            last = place(number, value)
            path += f"{'L' if is_drawing else 'M'}{last}"
        is_drawing = value is not None
    x, _, y = last.partition(" ")
    return (
        f'<svg role="img" aria-label="{len(values)} days" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">'
        f'<path d="{path}"/><circle cx="{x}" cy="{y}" r="2"/></svg>'
    )


def _table(table: Table, links: dict[str, str | None] | None = None) -> Iterator[str]:
    yield f"<h2>{escape(table.title)}</h2>"
    classes = ["n" if side == "right" else "" for side in table.sides]
    yield '<div class="wide"><table>'
    yield _row("th", table.head, classes)
    for number, row in enumerate(table.rows):
        key = table.keys[number] if table.keys else ""
        yield _row("td", row, classes, _safe((links or {}).get(key)))
    yield "</table></div>"


def _row(
    tag: str, cells: Iterable[str], classes: Sequence[str], link: str | None = None
) -> str:
    made = []
    for place, (cell, kind) in enumerate(zip(cells, classes, strict=True)):
        words = escape(cell)
        if link is not None and place == 1:
            words = f'<a href="{escape(link)}" rel="noreferrer">{words}</a>'
        made.append(
            f'<{tag} class="{kind}">{words}</{tag}>'
            if kind
            else f"<{tag}>{words}</{tag}>"
        )
    return f"<tr>{''.join(made)}</tr>"


def _safe(url: str | None) -> str | None:
    """A link that can only open a page."""
    return url if url is not None and url.startswith("https://") else None


def _footer(digest: Digest) -> Iterator[str]:
    if digest.snapshots:
        taken = digest.snapshots[0].taken_at
        zone = ZoneInfo(digest.snapshots[0].account.timezone)
        words = f"kpi-tui report, {taken.astimezone(zone):%Y-%m-%d %H:%M}"
        yield f"<footer>{escape(words)}</footer>"
