"""Dates as people and systems write them, read without guessing more than is there.

A date keeps its time zone where it names one and stays naive where it names none. `03/04/2025` can be 3 April or
4 March: `DateSurvey` looks at the whole column and decides from the values that can only be read one way.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal, NoReturn

from knowledge.errors import InputError

Order = Literal["day", "month"]
FIRST_YEAR, LAST_YEAR = 1970, 2100
"""Years in which a customer can have said something to us; others are slips of a keyboard (0202, 2205)."""
EXCEL_EPOCH = datetime(1899, 12, 30)
EXCEL_DAYS = (20_000, 73_050)
"""Serial days of 1954 to 2099; smaller and larger numbers are no dates."""

# English, German, French, Spanish, Italian, Dutch; three letters decide where they can.
_MONTHS = (
    "jan ene gen januar january janvier enero gennaio januari",
    "feb fev fév february februar février febrero febbraio februari",
    "mar mär mrt march märz mars marzo maart",
    "apr avr abr april avril abril aprile",
    "may mai mag mei mayo maggio",
    "jun giu june juni juin junio giugno",
    "jul lug july juli juil juillet julio luglio",
    "aug aoû ago august août agosto augustus",
    "sep set sept september septembre septiembre setiembre settembre",
    "oct okt ott october oktober octobre octubre ottobre",
    "nov november novembre noviembre",
    "dec dez déc dic december dezember décembre diciembre dicembre",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
# Zone names that mean one thing in dates of mail (RFC 5322, section 4.3) or in practice; others are refused.
ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6}
ZONES |= {"pst": -8, "pdt": -7, "cet": 1, "cest": 2, "bst": 1, "wet": 0, "west": 1, "eet": 2, "eest": 3}

_L = "a-zà-ÿ"
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.ASCII)
_TIME = re.compile(
    r"(?:^|(?<=[\st,]))(?P<hour>\d{1,2})(?:(?::(?P<minute>\d{2}))(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?|\s*(?P<only>[ap]\.?m\b\.?))"
    r"(?:\s*(?P<zone>[a-z]{1,4})(?![a-z]))?(?:\s*(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2})?(?!\d))?"
    r"(?:\s*[\[(][^\])]*[\])])?",
    re.ASCII,
)
_NUMERIC = re.compile(r"^(\d{1,4})\s?([-/.\s])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?$", re.ASCII)
_DAY_FIRST = re.compile(
    rf"^(\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*(?:of\s|de\s)?\s*([{_L}]{{3,}})[\s.,/-]*(?:de\s)?'?(\d{{4}}|\d{{2}})$"
)
_MONTH_FIRST = re.compile(rf"^([{_L}]{{3,}})[\s.-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,.-]+'?(\d{{4}}|\d{{2}})$")
_MONTH_DAY_COMMA = re.compile(r"^(\d{1,2}) (\d{1,2}), (\d{4})$", re.ASCII)
_YEAR_FIRST = re.compile(rf"^(\d{{4}})[\s.-]*([{_L}]{{3,}})[\s.-]*(\d{{1,2}})$")
_MONTH_ONLY = re.compile(rf"^(?:(\d{{4}})[-/.](\d{{1,2}})|(\d{{1,2}})[-/.](\d{{4}})|([{_L}]{{3,}})[\s.,-]*(\d{{4}}))$")
_EPOCH = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@lru_cache(maxsize=8_192)
def parse_date(text: str, order: Order = "day") -> datetime:
    """Return the moment that a text names; `order` settles dates like 03/04/2025.

    Read are ISO 8601, day-month-year and month-day-year in numbers, month names in six languages, RFC 5322, what
    JavaScript and Java print, 10-, 13-, 16- and 19-digit epoch times (UTC) and Excel's serial days. A month alone
    is its first day. Raises InputError on everything else, on days that do not exist and on years outside
    1970 to 2100; never anything else.
    """
    text = text.strip()
    if not text or len(text) > 80:
        _refuse(text, "is not a date that we can read")
    try:
        moment = _parse(text, order)
    except (ValueError, OverflowError):
        _refuse(text, "names a day or time that does not exist")
    if moment is None:
        _refuse(text, "is not a date that we can read")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        _refuse(text, f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment


@dataclass
class DateSurvey:
    """What a column of dates shows about its own order; `add` every value, then `decide`."""

    seen: dict[str, int] = field(default_factory=dict)
    example: dict[str, str] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Count one value of the column."""
        if text[4:5] == "-" and len(text) > 7 and text[:4].isdecimal():  # ISO, nearly always: nothing to learn
            return
        if kind := _ambiguity(text):
            self.seen[kind] = self.seen.get(kind, 0) + 1
            self.example.setdefault(kind, text.strip())

    def decide(self) -> tuple[Order, list[str]]:
        """Return the order in which the column's dates are read, and the sentences that say why."""
        day, month, either, half = (self.seen.get(kind, 0) for kind in ("day", "month", "either", "half"))
        order: Order = "day" if day > month or (day == month and not half) else "month"
        notes = [*self._order_note(order, day, month, either + half)]
        if "epoch" in self.seen:
            notes.append(f"Numbers such as {self.example['epoch']} are read as time since 1970, in UTC.")
        if "serial" in self.seen:
            notes.append(f"Numbers such as {self.example['serial']} are read as Excel's serial days.")
        if "only" in self.seen:
            notes.append(f"Dates such as {self.example['only']} name a month only; they count as its first day.")
        return order, notes

    def _order_note(self, order: Order, day: int, month: int, either: int) -> list[str]:
        if not either and not (day and month):
            return []
        other = "month" if order == "day" else "day"
        known = self.example.get("either") or self.example.get("half") or self.example.get(order, "")
        if day and month:
            refused = self.example[other]
            return [
                f"Dates are written in both orders; they are read {order} first, as most are "
                f"({max(day, month):,} against {min(day, month):,}), and rows like {refused} are rejected."
            ]
        if day or month:
            return [f"Dates such as {known} are read {order} first, because {self.example[order]} occurs."]
        reason = "because the times say AM or PM, as in the United States" if order == "month" else "our default"
        return [f"Dates such as {known} could be day first or month first; they are read {order} first, {reason}."]


