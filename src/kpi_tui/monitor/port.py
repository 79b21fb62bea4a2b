"""What a screen may ask of the monitor, and the only thing it knows about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from kpi_tui.monitor.snapshot import Snapshot, VideoPage, View

if TYPE_CHECKING:
    from kpi_tui.kpi.alerts_messages import Message

Listener = Callable[[Snapshot], None]
AlertAction = Literal["acknowledge", "snooze", "unsnooze"]


@dataclass(frozen=True, slots=True)
class Ring:
    """A message about alerts, for whoever has a terminal."""

    message: "Message"
    is_bell: bool
    """The user wants the terminal's bell for it."""
    is_desktop: bool
    """The user wants a desktop notification for it."""


AlertListener = Callable[[Ring], None]


class MonitorPort(Protocol):
    """Implemented by :class:`kpi_tui.monitor.monitor.Monitor`; faked in tests."""

    def stored_snapshot(self) -> Snapshot:
        """From stored data only, blocking: what the first frame shows."""

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` on the event loop with every newer Snapshot."""

    async def run(self) -> None:
        """Poll and publish until cancelled."""

    def look(self, view: View) -> None:
        """Show something else; a Snapshot for it follows. The newest call wins."""

    def poll_now(self, source: str | None = None) -> None:
        """Ask one source, or all, as soon as their limits allow."""

    def set_paused(self, is_paused: bool) -> None:
        """Stop or resume the timers; a Snapshot that says so follows."""

    async def video_page(self, video_id: str) -> VideoPage | None:
        """One video in full; None when it is not known."""

    async def export(self, view: View) -> str:
        """Write the view's points to a CSV in the working directory; its path."""

    def subscribe_alerts(self, listener: AlertListener) -> None:
        """Call ``listener`` on the event loop with every message about alerts.

        Never called by a monitor that does not poll.
        """

    async def answer_alert(
        self,
        alert_id: str,
        action: AlertAction,
        *,
        note: str = "",
        seconds: float | None = None,
    ) -> None:
        """Answer an open alert; a Snapshot that shows it follows.

        ``seconds`` is how long a snooze lasts; a day when absent. What is not open
        any more is left as it is.
        """
