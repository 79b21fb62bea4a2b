"""Each kind of file becomes its readings."""

import random
import zipfile
from datetime import date
from pathlib import Path

import pytest

from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.readings import day_of
from tests.sources.tiktok_studio.downloads import (
    EXPORTED,
    GENDER,
    HISTORY,
    OVERVIEW,
    PLACES,
    VIEWERS,
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
    table,
    take,
    viewers,
    workbook,
    write,
    zipped,
)

LAST = date(2026, 3, 24)
DAYS = days_until(LAST, 28)
POSTS = [(date(2026, 3, 15), date(2026, 3, 16))]
ALL = {
    "Overview": overview(DAYS),
    "FollowerHistory": history(DAYS),
    "FollowerActivity": activity(days_until(EXPORTED, 8)),
    "FollowerGender": table(GENDER, [("Female", "0.56"), ("Male", "0.44")]),
    "FollowerTopTerritories": table(PLACES, [("GR", "0.4"), ("Others", "0.6")]),
    "Viewers": viewers(DAYS),
    "Content": content(EXPORTED, POSTS),
}


def test_all_seven_are_known_by_their_header(tmp_path: Path) -> None:
    for name, data in ALL.items():
        write(tmp_path / f"{name[::-1]}.csv", data)
    results = take(tmp_path)
    assert {r.path[:-4][::-1]: r.kind for r in results} == {n: n for n in ALL}
    assert [r.path for r in results] == sorted(r.path for r in results)
    assert {r.metric for r in all_readings(results)} <= set(METRICS)


def test_results_come_by_name_whatever_is_grouped(tmp_path: Path) -> None:
    write(tmp_path / "b.zip", zipped({"o.csv": ALL["Overview"]}))
    for name in ("c.csv", "a.csv", "deep/a.csv"):
        write(tmp_path / name, ALL["Viewers"])
    paths = ["a.csv", "b.zip: o.csv", "c.csv", "deep/a.csv"]
    assert [r.path for r in take(tmp_path)] == paths


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_gives_what_its_files_give(tmp_path: Path, method: int) -> None:
    members = {f"{name}.csv": data for name, data in ALL.items()}
    path = write(tmp_path / "all.zip", zipped(members, method, EXPORTED))
    for name, data in ALL.items():
        write(tmp_path / "loose" / f"{name}.csv", data)
    inside, loose = take(path), take(tmp_path / "loose")
    assert sorted(all_readings(inside)) == sorted(all_readings(loose))
    assert [r.path for r in inside] == [f"all.zip: {r.path}" for r in loose]


def test_an_archive_of_archives_is_read(tmp_path: Path) -> None:
    inner = zipped({"Overview.csv": ALL["Overview"]})
    path = write(tmp_path / "all.zip", zipped({"o.zip": inner, "c.csv": b"x"}))
    good, bad = sorted(take(path), key=lambda r: r.path, reverse=True)
    assert good.path == "all.zip: o.zip: Overview.csv"
    assert good.kind == "Overview"
    assert bad.refused


def test_overview_is_five_flows_a_day(tmp_path: Path) -> None:
    result = one(write(tmp_path / "o.csv", ALL["Overview"]))
    assert result.rows == 28
    assert readings(result, "video_views") == {d: d.toordinal() for d in DAYS}
    assert readings(result, "profile_views")[LAST] == 7
    assert readings(result, "likes")[LAST] == 5
    assert readings(result, "comments")[LAST] == -1
    assert readings(result, "shares")[LAST] == 2
    assert result.batch is not None
    assert len(result.batch.readings) == 28 * 5
    assert result.batch.data_until == LAST


def test_columns_may_stand_in_any_order_among_new_ones(tmp_path: Path) -> None:
    header = [*OVERVIEW, "New followers", "Something new"]
    row = [english(LAST), "1", "2", "3", "4", "5", "-6", "many"]
    for seed in range(20):
        order = random.Random(seed).sample(range(len(header)), len(header))
        data = table([header[i].upper() for i in order], [[row[i] for i in order]])
        result = one(write(tmp_path / "o.csv", data))
        assert readings(result, "video_views") == {LAST: 1}
        assert readings(result, "shares") == {LAST: 5}
        assert readings(result, "new_followers") == {LAST: -6}
        assert result.batch is not None
        assert result.batch.notes == ()


