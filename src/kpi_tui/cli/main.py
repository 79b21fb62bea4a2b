"""The command ``kpi-tui``: its table of commands and how it starts and ends.

Knows no command's work: each is imported when it is asked for, so that ``--help``
loads neither the screen nor the network.
"""

import sys
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from kpi_tui.cli import garbage
from kpi_tui.cli.errors import INTERRUPTED, quiet_ends, report_crash
from kpi_tui.cli.options import Options, common_options, screen_options
from kpi_tui.cli.streams import ready_streams

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("kpi_tui.cli.demo:command", "The monitor on embedded demo data."),
    "init": ("kpi_tui.cli.init:command", "Write a commented config."),
    "check": ("kpi_tui.cli.check:command", "Check the config and try every source."),
    "import": ("kpi_tui.cli.import_:command", "Take in TikTok Studio downloads."),
    "record": ("kpi_tui.cli.record:command", "Type a number in."),
    "collect": ("kpi_tui.cli.collect:command", "Poll without a screen."),
    "report": ("kpi_tui.cli.report:command", "Print the digest."),
    "export": ("kpi_tui.cli.export:command", "Print the stored points."),
    "auth": (
        "kpi_tui.cli.auth:command",
        "Sign a source in, with or without a browser.",
    ),
    "status": ("kpi_tui.cli.status:command", "One line for a prompt or a watchdog."),
    "alerts": ("kpi_tui.cli.alerts:command", "The alert inbox, answers, and replays."),
    "doctor": ("kpi_tui.cli.doctor:command", "Look at versions, paths and database."),
}
"""Name to where the command is ("module:attribute") and its line in the help."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The table's names, in its order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None when the table does not have it."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a usage error names the nearest one."""
        if args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{guess}")
        return super().resolve_command(ctx, args)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Parse, which also prints ``--help``; ends as :meth:`invoke` does."""
        with quiet_ends():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> None:
        """Run, ending quietly where the reader left or the user pressed Ctrl-C.

        What a command returns is dropped, so that only ``ctx.exit`` gives a code.
        """
        with quiet_ends():
            super().invoke(ctx)


@click.group(
    name="kpi-tui",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="kpi-tui", message="kpi-tui %(version)s")
@common_options
@screen_options
def group(options: Options) -> None:
    """Watch a TikTok account's KPIs live, in the terminal.

    Without a command the monitor starts; without a config it shows the demo.
    """
    context = click.get_current_context()
    context.obj = options
    if options.how != "screen" and context.invoked_subcommand not in {None, "demo"}:
        raise click.UsageError(
            f"--{options.how} shows the monitor: "
            f"kpi-tui --{options.how}, or kpi-tui demo --{options.how}"
        )
    if context.invoked_subcommand is None:
        from kpi_tui.cli.run import run_monitor

        run_monitor(options)
    else:
        garbage.begin()


def run() -> None:
    """Run the process's arguments and exit: 0, 1 (data), 2 (usage or config)."""
    ready_streams()
    try:
        code = group.main(prog_name="kpi-tui", standalone_mode=False)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - the last one: nobody is above it
        click.echo(report_crash(error), err=True)
        sys.exit(1)
    # ``ctx.exit(code)`` arrives as the result.
    sys.exit(code if type(code) is int else 0)
