"""The keyed table: diffs, order, cursor."""

from typing import Any

from textual.app import App, ComposeResult

from kpi_tui.app.widgets.table import MAX_ROWS, Cell, KeyedTable, Row, TableColumn

COLUMNS = (TableColumn("name", "name", 8, "left"), TableColumn("views", "views", 6))


class Counting(KeyedTable):
    """Counts what it is asked to touch."""

    touched: int = 0

    def update_cell(self, *args: Any, **named: Any) -> None:
        self.touched += 1
        super().update_cell(*args, **named)

    def add_row(self, *cells: Any, **named: Any) -> Any:
        self.touched += 100
        return super().add_row(*cells, **named)


class Host(App[None]):
    CSS = """
    Counting > .table--strong { text-style: bold; }
    Counting > .table--muted { color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        yield Counting()


def rows(**views: int) -> list[Row]:
    return [(key, (Cell(key), Cell(str(value)))) for key, value in views.items()]


def names(table: KeyedTable) -> list[str]:
    return [table.get_row_at(place)[0].plain for place in range(table.row_count)]


async def test_only_cells_that_changed_are_touched():
    app = Host()
    async with app.run_test() as pilot:
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows(rows(a=1, b=2, c=3))
        await pilot.pause()
        table.touched = 0
        table.set_rows(rows(a=1, b=2, c=3))
        assert table.touched == 0
        table.set_rows(rows(a=1, b=5, c=3))
        assert table.touched == 1
        table.set_rows(rows(b=5, c=3))
        assert table.touched == 1
        assert names(table) == ["b", "c"]
        table.set_rows(rows(b=5, d=4, c=3))
        assert table.touched == 101
        assert names(table) == ["b", "d", "c"]


async def test_the_cursor_stays_on_its_row_when_the_order_changes():
    app = Host()
    async with app.run_test() as pilot:
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows(rows(a=1, b=2, c=3))
        table.move_to("b")
        await pilot.pause()
        table.set_rows(rows(c=3, a=1, b=2))
        await pilot.pause()
        assert table.cursor_key == "b"
        assert table.cursor_row == 2
        assert names(table) == ["c", "a", "b"]
        table.set_rows(rows(c=3, a=1))
        await pilot.pause()
        assert table.cursor_key in {"c", "a"}
        table.set_rows([])
        assert table.cursor_key is None


async def test_other_columns_keep_rows_and_cursor():
    app = Host()
    async with app.run_test() as pilot:
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows(rows(a=1, b=2))
        table.move_to("b")
        await pilot.pause()
        table.set_columns(COLUMNS[:1])
        table.set_rows([("a", (Cell("a"),)), ("b", (Cell("b"),))])
        await pilot.pause()
        assert table.cursor_key == "b"
        assert names(table) == ["a", "b"]


async def test_a_mark_in_the_header_leaves_the_rows_alone():
    app = Host()
    async with app.run_test() as pilot:
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows(rows(a=1))
        await pilot.pause()
        table.touched = 0
        marked = (COLUMNS[0], TableColumn("views", "views", 6, mark="▼"))
        table.set_columns(marked)
        table.set_rows(rows(a=1))
        assert table.touched == 0
        assert table.ordered_columns[1].label.plain == "views▼"


async def test_cells_are_never_markup_and_never_wider_than_their_column():
    app = Host()
    async with app.run_test() as pilot:
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows([("x", (Cell("[/b] [red]x"), Cell("1", tail=" of 9")))])
        await pilot.pause()
        cells = table.get_row("x")
        assert cells[0].plain == "[/b] [r…"
        assert cells[1].plain == "1 of 9"
        assert all(cell.no_wrap for cell in cells)
        evil = Cell("a\x1b]52;c;QQ==\x07\n\u202eb", tail="\x9b1m")
        table.set_rows([("x", (evil, evil))])
        cells = table.get_row("x")
        assert all(cell.plain.isprintable() for cell in cells)


async def test_a_theme_change_recolours():
    app = Host()
    async with app.run_test() as pilot:
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows([("x", (Cell("x"), Cell("1", "muted")))])
        await pilot.pause()
        before = table.get_cell("x", "views").spans[0].style
        app.theme = "textual-light"
        await pilot.pause()
        assert table.get_cell("x", "views").spans[0].style != before


async def test_rows_are_bounded():
    app = Host()
    async with app.run_test():
        table = app.query_one(Counting)
        table.set_columns(COLUMNS)
        table.set_rows(rows(**{f"r{place}": place for place in range(MAX_ROWS + 50)}))
        assert table.row_count == MAX_ROWS
