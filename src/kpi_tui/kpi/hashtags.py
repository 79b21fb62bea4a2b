"""Hashtags of a caption, in any script; knows nothing else about text."""

import unicodedata

_JOINERS = {"\u200c", "\u200d", "_"}


def hashtags(caption: str) -> tuple[str, ...]:
    """The caption's hashtags without ``#``, in small letters, each once, in order.

    Compare them case-folded; shown case-folded, a Greek word would lose its final
    sigma and a German one its ß.
    A tag goes on while there are letters, marks, digits or ``_``: ``\\w`` alone
    would cut Indic and Thai words at their vowel signs. Digits only (``#1``) are
    a rank and not a tag.
    """
    found: dict[str, str] = {}
    for piece in caption.replace("\uff03", "#").split("#")[1:]:
        end = next((i for i, c in enumerate(piece) if not _is_part(c)), len(piece))
        tag = unicodedata.normalize("NFC", piece[:end].lower())
        if any(unicodedata.category(char)[0] == "L" for char in tag):
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def _is_part(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char)[0] in "LMN"
