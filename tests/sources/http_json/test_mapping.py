"""JMESPath mappings: numbers, histories, times, and what is wrong with them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import HttpJsonSource
from kpi_tui.kpi.readings import Reading, day_start
from kpi_tui.sources.json_mapping import JsonMapping, last_complete_day
from kpi_tui.sources.moments import moment
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError

NOW = datetime(2026, 3, 24, 23, 30, tzinfo=UTC).timestamp()
ATHENS = ZoneInfo("Europe/Athens")  # where it is already the 25th

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "t"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def mapping(time: str | None = None, **metrics: Any) -> JsonMapping:
    source = HttpJsonSource(
        type="http-json", url="http://x", metrics=metrics, time=time
    )
    return JsonMapping(source, "rival", ATHENS)


def read(
    document: object, time: str | None = None, **metrics: Any
) -> list[tuple[str, str, int, float]]:
    """(metric, grain, at, value) of every reading."""
    readings, _ = mapping(time, **metrics).read(document, NOW)
    return [(r.metric, r.grain, r.at, r.value) for r in readings]


def refusal(document: object, time: str | None = None, **metrics: Any) -> str:
    with pytest.raises(SourceError) as caught:
        mapping(time, **metrics).read(document, NOW)
    return caught.value.message


def test_a_level_without_a_time_is_of_now() -> None:
    found = read({"data": {"n": 1200}}, followers="data.n")
    assert found == [("followers", "instant", int(NOW), 1200)]


def test_a_flow_without_a_time_is_todays_running_value_in_the_accounts_zone() -> None:
    today = day_start(date(2026, 3, 25))
    assert read({"n": 7}, website_visits="n") == [("website_visits", "day", today, 7)]
    found = read({"n": 40}, bounce_share={"path": "n", "scale": "percent"})
    assert found == [("bounce_share", "day", today, 0.4)]


def test_a_custom_metric_is_a_level() -> None:
    assert read({"n": 7}, satisfaction="n") == [
        ("satisfaction", "instant", int(NOW), 7)
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 12.0),
        (-1.5, -1.5),
        ("12", 12.0),
        (" 1e3 ", 1000.0),
        (".5", 0.5),
        ("+3.", 3.0),
        ("1,234", None),
        ("12%", None),
        ("1_000", None),
        ("٣", None),
        ("nan", None),
        ("-", None),
        ("", None),
        (True, None),
        (None, None),
        ([], None),
        (float("inf"), None),
        (10**400, None),
        ("1e999", None),
    ],
)
def test_numbers(value: object, expected: float | None) -> None:
    assert number(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_survives_as_number_and_as_text(value: float) -> None:
    assert number(value) == value
    assert number(repr(value)) == value


@given(st.text(max_size=20))
def test_what_is_taken_as_a_number_is_what_python_reads(text: str) -> None:
    found = number(text)
    assert found is None or found == float(text)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [("percent", 0.051), ("fraction", 5.1), (2, 10.2), (1e308, None)],
)
def test_scales(scale: str | float, expected: float | None) -> None:
    spec = {"path": "n", "scale": scale}
    if expected is None:
        assert "none of the mapped paths" in refusal({"n": 5.1}, custom=spec)
    else:
        assert read({"n": 5.1}, custom=spec)[0][3] == expected


@pytest.mark.parametrize(
    ("time", "grain", "at"),
    [
        ("2026-03-20", "day", day_start(date(2026, 3, 20))),
        ("20260320", "day", day_start(date(2026, 3, 20))),
        (20260320, "day", day_start(date(2026, 3, 20))),
        ("2026-03-20T10:00:00Z", "instant", 1774000800),
        ("2026-03-20T10:00:00", "instant", 1774000800),
        ("2026-03-20 12:00:00+02:00", "instant", 1774000800),
        (1774000800, "instant", 1774000800),
        ("1774000800", "instant", 1774000800),
        (1774000800.9, "instant", 1774000800),
        (1774000800123, "instant", 1774000800),
        ("1774000800123", "instant", 1774000800),
    ],
)
def test_times_of_a_level(time: object, grain: str, at: int) -> None:
    found = read({"n": 1, "t": time}, "t", followers="n")
    assert found == [("followers", grain, at, 1)]


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2026-03-20", 20),
        # A date-time keeps the date it was written with: a shop that says
        # "2026-03-20 00:00:00" means the 20th, whatever the zones.
        ("2026-03-20 00:00:00", 20),
        ("2026-03-20T23:00:00-08:00", 20),
        # An epoch carries no date: the account's zone gives it one.
        (1774044000, 21),  # 22:00 UTC of the 20th, midnight in Athens
    ],
)
def test_times_of_a_flow(time: object, day: int) -> None:
    found = read({"n": 1, "t": time}, "t", website_visits="n")
    assert found == [("website_visits", "day", day_start(date(2026, 3, day)), 1)]


@pytest.mark.parametrize(
    "time", [None, True, "", "soon", "2026-13-01", 0, 5, -1, 1e30, {}, "0001-01-01"]
)
def test_a_time_that_is_none_is_told(time: object) -> None:
    message = refusal({"n": 1, "t": time}, "t", followers="n")
    assert message.startswith("the path of time, t, found ")


def test_a_time_in_the_future_is_refused() -> None:
    message = refusal({"n": 1, "t": "2027-01-01"}, "t", followers="n")
    assert message == "the time 2027-01-01 lies in the future"


def test_a_history() -> None:
    rows = [
        {"d": "2026-03-22", "n": "3"},
        {"d": "2026-03-23", "n": 4},
        {"d": "soon", "n": 5},
        {"d": "2026-03-24", "n": "-"},
        {"d": "2030-01-01", "n": 9},
    ]
    readings, notes = mapping("rows[*].d", likes="rows[*].n").read({"rows": rows}, NOW)
    first = day_start(date(2026, 3, 22))
    assert readings == (
        Reading("rival", "", "likes", "day", first, 3, int(NOW)),
        Reading("rival", "", "likes", "day", first + 86_400, 4, int(NOW)),
    )
    assert notes == (
        "3 values of a history are missing, lie in the future or have no valid time; "
        "skipped.",
    )
    assert last_complete_day(readings, date(2026, 3, 25)) == date(2026, 3, 23)
    assert last_complete_day(readings, date(2026, 3, 23)) == date(2026, 3, 22)
    assert last_complete_day(readings, date(2026, 3, 22)) is None


def test_of_several_values_of_one_day_the_latest_stands() -> None:
    times = ["2026-03-20T18:00:00Z", "2026-03-20T09:00:00Z"]
    found = read({"t": times, "n": [50, 20]}, "t", website_visits="n")
    assert found == [("website_visits", "day", day_start(date(2026, 3, 20)), 50)]


def test_a_history_of_another_length() -> None:
    document = {"rows": [{"d": "2026-03-22", "n": 1}, {"d": "2026-03-23", "n": None}]}
    message = refusal(document, "rows[*].d", likes="rows[*].n")
    assert "likes = rows[*].n has 1 values for 2 times" in message
    found = read(document, "rows[*].d", likes="map(&n, rows)")
    assert [value for _, _, _, value in found] == [1]


def test_a_list_needs_times_and_times_need_a_list() -> None:
    assert "is a list: set time" in refusal({"n": [1, 2]}, followers="n")
    document = {"n": 1, "t": ["2026-03-22"]}
    assert "is no list, and time is one" in refusal(document, "t", followers="n")


def test_one_missing_metric_is_a_note() -> None:
    paths = mapping(followers="data.n", likes_total="data.hearts")
    readings, notes = paths.read({"data": {"n": 3, "hearts": None}}, NOW)
    assert [r.metric for r in readings] == ["followers"]
    assert notes == ("likes_total = data.hearts is null; skipped.",)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"data": {"count": 1, "a\u202eb": 2}}, "(data has keys: count, ab)"),
        ({"detail": "no"}, "(the answer has keys: detail)"),
        ({}, "(the answer has keys: none)"),
        ([1], "(the answer is a list of 1)"),
        (None, "(the answer is null)"),
        ({"data": {"n": True}}, "followers = data.n is true, no number"),
        ({"data": {"n": "1\x1b[2J.2K"}}, "followers = data.n is the text “1[2J.2K”"),
        ({"data": {"n": {"x": 1}}}, "followers = data.n is an object"),
        ({str(n): n for n in range(20)}, "keys: 0, 1, 2, 3, 4, 5, 6, 7, …)"),
    ],
)
def test_nothing_matched(document: object, words: str) -> None:
    message = refusal(document, followers="data.n")
    assert message.startswith("none of the mapped paths matched: followers = data.n")
    assert words in message


def unchecked(time: str | None = None, **metrics: str) -> HttpJsonSource:
    """Settings as if the config had let everything through."""
    return HttpJsonSource.model_construct(
        type="http-json", url="http://x", metrics=metrics, time=time
    )


@pytest.mark.parametrize("path", ["data.[", "", "a b", "f(", "a['b"])
def test_a_wrong_path_names_its_metric(path: str) -> None:
    with pytest.raises(SourceError) as caught:
        JsonMapping(unchecked(followers=path), "rival", UTC)
    assert caught.value.message.startswith("the path of metric followers is no valid")
    assert caught.value.fault == "config"


def test_a_wrong_time_path() -> None:
    with pytest.raises(SourceError, match="the path of time is no valid JMESPath"):
        JsonMapping(unchecked("[", followers="a"), "rival", UTC)


def test_a_function_that_does_not_exist_matches_nothing() -> None:
    message = JsonMapping(unchecked(followers="nope(a)"), "rival", UTC)
    with pytest.raises(SourceError, match="none of the mapped paths matched"):
        message.read({"a": 1}, NOW)


@given(
    JSON,
    st.sampled_from(["a", "a.b", "[*].a", "length(a)", "sort_by(a, &b)", "max(a)"]),
    st.sampled_from([None, "t", "a[*].t", "b"]),
)
def test_any_document_gives_readings_or_a_source_error(
    document: object, path: str, time: str | None
) -> None:
    try:
        readings, _ = mapping(time, followers=path, likes=path).read(document, NOW)
    except SourceError:
        return
    for reading in readings:
        assert number(reading.value) == reading.value
        assert reading.at <= NOW + 86_400


@given(st.integers(130_000_000, 4_000_000_000))
def test_a_moment_written_is_a_moment_read(at: int) -> None:
    aware = datetime.fromtimestamp(at, UTC)
    for written in (aware.isoformat(), f"{aware:%Y-%m-%dT%H:%M:%S}", at * 1000):
        found = moment(written, UTC)
        assert found is not None
        assert (found.label, found.at) == (aware.date(), at)
    day = moment(aware.date().isoformat(), UTC)
    assert day is not None
    assert (day.label, day.at) == (aware.date(), None)
    east = moment(aware.astimezone(ZoneInfo("Asia/Tokyo")).isoformat(), UTC)
    assert east is not None
    assert east.at == at
    assert east.label - aware.date() in {timedelta(0), timedelta(days=1)}
