"""`bench alarms`: how often quiet themes are flagged in a quarter of weekly looks, and how soon planted rises are.

Series are simulated: a year of history, then a quarter looked at each week. Weekly rates per theme are spread evenly
on a log scale between 0.2 and 10; exposure has a season and noise of its own. Scenarios differ in how weekly rates
vary beyond Poisson: not at all, independently from week to week, or slowly (correlated with the week before).
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np

from knowledge.analysis.recurrence import ALARM_RATE, ThemeTrend, statuses

HISTORY, QUARTER = 52, 13
RATES = (0.2, 10.0)
RISES = (1.5, 2.0, 3.0)
LEVELS = (0.5, 1.0, 3.0, 10.0)
HEARD = ("new", "rising", "recurring")


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Squared coefficient of variation of a theme's weekly rate, and its correlation from one week to the next."""

    name: str
    cv2: float
    correlation: float = 0.0


SCENARIOS = (
    Noise(name="Poisson", cv2=0.0),
    Noise(name="mild", cv2=0.1),
    Noise(name="strong", cv2=0.3),
    Noise(name="mild, slow", cv2=0.1, correlation=0.5),
    Noise(name="strong, slow", cv2=0.3, correlation=0.5),
)
MILD = SCENARIOS[1]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the benchmark can be told."""
    parser.add_argument("--quarters", type=int, default=500, help="simulated quiet quarters per scenario")
    parser.add_argument("--themes", type=int, default=30, help="themes per quarter")
    parser.add_argument("--planted", type=int, default=50, help="quarters per planted rise and level")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, object]:
    """Simulate, print two tables, and return their figures."""
    begun = time.perf_counter()
    quiet = [_quiet_row(noise, args) for noise in SCENARIOS]
    print(f"\nQuiet themes flagged at any of {QUARTER} weekly looks (stated: at most {ALARM_RATE:.0%})")
    for row in quiet:
        print(f"  {row['noise']:<13} {row['flagged']:6.2%} of {row['themes']} themes; {row['per_look']:6.3%} per look")
    planted = [_planted_row(rise, level, args) for rise in RISES for level in LEVELS]
    print("\nPlanted rises, mild noise: share found within the quarter, and by which week how many")
    for row in planted:
        print(
            f"  x{row['rise']:<4} from {row['per_week']:>4} a week: {row['found']:4.0%}, half by week "
            f"{row['median'] or '-'}, three quarters by week {row['upper'] or '-'}"
        )
    return {"stated": ALARM_RATE, "quiet": quiet, "planted": planted, "seconds": time.perf_counter() - begun}


def _quiet_row(noise: Noise, args: argparse.Namespace) -> dict[str, object]:
    ever, per_look = false_alarms(args.quarters, args.themes, noise, seed=args.seed)
    return {"noise": noise.name, "flagged": ever, "per_look": per_look, "themes": args.quarters * args.themes}


def _planted_row(rise: float, level: float, args: argparse.Namespace) -> dict[str, object]:
    weeks = weeks_to_detection(args.planted, args.themes, rise, level, seed=args.seed + 1)
    in_order = sorted(weeks, key=lambda week: week or np.inf)
    return {
        "rise": rise,
        "per_week": level,
        "found": sum(week is not None for week in weeks) / len(weeks),
        "median": in_order[len(weeks) // 2],
        "upper": in_order[len(weeks) * 3 // 4],
    }


def false_alarms(quarters: int, themes: int, noise: Noise, *, seed: int) -> tuple[float, float]:
    """Return the share of quiet themes flagged at any look of a quarter, and the share flagged per look."""
    rng = np.random.default_rng(seed)
    ever, looks = [], []
    for _ in range(quarters):
        exposure = _exposure(rng)
        counts = _counts(rng, _rates(rng, themes), exposure, noise)
        flagged = np.array([[t.flagged for t in trends] for trends in _looks(counts, exposure)])
        ever.append(flagged.any(axis=0).mean())
        looks.append(flagged.mean())
    return float(np.mean(ever)), float(np.mean(looks))


def weeks_to_detection(
    quarters: int, themes: int, rise: float, level: float, *, seed: int, risen: int = 3
) -> list[int | None]:
    """Return for each planted rise the week of the quarter in which it was flagged; None where it was not.

    Of each quarter's `themes`, `risen` have `level` mentions a week, times `rise` from the quarter's first week on.
    """
    rng = np.random.default_rng(seed)
    found: list[int | None] = []
    for _ in range(quarters):
        exposure = _exposure(rng)
        rates = np.repeat(_rates(rng, themes)[:, None], HISTORY + QUARTER, axis=1)
        rates[:risen] = level
        rates[:risen, HISTORY:] *= rise
        trends = _looks(_counts(rng, rates, exposure, MILD), exposure)
        heard = np.array([[t.status in HEARD for t in look[:risen]] for look in trends])
        found.extend(int(theme.argmax()) + 1 if theme.any() else None for theme in heard.T)
    return found


def _looks(counts: np.ndarray, exposure: np.ndarray) -> list[list[ThemeTrend]]:
    ends = range(HISTORY + 1, HISTORY + QUARTER + 1)
    return [statuses(counts[:, :end], exposure[:end]) for end in ends]


def _rates(rng: np.random.Generator, themes: int) -> np.ndarray:
    return np.exp(rng.uniform(*np.log(RATES), themes))


def _exposure(rng: np.random.Generator) -> np.ndarray:
    """Return how much is said in each week: 300 on average, with a season of ±30% and noise."""
    week = np.arange(HISTORY + QUARTER)
    season = 1 + 0.3 * np.sin(2 * np.pi * (week / 52 + rng.uniform()))
    return np.round(300 * season * rng.gamma(50, 1 / 50, len(week)))


def _counts(rng: np.random.Generator, rates: np.ndarray, exposure: np.ndarray, noise: Noise) -> np.ndarray:
    """Draw weekly counts of themes whose mean at usual exposure is `rates`, shape (themes,) or (themes, weeks)."""
    mean = (rates if rates.ndim == 2 else rates[:, None]) * exposure / 300
    if noise.correlation:
        spread = np.log(1 + noise.cv2)
        z = np.empty(mean.shape)
        z[:, 0] = rng.standard_normal(len(mean))
        for week in range(1, mean.shape[1]):
            fresh = rng.standard_normal(len(mean)) * np.sqrt(1 - noise.correlation**2)
            z[:, week] = noise.correlation * z[:, week - 1] + fresh
        mean = mean * np.exp(np.sqrt(spread) * z - spread / 2)
    elif noise.cv2:
        mean = mean * rng.gamma(1 / noise.cv2, noise.cv2, mean.shape)
    return rng.poisson(mean)
