"""The digest as one HTML page: what it says, what it cannot load, what it escapes."""

import contextlib
import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.cli.digest import Digest
from kpi_tui.cli.report_html import sparkline_svg, to_html
from kpi_tui.cli.report_text import to_markdown, to_text
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.monitor.snapshot import Snapshot
from kpi_tui.store.store import Store
from tests.app.decisions import deciding, make_alerts, make_goals, make_insights
from tests.app.snapshots import make_snapshot
from tests.cli.runs import kpi_tui_here
from tests.monitor.parts import days_batch

INDUSTRY = Benchmark(
    "engagement_rate_by_views", 0.026, "views", "Rival IQ", "FOOD_AND_BEVERAGE", 2024
)
EVIL = "<script>alert(1)</script> \"'&<img src=x onerror=y> [link in bio]"
VOID = {"meta", "br", "path", "circle"}


class Page(HTMLParser):
    """A page's tags and words; refuses what is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


def page(*snapshots: Snapshot) -> Page:
    return Page(to_html(Digest(None, 28, snapshots, snapshots[0].sources)))


def whole() -> Snapshot:
    """With everything in it."""
    return replace(
        deciding().snapshot, benchmarks={"engagement_rate_by_views": INDUSTRY}
    )


def test_it_says_what_the_screen_says() -> None:
    words = page(whole()).words
    for said in (
        "@acme Acme Olive Oil",
        "28 days to Tue 24 Mar 2026 (settling).",
        "Engagement is 5.1 % of followers against a goal of 15 %: behind.",
        "Completion rate is 23.1 %, below 25 % for 3 days.",
        "the campaign ended",
        "2 of 5 need you",
        "3,352 of 5,000",
        "behind, was on pace",
        "needs 2,139 engagements a day, now 6.1",
        "forecast 4.2-6.1 % on 31 Dec 2026",
        "Recipes earn 3.2 x your median video",
        "Lift 3.2 x, 2.1-4.6 x 9 times in 10",
        "▼ -61 %",
        "industry 2.6 %",
        "Salad dressing in 20 seconds",
        "Leaderboard by engagement rate by views",
        "@rival",
        "answered 502 Bad Gateway",
        "kpi-tui report, 2026-03-25 18:05",
    ):
        assert said in words, said
    assert "Bounce rate is 42.1 %, no longer" not in words, "an alert that is over"


def test_it_loads_and_runs_nothing() -> None:
    found = page(whole())
    tags = {tag for tag, _ in found.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "base"}
    policy = found.values("content")[0]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    attributes = {name for _, attrs in found.tags for name in attrs}
    assert not {name for name in attributes if name.startswith("on")}
    assert not attributes & {"src", "background", "srcset", "xlink:href"}
    assert all(url.startswith("https://") for url in found.values("href"))
    style = to_html(Digest(None, 28, (), ()))
    assert "url(" not in style
    assert "@import" not in style
    assert "prefers-color-scheme: dark" in style


def test_what_comes_from_outside_is_text() -> None:
    snapshot = whole()
    account = replace(snapshot.account, name=EVIL)
    video = replace(snapshot.videos[6], caption=EVIL, url="javascript:alert(1)")
    row = replace(snapshot.leaderboard.rows[1], handle=EVIL)
    source = replace(snapshot.sources[0], name=EVIL, error=EVIL)
    evil = replace(
        snapshot,
        account=account,
        now=(EVIL,),
        videos=(video,),
        leaderboard=replace(
            snapshot.leaderboard, rows=(snapshot.leaderboard.rows[0], row)
        ),
        alerts=(replace(make_alerts()[0], text=EVIL, rule=EVIL, note=EVIL),),
        insights=(
            replace(
                make_insights()[0], text=EVIL, evidence=((EVIL, EVIL),), source=EVIL
            ),
        ),
        goals={"reach": replace(make_goals()["revenue"], kpi="reach", reason=EVIL)},
        sources=(source,),
    )
    html = to_html(Digest(None, 28, (evil,), evil.sources))
    found = Page(html)
    assert "<script" not in html
    assert "<img" not in html
    assert found.words.count("<script>alert(1)</script>") >= 9
    assert found.values("href") == []
    assert "javascript:" not in html


def test_nothing_yet_and_an_account_without_a_day() -> None:
    assert "No account has data yet." in to_html(Digest(None, 28, (), ()))
    empty = make_snapshot(window=None, kpis={}, goals={}, videos=(), sources=())
    assert "No complete day of data yet." in page(empty).words


def test_accounts_follow_each_other() -> None:
    second = make_snapshot()
    second = replace(second, account=second.accounts[1])
    words = page(make_snapshot(), second).words
    assert words.index("@acme Acme Olive Oil") < words.index(
        "@acme.kitchen Acme Kitchen"
    )


def test_a_gauge_has_the_pace_beside_what_is_attained() -> None:
    styles = page(whole()).values("style")
    assert "width:34.0%" in styles
    assert "left:47.3%" in styles
    assert "width:100.0%" in styles, "a reached goal is full"


@given(
    st.lists(st.none() | st.floats(-1e12, 1e12, allow_nan=False), max_size=40),
)
def test_a_sparkline_stays_in_its_frame_and_skips_gaps(
    values: list[float | None],
) -> None:
    svg = sparkline_svg(values)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        assert svg == ""
        return
    path = svg.partition('d="')[2].partition('"')[0]
    points = path.replace("M", " ").replace("L", " ").split()
    assert len(points) == 2 * len(known)
    assert all(0 <= float(x) <= 120 for x in points[::2])
    assert all(0 <= float(y) <= 26 for y in points[1::2])
    runs = "".join("x" if value is not None else " " for value in values).split()
    assert path.count("M") == len(runs)
    Page(svg)


@pytest.mark.parametrize("layout", [to_text, to_markdown])
def test_text_and_markdown_have_the_same_sections(layout) -> None:
    said = layout(Digest(None, 28, (whole(),), whole().sources)).replace("\\", "")
    for words in (
        "Alerts",
        "Completion rate is 23.1 %, below 25 % for 3 days.",
        "the campaign ended",
        "What to improve",
        "Recipes earn 3.2 x your median video",
        "behind, was on pace",
        "industry 2.6 %",
    ):
        assert words in said


def test_the_command_prints_the_page(tmp_path: Path) -> None:
    said = kpi_tui_here(
        tmp_path, "record", "followers", "127", "--account", "acme", "--data", "x.db"
    )
    assert said.code == 0, said.err
    ended = kpi_tui_here(tmp_path, "report", "--format", "html", "--data", "x.db")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("<!doctype html>")
    assert "@acme" in Page(ended.out).words


def test_a_wrong_file_of_benchmarks_is_told_and_the_report_comes(
    tmp_path: Path,
) -> None:
    (tmp_path / "c.toml").write_text('[[account]]\nhandle = "acme"\n')
    (tmp_path / "benchmarks.toml").write_text('[[benchmark]]\nkpi = "reech"\n')
    ended = kpi_tui_here(
        tmp_path, "report", "--format", "html", "--config", "c.toml", "--data", "x.db"
    )
    assert ended.code == 0, ended.err
    assert "benchmarks.toml" in ended.err
    assert "reech" in ended.err
    assert ended.out.startswith("<!doctype html>")


def test_a_leaderboard_of_many_accounts_is_in_the_report(tmp_path: Path) -> None:
    with contextlib.closing(Store.open(tmp_path / "x.db")) as store:
        for number in range(25):
            batch = days_batch(
                date(2026, 3, 24),
                28,
                account=f"a{number:02}",
                video_views=100.0,
                likes=number + 1.0,
                comments=1.0,
                shares=1.0,
            )
            store.ingest(f"a{number:02}/csv", batch)
    ended = kpi_tui_here(
        tmp_path, "report", "--format", "json", "--account", "a03", "--data", "x.db"
    )
    assert ended.code == 0, ended.err
    board = json.loads(ended.out)["leaderboard"]
    assert [(row["rank"], row["handle"]) for row in board][:2] == [
        (1, "a24"),
        (2, "a23"),
    ]
    assert len(board) == 25
