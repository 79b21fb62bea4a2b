"""The three standard streams as the program needs them, whatever its caller left.

Knows no command.
"""

import os
import sys
from typing import TextIO


def ready_streams() -> None:
    """Open what was closed, and let no letter that the locale lacks end the program.

    A closed stream is None in Python, and its number is what the next file would get:
    a message could end up in the database.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            while os.open(os.devnull, os.O_RDWR) < number:
                pass
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        # A caption's emoji must not end a report in a terminal without UTF-8.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def shows_boxes(stream: TextIO) -> bool:
    """Whether what the screen is drawn with is in the locale's letters."""
    try:
        "\u2502\u2581\u25cf\u00b7".encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError, AttributeError):
        return False
    return True
