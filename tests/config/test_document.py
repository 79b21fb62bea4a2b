"""Every key of a TOML text is found on its line, in whatever order tables come."""

from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.document import line_at, lines_of, parse

TEXT = '''\
# a comment
top = 1
[monitor]
refresh = "5m"

[[account]]
handle = "a"
[[account.source]]
type = "x"
metrics.followers = "a.b"
 flag = true
[competitor.x]
q = 1
[[account.source]]
type = "y"
[account.source.metrics]
foo = """
multi = 1
[[account]]
"""
bar = 3
h = { env = "X" }

[[goal]]
kpi = "k"

[[account]]
handle = "b"
[[goal]]
kpi = "l"
many = [
 1,
 [2]]
[[account.source]]
zed = 1
'''


def test_lines_of_tables_keys_and_what_is_inside_values() -> None:
    where = lines_of(TEXT)

    expected = {
        ("top",): 2,
        ("monitor",): 3,
        ("monitor", "refresh"): 4,
        ("account", 0): 6,
        ("account", 0, "source", 0, "metrics", "followers"): 10,
        ("account", 0, "source", 0, "flag"): 11,
        ("competitor", "x"): 12,
        ("account", 0, "source", 1): 14,
        ("account", 0, "source", 1, "metrics"): 16,
        ("account", 0, "source", 1, "metrics", "bar"): 21,
        ("account", 0, "source", 1, "metrics", "h", "env"): 22,
        ("goal", 0, "kpi"): 25,
        ("account", 1): 27,
        ("account", 1, "handle"): 28,
        ("goal", 1, "kpi"): 30,
        ("goal", 1, "many", 1, 0): 31,
        ("account", 1, "source", 0, "zed"): 35,
    }
    assert {place: where.get(place) for place in expected} == expected


def test_a_missing_key_is_at_its_table() -> None:
    where = lines_of(TEXT)

    assert line_at(where, ("account", 0, "source", 1, "url")) == 14
    assert line_at(where, ("theme", 0, "name")) is None


NAMES = st.text("abc-_1", min_size=1, max_size=3)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
VALUES = st.sampled_from(
    ["1", '"x"', "true", '"""\na = 1\n"""', "[\n1,\n2]", "{ z = 1 }", "2026-03-24"]
)
STATEMENTS = st.one_of(
    PATHS.map(lambda path: f"[[{path}]]"),
    PATHS.map(lambda path: f"[{path}]"),
    st.tuples(PATHS, VALUES).map(" = ".join),
)


@given(st.lists(STATEMENTS, max_size=10))
def test_every_key_stands_on_its_line(statements: list[str]) -> None:
    text = "\n".join(statements)
    document = parse(text)
    if document.data is None or document.faults:
        return
    physical = text.split("\n")

    where = lines_of(text)

    for place, line in where.items():
        name = next(part for part in reversed(place) if isinstance(part, str))
        assert name in physical[line - 1]
    assert {place[0] for place in where} >= set(document.data)


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_told(text: str) -> None:
    document = parse(text)

    assert document.data is not None or document.faults
