"""The section of the source ``http-json``: an address, and what to read of its answer.

Knows no provider; the paths are the user's.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from kpi_tui.config.fields import Currency, JmesPath, MetricId, Scale, Url, fault
from kpi_tui.config.section import Secret, Section, SourceSection

_SECRET_WORDS = ("auth", "cookie", "token", "key", "secret", "password")


def sounds_secret(name: str) -> bool:
    """Whether what a header or parameter of this name holds is taken for a secret."""
    return any(word in name.lower() for word in _SECRET_WORDS)


def _is_table(value: object) -> str | None:
    """Which of the two shapes of a value is meant: text, or a table of its own."""
    if isinstance(value, str):
        return "<text>"
    return "<table>" if isinstance(value, dict | BaseModel) else None


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


class JsonVideos(Section):
    """Posts in a JSON answer: where their list is, and what is where in each of them."""

    path: JmesPath
    """JMESPath to the list; the others start at one of its posts."""
    id: JmesPath
    posted_at: JmesPath
    """ISO date-time, or epoch seconds or milliseconds."""
    caption: JmesPath | None = None
    url: JmesPath | None = None
    duration: MetricPath | None = None
    """Seconds; with the scale 0.001, milliseconds."""
    views: MetricPath | None = None
    likes: MetricPath | None = None
    comments: MetricPath | None = None
    shares: MetricPath | None = None
    saves: MetricPath | None = None


class HttpJsonSource(SourceSection):
    """Any JSON over HTTP, mapped by JMESPath."""

    type: Literal["http-json"]
    url: Url
    headers: dict[str, HeaderValue] = Field(default_factory=dict)
    """Text, or where a secret is. What is called token, key or Authorization is a
    secret even when it is written as text."""
    params: dict[str, HeaderValue] = Field(default_factory=dict)
    """Added to the address; text, or where a secret is, as in headers."""
    metrics: dict[MetricId, MetricPath] = Field(default_factory=dict)
    """Metric id to JMESPath, or to a table with ``path`` and ``scale``."""
    videos: JsonVideos | None = None
    """Where the account's posts are; with it ``metrics`` may be left out."""
    time: JmesPath | None = None
    """JMESPath to when the values were measured: ISO date or date-time, or epoch
    seconds or milliseconds. A date makes the reading one of that day."""
    currency: Currency | None = None
    """ISO code of the answer's money."""

    @model_validator(mode="after")
    def _reads_something(self) -> "HttpJsonSource":
        if not self.metrics and self.videos is None:
            raise fault("expected `metrics`, or `videos`: what to read of the answer")
        return self

    @field_validator("headers", "params", mode="before")
    @classmethod
    def _hide_secrets(cls, named: object) -> object:
        if not isinstance(named, dict):
            return named
        return {
            name: {"literal": value}
            if isinstance(value, str) and sounds_secret(str(name))
            else value
            for name, value in named.items()
        }
