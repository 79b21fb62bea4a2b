"""When a download was made, from each kind of evidence."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi_tui.kpi.readings import day_of
from tests.sources.tiktok_studio.downloads import (
    EXPORTED,
    activity,
    all_readings,
    content,
    days_until,
    english,
    history,
    one,
    overview,
    readings,
    said_in,
    take,
    viewers,
    write,
    zipped,
)

LAST = date(2026, 3, 24)
DAYS = days_until(LAST, 28)
POSTS = [(date(2026, 3, 15), date(2026, 3, 16)), (date(2026, 1, 4), date(2026, 1, 5))]
LATER = date(2026, 11, 20)


def epoch(day: date, hour: int = 12) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


def test_the_given_day_wins(tmp_path: Path) -> None:
    name = f"Overview_2024-01-01_{epoch(date(2024, 1, 28))}_acme.zip"
    path = write(tmp_path / name, zipped({"Overview.csv": overview(DAYS)}), LATER)
    result = one(path, exported=EXPORTED)
    assert (result.exported, result.exported_from) == (EXPORTED, "given")
    assert list(readings(result, "video_views")) == DAYS
    assert {r.seen for r in all_readings([result])} == {epoch(EXPORTED)}


def test_the_name_of_the_archive_tells_it(tmp_path: Path) -> None:
    stamp = epoch(LAST, 21)
    name = f"Overview_2026-02-25_{stamp}_acme.zip"
    path = write(tmp_path / name, zipped({"Overview.csv": overview(DAYS)}), LATER)
    result = one(path)
    assert result.path == f"{name}: Overview.csv"
    assert result.exported_from == "zip name"
    assert result.exported == EXPORTED
    assert result.batch is not None
    assert result.batch.data_until == LAST
    assert {r.seen for r in result.batch.readings} == {stamp}


def test_a_name_that_contradicts_itself_tells_nothing(tmp_path: Path) -> None:
    name = f"Overview_2031-02-25_{epoch(LAST)}_acme.zip"
    path = write(tmp_path / name, zipped({"Overview.csv": overview(DAYS)}), EXPORTED)
    assert one(path).exported_from == "file time"


def test_the_newest_post_dates_the_whole_folder(tmp_path: Path) -> None:
    greek = said_in("el")
    write(tmp_path / "Content.csv", content(EXPORTED, POSTS, greek), LATER)
    write(tmp_path / "Overview.csv", overview(DAYS, greek), LATER)
    write(
        tmp_path / "FollowerActivity.csv",
        activity(days_until(EXPORTED, 8), greek),
        LATER,
    )
    write(tmp_path / "Viewers.csv", viewers(DAYS, greek), LATER)
    results = take(tmp_path)
    assert {(r.exported, r.exported_from) for r in results} == {
        (EXPORTED, "newest post")
    }
    assert {r.seen for r in all_readings(results)} == {epoch(EXPORTED)}


def test_the_newest_post_looks_past_the_new_year(tmp_path: Path) -> None:
    posts = [(date(2025, 12, 30), date(2025, 12, 31))]
    path = write(tmp_path / "c.csv", content(date(2026, 1, 2), posts), LATER)
    assert one(path).exported == date(2026, 1, 2)


def test_a_post_of_the_same_evening_west_of_greenwich(tmp_path: Path) -> None:
    posts = [(date(2026, 3, 26), EXPORTED)]
    path = write(tmp_path / "c.csv", content(EXPORTED, posts), LATER)
    assert one(path).exported == EXPORTED


def test_a_post_is_no_evidence_against_the_file_time(tmp_path: Path) -> None:
    # The label would fall after the file was written: the post is of another year.
    posts = [(date(2026, 3, 20), date(2026, 3, 20))]
    data = content(date(2026, 3, 10), posts)
    result = one(write(tmp_path / "c.csv", data, date(2026, 3, 21)))
    assert (result.exported, result.exported_from) == (date(2026, 3, 10), "file time")


def test_an_account_silent_for_years_is_dated_by_its_file(tmp_path: Path) -> None:
    posts = [(date(2023, 5, 1), date(2023, 5, 1))]
    path = write(tmp_path / "c.csv", content(EXPORTED, posts), EXPORTED)
    assert one(path).exported == EXPORTED


def test_the_last_day_of_activity_is_the_export_day(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", activity(days_until(EXPORTED, 8)), LATER)
    write(tmp_path / "o.csv", overview(DAYS), LATER)
    assert [(r.exported, r.exported_from) for r in take(tmp_path)] == [
        (EXPORTED, "file time"),
        (EXPORTED, "file time"),
    ]


@pytest.mark.parametrize(
    ("written", "exported"),
    [
        # On the day itself, two days later, and in a zone ahead of Greenwich.
        (date(2026, 3, 25), date(2026, 3, 25)),
        (date(2026, 3, 26), date(2026, 3, 26)),
        (date(2026, 3, 24), date(2026, 3, 25)),
        (date(2026, 3, 23), date(2026, 3, 25)),
        # Copied long after.
        (date(2026, 11, 20), date(2026, 3, 25)),
    ],
)
def test_without_evidence_the_file_time_bounds_it(
    tmp_path: Path, written: date, exported: date
) -> None:
    result = one(write(tmp_path / "o.csv", overview(DAYS), written))
    assert (result.exported, result.exported_from) == (exported, "file time")
    assert list(readings(result, "video_views"))[-1] == LAST


def test_a_file_time_in_the_future_is_not_believed(tmp_path: Path) -> None:
    result = one(write(tmp_path / "o.csv", overview(DAYS), date(2040, 1, 1)))
    assert list(readings(result, "video_views"))[-1] == LAST


def test_the_time_inside_an_archive_outlives_copying(tmp_path: Path) -> None:
    data = zipped({"Overview.csv": overview(DAYS)}, day=EXPORTED)
    result = one(write(tmp_path / "o.zip", data, date(2026, 11, 20)))
    assert (result.exported, result.exported_from) == (EXPORTED, "file time")
    older = zipped({"Overview.csv": overview(DAYS)}, day=date(2025, 3, 25))
    result = one(write(tmp_path / "p.zip", older, LATER))
    assert result.exported == date(2025, 3, 25)


def test_exports_of_different_dates_are_each_dated_right(tmp_path: Path) -> None:
    made = {"a": date(2024, 2, 20), "b": date(2025, 3, 25), "c": EXPORTED}
    for name, day in made.items():
        days = days_until(date.fromordinal(day.toordinal() - 1), 60)
        post = date.fromordinal(day.toordinal() - 9)
        write(tmp_path / name / "Content.csv", content(day, [(post, post)]), LATER)
        write(tmp_path / name / "Overview.csv", overview(days), LATER)
    results = {r.path: r for r in take(tmp_path)}
    for name, day in made.items():
        assert results[f"{name}/Overview.csv"].exported == day
        values = readings(results[f"{name}/Overview.csv"], "video_views")
        assert all(value == at.toordinal() for at, value in values.items())


def test_two_exports_in_one_folder_are_told_apart(tmp_path: Path) -> None:
    for name, day in {"": date(2025, 6, 10), " (1)": EXPORTED}.items():
        days = days_until(date.fromordinal(day.toordinal() - 1), 28)
        post = date.fromordinal(day.toordinal() - 20)
        write(tmp_path / f"Content{name}.csv", content(day, [(post, post)]), LATER)
        write(tmp_path / f"Overview{name}.csv", overview(days), LATER)
    results = {r.path: r for r in take(tmp_path)}
    assert results["Overview.csv"].exported == date(2025, 6, 10)
    assert results["Overview (1).csv"].exported == EXPORTED


def test_posts_elsewhere_are_no_evidence_here(tmp_path: Path) -> None:
    write(tmp_path / "a" / "Content.csv", content(EXPORTED, POSTS), LATER)
    days = days_until(date(2026, 7, 1), 28)
    write(tmp_path / "b" / "Overview.csv", overview(days), date(2026, 7, 2))
    assert take(tmp_path)[1].exported == date(2026, 7, 2)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_later_export_wins_whatever_the_order(
    tmp_path: Path, is_reversed: bool
) -> None:
    first = write(tmp_path / "1" / "o.csv", history(DAYS[:-3]), date(2026, 3, 22))
    second = write(tmp_path / "2" / "o.csv", history(DAYS), EXPORTED)
    paths = [second, first] if is_reversed else [first, second]
    seen = {r.rows: {x.seen for x in all_readings([r])} for r in take(*paths)}
    assert seen == {25: {epoch(date(2026, 3, 22))}, 28: {epoch(EXPORTED)}}


def test_days_after_the_given_day_are_refused(tmp_path: Path) -> None:
    rows = b"Date,Video views,Reached audience\n2026/03/24,5,4\n"
    path = write(tmp_path / "b.csv", rows)
    assert "2026-03-20" in (one(path, exported=date(2026, 3, 20)).refused or "")


def test_a_given_day_to_come_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "o.csv", overview(DAYS))
    assert "still to come" in (one(path, exported=date(2027, 3, 20)).refused or "")


def test_the_export_day_is_never_a_complete_day(tmp_path: Path) -> None:
    path = write(tmp_path / "o.csv", overview(DAYS))
    result = one(path, exported=LAST)
    assert result.batch is not None
    assert result.batch.data_until == date(2026, 3, 23)
    assert max(day_of(r.at) for r in result.batch.readings) == LAST


def test_a_leap_day_dates_a_file_that_was_copied_years_later(tmp_path: Path) -> None:
    days = days_until(date(2024, 3, 24), 28)
    result = one(write(tmp_path / "o.csv", overview(days), LATER))
    assert list(readings(result, "video_views")) == days
    assert result.exported == date(2024, 3, 25)


def test_files_of_one_folder_help_each_other_with_the_language(tmp_path: Path) -> None:
    # "listopada" is October in Croatian and November in Polish.
    say = said_in("hr")
    october = days_until(date(2025, 10, 30), 28)
    write(tmp_path / "o.csv", overview(october, say), date(2025, 12, 20))
    write(
        tmp_path / "v.csv",
        viewers(days_until(date(2025, 10, 30), 60), say),
        date(2025, 12, 20),
    )
    o, v = take(tmp_path)
    assert list(readings(o, "video_views"))[-1] == date(2025, 10, 30)
    assert list(readings(v, "viewers"))[-1] == date(2025, 10, 30)
    alone = one(write(tmp_path / "x" / "o.csv", overview(DAYS, english), EXPORTED))
    assert alone.exported == EXPORTED
