"""Looks for secrets where none may be: in files, and in what was printed.

Knows where they may be: the sign-ins, the config, and the files that it names.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from urllib.parse import quote

from tests.servers import ads, oauth, research, unruly

_ALLOWED = {
    "signin": re.compile(r".*\.(?:json|answer)(?:\.new)?"),
    "ring": re.compile(r"ring\.json"),
}
"""Folder to files: the vault, and the tests' stand-in for the system's keyring."""
_ALLOWED_NAMES = re.compile(r"[\w-]*(secret|token)[\w-]*|.*\.toml|sitecustomize.*")
"""Configs, and the files in which a config says that a secret is."""


def forms(secret: str) -> dict[str, bytes]:
    """How a secret may be written, by the name of the writing."""
    raw = secret.encode()
    found = {
        "plain": raw,
        "quoted": quote(secret, safe="").encode(),
        "quoted twice": quote(quote(secret, safe=""), safe="").encode(),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "UTF-16": secret.encode("utf-16-le"),
        "backwards": raw[::-1],
    }
    for encode, name in (
        (base64.b64encode, "base64"),
        (base64.urlsafe_b64encode, "base64url"),
    ):
        for shift in range(3):
            # Inside a longer text a secret begins at any of three places; what its
            # neighbours have a part in is cut off.
            text = encode(b"\0" * shift + raw).rstrip(b"=")
            found[f"{name}+{shift}"] = text[4 if shift else 0 : len(text) // 4 * 4]
    return found


_WRITTEN = {
    written
    for secret in (oauth.SECRET, research.CLIENT_SECRET, ads.TOKEN, unruly.SECRET)
    for written in forms(secret).values()
}
_MARKS = (b"act.", b"rft.", b"clt.", *sorted(_WRITTEN))
"""Each canary begins with one of them."""
CANARY = re.compile(
    rb"(?:act|rft|clt)\.[\w!*-]*(?:(?i:secret)|token|canary)[\w!*-]*"
    rb"|" + b"|".join(map(re.escape, sorted(_WRITTEN)))
)
"""What the tests' tokens and secrets look like, whichever test made them."""


def found_in(
    places: Mapping[str, bytes], secrets: Iterable[str]
) -> list[tuple[str, str]]:
    """(place, writing) of every secret in what was printed or stored."""
    needles = {
        (name, form): None for one in secrets for name, form in forms(one).items()
    }
    return [
        (place, name)
        for place, content in places.items()
        for name, form in needles
        if len(form) >= 8 and form in content
    ]


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file in which no secret may be, and its content."""
    return {str(path): path.read_bytes() for path in _searched(folder)}


def canaries_below(folder: Path) -> list[tuple[Path, str]]:
    """(file, what it holds) for every file with something like a test's secret."""
    return [
        (path, canary.decode(errors="replace"))
        for path in _searched(folder)
        if path.stat().st_size and (canary := _canary(path))
    ]


def _canary(path: Path) -> bytes | None:
    """The first, in a file of any size."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        # The pattern alone takes ten times as long.
        places = [at for mark in _MARKS if (at := content.find(mark)) >= 0]
        found = CANARY.search(content, min(places)) if places else None
        return found.group() if found else None


def _searched(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        allowed = _ALLOWED.get(path.parent.name, _ALLOWED_NAMES)
        if allowed.fullmatch(path.name) or _ALLOWED_NAMES.fullmatch(path.name):
            continue
        if path.is_file() and not path.is_symlink():
            yield path
