"""What sections of the config are made of: unknown keys are errors, secrets have a place.

Knows no section by name (see :mod:`kpi_tui.config.settings`).
"""

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from kpi_tui.config.fields import LocalPath, Seconds, fault


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


class SourceSection(Section):
    """What every source has."""

    refresh: Seconds | None = None
    """Time between polls; the monitor's default when absent."""
