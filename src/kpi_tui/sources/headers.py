"""Headers and parameters of requests, their secrets read in at the last moment.

Knows no secret for longer than a request: a rotated file works with the next poll.
"""

import asyncio
from collections.abc import Mapping

from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import Secret
from kpi_tui.sources.port import SourceError


async def filled(named: Mapping[str, str | Secret], where: str) -> dict[str, str]:
    """The same names with every secret's present value.

    ``where`` says in an error whose they are: ``rival/http-json, header``.

    Off the event loop, because a secret may be a command's output or a keyring's
    answer. Raises SourceError when one cannot be read.
    """
    if not any(isinstance(value, Secret) for value in named.values()):
        return {name: str(value) for name, value in named.items()}
    return await asyncio.to_thread(_filled, named, where)


def _filled(named: Mapping[str, str | Secret], where: str) -> dict[str, str]:
    try:
        return {
            name: value
            if isinstance(value, str)
            else read_secret(value, f"{where} {name}")
            for name, value in named.items()
        }
    except SecretError as error:
        raise SourceError(
            error.message, fault="unauthorised", hint=error.hint
        ) from None
