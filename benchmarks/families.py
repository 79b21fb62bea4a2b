"""Daily series of known families, made of numbers only: what accounts may look like.

Tests and the back-test draw from them; nothing here knows how they are forecast.
"""

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


def noise(rng: random.Random, count: int) -> list[float]:
    """A level that grows or shrinks by a share a day, and multiplies by chance."""
    season, slope, spread = (
        weekdays(rng),
        rng.uniform(-0.003, 0.004),
        rng.uniform(0.1, 0.5),
    )
    return [
        20_000 * math.exp(slope * i + rng.gauss(0, spread)) * season[i % 7]
        for i in range(count)
    ]


def drifting(rng: random.Random, count: int) -> list[float]:
    """A walk of the level's logarithm, with noise on top."""
    season, step, spread = weekdays(rng), rng.uniform(0.02, 0.1), rng.uniform(0, 0.2)
    level, found = math.log(1000.0), []
    for i in range(count):
        level += rng.gauss(0, step)
        found.append(math.exp(level + rng.gauss(0, spread)) * season[i % 7])
    return found


def returning(rng: random.Random, count: int) -> list[float]:
    """Strays from its level for days or weeks, and comes back."""
    season, kept = weekdays(rng), rng.uniform(0.5, 0.97)
    away, found = 0.0, []
    for i in range(count):
        away = kept * away + rng.gauss(0, 0.15)
        found.append(1000 * math.exp(away) * season[i % 7])
    return found


def counts(rng: random.Random, count: int) -> list[float]:
    """A few a day, as conversions come."""
    season, mean = weekdays(rng), rng.uniform(0.5, 6)
    return [float(_poisson(rng, mean * season[i % 7])) for i in range(count)]


def _poisson(rng: random.Random, mean: float) -> int:
    limit, product, found = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        found += 1
    return found


FAMILIES: dict[str, Callable[[random.Random, int], list[float]]] = {
    "trend, weekdays, noise": trend,
    "growth, weekdays, noise": noise,
    "random walk": walk,
    "drifting level": drifting,
    "bursty, viral": bursty,
    "returning level": returning,
    "small counts": counts,
}
