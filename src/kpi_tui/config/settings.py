"""The shape of the config: what each section may hold, as pydantic models.

Knows neither TOML nor files (see :mod:`kpi_tui.config.load`, which also checks what
no section can know alone: handles given twice, goals of unknown accounts).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    Field,
)

from kpi_tui.config.alert import Alert, NotifySection
from kpi_tui.config.fields import (
    Currency,
    DateFormat,
    Handle,
    Line,
    LocalPath,
    MetricId,
    Required,
    Scale,
    Seconds,
    Zone,
)
from kpi_tui.config.fields import parse_amount as parse_amount  # noqa: PLC0414
from kpi_tui.config.goal import Goal
from kpi_tui.config.http_json import HttpJsonSource, JsonMetric, JsonVideos
from kpi_tui.config.kpi import Kpi
from kpi_tui.config.section import Secret, Section, SourceSection
from kpi_tui.config.tiktok import (
    AdsSource,
    BusinessSource,
    DisplaySource,
    ResearchSource,
)
from kpi_tui.kpi.custom import Customs
from kpi_tui.kpi.definitions import DEFINITIONS, Definition

__all__ = [
    "SOURCE_TYPES",
    "Account",
    "AdsSource",
    "Alert",
    "AnySource",
    "BusinessSource",
    "Competitor",
    "CsvSource",
    "DemoSource",
    "DisplaySection",
    "DisplaySource",
    "Goal",
    "HttpJsonSource",
    "JsonMetric",
    "JsonVideos",
    "Kpi",
    "ManualSource",
    "MonitorSection",
    "NotifySection",
    "ResearchSource",
    "Secret",
    "Section",
    "Settings",
    "SourceSection",
    "StudioSource",
    "Theme",
    "parse_amount",
]


class StudioSource(SourceSection):
    """A watched folder of TikTok Studio downloads."""

    type: Literal["tiktok-studio"]
    path: LocalPath
    """The folder, or one downloaded file."""


class CsvSource(SourceSection):
    """Any table with a date column."""

    type: Literal["csv"]
    path: LocalPath
    date: Required
    """Name of the date column."""
    metrics: dict[MetricId, str] = Field(min_length=1)
    """Metric id to column name."""
    date_format: DateFormat | None = None
    """strptime format; ISO dates when absent."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Found out when absent."""
    scale: dict[MetricId, Scale] = Field(default_factory=dict)
    """Metric id to ``percent`` (0-100 becomes 0-1), ``fraction`` or a factor."""
    currency: Currency | None = None
    """ISO code of the table's money."""


class ManualSource(SourceSection):
    """Numbers typed in with ``kpi-tui record``; never polled."""

    type: Literal["manual"]
    currency: Currency | None = None
    """ISO code of the money that is typed in."""


class DemoSource(SourceSection):
    """The embedded stand-in, labelled demo everywhere."""

    type: Literal["demo"]
    seed: int = Field(default=1, strict=True, ge=0, lt=2**31)
    """Another seed, another history."""


AnySource = Annotated[
    StudioSource
    | DisplaySource
    | BusinessSource
    | AdsSource
    | ResearchSource
    | HttpJsonSource
    | CsvSource
    | ManualSource
    | DemoSource,
    Field(discriminator="type"),
]
SOURCE_TYPES: dict[str, type[SourceSection]] = {
    "tiktok-studio": StudioSource,
    "tiktok-display": DisplaySource,
    "tiktok-business": BusinessSource,
    "tiktok-ads": AdsSource,
    "tiktok-research": ResearchSource,
    "http-json": HttpJsonSource,
    "csv": CsvSource,
    "manual": ManualSource,
    "demo": DemoSource,
}
"""Every source type of this version and its section."""


class Account(Section):
    """An account of one's own."""

    handle: Handle
    """As in the profile's address, with or without the ``@``."""
    name: Line = ""
    """What the screen calls it; the handle when empty."""
    industry: Line | None = None
    """For comparisons, such as ``FOOD_AND_BEVERAGE``."""
    timezone: Zone | None = None
    """IANA zone in which days are cut; the monitor's when absent."""
    source: tuple[AnySource, ...] = ()
    """Where its numbers come from."""


class Competitor(Section):
    """An account of somebody else."""

    handle: Handle
    """As in the profile's address, with or without the ``@``."""
    name: Line = ""
    """What the screen calls it; the handle when empty."""
    timezone: Zone | None = None
    """IANA zone in which days are cut; the monitor's when absent."""
    source: tuple[AnySource, ...] = ()
    """Where its numbers come from."""


class Theme(Section):
    """A group of videos by words in their captions."""

    name: Required
    match: tuple[Required, ...] = Field(min_length=1)
    """Any of these in the caption, upper and lower case alike."""


class MonitorSection(Section):
    """The monitor's own settings."""

    timezone: Zone = "UTC"
    """IANA zone in which days are cut."""
    refresh: Seconds = 300.0
    """Time between polls of every source that does not say its own."""


class DisplaySection(Section):
    """How it looks."""

    theme: str = "kpi-dark"
    wall: Annotated[Seconds, Field(ge=3)] = 20.0
    """How long each tab stays on the screen of ``kpi-tui --wall``."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Action id to key, to remap."""


class Settings(Section):
    """The whole config."""

    monitor: MonitorSection = MonitorSection()
    display: DisplaySection = DisplaySection()
    notify: NotifySection = NotifySection()
    account: tuple[Account, ...] = ()
    competitor: tuple[Competitor, ...] = ()
    kpi: tuple[Kpi, ...] = ()
    goal: tuple[Goal, ...] = ()
    alert: tuple[Alert, ...] = ()
    theme: tuple[Theme, ...] = ()

    def handles(self) -> tuple[str, ...]:
        """Every account and competitor, as the config writes it."""
        return tuple(a.handle for a in self.account) + tuple(
            c.handle for c in self.competitor
        )

    @cached_property
    def customs(self) -> Customs:
        """The user's own KPIs by id, in the order in which they are written."""
        return {kpi.id: kpi.custom for kpi in self.kpi}

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """What each KPI is: the dictionary, then the user's own."""
        own = {kpi: one.definition for kpi, one in self.customs.items()}
        return {**DEFINITIONS, **own} if own else DEFINITIONS

    def zone_of(self, handle: str) -> str:
        """IANA name of the zone in which this account's days are cut."""
        entries: tuple[Account | Competitor, ...] = (*self.account, *self.competitor)
        for entry in entries:
            if entry.handle == handle and entry.timezone:
                return entry.timezone
        return self.monitor.timezone
