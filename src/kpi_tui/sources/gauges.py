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
    """When the access token ends; a sign-in that can be refreshed goes on after it."""
    sign_in_until: float | None = None
    """When only the user can go on: the end of the refresh token, or of an access token
    that has none. None: no end is known."""
