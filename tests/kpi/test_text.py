"""Outside text that would move the cursor or turn the line round."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.text import clean


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("olive\noil\t now", "olive oil now"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\ud800broken", "\ufffdbroken"),
        ("👩\u200d🍳", "👩\u200d🍳"),
        ("a\u2028b", "a b"),
        ("   ", ""),
    ],
)
def test_outside_text_becomes_one_harmless_line(raw: str, shown: str):
    assert clean(raw) == shown


@given(st.text(st.characters(), max_size=300), st.integers(1, 100))
def test_nothing_that_controls_survives(raw: str, limit: int):
    kept = clean(raw, limit)
    assert len(kept) <= limit
    assert kept.encode().decode() == kept
    assert all(unicodedata.category(char) not in {"Cc", "Cs"} for char in kept)


@given(st.text(max_size=200))
def test_clean_text_stays_as_it_is(raw: str):
    assert clean(clean(raw)) == clean(raw)