def _refuse(text: str, why: str) -> NoReturn:
    shown = text if len(text) <= 40 else text[:39] + "…"
    raise InputError(f"“{shown}” {why}")


def _parse(text: str, order: Order) -> datetime | None:
    if text[:4].isdecimal() and text[4:5] == "-" and text.isascii():
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # ISO with blanks, a named zone, a month only: the longer way knows more
    if text.isascii() and text.replace(".", "", 1).isdecimal() and text[0] != ".":
        return _number(text)
    if text[:8].isdecimal() and text[8:9] == "T":
        return datetime.fromisoformat(text)
    text = _plain(text)
    if not (match := _TIME.search(text)):
        return _day(text, order)
    rest = f"{text[: match.start()].rstrip('t')} {text[match.end() :]}".strip(" ,")
    rest = re.sub(r"\s+(?:at|um|à)$", "", " ".join(rest.split())).rstrip(",")
    return _with_time(_day(rest, order), match)


def _plain(text: str) -> str:
    """Return a date in lower case without its weekday, and with the signs of 2026年1月2日 as hyphens."""
    lowered = _WEEKDAY.sub("", text.strip().lower())
    return lowered if lowered.isascii() else lowered.replace("年", "-").replace("月", "-").replace("日", " ").strip()


def _number(text: str) -> datetime | None:
    digits = text.split(".")[0]
    if len(digits) in _EPOCH and digits[0] != "0":
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=float(text) * 1e6 // _EPOCH[len(digits)])
    if "." not in text and len(digits) in _COMPACT:
        return datetime.strptime(text, _COMPACT[len(digits)])
    if EXCEL_DAYS[0] <= float(text) <= EXCEL_DAYS[1]:
        return EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86_400))
    return _day(text, "day")  # 03.2026


def _day(text: str, order: Order) -> datetime | None:
    if match := _NUMERIC.match(text):
        return _numeric(match[1], match[2], match[3], match[4], order)
    if match := _DAY_FIRST.match(text):
        return _named(match[3], match[2], match[1])
    if match := _MONTH_FIRST.match(text):
        return _named(match[3], match[1], match[2])
    if match := _MONTH_DAY_COMMA.match(text):  # 09 13, 2014: only month first is written with this comma
        return datetime(int(match[3]), int(match[1]), int(match[2]))
    if match := _YEAR_FIRST.match(text):
        return _named(match[1], match[2], match[3])
    if match := _MONTH_ONLY.match(text):
        year = match[1] or match[4] or match[6]
        return _named(year, match[5], "1") if match[5] else datetime(int(year), int(match[2] or match[3]), 1)
    return None


def _numeric(first: str, mark: str, second: str, third: str, order: Order) -> datetime | None:
    if len(first) == 4:
        return datetime(int(first), int(second), int(third)) if len(third) <= 2 else None
    if len(first) > 2 or len(third) not in (2, 4):
        return None
    day, month = (first, second) if order == "day" or mark == "." else (second, first)
    return datetime(_year(third), int(month), int(day))


def _named(year: str, month: str, day: str) -> datetime | None:
    number = MONTHS.get(month) or MONTHS.get(month[:3] if month.isascii() and len(month) == 4 else "")
    return datetime(_year(year), number, int(day)) if number else None


def _year(text: str) -> int:
    """Two digits mean 1969 to 2068, as POSIX has it."""
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 69 else 2000)


def _with_time(day: datetime | None, match: re.Match[str]) -> datetime | None:
    if day is None:
        return None
    hour, half = int(match["hour"]), (match["half"] or match["only"] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("an hour of twelve")
        hour = hour % 12 + (12 if half == "p" else 0)
    part = int((match["part"] or "0").ljust(6, "0")[:6])
    moment = day.replace(
        hour=hour, minute=int(match["minute"] or 0), second=int(match["second"] or 0), microsecond=part
    )
    if match["sign"]:
        offset = timedelta(hours=int(match["zh"]), minutes=int(match["zm"] or 0))
        return moment.replace(tzinfo=timezone(-offset if match["sign"] == "-" else offset))
    if match["zone"]:
        return (
            moment.replace(tzinfo=timezone(timedelta(hours=ZONES[match["zone"]]))) if match["zone"] in ZONES else None
        )
    return moment


def _ambiguity(text: str) -> str | None:
    """Say what a value shows: day or month first, either, a number, a month only; and AM or PM."""
    text = _plain(text)
    if text.isascii() and text.replace(".", "", 1).isdecimal():
        return _number_kind(text)
    match = _TIME.search(text)
    rest = (text[: match.start()].rstrip("t") + " " + text[match.end() :] if match else text).strip(" ,")
    if not (numbers := _NUMERIC.match(rest)):
        return "only" if _MONTH_ONLY.match(rest) else None
    first, second = int(numbers[1]), int(numbers[3])
    if len(numbers[1]) > 2 or numbers[2] == ".":
        return None
    if first > 12 or second > 12:
        return "day" if first > second else "month"
    if first == second:
        return None
    return "half" if match and (match["half"] or match["only"]) else "either"


def _number_kind(text: str) -> str | None:
    digits = text.split(".")[0]
    if len(digits) in _EPOCH:
        return "epoch"
    return "serial" if len(digits) == 5 else None