def test_undefined_drops_the_value_or_the_row(tmp_path: Path) -> None:
    a, b, c = map(english, days_until(LAST, 3))
    seen = [(a, 5, 3, 2), (b, "undefined", 0, 0), (c, 9, 4, 5)]
    result = one(write(tmp_path / "v.csv", table(VIEWERS, seen)))
    for metric in ("viewers", "new_viewers", "returning_viewers"):
        assert len(readings(result, metric)) == 2
    counts = [(a, 5, 1), (b, "undefined", 0), (c, 7, 2)]
    result = one(write(tmp_path / "f.csv", table(HISTORY, counts)))
    assert list(readings(result, "followers").values()) == [5, 7]
    rows = [(a, 5, 1, 1, 1, 1), (c, "undefined", 1, 1, 1, 1)]
    result = one(write(tmp_path / "o.csv", table(OVERVIEW, rows)))
    assert len(readings(result, "video_views")) == 1
    assert len(readings(result, "likes")) == 2


def test_undefined_at_the_end_is_no_data_day(tmp_path: Path) -> None:
    a, b = map(english, days_until(LAST, 2))
    data = table(HISTORY, [(a, 5, 1), (b, "undefined", 0)])
    result = one(write(tmp_path / "f.csv", data))
    assert result.batch is not None
    assert result.batch.data_until == date(2026, 3, 23)


def test_the_difference_column_is_never_read(tmp_path: Path) -> None:
    result = one(write(tmp_path / "f.csv", ALL["FollowerHistory"]))
    assert {r.metric for r in all_readings([result])} == {"followers"}
    assert readings(result, "followers")[LAST] == 127


def test_viewers_that_do_not_add_up_are_mentioned(tmp_path: Path) -> None:
    a, b = map(english, days_until(LAST, 2))
    data = table(VIEWERS, [(a, 5, 3, 2), (b, 5, 3, 3)])
    result = one(write(tmp_path / "v.csv", data))
    assert result.batch is not None
    assert result.batch.notes == (
        "on 1 of 2 days total viewers are not new and returning viewers together",
    )
    assert len(readings(result, "viewers")) == 2


@pytest.mark.parametrize(("padded", "days"), [(22, 7), (13, 7), (3, 8), (0, 8)])
def test_a_last_day_filled_up_with_zeros_is_dropped(
    tmp_path: Path, padded: int, days: int
) -> None:
    data = activity(days_until(EXPORTED, 8), padded=padded)
    result = one(write(tmp_path / "a.csv", data))
    found = all_readings([result])
    assert len({r.at for r in found}) == days
    assert len(found) == days * 24
    assert {r.metric for r in found} == {"active_followers"}
    assert {r.entity for r in found} == {f"hour:{h:02d}" for h in range(24)}
    assert {r.value for r in found if r.entity == "hour:01"} == {51}


def test_quiet_nights_are_no_filling(tmp_path: Path) -> None:
    days = days_until(EXPORTED, 3)
    rows = [(english(d), h, 9 if h in (12, 18) else 0) for d in days for h in range(24)]
    data = table(("Date", "Hour", "Active followers"), rows)
    result = one(write(tmp_path / "a.csv", data))
    assert len({r.at for r in all_readings([result])}) == 3


@pytest.mark.parametrize("shares", [("0.56", "0.44"), ("56%", "44 %"), ("56", "44")])
def test_the_audience_is_in_fractions(tmp_path: Path, shares: tuple[str, str]) -> None:
    write(tmp_path / "o.csv", ALL["Overview"])
    rows = [("Female", shares[0]), ("Male", shares[1])]
    write(tmp_path / "g.csv", table(GENDER, rows))
    result = take(tmp_path)[0]
    assert {
        (r.entity, r.metric, round(r.value, 9), day_of(r.at))
        for r in all_readings([result])
    } == {
        ("gender:Female", "audience_share", 0.56, LAST),
        ("gender:Male", "audience_share", 0.44, LAST),
    }
    assert result.batch is not None
    assert result.batch.data_until is None


