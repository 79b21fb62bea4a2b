"""The shipped schema and example are current."""

import json
import re
from pathlib import Path

from kpi_tui.config.load import load
from kpi_tui.config.schema import json_schema

ROOT = Path(__file__).parents[2]


def test_the_shipped_schema_is_current() -> None:
    shipped = (ROOT / "docs/config.schema.json").read_text("utf-8")

    assert shipped == json_schema(), (
        "run: python -m kpi_tui.config.schema > docs/config.schema.json"
    )


def test_the_schema_describes_what_one_writes() -> None:
    schema = json.loads(json_schema())

    assert set(schema["properties"]) == {
        "monitor", "display", "notify", "account", "competitor", "kpi", "goal",
        "alert", "theme",
    }  # fmt: skip
    refresh = schema["$defs"]["MonitorSection"]["properties"]["refresh"]
    assert refresh["type"] == "string"
    assert refresh["description"].startswith("Time between polls")
    built_in, own = schema["$defs"]["Goal"]["properties"]["kpi"]["anyOf"]
    assert "engagement_rate" in built_in["enum"]
    assert re.match(own["pattern"], "orders")
    assert "for" in schema["$defs"]["Alert"]["properties"]
    for section in schema["$defs"].values():
        assert "anyOf" in section or section["additionalProperties"] is False


def test_the_example_loads_and_names_the_schema() -> None:
    path = ROOT / "config.example.toml"
    settings = load(path)

    assert settings.account[0].source[0].type == "tiktok-studio"
    assert len(settings.theme) == 2
    assert path.read_text("utf-8").startswith("#:schema docs/config.schema.json\n")
