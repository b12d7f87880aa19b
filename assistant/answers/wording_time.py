"""Durations in words."""

_UNITS = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second"))


def lasting(seconds: float) -> str:
    """Write how long something took in its own unit: `13.8 days`, `5.7 hours`, `3.1 minutes`, `under a second`."""
    for size, unit in _UNITS:
        # 36 hours say more than 1.5 days; from two units on the larger one is used.
        if seconds >= 2 * size or (unit == "second" and seconds >= 1):
            text = _figure(seconds / size)
            return f"{text} {unit}{'' if text == '1' else 's'}"
    return "under a second"


def lasting_between(low: float, high: float, middle: float) -> str:
    """Write two ends in the unit of what lies between them: `5.1 to 6.8 hours`; each in its own where that hides one.

    All in seconds.
    """
    size, unit = next(((s, u) for s, u in _UNITS if middle >= 2 * s), _UNITS[-1])
    if low < size / 10:
        return f"{lasting(low)} to {lasting(high)}"
    return f"{_figure(low / size)} to {_figure(high / size)} {unit}s"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or round(value, 1).is_integer() else f"{value:.1f}"
