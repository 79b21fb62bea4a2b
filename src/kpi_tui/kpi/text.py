"""Makes text from outside harmless before anything keeps or shows it."""

import unicodedata

_SEPARATORS = {"\n", "\r", "\t", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"}
# Cf holds the bidi overrides and isolates; the two joiners stay, because family
# emoji and several scripts fall apart without them.
_KEPT_FORMAT = {"\u200c", "\u200d"}


def clean(text: str, limit: int = 2000) -> str:
    """One line without C0, C1, bidi or other format controls, at most ``limit`` long.

    Line breaks and tabs become single spaces. Lone surrogates (from broken JSON
    escapes) become U+FFFD, because SQLite and the terminal refuse them.
    """
    head = text[: limit * 4]
    if head.isprintable():  # most texts are, and have nothing to look for
        return " ".join(head.split())[:limit]
    out: list[str] = []
    for char in head:
        if char in _SEPARATORS:
            out.append(" ")
            continue
        category = unicodedata.category(char)
        if category == "Cs":
            out.append("\ufffd")
        elif category == "Cc" or (category == "Cf" and char not in _KEPT_FORMAT):
            continue
        else:
            out.append(char)
    return " ".join("".join(out).split())[:limit]
