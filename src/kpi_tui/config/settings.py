"""The shape of the config: what each section may hold, as pydantic models.

Knows neither TOML nor files (see :mod:`kpi_tui.config.load`, which also checks what
no section can know alone: handles given twice, goals of unknown accounts).
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from kpi_tui.config.fields import (
    Amount,
    DateFormat,
    Day,
    Handle,
    JmesPath,
    KpiId,
    Line,
    LocalPath,
    MetricId,
    Required,
    Scale,
    Seconds,
    SecureUrl,
    Span,
    Url,
    Zone,
    fault,
)
from kpi_tui.config.fields import parse_amount as parse_amount  # noqa: PLC0414

_SECRET_HEADERS = ("auth", "cookie", "token", "key", "secret", "password")


class Section(BaseModel):
    """A table of the config; keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Secret(Section):
    """Where a secret is; exactly one key is given, or a literal in a 0600 file."""

    env: str | None = Field(default=None, min_length=1)
    """Name of an environment variable."""
    file: LocalPath | None = None
    """A file whose first line is the secret."""
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    """A command (list of arguments, no shell) that prints the secret."""
    keyring: str | None = Field(default=None, pattern=r"^.+/.+$")
    """``service/user`` in the system keyring."""
    literal: SecretStr | None = Field(default=None, min_length=1)
    """The secret itself; only in a config file that nobody else may read."""

    @model_validator(mode="before")
    @classmethod
    def _one_place(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, Secret):
            return value
        given = {"literal": value} if isinstance(value, str) else value
        if not isinstance(given, dict):
            raise fault('expected { env = "NAME" }, or file, command or keyring')
        if len(given.keys() & cls.model_fields.keys()) != 1 and not (
            given.keys() - cls.model_fields.keys()
        ):
            raise ValueError("expected exactly one of env, file, command, keyring")
        context = info.context or {}
        if "literal" in given and context.get("is_private") is False:
            raise fault(
                "a secret stands in a file that others may read",
                f'chmod 600 {context.get("file")}, or write {{ env = "NAME" }} here',
            )
        return given


def _is_table(value: object) -> str | None:
    """Which of the two shapes of a value is meant: text, or a table of its own."""
    if isinstance(value, str):
        return "<text>"
    return "<table>" if isinstance(value, dict | BaseModel) else None


class SourceSection(Section):
    """What every source has."""

    refresh: Seconds | None = None
    """Time between polls; the monitor's default when absent."""


class StudioSource(SourceSection):
    """A watched folder of TikTok Studio downloads."""

    type: Literal["tiktok-studio"]
    path: LocalPath
    """The folder, or one downloaded file."""


class BusinessSource(SourceSection):
    """TikTok's API for Business, the account's own insights."""

    type: Literal["tiktok-business"]
    access_token: Secret
    business_id: Required
    """The account's ``open_id``."""
    base_url: SecureUrl = "https://business-api.tiktok.com/open_api/v1.3"


class JsonMetric(Section):
    """How one metric is read from a JSON answer."""

    path: JmesPath
    """JMESPath to a number, a numeric string or null; or to a list of them when
    ``time`` gives a list as long."""
    scale: Scale = 1.0
    """``percent``: 0-100 becomes 0-1. A number multiplies."""


HeaderValue = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[Secret, Tag("<table>")],
    Discriminator(
        _is_table,
        custom_error_type="kpi_tui",
        custom_error_message='expected text or { env = "NAME" }',
    ),
]
MetricPath = Annotated[
    Annotated[JmesPath, Tag("<text>")] | Annotated[JsonMetric, Tag("<table>")],
    Discriminator(
        _is_table,
        custom_error_type="kpi_tui",
        custom_error_message='expected a JMESPath, or { path = "…", scale = "percent" }',
    ),
]


class HttpJsonSource(SourceSection):
    """Any JSON over HTTP, mapped by JMESPath."""

    type: Literal["http-json"]
    url: Url
    headers: dict[str, HeaderValue] = Field(default_factory=dict)
    """Text, or where a secret is. What is called token, key or Authorization is a
    secret even when it is written as text."""
    metrics: dict[MetricId, MetricPath] = Field(min_length=1)
    """Metric id to JMESPath, or to a table with ``path`` and ``scale``."""
    time: JmesPath | None = None
    """JMESPath to when the values were measured: ISO date or date-time, or epoch
    seconds or milliseconds. A date makes the reading one of that day."""

    @field_validator("headers", mode="before")
    @classmethod
    def _hide_secrets(cls, headers: object) -> object:
        if not isinstance(headers, dict):
            return headers
        return {
            name: {"literal": value}
            if isinstance(value, str)
            and any(word in str(name).lower() for word in _SECRET_HEADERS)
            else value
            for name, value in headers.items()
        }


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


class ManualSource(SourceSection):
    """Numbers typed in with ``kpi-tui record``; never polled."""

    type: Literal["manual"]


class DemoSource(SourceSection):
    """The embedded stand-in, labelled demo everywhere."""

    type: Literal["demo"]
    seed: int = Field(default=1, strict=True, ge=0, lt=2**31)
    """Another seed, another history."""


AnySource = Annotated[
    StudioSource
    | BusinessSource
    | HttpJsonSource
    | CsvSource
    | ManualSource
    | DemoSource,
    Field(discriminator="type"),
]
SOURCE_TYPES: dict[str, type[SourceSection]] = {
    "tiktok-studio": StudioSource,
    "tiktok-business": BusinessSource,
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


class Goal(Section):
    """A target for one KPI of one account."""

    account: Handle | None = None
    """All own accounts when absent."""
    kpi: KpiId
    target: Amount
    """A number, or a percentage such as ``"15%"`` for rates."""
    by: Day | None = None
    """The day by which it should be reached."""


class Alert(Section):
    """A limit for one KPI. Read and checked; this version raises no alerts."""

    kpi: KpiId
    account: Handle | None = None
    """All own accounts when absent."""
    below: Amount | None = None
    above: Amount | None = None
    changes_by: Amount | None = None
    for_: Span | None = Field(default=None, alias="for")
    """How long it must hold."""

    @model_validator(mode="after")
    def _one_limit(self) -> "Alert":
        limits = (self.below, self.above, self.changes_by)
        if sum(limit is not None for limit in limits) != 1:
            raise ValueError("expected exactly one of below, above, changes_by")
        return self


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
    keys: dict[str, str] = Field(default_factory=dict)
    """Action id to key, to remap."""


class Settings(Section):
    """The whole config."""

    monitor: MonitorSection = MonitorSection()
    display: DisplaySection = DisplaySection()
    account: tuple[Account, ...] = ()
    competitor: tuple[Competitor, ...] = ()
    goal: tuple[Goal, ...] = ()
    alert: tuple[Alert, ...] = ()
    theme: tuple[Theme, ...] = ()

    def zone_of(self, handle: str) -> str:
        """IANA name of the zone in which this account's days are cut."""
        entries: tuple[Account | Competitor, ...] = (*self.account, *self.competitor)
        for entry in entries:
            if entry.handle == handle and entry.timezone:
                return entry.timezone
        return self.monitor.timezone
