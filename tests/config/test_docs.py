"""docs/configuration.md names every key that there is, and its examples are TOML."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from kpi_tui.cli.record import command as record
from kpi_tui.config.settings import SOURCE_TYPES, Settings
from kpi_tui.kpi.metrics import METRICS

DOCS = Path(__file__).parents[2] / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")


def kinds_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from kinds_in(part)


def keys_of(kind: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Every key of a section and of those in it, each section once."""
    if kind in seen:
        return
    seen.add(kind)
    for name, field in kind.model_fields.items():
        # A literal secret has no key: it is text.
        if name != "literal":
            yield field.alias or name
        for inner in kinds_in(field.annotation):
            yield from keys_of(inner, seen)


def every_key() -> list[str]:
    seen: set[type[BaseModel]] = set()
    sections: tuple[type[BaseModel], ...] = (Settings, *SOURCE_TYPES.values())
    return sorted({key for section in sections for key in keys_of(section, seen)})


@pytest.mark.parametrize("key", every_key())
def test_every_key_is_named(key: str) -> None:
    in_code = rf"`[^`\n]*\b{key}\b[^`\n]*`"
    in_example = rf"^{key} = |^\[+{key}\b"
    assert re.search(f"{in_code}|{in_example}", CONFIGURATION, re.MULTILINE), key


def test_every_metric_that_can_be_typed_in_is_named() -> None:
    table = CONFIGURATION.partition("## Metrics\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", table)) & METRICS.keys()
    epilog = record.epilog or ""
    assert named == set(re.findall(r"\w+", epilog)) & METRICS.keys()
    assert {"followers", "video_views", "bounce_share"} <= named
    assert not {"video_reach", "audience_share"} & named


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_example_is_toml(page: Path) -> None:
    for example in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        assert tomllib.loads(example)
