"""The one way in which a download is turned away: by name, with the reason.

Knows no kind of file.
"""


class RefusedError(Exception):
    """A file or member that is not taken in; the rest of the import goes on."""

    def __init__(self, reason: str, *, is_damaged: bool = False) -> None:
        """``reason`` is one cleaned sentence without the file's name.

        ``is_damaged`` says that a file still being written would look the same.
        """
        super().__init__(reason)
        self.reason = reason
        self.is_damaged = is_damaged
