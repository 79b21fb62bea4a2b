"""``kpi-tui record``: types a number in, for accounts without a feed."""

import time
from datetime import date
from difflib import get_close_matches

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, load_settings, spelled
from kpi_tui.cli.stored import stored
from kpi_tui.cli.values import AMOUNT, DAY
from kpi_tui.config.settings import Account, Competitor, ManualSource, Settings
from kpi_tui.kpi.metrics import METRICS, Metric
from kpi_tui.kpi.readings import Batch, Reading, daily, instant
from kpi_tui.kpi.text import clean
from kpi_tui.kpi.windows import local_day
from kpi_tui.store.store import Poll


def _is_an_account_s(metric: str) -> bool:
    """Whether it can be typed in: not a video's, nor one of shares by age or hour."""
    return metric == "video_views" or not metric.startswith(
        ("video_", "benchmark_", "audience_", "active_")
    )


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=f"METRIC is one of: {', '.join(filter(_is_an_account_s, METRICS))}; "
    "or the metric of a [[kpi]] in the config.",
)
@click.argument("metric")
@click.argument("value", type=AMOUNT)
@click.option(
    "--at", type=DAY, help="The day it was true at the end of; now if absent."
)
@common_options
def command(options: Options, metric: str, value: float, at: date | None) -> None:
    """Record VALUE of METRIC for an account, such as: record followers 12,400.

    Typed numbers stand beside polled ones and can be corrected by typing again.
    """
    from zoneinfo import ZoneInfo

    settings = load_settings(options)
    _check_metric(metric, settings)
    if options.account is None:
        raise Failure("whose number is this?", hint="add --account HANDLE", code=2)
    if not _is_an_account_s(metric):
        raise Failure(f"{metric} is not an account's own", code=2)
    known = METRICS.get(metric)
    if known is not None and (misfit := _misfit(known, value)):
        raise Failure(f"{metric} {misfit}", code=2)
    now = time.time()
    handle = spelled(options.account, settings.handles())
    zone = ZoneInfo(settings.zone_of(handle))
    today = local_day(int(now), zone)
    if at is not None and at > today:
        raise Failure(f"{at} is in the future", code=2)
    with stored(options, is_written=True) as store:
        handle = spelled(handle, store.handles())
        is_moment = at is None and _is_level(metric, settings)
        readings = _readings(handle, metric, value, at or today, now, is_moment)
        source = f"{handle}/manual"
        batch = Batch(tuple(readings), currency=_currency(settings, handle))
        store.ingest(source, batch)
        store.record_poll(
            Poll(
                source,
                handle,
                "manual",
                now,
                "ok",
                f"recorded {metric}",
                points=1,
                data_until=at,
            )
        )
    when = f"for {at}" if at else "as of now"
    click.echo(f"@{handle} {metric} = {value:g} {when}")


def _misfit(metric: Metric, value: float) -> str | None:
    """Why this cannot be the metric's value; only flows, as corrections, go below 0."""
    if metric.unit == "percent":
        is_share = 0 <= value <= 1
        return None if is_share else 'is a percentage: write it as "45%" or 0.45'
    if metric.kind == "level" and value < 0:
        return "cannot be below 0"
    if metric.unit == "count" and value != int(value):
        return "is a whole number"
    return None


def _readings(
    account: str, metric: str, value: float, day: date, now: float, is_moment: bool
) -> list[Reading]:
    """A level typed without a day is of this moment; all else is of a day."""
    if is_moment:
        return instant(account, [(metric, value)], int(now))
    return daily(account, [(metric, value)], day, seen=int(now))


def _currency(settings: Settings, handle: str) -> str | None:
    """Of the account's manual source, where the config has one that says so."""
    entries: tuple[Account | Competitor, ...] = (
        *settings.account,
        *settings.competitor,
    )
    for entry in entries:
        for source in entry.source:
            if entry.handle == handle and isinstance(source, ManualSource):
                return source.currency
    return None


def _check_metric(metric: str, settings: Settings) -> None:
    """A built-in one, or one that a [[kpi]] of the config is made of."""
    own = [kpi.metric for kpi in settings.kpi if kpi.metric]
    if metric in METRICS or metric in own:
        return
    near = get_close_matches(metric, [*METRICS, *own], n=1)
    why = f"; did you mean {near[0]}?" if near else ""
    if metric in settings.definitions:
        why = " that is measured: kpi-tui works it out from others"
    raise Failure(
        f"{clean(metric, 60)!r} is not a metric{why}",
        hint="one of your own needs a [[kpi]] in the config that is made of it",
        code=2,
    )


def _is_level(metric: str, settings: Settings) -> bool:
    known = METRICS.get(metric)
    if known is not None:
        return known.kind == "level"
    return any(kpi.metric == metric and kpi.how == "level" for kpi in settings.kpi)
