"""The command line: the only place that wires everything together."""


def main() -> None:
    """Run ``kpi-tui`` with the process's arguments and exit with its code.

    The imports wait for the call, so that importing the package costs nothing.
    """
    from kpi_tui.cli import garbage

    garbage.postpone()
    try:
        from kpi_tui.cli.main import run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()
