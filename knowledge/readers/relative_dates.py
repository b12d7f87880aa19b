"""Times that are told by how long ago they were ("5 months ago"), as pages of reviews show them."""

import re
from datetime import date, datetime, time, timedelta

from knowledge.errors import InputError
from knowledge.periods import shift_months

_UNITS = {
    "seconds": "s sec second seconds sekunde sekunden seconde secondes segundo segundos seconden",
    "minutes": "min mins minute minutes minuten minuto minutos minuut",
    "hours": "h hr hrs hour hours stunde stunden heure heures hora horas uur uren",
    "days": "d day days tag tage tagen jour jours día días dia dias dag dagen",
    "weeks": "w wk week weeks woche wochen semaine semaines semana semanas weken",
    "months": "mo month months monat monate monaten mois mes meses maand maanden",
    "years": "y yr yrs year years jahr jahre jahren an ans année années año años jaar",
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_DAYS = {"just now": 0, "now": 0, "today": 0, "heute": 0, "aujourd'hui": 0, "hoy": 0, "vandaag": 0,
         "yesterday": 1, "gestern": 1, "hier": 1, "ayer": 1, "gisteren": 1, "last week": 7}  # fmt: skip
_AGO = re.compile(
    r"^(?:(?:edited|updated|posted|bearbeitet|modifié|editado)\s*:?\s+)?"
    r"(?P<before>(?:vor|il y a|hace)\s+)?(?:over |about )?"
    r"(?P<count>\d{1,4}|an?|one|ein(?:e[mnr]?)?|une?|una?|een)\s*(?P<unit>[^\W\d]+)(?P<after>\s+(?:ago|geleden))?$"
)
_SHORT = frozenset({"s", "h", "d", "w", "mo", "y"})
"""Units that stand behind their number without a word about the past: `3d`, `2w`."""


def is_relative(text: str) -> bool:
    """Return whether a cell tells how long ago something was.

    >>> is_relative("a month ago"), is_relative("vor 3 Wochen"), is_relative("3 months"), is_relative("May 3")
    (True, True, False, False)
    """
    return _elapsed(text) is not None


def parse_relative(text: str, seen: date) -> datetime:
    """Return the midnight of the day that was so long before `seen`, the day on which somebody read that.

    Weeks, months and years are counted back from that very day, which may be off by as much as one of them. Raises
    InputError for what tells no such time.
    """
    elapsed = _elapsed(text)
    if elapsed is None:
        raise InputError(f"“{text[:40]}” does not tell how long ago it was")
    count, unit = elapsed
    try:
        if unit in ("months", "years"):
            day = shift_months(seen, -count * (12 if unit == "years" else 1))
        else:
            day = seen - timedelta(**{unit: count}) if unit in ("days", "weeks") else seen
    except (ValueError, OverflowError):
        raise InputError(f"“{text[:40]}” names a day that does not exist") from None
    return datetime.combine(day, time.min)


def _elapsed(text: str) -> tuple[int, str] | None:
    """Return how many of which unit ago, or None."""
    if len(text) > 60:
        return None
    plain = " ".join(text.lower().replace("’", "'").split()).rstrip(".")
    if plain in _DAYS:
        return _DAYS[plain], "days"
    match = _AGO.match(plain)
    unit = _UNIT.get(match["unit"]) if match else None
    if not match or not unit or not (match["before"] or match["after"] or match["unit"] in _SHORT):
        return None
    return int(match["count"]) if match["count"].isdecimal() else 1, unit
