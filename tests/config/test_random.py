"""Whatever stands in a config, it loads or tells; it never crashes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_tui.config.load import ConfigError, Problem, load
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.text import clean

GOOD = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")
LINES = [
    line[1:] if line.startswith("#") and not line.startswith(("# ", "#:")) else line
    for line in GOOD.split("\n")
]
"""The example with all that is switched off in it switched on."""
KEYS = [number for number, line in enumerate(LINES) if " = " in line.partition("#")[0]]

SCALARS = st.one_of(
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(str),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.times().map(lambda moment: moment.isoformat()),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'"),
        max_size=20,
    ).map(lambda text: f"'{text}'"),
    st.sampled_from(['"\\u0000"', '"~x/y"', '"%"', '"1e999"', '"//[x"', '"5m"', '""']),
)
TABLE_KEYS = st.sampled_from(["env", "file", "path", "type", "likes", "x", "literal"])


def _as_list(parts: list[str]) -> str:
    return f"[{', '.join(parts)}]"


def _as_table(parts: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {part}" for key, part in parts.items()) + " }"


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(_as_list),
        st.dictionaries(TABLE_KEYS, inner, max_size=3).map(_as_table),
    ),
    max_leaves=4,
)


def test_the_switched_off_parts_of_the_example_are_valid_too(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("\n".join(LINES), "utf-8")

    whole = load(path)

    sections = [entry.source for entry in whole.account]
    sections += [entry.source for entry in whole.competitor]
    assert {source.type for section in sections for source in section} == {
        "tiktok-studio", "tiktok-display", "tiktok-business", "tiktok-ads",
        "tiktok-research", "csv", "manual", "http-json", "demo",
    }  # fmt: skip


@settings(suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=6))
def test_random_values_in_place_of_right_ones(
    tmp_path: Path, wrong: dict[int, str]
) -> None:
    lines = list(LINES)
    for number, value in wrong.items():
        lines[number] = f"{lines[number].partition(' = ')[0]} = {value}"
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines), "utf-8")

    told: tuple[Problem, ...] | None = None
    try:
        load(path)
    except ConfigError as error:
        told = error.problems
    assert told != ()
    for problem in told or ():
        assert problem.line in range(1, len(lines) + 1)
        assert clean(problem.message) == problem.message
        assert "pydantic" not in problem.render()


@pytest.mark.parametrize("value", ["5", "'x'", "[[]]", "[{}]", "true", "[[5]]"])
@pytest.mark.parametrize("section", list(Settings.model_fields))
def test_a_section_of_a_wrong_shape(tmp_path: Path, section: str, value: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"\n{section} = {value}\n", "utf-8")

    with pytest.raises(ConfigError) as caught:
        load(path)

    assert {problem.line for problem in caught.value.problems} == {2}
