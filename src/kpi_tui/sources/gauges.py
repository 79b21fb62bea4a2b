"""What a source has left: of its requests, and of the time until the next sign-in.

Knows no provider and no screen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of one limit is used."""

    label: str
    """What is counted, over what time: ``requests a minute``, ``requests a day``."""
    used: int
    limit: int
    resets_at: float | None
    """When all of it is there again if nothing more is asked (UTC epoch seconds);
    None: it is all there now."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything that a source can say about its limits; times in epoch seconds."""

    budgets: tuple[Budget, ...] = ()
    token_until: float | None = None
    """When the access token ends; it renews itself while the refresh token lives. Where
    there is none the user has to sign in again then."""
    refresh_until: float | None = None
    """When the user has to sign in again."""
