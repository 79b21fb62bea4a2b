"""Daily series of known families, for forecasts that must hold their promise."""

import math
import random
from collections.abc import Callable


def trend(rng: random.Random, count: int) -> list[float]:
    """A straight line, weekdays and noise that grows with the level."""
    season = weekdays(rng)
    slope, noise = rng.uniform(-0.003, 0.006), rng.uniform(0.05, 0.3)
    return [
        max(0.0, 800 * (1 + slope * i) * season[i % 7] * (1 + rng.gauss(0, noise)))
        for i in range(count)
    ]


def walk(rng: random.Random, count: int) -> list[float]:
    """Each day starts where the last one ended."""
    value, step, found = 1000.0, rng.uniform(15, 60), []
    for _ in range(count):
        value = abs(value + rng.gauss(0, step))
        found.append(value)
    return found


def bursty(rng: random.Random, count: int) -> list[float]:
    """A calm account whose videos go viral now and then, and die down."""
    season = weekdays(rng)
    chance, decay = 1 / rng.uniform(6, 30), rng.uniform(0.4, 0.85)
    burst, found = 0.0, []
    for i in range(count):
        burst *= decay
        if rng.random() < chance:
            burst += 1000 * min(60.0, rng.paretovariate(1.2))
        calm = 1000 * math.exp(rng.gauss(0, 0.25))
        found.append(float(round((calm + burst) * season[i % 7])))
    return found


def weekdays(rng: random.Random) -> list[float]:
    """Seven factors around 1."""
    return [max(0.4, 1 + rng.gauss(0, 0.2)) for _ in range(7)]


FAMILIES: dict[str, Callable[[random.Random, int], list[float]]] = {
    "trend": trend,
    "walk": walk,
    "bursty": bursty,
}
