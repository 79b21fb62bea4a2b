"""Lines repaint only what changed, and let no control character or markup through."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region

from kpi_tui.app.widgets.lines import (
    Line,
    Lines,
    ascii_cells,
    changed_region,
    fit,
    harmless,
    line_width,
    merged,
    plain,
    spread,
    wrap,
)

EVIL = "a\x1b]52;c;AAAA\x07b\x9b31m\u202ec\nd"


def test_equal_lines_need_no_repaint() -> None:
    assert changed_region((("a", ""),), (("a", ""),), 3, 20) is None


@pytest.mark.parametrize(
    ("before", "after", "region"),
    [
        # The first piece changes, equally wide: the rest stays.
        ((("12", ""), (" k", "x")), (("13", ""), (" k", "x")), Region(0, 2, 2, 1)),
        # The last piece changes.
        ((("ab", ""), ("1", "x")), (("ab", ""), ("2", "x")), Region(2, 2, 1, 1)),
        # Only a style changes.
        ((("ab", ""), ("1", "")), (("ab", "bold"), ("1", "")), Region(0, 2, 2, 1)),
        # It grows: everything to the right may have moved.
        ((("9", ""), ("|", "x")), (("10", ""), ("|", "x")), Region(0, 2, 20, 1)),
        # It vanishes: the row is cleared.
        ((("9", ""),), (), Region(0, 2, 20, 1)),
    ],
)
def test_only_changed_pieces_are_repainted(
    before: Line, after: Line, region: Region
) -> None:
    assert changed_region(before, after, 2, 20) == region


PIECES = st.lists(
    st.tuples(
        st.text(st.sampled_from("ab 漢é"), min_size=1, max_size=4),
        st.sampled_from(["", "bold", "$error", "red on blue"]),
    ),
    max_size=5,
)


@given(PIECES, PIECES)
def test_repainting_the_region_makes_the_new_line(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    width = 60
    old, new = _cells(tuple(before), width), _cells(tuple(after), width)
    region = changed_region(tuple(before), tuple(after), 0, width)
    if region is not None:
        old[region.x : region.right] = new[region.x : region.right]
    assert old == new


def _cells(line: Line, width: int) -> list[tuple[str, str]]:
    cells: list[tuple[str, str]] = []
    for text, style in line:
        for char in text:
            cells += [(char, style)] * cell_len(char)
    return (cells + [(" ", "")] * width)[:width]


@given(PIECES)
def test_merging_keeps_the_text_and_every_background(
    pieces: list[tuple[str, str]],
) -> None:
    line = tuple(pieces)
    runs = merged(line)
    assert plain(runs) == plain(line)
    assert len(runs) <= max(1, len(line))
    backgrounds = [(char, " on " in style) for text, style in line for char in text]
    assert backgrounds == [
        (char, " on " in style) for text, style in runs for char in text
    ]


def test_blanks_join_the_run_before_them() -> None:
    assert merged((("a", "x"), ("  ", ""), ("b", "x"))) == (("a  b", "x"),)


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = harmless(EVIL)
    assert shown.isprintable()
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert harmless("plain [red]text[/]") == "plain [red]text[/]"


@given(st.text(max_size=20))
def test_ascii_is_ascii_and_as_wide(text: str) -> None:
    shown = ascii_cells(harmless(text))
    assert shown.isascii()
    assert len(shown) == sum(cell_len(char) for char in harmless(text))


@given(st.text(st.sampled_from("ab 漢é…"), max_size=12), st.integers(0, 10))
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, is_ascii=True)) == width


def test_spread_and_wrap() -> None:
    line = spread((("ab", ""),), (("c", "x"),), 10)
    assert plain(line) == "ab       c"
    assert line_width(line) == 10
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("", 7) == []
    assert wrap("unbreakable", 4) == ["unbreakable"]


class Numbers(Lines):
    """Two lines of which the second changes."""

    value = 1

    def build(self, width: int, height: int) -> Sequence[Line]:
        """A label and a number."""
        return ((("label [b]", "bold"),), (("n ", ""), (str(self.value), "$error")))


class NumbersApp(App[None]):
    """Only the lines."""

    CSS = "Numbers { height: 2; }"

    def compose(self) -> ComposeResult:
        """One of them."""
        yield Numbers()


@pytest.mark.usefixtures("every_frame")
async def test_a_change_repaints_one_piece_and_sameness_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with NumbersApp().run_test(size=(30, 5)) as pilot:
        numbers = pilot.app.query_one(Numbers)
        asked: list[tuple[Region, ...]] = []
        original = Numbers.refresh

        def refresh(self: Numbers, *regions: Region, **options: bool) -> Numbers:
            asked.append(regions)
            return original(self, *regions, **options)

        monkeypatch.setattr(Numbers, "refresh", refresh)
        numbers.redraw()
        assert asked == []
        numbers.value = 2
        numbers.redraw()
        assert asked == [(Region(2, 1, 1, 1),)]
        await pilot.pause()
        assert numbers.render_line(0).text.rstrip() == "label [b]"
        assert numbers.render_line(1).text.rstrip() == "n 2"
