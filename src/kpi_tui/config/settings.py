"""The shape of the config: what each section may hold, as pydantic models.

Knows neither TOML nor files (see :mod:`kpi_tui.config.load`).
"""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
)

_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(s|m|h|d)\s*$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_HANDLE = re.compile(r"^[A-Za-z0-9._]{1,64}$")
_METRIC = re.compile(r"^[a-z][a-z0-9_]{0,63}$")


def parse_duration(value: object) -> float:
    """``"90s"``, ``"5m"``, ``"2h"``, ``"1d"`` to seconds; ValueError otherwise."""
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('expected a time such as "30s", "5m", "2h" or "1d"')
    return float(match[1]) * _SECONDS[match[2]]


def _poll_seconds(value: object) -> float:
    seconds = parse_duration(value)
    if not 1 <= seconds <= 7 * 86400:
        raise ValueError('expected between "1s" and "7d"')
    return seconds


def parse_amount(value: object) -> float:
    """A number, or text such as ``"15%"`` (0.15) or ``"3,500"``; else ValueError."""
    if isinstance(value, bool):
        raise ValueError('expected a number or a percentage such as "15%"')  # noqa: TRY004
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip().replace(",", "").replace("_", "")
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100
        return float(text)
    except ValueError:
        raise ValueError('expected a number or a percentage such as "15%"') from None


def _handle(value: object) -> object:
    text = value.removeprefix("@") if isinstance(value, str) else value
    if isinstance(text, str) and not _HANDLE.match(text):
        raise ValueError("expected a TikTok handle: letters, digits, '.' and '_'")
    return text


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError('expected an IANA time zone such as "Europe/Athens"') from None
    return value


def _metric_id(value: str) -> str:
    if not _METRIC.match(value):
        raise ValueError("expected a metric id: small letters, digits and '_'")
    return value


Seconds = Annotated[float, BeforeValidator(_poll_seconds)]
Amount = Annotated[float, BeforeValidator(parse_amount)]
Handle = Annotated[str, BeforeValidator(_handle)]
Zone = Annotated[str, AfterValidator(_zone)]
MetricId = Annotated[str, AfterValidator(_metric_id)]


class Section(BaseModel):
    """A table of the config; keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Secret(Section):
    """Where a secret is; exactly one key is given, or a literal in a 0600 file."""

    env: str | None = None
    """Name of an environment variable."""
    file: Path | None = None
    """A file whose first line is the secret."""
    command: tuple[str, ...] | None = None
    """A command (list of arguments, no shell) that prints the secret."""
    keyring: str | None = None
    """``service/user`` in the system keyring."""
    literal: SecretStr | None = None
    """The secret itself; only in a config file that nobody else may read."""


class SourceSection(Section):
    """What every source has."""

    refresh: Seconds | None = None
    """Time between polls; the monitor's default when absent."""


class StudioSource(SourceSection):
    """A watched folder of TikTok Studio downloads."""

    type: Literal["tiktok-studio"]
    path: Path


class BusinessSource(SourceSection):
    """TikTok's API for Business, the account's own insights."""

    type: Literal["tiktok-business"]
    access_token: Secret
    business_id: str
    """The account's ``open_id``."""
    base_url: str = "https://business-api.tiktok.com/open_api/v1.3"


class JsonMetric(Section):
    """How one metric is read from a JSON answer."""

    path: str
    """JMESPath to a number, a numeric string or null; or to a list of them when
    ``time`` gives a list as long."""
    scale: Literal["percent", "fraction"] | float = 1.0
    """``percent``: 0-100 becomes 0-1. A number multiplies."""


class HttpJsonSource(SourceSection):
    """Any JSON over HTTP, mapped by JMESPath."""

    type: Literal["http-json"]
    url: str
    headers: dict[str, str | Secret] = Field(default_factory=dict)
    metrics: dict[MetricId, str | JsonMetric]
    time: str | None = None
    """JMESPath to when the values were measured: ISO date or date-time, or epoch
    seconds or milliseconds. A date makes the reading one of that day."""


class CsvSource(SourceSection):
    """Any table with a date column."""

    type: Literal["csv"]
    path: Path
    date: str
    """Name of the date column."""
    metrics: dict[MetricId, str]
    """Metric id to column name."""
    date_format: str | None = None
    """strptime format; ISO dates when absent."""
    delimiter: str | None = None
    """Found out when absent."""
    scale: dict[MetricId, Literal["percent", "fraction"] | float] = Field(
        default_factory=dict
    )


class ManualSource(SourceSection):
    """Numbers typed in with ``kpi-tui record``; never polled."""

    type: Literal["manual"]


class DemoSource(SourceSection):
    """The embedded stand-in, labelled demo everywhere."""

    type: Literal["demo"]
    seed: int = 1


AnySource = Annotated[
    StudioSource
    | BusinessSource
    | HttpJsonSource
    | CsvSource
    | ManualSource
    | DemoSource,
    Field(discriminator="type"),
]


class Account(Section):
    """An account of one's own."""

    handle: Handle
    name: str = ""
    industry: str | None = None
    timezone: Zone | None = None
    """The monitor's zone when absent."""
    source: tuple[AnySource, ...] = ()


class Competitor(Section):
    """An account of somebody else."""

    handle: Handle
    name: str = ""
    timezone: Zone | None = None
    source: tuple[AnySource, ...] = ()


class Goal(Section):
    """A target for one KPI of one account."""

    account: Handle | None = None
    """All own accounts when absent."""
    kpi: str
    target: Amount
    by: date | None = None


class Theme(Section):
    """A group of videos by words in their captions."""

    name: str
    match: tuple[str, ...] = Field(min_length=1)
    """Any of these in the caption, upper and lower case alike."""


class MonitorSection(Section):
    """The monitor's own settings."""

    timezone: Zone = "UTC"
    refresh: Seconds = 300.0


class DisplaySection(Section):
    """How it looks."""

    theme: str = "kpi-dark"
    keys: dict[str, str] = Field(default_factory=dict)
    """Action id to key, to remap."""


class Settings(Section):
    """The whole config."""

    monitor: MonitorSection = MonitorSection()
    display: DisplaySection = DisplaySection()
    account: tuple[Account, ...] = ()
    competitor: tuple[Competitor, ...] = ()
    goal: tuple[Goal, ...] = ()
    theme: tuple[Theme, ...] = ()

    @field_validator("account")
    @classmethod
    def _handles_differ(cls, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        handles = [account.handle.lower() for account in accounts]
        if len(set(handles)) < len(handles):
            raise ValueError("two accounts have the same handle")
        return accounts

    def zone_of(self, handle: str) -> str:
        """IANA name of the zone in which this account's days are cut."""
        entries: tuple[Account | Competitor, ...] = (*self.account, *self.competitor)
        for entry in entries:
            if entry.handle == handle and entry.timezone:
                return entry.timezone
        return self.monitor.timezone
