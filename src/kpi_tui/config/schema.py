"""The config's JSON Schema, for editors: ``python -m kpi_tui.config.schema``.

Knows only what the models say of themselves.
"""

import ast
import inspect
import json
import sys
from pathlib import Path
from typing import Any

from kpi_tui.config import alert, goal, kpi, section, settings, tiktok
from kpi_tui.config.settings import Settings


def json_schema() -> str:
    """The schema as text that ends with a line break."""
    schema = Settings.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "kpi-tui config"
    texts = _field_texts()
    for name, part in {**schema["$defs"], "Settings": schema}.items():
        _describe(part, texts.get(name, {}))
    _describe_secret(schema["$defs"]["Secret"])
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _field_texts() -> dict[str, dict[str, str]]:
    """Class to field to the text below it.

    pydantic can do this while it builds the models; that costs every start 10 ms.
    """
    found: dict[str, dict[str, str]] = {}
    # Each before those that build on it.
    for module in (section, alert, goal, kpi, tiktok, settings):
        tree = ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                above = [found.get(ast.unparse(base), {}) for base in node.bases]
                texts = {name: text for base in above for name, text in base.items()}
                found[node.name] = texts | _texts_of(node)
    return found


def _texts_of(node: ast.ClassDef) -> dict[str, str]:
    texts = {}
    for field, text in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            value = text.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                name = ast.unparse(field.target).rstrip("_")
                texts[name] = " ".join(value.value.split()).replace("``", "`")
    return texts


def _describe(part: dict[str, Any], texts: dict[str, str]) -> None:
    for name, field in part.get("properties", {}).items():
        field.pop("title", None)
        _without_null(field)
        if name in texts:
            field["description"] = texts[name]
    if "description" in part:
        part["description"] = " ".join(part["description"].split())


def _without_null(field: dict[str, Any]) -> None:
    """TOML has no null, and a default in seconds is not what one writes."""
    if not isinstance(field.get("default"), str | int):
        field.pop("default", None)
    shapes = [shape for shape in field.get("anyOf", ()) if shape != {"type": "null"}]
    if len(shapes) == 1:
        del field["anyOf"]
        field.update(shapes[0])
    elif shapes:
        field["anyOf"] = shapes


def _describe_secret(part: dict[str, Any]) -> None:
    """A secret may also be written as text, and has exactly one key."""
    table = dict(part)
    table.update(minProperties=1, maxProperties=1)
    part.clear()
    part.update(anyOf=[{"type": "string"}, table])


if __name__ == "__main__":
    sys.stdout.write(json_schema())
