"""What is valid and still worth a warning, before any source is asked."""

from kpi_tui.config.checks import warnings_of
from kpi_tui.config.settings import Settings

APP = {"client_key": "k", "client_secret": {"env": "S"}}
RESEARCH = APP | {"type": "tiktok-research", "username": "rival", "eligible": True}
DISPLAY = APP | {"type": "tiktok-display"}


def warnings(**sections: object) -> tuple[str, ...]:
    return warnings_of(Settings.model_validate(sections))


def test_who_may_use_the_research_api_is_said_first() -> None:
    said = "tiktok-research is for academic and non-profit researchers only"
    for section in ("account", "competitor"):
        (found,) = warnings(**{section: [{"handle": "rival", "source": [RESEARCH]}]})
        assert found.startswith(f"rival: {said}")
        assert "commercial users are not eligible" in found


def test_a_competitor_cannot_be_read_with_ones_own_sign_in() -> None:
    (found,) = warnings(competitor=[{"handle": "rival", "source": [DISPLAY]}])
    assert found.startswith("competitor rival: tiktok-display answers for the account")
    assert warnings(account=[{"handle": "acme", "source": [DISPLAY]}]) == ()


def test_a_secret_in_an_address_is_told_by_its_name_alone() -> None:
    source = {"type": "http-json", "metrics": {"followers": "a"}}
    source["url"] = "https://stats.example/rival?depth=1&api_key=s3cr3t"
    (found,) = warnings(competitor=[{"handle": "rival", "source": [source]}])
    assert found == (
        "rival: `api_key` in a url looks like a secret: "
        'params = { api_key = { env = "NAME" } } keeps it out of the config'
    )
