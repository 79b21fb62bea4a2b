"""An event loop on which a year passes as fast as its work is done.

Knows no source and no store. Nothing waits: when all tasks sleep, the clock jumps to
the first of them; what would run in a thread runs at once.
"""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Jump(selectors.SelectSelector):
    """Takes every wait for over, and tells the loop how long it would have been."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> Any:
        """No file is ever ready; without a timer the simulation hangs for ever."""
        if timeout is None:
            raise AssertionError("every task waits, and no timer will wake one")
        self.loop.now += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock is UTC epoch seconds from ``now`` on."""

    def __init__(self, now: float) -> None:
        """Begin at that moment."""
        self.now = now
        selector = _Jump()
        selector.loop = self
        super().__init__(selector)
        # An epoch in a float has steps of 0.2 microseconds: a timer less than one away
        # would never be reached.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """The simulated moment, for timers and for whoever else needs a clock."""
        return self.now

    def run_in_executor(
        self, executor: object, func: Callable[..., _T], *args: object
    ) -> "asyncio.Future[_T]":
        """The result, now: time does not pass while a thread would work."""
        done: asyncio.Future[_T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - a future carries any
            done.set_exception(error)
        return done
