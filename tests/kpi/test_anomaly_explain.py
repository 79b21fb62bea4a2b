"""The sentence is true by the verdict's own numbers, and reads like one."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.anomaly import Detector, Verdict, explain
from tests.examples import at_most

TUESDAY = 1_767_657_600  # 2026-01-06 00:00 UTC
DAY = 86_400


def point(value: float, expected: float, season="weekday", **more) -> Verdict:
    return Verdict(
        0.9, TUESDAY, value, expected=expected, cause="point", season=season, **more
    )


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (point(4_100, 1_000), "Video views are 4.1 x what a Tuesday brings."),
        (point(380, 1_000), "Video views are 62 % below what a Tuesday brings."),
        (point(1_380, 1_000), "Video views are 38 % above what a Tuesday brings."),
        (point(1_005, 1_000), "Video views are 0.5 % above what a Tuesday brings."),
        (point(0, 1_000), "Video views are 100 % below what a Tuesday brings."),
        (point(4, 1_000), "Video views are 99.6 % below what a Tuesday brings."),
        (
            point(50, 10, season="hour"),
            "Video views are 5.0 x what this hour of the day brings.",
        ),
        (point(50, 10, season="none"), "Video views are 5.0 x the usual."),
        (
            point(-50, 10, season="none"),
            "Video views are -50, where 10 is the usual.",
        ),
        (
            point(12, 0.0, season="weekday"),
            "Video views are 12, where 0 is what a Tuesday brings.",
        ),
    ],
)
def test_a_point_against_its_forecast(verdict, sentence):
    assert explain("video views", verdict) == sentence


def test_the_other_causes():
    base = Verdict(0.9, TUESDAY, 5.0, window_seconds=3_000, long_seconds=12_000)
    level = base._replace(cause="level", recent=230.0, level=100.0)
    assert explain("Video views", level) == (
        "Video views have lately been 2.3 x the usual level (mean of about 50 minutes)."
    )
    drift = base._replace(cause="drift", drift=-1_234.0)
    assert explain("Bounce rate", drift) == (
        "Bounce rate has been 1,234 below the expected on average (about 3 hours)."
    )
    wild = base._replace(cause="swing", swing=3.2)
    assert explain("Followers", wild) == (
        "Followers have lately moved 3.2 x the usual (about 50 minutes)."
    )
    still = base._replace(cause="swing", swing=0.0, still_seconds=9 * 3_600)
    assert explain("Followers", still) == (
        "Followers have not moved for 9 hours, which is unusual."
    )
    calm = base._replace(cause="swing", swing=0.25, still_seconds=300)
    assert explain("Reach", calm) == (
        "Reach has lately moved 75 % below the usual (about 50 minutes)."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (300, "5 minutes"), (90_000, "25 hours"), (9 * DAY, "9 days")],
)
def test_spans_of_time(seconds, words):
    still = Verdict(0.9, TUESDAY, 5.0, cause="swing", swing=0.0)
    still = still._replace(still_seconds=seconds, window_seconds=1)
    assert f"moved for {words}," in explain("Followers", still)


def test_silence_and_the_usual():
    assert explain("Followers", Verdict(0.0, 0, 1.0, "not settled")) == (
        "Followers: not settled."
    )
    assert explain("Followers", Verdict(0.2, 0, 1.0)) == "Followers are as usual."


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("Views per video (median)", "are"),
        ("Bounce rate", "is"),
        ("New followers per 1,000 views", "are"),
        ("Net follower growth", "is"),
        ("Return on ad spend", "is"),
        ("Engagement rate by views", "is"),
        ("Website visits from TikTok", "are"),
        ("", "is"),
    ],
)
def test_the_verb_follows_the_head_of_the_name(name, verb):
    assert f" {verb} 5.0 x" in explain(name, point(50, 10, season="none"))


@given(st.floats(0, 1e9), st.floats(1e-3, 1e9))
def test_ratio_and_percentage_are_those_of_the_numbers(value, expected):
    sentence = explain("Views", point(value, expected))
    found = re.match(r"Views are ([\d.,e+-]+) (x|% above|% below) what", sentence)
    if found is None:
        assert value / expected >= 1e4
        return
    said = float(found[1].replace(",", ""))
    if found[2] == "x":
        assert said == pytest.approx(value / expected, abs=0.051)
        assert value >= 2 * expected * (1 - 1e-9)
    else:
        real = (value / expected - 1) * 100
        assert (real >= 0) == (found[2] == "% above") or abs(real) < 1e-9
        assert said == pytest.approx(abs(real), abs=0.51, rel=0.051)


@given(st.integers(0, 500), st.sampled_from([60, 300, 3_600, DAY]))
@at_most(15)
def test_whatever_fires_gives_one_sentence(seed, step):
    rng = random.Random(seed)
    detector = Detector()
    for i in range(250):
        wild = rng.random() < 0.03
        value = rng.gauss(0, 500) if wild else rng.gauss(50, 5)
        sentence = explain("views", detector.feed(TUESDAY + i * step, value))
        assert sentence.startswith("Views")
        assert sentence.endswith(".")
        assert "  " not in sentence
        assert "nan" not in sentence
        assert "inf" not in sentence
