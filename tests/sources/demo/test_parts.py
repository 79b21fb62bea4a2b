"""Dice, the attention clock, the config, and what the demo must not bring along."""

import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import Account, Competitor
from kpi_tui.sources.demo import demo_settings
from kpi_tui.sources.demo.business import BUSINESS_ID
from kpi_tui.sources.demo.days import DAY, Attention, number_of, to_date
from kpi_tui.sources.demo.dice import Dice, split
from tests.sources.demo.desk import Desk

ATHENS = ZoneInfo("Europe/Athens")


@given(st.dictionaries(st.text(max_size=4), st.floats(0.001, 1000), min_size=1))
def test_a_split_sums_to_one(weights: dict[str, float]) -> None:
    parts = split(weights)
    assert set(parts) == set(weights)
    assert sum(round(10_000 * part) for part in parts.values()) == 10_000
    assert all(part >= 0 for part in parts.values())


@given(st.integers(), st.text(max_size=8))
def test_draws_depend_on_seed_scope_and_name_alone(seed: int, name: str) -> None:
    dice = Dice(seed, "a")
    assert dice.unit(name) == Dice(seed, "a").unit(name)
    assert 0 < dice.unit(name) < 1
    assert dice.unit(name) != Dice(seed, "b").unit(name)
    assert dice.unit(name) != Dice(seed + 1, "a").unit(name)
    assert dice.unit(name, 1) != dice.unit(name, 2)


def test_draws_are_spread_evenly() -> None:
    dice = Dice(1, "a")
    draws = [dice.unit(i) for i in range(4000)]
    assert sum(draws) / len(draws) == pytest.approx(0.5, abs=0.02)
    normal = [dice.normal(i) for i in range(4000)]
    assert sum(x * x for x in normal) / len(normal) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_attention_passes_steadily_when_clocks_change(change: date) -> None:
    day = number_of(change)
    clock = Attention(Dice(1, "a"), ATHENS, day - 30)
    stands = [clock.at((day - 1) * DAY + 900 * i) for i in range(3 * 96 + 1)]
    steps = [b - a for a, b in pairwise(stands)]
    assert min(steps) > 0
    assert max(steps) < 0.05
    assert clock.at(day * DAY) == clock.start(day)
    assert clock.at((day - 40) * DAY) == 0


@pytest.mark.parametrize("month", [1, 7])
def test_attention_peaks_in_the_local_evening(month: int) -> None:
    day = number_of(date(2026, month, 14))
    clock = Attention(Dice(1, "a"), ATHENS, day - 30)
    gains = {
        datetime.fromtimestamp(at, UTC).astimezone(ATHENS).hour: clock.at(at + 3600)
        - clock.at(at)
        for at in range(day * DAY, (day + 1) * DAY, 3600)
    }
    assert max(gains, key=lambda hour: gains[hour]) == 21
    assert min(gains, key=lambda hour: gains[hour]) in {2, 3, 4}


def test_days_are_numbers_and_back() -> None:
    assert number_of(date(1970, 1, 1)) == 0
    assert to_date(number_of(date(2028, 2, 29))) == date(2028, 2, 29)


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_days_of_the_shop_follow_each_other_when_clocks_change(change: str) -> None:
    start = datetime.fromisoformat(f"{change}T22:30:00+00:00").timestamp() + 3 * DAY
    dates = [
        date.fromisoformat(d["date"]) for d in Desk(1, start).stats("web")["daily"]
    ]
    steps = [(b - a).days for a, b in pairwise(dates)]
    assert sorted(steps) == [1] * (len(steps) - 1) + [2]
    assert date.fromisoformat(change) in dates


def test_the_config_fits_the_stand_ins() -> None:
    desk = Desk()
    config = demo_settings()
    assert config.account[0].handle == "acme"
    assert config.zone_of("rival") == "Europe/Athens"
    assert len(config.competitor) == 4
    business = config.account[0].source[0]
    assert business.type == "tiktok-business"
    assert business.business_id == BUSINESS_ID
    mapped = 0
    entries: tuple[Account | Competitor, ...] = (*config.account, *config.competitor)
    for entry in entries:
        for source in entry.source:
            if source.type != "http-json":
                continue
            document = desk.ask(source.url).json()
            times = jmespath.search(source.time, document) if source.time else None
            for path in source.metrics.values():
                assert isinstance(path, str)
                value = jmespath.search(path, document)
                mapped += 1
                if times is None:
                    assert isinstance(value, int)
                else:
                    assert len(value) == len(times) > 0
    assert mapped == 10 + 4 * 5 + 4 * 3


def test_goals_end_with_the_year_when_it_is_told() -> None:
    assert {goal.by for goal in demo_settings().goal} == {None}
    ends = {goal.by for goal in demo_settings(date(2026, 5, 1)).goal}
    assert ends == {date(2026, 12, 31)}


def test_secrets_stay_out_of_sight() -> None:
    assert "literal=SecretStr('**********')" in repr(demo_settings())


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("tiktok/nobody", {}, 404),
        ("tiktok/", {}, 404),
        ("elsewhere", {}, 404),
        ("web", {"days": "many"}, 400),
        ("tiktok/rival", {"days": "-3"}, 400),
    ],
)
def test_statistics_refuse(path: str, params: dict[str, str], status: int) -> None:
    url = f"https://stats.demo.invalid/api/{path}"
    response = Desk().ask(url, params)
    assert response.status_code == status
    assert response.json()["detail"]
    assert Desk().ask(url, method="POST").status_code == 405


def test_days_bound_the_answer() -> None:
    desk = Desk()
    assert desk.stats("tiktok/rival", days="0")["daily"] == []
    assert len(desk.stats("tiktok/rival", days="9999")["daily"]) == 400
    assert len(desk.stats("web", days="7")["daily"]) == 7


def test_a_world_with_its_history_needs_no_http_client() -> None:
    code = (
        "import sys; from kpi_tui.sources.demo import DemoWorld, demo_settings;"
        "demo_settings(); DemoWorld(1, lambda: 1.77e9).history();"
        "assert 'httpx' not in sys.modules and 'textual' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
