"""The table of top videos."""

from datetime import date
from pathlib import Path

import pytest

from kpi_tui.kpi.readings import Video, day_of, day_start
from kpi_tui.sources.tiktok_studio.content import read_link
from tests.sources.tiktok_studio.downloads import (
    CONTENT,
    EXPORTED,
    content,
    english,
    one,
    said_in,
    table,
    video_id,
    write,
)

MADE = date(2026, 3, 15)


def videos(data: bytes, tmp_path: Path) -> tuple[Video, ...]:
    result = one(write(tmp_path / "c.csv", data))
    assert result.batch is not None, result.refused
    return result.batch.videos


def row(**cells: object) -> bytes:
    values = {
        "Time": english(EXPORTED),
        "Video title": "A video",
        "Video link": f"https://www.tiktok.com/@acme/video/{video_id(MADE)}",
        "Post time": english(MADE),
        **dict.fromkeys(CONTENT[4:], "1"),
        **cells,
    }
    return table(CONTENT, [[values[name] for name in CONTENT]])


def test_a_row_is_a_video_and_four_totals(tmp_path: Path) -> None:
    result = one(write(tmp_path / "c.csv", content(EXPORTED, [(MADE, MADE)])))
    assert result.batch is not None
    number = str(video_id(MADE))
    assert result.batch.videos == (
        Video(
            "acme",
            number,
            day_start(MADE),
            "day",
            "Video 1",
            f"https://www.tiktok.com/@acme/video/{number}",
            format="video",
        ),
    )
    assert {(r.metric, r.value) for r in result.batch.readings} == {
        ("video_total_likes", 40),
        ("video_total_comments", 3),
        ("video_total_shares", 1002),
        ("video_total_views", 5400),
    }
    assert {(r.entity, r.grain, day_of(r.at)) for r in result.batch.readings} == {
        (f"video:{number}", "day", EXPORTED)
    }
    assert result.batch.data_until is None
    assert result.batch.notes == ()


@pytest.mark.parametrize(
    ("made", "posted"),
    [
        (date(2025, 12, 28), date(2025, 12, 28)),
        (date(2025, 12, 28), date(2026, 1, 2)),
        (date(2025, 12, 31), date(2026, 1, 1)),
        (date(2024, 2, 28), date(2024, 2, 29)),
        (date(2022, 7, 3), date(2022, 7, 3)),
        # Published late in the evening west of Greenwich.
        (date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_year_of_a_post_is_its_ids(
    tmp_path: Path, made: date, posted: date
) -> None:
    data = content(EXPORTED, [(made, posted)], said_in("el"))
    (video,) = videos(data, tmp_path)
    assert video.posted_at == day_start(posted)
    assert video.posted_precision == "day"


def test_old_posts_beside_a_new_one_keep_their_own_years(tmp_path: Path) -> None:
    posts = [(MADE, MADE), (date(2024, 5, 15), date(2024, 5, 18))]
    posts += [(date(2022, 12, 30), date(2023, 1, 2))]
    found = videos(content(EXPORTED, posts), tmp_path)
    assert [video.posted_at for video in found] == [day_start(day) for _, day in posts]


def test_a_photo_is_told_by_its_link(tmp_path: Path) -> None:
    link = f"https://www.tiktok.com/@acme/photo/{video_id(MADE)}?lang=el"
    (video,) = videos(row(**{"Video link": link}), tmp_path)
    assert video.format == "photo"
    assert video.url == link.removesuffix("?lang=el")


def test_a_caption_is_made_harmless(tmp_path: Path) -> None:
    bad = "one\ntwo \x1b]52;c;eA==\x07 \u202ethree [red]"
    (video,) = videos(row(**{"Video title": bad}), tmp_path)
    assert video.caption == "one two ]52;c;eA== three [red]"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://example.com/@acme/video/7612545816601211960",
        "javascript:alert(1)//www.tiktok.com/@acme/video/7612545816601211960",
        "https://www.tiktok.com.example.com/@acme/video/7612545816601211960",
        "https://www.tiktok.com/@acme/video/abc",
    ],
)
def test_a_link_to_elsewhere_is_left_out(tmp_path: Path, link: str) -> None:
    result = one(write(tmp_path / "c.csv", row(**{"Video link": link})))
    assert result.batch is not None
    assert result.batch.videos == ()
    assert result.batch.readings == ()
    assert result.batch.notes[0].startswith("line 2: the link is not")


@pytest.mark.parametrize("number", ["12345678", "9" * 20])
def test_an_id_without_a_time_is_no_evidence(tmp_path: Path, number: str) -> None:
    link = read_link(f"https://www.tiktok.com/@acme/video/{number}")
    assert link is not None
    assert link.made_on is None
    (video,) = videos(row(**{"Video link": link.url}), tmp_path)
    assert video.posted_at == day_start(MADE)


def test_an_unreadable_day_of_a_post_is_unknown(tmp_path: Path) -> None:
    result = one(write(tmp_path / "c.csv", row(**{"Post time": "someday"})))
    assert result.batch is not None
    assert result.batch.videos[0].posted_at is None
    assert result.batch.notes == ('line 2: cannot read the day "someday" of the post',)


def test_an_unreadable_day_of_the_export_refuses_the_file(tmp_path: Path) -> None:
    result = one(write(tmp_path / "c.csv", row(Time="someday")))
    assert result.refused == 'line 2: cannot read the date "someday"'
    assert result.kind == "Content"


def test_posts_of_another_account_are_mentioned(tmp_path: Path) -> None:
    data = content(EXPORTED, [(MADE, MADE)], handle="rival")
    result = one(write(tmp_path / "c.csv", data))
    assert result.batch is not None
    assert result.batch.notes == ("its posts are @rival's and were taken in for @acme",)
