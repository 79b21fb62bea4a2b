"""How many examples a property is tried with: few in every run, many when asked.

``HYPOTHESIS_PROFILE=thorough make test`` tries twenty times as many, other ones in
each run. Without it they are the same in every run, so that it fails for a change and
never by chance. No example has a time limit: a busy machine is not a slow property.
"""

import os

from hypothesis import HealthCheck, settings

_TIMES = 20
_SPEED = (HealthCheck.too_slow,)

settings.register_profile(
    "quick",
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=_SPEED,
)
settings.register_profile(
    "thorough",
    max_examples=50 * _TIMES,
    deadline=None,
    suppress_health_check=_SPEED,
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
settings.load_profile(PROFILE)


def at_most(examples: int) -> settings:
    """For a property whose every example is dear."""
    times = _TIMES if PROFILE == "thorough" else 1
    return settings(max_examples=examples * times)