def test_places_are_by_country(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", ALL["FollowerTopTerritories"], EXPORTED)
    found = {(r.entity, r.value, day_of(r.at)) for r in all_readings(take(path))}
    assert found == {("country:GR", 0.4, LAST), ("country:Others", 0.6, LAST)}


ENGLISH = (
    "Date", "Video views", "Reached audience", "Profile views", "Likes", "Shares",
    "Comments", "Product link clicks", "Product link complete payment",
    "Product link GMV", "Website clicks", "Phone number clicks", "Leads submission",
    "App download link clicks", "Net growth", "New followers", "Lost followers",
)  # fmt: skip
MAPPED = {
    "video_views": 1, "reach": 2, "profile_views": 3, "likes": 4, "shares": 5,
    "comments": 6, "product_link_clicks": 7, "product_sales": 8, "link_clicks": 10,
    "phone_clicks": 11, "leads": 12, "app_clicks": 13, "net_followers": 14,
    "new_followers": 15, "lost_followers": 16,
}  # fmt: skip


@pytest.mark.parametrize("form", ["%Y/%m/%d", "%Y-%m-%d"])
def test_business_suite_in_english(tmp_path: Path, form: str) -> None:
    rows = [
        [date(2026, 3, 23).strftime(form), *range(1, 17)],
        [LAST.strftime(form), *["NAN"] * 15, 9],
    ]
    result = one(write(tmp_path / "b.csv", table(ENGLISH, rows)))
    assert result.kind == "Business Suite"
    for metric, value in MAPPED.items():
        days = readings(result, metric)
        assert days[date(2026, 3, 23)] == value
        assert (LAST in days) == (metric == "lost_followers")


def test_business_suite_in_swedish(tmp_path: Path) -> None:
    header = (
        "Datum", "Videovisningar", "Målgrupp som nåtts", "Profilvisningar",  # codespell:ignore som
        "Gilla-markeringar", "Delningar", "Kommentarer", "Nettotillväxt",
        "Nya följare", "Tappade följare",
    )  # fmt: skip
    rows = [["2026/03/24", *range(1, 10)]]
    result = one(write(tmp_path / "b.csv", table(header, rows)))
    assert result.kind == "Business Suite"
    assert readings(result, "reach") == {LAST: 2}
    assert readings(result, "net_followers") == {LAST: 7}
    assert len(all_readings([result])) == 9


def test_a_workbook_gives_what_a_csv_gives(tmp_path: Path) -> None:
    greek = said_in("el")
    rows: list[list[object]] = [list(VIEWERS)]
    rows += [[greek(day), "30", 20, 10] for day in DAYS]
    book = write(tmp_path / "a" / "Viewers.xlsx", workbook({"Viewers": rows}))
    plain = write(tmp_path / "b" / "Viewers.csv", viewers(DAYS, greek))
    assert all_readings(take(book)) == all_readings(take(plain))
    assert one(book).path == "Viewers.xlsx"
    inside = zipped({"Viewers.xlsx": book.read_bytes()}, zipfile.ZIP_STORED)
    result = one(write(tmp_path / "c" / "Viewers_acme.zip", inside))
    assert result.path == "Viewers_acme.zip: Viewers.xlsx"
    assert all_readings([result]) == all_readings(take(plain))


def test_a_workbook_of_several_sheets(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "History": [list(HISTORY), [english(LAST), 5, 0]],
        "Gender": [list(GENDER), ["Female", 0.381]],
        "About": [["nothing"]],
    }
    results = take(write(tmp_path / "f.xlsx", workbook(sheets)))
    assert [(r.path, r.kind) for r in results] == [
        ("f.xlsx: History", "FollowerHistory"),
        ("f.xlsx: Gender", "FollowerGender"),
    ]
    assert [r.value for r in all_readings(results)] == [5, 0.381]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: "\ufeff".encode("utf-16-be") + text.encode("utf-16-be"),
        lambda text: (text + "\r\n\r\n").replace("\n", "\r\n").encode(),
        lambda text: text.replace('"', "").replace(",", ";").encode(),
        lambda text: text.replace('","', '"\t"').encode(),
    ],
)
def test_encodings_line_ends_and_separators(tmp_path: Path, encode: object) -> None:
    assert callable(encode)
    text = overview(DAYS, said_in("el")).decode("utf-8-sig")
    result = one(write(tmp_path / "o.csv", encode(text)))
    assert readings(result, "video_views") == {d: d.toordinal() for d in DAYS}


def test_a_bad_cell_is_left_out_and_mentioned(tmp_path: Path) -> None:
    rows = [(english(d), "12x", 1, 1, 1, 1) for d in DAYS]
    rows[0] = (english(DAYS[0]), "5", 1, 1, 1, 1)
    result = one(write(tmp_path / "o.csv", table(OVERVIEW, rows)))
    assert readings(result, "video_views") == {DAYS[0]: 5}
    assert len(readings(result, "likes")) == 28
    assert result.batch is not None
    assert len(result.batch.notes) == 6
    assert result.batch.notes[0] == 'line 3: "12x" in "video views" is not a number'
    assert result.batch.notes[-1] == "22 more lines like these"


def test_a_header_alone_is_no_data(tmp_path: Path) -> None:
    result = one(write(tmp_path / "o.csv", table(OVERVIEW, [])))
    assert (result.kind, result.rows, result.refused) == ("Overview", 0, None)
    assert result.batch is not None
    assert result.batch.notes == ("it has no rows",)
    for header in (VIEWERS, GENDER, ("Date", "Hour", "Active followers")):
        assert one(write(tmp_path / "x.csv", table(header, []))).refused is None
