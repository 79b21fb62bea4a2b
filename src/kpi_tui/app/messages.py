"""What happened, told upwards; every message is in the past tense."""

from textual.message import Message

from kpi_tui.monitor.snapshot import Snapshot


class SnapshotTaken(Message, bubble=False):
    """The monitor published a newer Snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Carry it."""
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters: a burst of a hundred is drawn once."""
        return isinstance(message, SnapshotTaken)


class KpiOpened(Message):
    """Somebody wants to see this KPI day by day."""

    def __init__(self, kpi: str) -> None:
        """Carry its id."""
        super().__init__()
        self.kpi = kpi


class NeedOpened(Message):
    """Somebody wants to see what needs them, on the tab where it is."""

    def __init__(self, tab: str, key: str) -> None:
        """Carry the tab's id and the key of its line there."""
        super().__init__()
        self.tab = tab
        self.key = key
