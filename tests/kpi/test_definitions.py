"""The KPI dictionary itself."""

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.leaderboard import RANKABLE
from tests.kpi.build import MONTH, history


def test_every_kpi_is_named_and_fits_its_panel():
    for kpi, definition in DEFINITIONS.items():
        assert definition.id == kpi
        assert 0 < len(definition.short) <= 22
        assert definition.formula
    names = [definition.name for definition in DEFINITIONS.values()]
    assert len(set(names)) == len(names)


def test_the_dictionary_is_in_its_printed_order():
    ids = list(DEFINITIONS)
    assert ids[:3] == ["followers", "follower_growth", "follower_growth_rate"]
    assert ids[-1] == "hook_rate"
    assert len(ids) == 36


def test_falling_is_good_only_for_bounces_and_costs():
    falling = {kpi for kpi, one in DEFINITIONS.items() if one.good == "down"}
    assert falling == {"bounce_rate", "cost_per_conversion"}


def test_all_but_the_share_of_voice_can_be_ranked_by_definition():
    assert set(RANKABLE) - set(DEFINITIONS) == {"share_of_voice"}


def test_an_account_without_data_has_every_kpi_and_a_reason_for_each():
    kpis = account_kpis(history(), MONTH)
    assert list(kpis) == list(DEFINITIONS)
    for kpi, value in kpis.items():
        assert value.value is None
        assert value.unit == DEFINITIONS[kpi].unit
        assert value.reason == "not measured"
        assert not value.is_covered
