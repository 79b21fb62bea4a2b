"""What all screens over the tabs share: each closes once."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

Result = TypeVar("Result")


class ClosesOnce(Screen[Result]):
    """Enter and Escape typed in one go close it, and not the tabs below as well.

    A field tells of Enter by a message; until that is read Escape has closed the
    screen, and the second closing took the last screen of the app: a crash.
    """

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result, unless it is closed already."""
        if not self.is_active:
            return AwaitComplete()
        return super().dismiss(result)


class Over(ModalScreen[Result], ClosesOnce[Result]):
    """A screen over the tabs."""
