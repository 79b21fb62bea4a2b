"""``python -m kpi_tui``."""

from kpi_tui.cli import main

main()
