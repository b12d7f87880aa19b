"""A few words to say what a JSON value may be: each check yields the problems that it finds, with where they are."""

from collections.abc import Callable, Iterator

Check = Callable[[object, str], Iterator[str]]


def string(low: int = 0, high: int | None = None, starts: tuple[str, ...] = ()) -> Check:
    """Accept a string of `low` to `high` characters, beginning with one of `starts`."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at}: must be a string"
        elif len(value) < low:
            yield f"{at}: too short: {len(value)} characters, at least {low}"
        elif high is not None and len(value) > high:
            yield f"{at}: too long: {len(value)} characters, limit {high}"
        elif starts and not value.startswith(starts):
            yield f"{at}: must begin with one of {starts}"

    return check


def choice(*values: object) -> Check:
    """Accept one of the values."""

    def check(value: object, at: str) -> Iterator[str]:
        if value not in values or isinstance(value, bool) != isinstance(values[0], bool):
            yield f"{at}: must be one of {values}"

    return check


def number(low: float, high: float) -> Check:
    """Accept a number from `low` to `high`."""

    def check(value: object, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            yield f"{at}: must be a number from {low} to {high}"

    return check


def array(item: Check, low: int = 0, high: int | None = None) -> Check:
    """Accept a list of `low` to `high` such items."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: must be a list"
            return
        if len(value) < low or (high is not None and len(value) > high):
            yield f"{at}: {len(value)} items, allowed {low} to {high}"
        for n, one in enumerate(value):
            yield from item(one, f"{at}/{n}")

    return check


def record(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """Accept an object with these properties and no others."""
    known = required | (optional or {})

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: must be an object"
            return
        yield from (f'{at}: missing property "{name}"' for name in required if name not in value)
        yield from (f'{at}: unknown property "{name}"' for name in value if name not in known and name != "type")
        for name, one in value.items():
            if name in known:
                yield from known[name](one, f"{at}/{name}")

    return check


def typed(**kinds: Check) -> Check:
    """Accept an object whose `type` names one of the kinds, and which passes that kind's check."""

    def check(value: object, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            yield f"{at}: unknown type {kind!r}, known are {sorted(kinds)}"
        else:
            yield from kinds[kind](value, at)

    return check


def any_object(value: object, at: str) -> Iterator[str]:
    """Accept any object."""
    if not isinstance(value, dict):
        yield f"{at}: must be an object"


flag = choice(True, False)
