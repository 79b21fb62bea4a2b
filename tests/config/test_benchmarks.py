"""The published benchmarks that come along, and the user's own file."""

from pathlib import Path

import pytest

from kpi_tui.config.benchmarks import load_benchmarks
from kpi_tui.config.load import ConfigError
from kpi_tui.kpi.benchmarks import Benchmark, benchmark_for
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.sources.business_benchmark import CATEGORIES

KPI = "engagement_rate_by_views"


def test_what_comes_along_is_dated_and_sourced() -> None:
    shipped = load_benchmarks()
    assert len(shipped) >= 15
    for one in shipped:
        assert one.year is not None
        assert one.source
        assert one.kpi in DEFINITIONS
        assert 0 < one.value < 10
    everybody = benchmark_for(KPI, "GAMING", (), shipped)
    assert everybody is not None
    assert (everybody.value, everybody.year) == (0.034, 2024)
    food = benchmark_for(KPI, "FOOD_AND_BEVERAGE", (), shipped)
    assert food is not None
    assert food.value == pytest.approx(0.026)
    assert benchmark_for("engagement_rate", None, (), shipped) is None
    named = {b.industry for b in shipped if b.industry} & set(CATEGORIES)
    assert len(named) == 7


def test_ones_own_take_the_place_of_those(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.toml").write_text(
        """
        [[benchmark]]
        kpi = "engagement_rate_by_views"
        value = "3%"
        denominator = "views"
        industry = "Food & Beverage"
        source = "our agency"
        year = 2026

        [[benchmark]]
        kpi = "bounce_rate"
        value = 0.45
        source = "our agency"
        year = 2026
        """,
        "utf-8",
    )
    found = load_benchmarks(tmp_path)
    assert len(found) == len(load_benchmarks()) + 1
    food = benchmark_for(KPI, "FOOD_AND_BEVERAGE", (), found)
    assert food == Benchmark(
        KPI, 0.03, "views", "our agency", "FOOD_AND_BEVERAGE", 2026
    )
    assert benchmark_for(KPI, None, (), found) == benchmark_for(
        KPI, None, (), load_benchmarks()
    )
    bounce = benchmark_for("bounce_rate", None, (), found)
    assert bounce is not None
    assert bounce.value == 0.45


def test_without_a_file_of_ones_own_there_are_the_others(tmp_path: Path) -> None:
    assert load_benchmarks(tmp_path) == load_benchmarks()
    (tmp_path / "benchmarks.toml").write_text("# nothing yet\n")
    assert load_benchmarks(tmp_path) == load_benchmarks()


WHOLE = 'kpi = "bounce_rate"\nvalue = 0.4\nsource = "us"\nyear = 2026\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[[benchmark]]\n" + WHOLE + "valeu = 3\n", 6, "did you mean `value`?"),
        ("[[benchmarks]]\n" + WHOLE, 1, "did you mean `benchmark`?"),
        ("[[benchmark]]\n" + WHOLE.replace("0.4", '"a lot"'), 3, "expected a number"),
        (
            "[[benchmark]]\n" + WHOLE.replace("bounce_rate", "bounce_rat"),
            2,
            "did you mean `bounce_rate`?",
        ),
        (
            "[[benchmark]]\n" + WHOLE + 'denominator = "likes"\n',
            6,
            "benchmark 1: denominator: expected '', 'followers'",
        ),
        ("[[benchmark]]\n" + WHOLE.replace("2026", '"2026"'), 5, "whole number"),
        ("[[benchmark]]\n" + WHOLE + 'industry = "?"\n', 6, "FOOD_AND_BEVERAGE"),
        ("[[benchmark]]\nvalue = 1\n", 1, "required, but missing"),
        ("[[benchmark]\n", 1, "not valid TOML"),
        ("benchmark = 3\n", 1, "double brackets"),
    ],
)
def test_mistakes_have_a_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "benchmarks.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_benchmarks(tmp_path)
    rendered = caught.value.render()
    assert f"{path}:{line}: " in rendered
    assert words in rendered


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"#" * 1_000_002, "is larger than 1 MB"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, raw: bytes | None, words: str) -> None:
    path = tmp_path / "benchmarks.toml"
    if raw is None:
        path.mkdir()
    else:
        path.write_bytes(raw)
    with pytest.raises(ConfigError, match=words):
        load_benchmarks(tmp_path)
