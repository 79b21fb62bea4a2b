"""A fault's traceback with nothing secret in it, for logs and crash files.

Knows no log and no file. Variables are left out because they hold tokens; an error's
own words may repeat one, so what looks like a token is masked in them.
"""

import re
import traceback

# Long runs with a digit: tokens look like that, words and paths rarely. TikTok's have
# stars and exclamation marks in them, and % where they come from an address.
_TOKEN = re.compile(r"(?=[\w.~+=!*%-]*\d)[\w.~+=!*%-]{20,}")


def traced(error: BaseException) -> str:
    """The traceback, line by line; the names of source files stay as they are."""
    told = traceback.TracebackException.from_exception(error, capture_locals=False)
    return "\n".join(
        line if line.lstrip(" |").startswith('File "') else _TOKEN.sub("***", line)
        for chunk in told.format()
        for line in chunk.splitlines()
    )
