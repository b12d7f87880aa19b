"""Periods: the stretch of time that a question is about, and the one that it is compared with.

Rules, in the order in which they are tried:

- "from A to B", "between A and B", "A to B": from the first day of A to the last of B.
- "since A": from the first day of A, open at the end. "after A": from the day after A.
- "until A", "up to A", "through A": to the last day of A. "before A": to the day before A.
- "compared with A", "vs A", "than in A": A is the baseline; "compare A and B": the earlier one is.
- "the same month last year", "a year earlier", "year on year": the period, a year earlier; "the previous quarter",
  "month on month": the stretch before. "vs last year" beside a month or a quarter means that month or quarter.
- Two neighbouring spells ("Q1 and Q2") are one stretch; two that are apart can't be asked at once and are named.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from assistant.questions.calendar import Calendar, Span, Spell, label, number
from assistant.questions.dates import find
from assistant.questions.question import Unknown
from knowledge.periods import Period, describe, shift_months

_BASELINE = re.compile(
    r"(?:compared? (?:with|to|against)|compared|in comparison (?:with|to)|vs\.?|versus|against|relative to"
    r"|(?:better|worse|more|less|fewer|higher|lower|different|happier|unhappier|angrier|worse off)?[^.?!]{0,60}\bthan)"
    r" ?(?:that |those |it |they )?(?:was |were )?(?:in |during |over |for |of |the |back in )*$"
)
_COMPARE = re.compile(r"\b(?:compare|comparing|comparison|contrast|contrasting|differences?|differ|differed)\b")
_CHANGE = re.compile(
    r"\b(?:chang\w+|ris\w+|rose|fall|fell|fallen|drop\w*|grow\w*|grew|improv\w+|increas\w+|decreas\w+|declin\w+|worsen\w*|mov\w+|went)\b"
)
_EDGES = (
    (
        "since",
        re.compile(
            r"\b(?:ever )?since (?:the )?(?:(?:start|beginning|end) of )?(?:the [a-z ]{1,30} (?:on|in|of) )?$"
            r"|\bafter (?:the|our) [a-z ]{1,30} (?:on|in|of) $"  # what happened on a day began on it
        ),
    ),
    ("until", re.compile(r"\b(?:until|till|up to|through|up until|by)(?: the)?(?: end of)? $")),
    ("before", re.compile(r"\b(?:before|prior to|earlier than)(?: the)?(?: [a-z ]{1,30} (?:on|in|of))? $")),
    ("after", re.compile(r"\b(?:after|later than|from)(?: the)? $")),
)
_IN = re.compile(
    r"\b(?:in|during|over|for|of|on|within|at|from|throughout|across|the|early|late|mid"
    r"|end of|start of|beginning of)[ -](?:the )?$"
)
_YEAR_AGO = re.compile(
    r"\b(?:(?:compared? (?:with|to)|vs\.?|versus|against|than|relative to|on|with) )?(?:in |during )?(?:the )?"
    r"(?:same (?:months?|quarter|weeks?|period|time|stretch|days?) (?:of |in )?(?:the )?(?:last|previous|prior) year"
    r"|(?:a|one) year (?:ago|earlier|before)|the year before|year[- ](?:on|over)[- ]year|yoy)\b"
)
_STRETCH_BEFORE = re.compile(
    r"\b(?:compared? (?:with|to)|vs\.?|versus|against|than|relative to|on|with) (?:in |during )?(?:the |that of the )?"
    r"(?:(?:previous|prior|preceding) (?:period|one|stretch|month|quarter|week|year|half|time)"
    r"|(?:period|month|quarter|week|one) before)\b"
    r"|\b(?P<u>month|quarter|week)[- ](?:on|over)[- ](?P=u)\b|\b(?:mom|qoq|wow)\b"
)
_STRETCH_OF = re.compile(
    r"\b(?:compared? (?:with|to)|vs\.?|versus|against|than|relative to|on|with) (?:in |during )?the "
    r"(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve) (?P<u>day|week|month)s before(?: that)?\b"
)
_ONE_BEFORE = re.compile(
    r"^(?:and )?(?:in |for )?(?:the )?(?:(?:month|quarter|week|year|period|one|half) before(?: that| it)?"
    r"|(?:previous|prior|preceding) (?:one|period|month|quarter|week|half))\W*$"
)
_SEASON = re.compile(
    r"\b(?:at|in|since|last|this|during|over|before|after|until) (?:the )?(?:last |this )?"
    r"(christmas|easter|holidays?|black friday)\b(?: (?:of )?20\d\d)?"
)
_EVENT = re.compile(
    r"\b(?:since|after|before) (?:the |our |we )(?:last |latest |new |recent |big )?(?:[a-z]+ )?"
    r"(?:launch(?:ed)?|release[d]?|update[d]?|upgrade|migration|migrated|redesign(?:ed)?|relaunch|rollout"
    r"|merger|price (?:increase|rise|change)|outage|rebrand)\b"
)


@dataclass(frozen=True, kw_only=True)
class Times:
    """What a text says about time: the period, the baseline, the spans they stand in, and what can't be used."""

    period: Period | None = None
    baseline: Period | None = None
    spans: tuple[Span, ...] = ()
    baseline_spans: tuple[Span, ...] = ()
    unknown: tuple[Unknown, ...] = ()


@dataclass(kw_only=True)
class _Draft:
    """Work in progress while the expressions of one text are read."""

    text: str
    calendar: Calendar
    period: Period | None = None
    baseline: Period | None = None
    spans: list[Span] = field(default_factory=list)
    baseline_spans: list[Span] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)


def find_times(text: str, calendar: Calendar, original: str | None = None, given: Period | None = None) -> Times:
    """Return period and baseline of a lower-case text; `original` is the same text with its capitals, if any.

    Spans are character ranges of `text`. An impossible date gives an `Unknown` of kind "period". `given` is the
    period that holds where the text names none, as in a thread.
    """
    draft = _Draft(text=text, calendar=calendar, period=given)
    if given and (match := _ONE_BEFORE.match(text)) and (earlier := given.before()):
        return Times(period=earlier, spans=(match.span(),))
    year_ago, stretch_before, stretch_of = (p.search(text) for p in (_YEAR_AGO, _STRETCH_BEFORE, _STRETCH_OF))
    fixed = [match for match in (year_ago, stretch_before, stretch_of, _SEASON.search(text)) if match]
    spells = [s for s in find(text, calendar, original) if not any(_touch(s.span, m.span()) for m in fixed)]
    _refuse(draft, [spell for spell in spells if not spell.days])
    usable = [spell for spell in spells if spell.days]
    main, base = _split(text, _settle(usable, calendar))
    _read_main(draft, main)
    _read_base(draft, base)
    _read_fixed(draft, year_ago, stretch_before)
    _read_stretch_of(draft, stretch_of)
    _read_vague(draft)
    return Times(
        period=draft.period, baseline=draft.baseline, spans=tuple(draft.spans),
        baseline_spans=tuple(draft.baseline_spans), unknown=tuple(draft.unknown),
    )  # fmt: skip


def _touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _refuse(draft: _Draft, impossible: list[Spell]) -> None:
    for spell in impossible:
        draft.unknown.append(Unknown(kind="period", asked=draft.text[slice(*spell.span)].strip()))
        draft.spans.append(_with_prefix(draft.text, spell.span))


def _settle(spells: list[Spell], calendar: Calendar) -> list[Spell]:
    """Give expressions without a year the year nearest to one that has one, as long as it has begun."""
    anchors = [spell for spell in spells if not spell.at and spell.grain in ("day", "days", "month", "quarter", "half")]
    if not anchors:
        return spells
    return [_nearest_year(spell, anchors[0], calendar) if spell.at else spell for spell in spells]


def _nearest_year(spell: Spell, anchor: Spell, calendar: Calendar) -> Spell:
    if not spell.at or not anchor.days:
        return spell
    middle = anchor.days[0]
    choices = []
    for year in range(middle.year - 1, middle.year + 3):
        try:
            days = spell.at(year)
        except ValueError:
            continue
        if days[0] <= max(calendar.as_of, middle):
            choices.append(days)
    return spell.placed(min(choices, key=lambda days: abs((days[0] - middle).days))) if choices else spell


def _split(text: str, spells: list[Spell]) -> tuple[list[Spell], list[Spell]]:
    """Part the expressions of the period from those of the baseline."""
    base = [spell for spell in spells if _is_base(text, spell, spells)]
    main = [spell for spell in spells if spell not in base]
    if not base and len(main) == 2 and _contrasted(text, main):
        first, second = sorted(main, key=lambda spell: spell.days or ())
        return [second], [first]
    return main, base


def _is_base(text: str, spell: Spell, spells: list[Spell]) -> bool:
    before = text[: spell.span[0]]
    if _BASELINE.search(before):
        return True
    others = any(other.span[1] <= spell.span[0] for other in spells)
    return bool(others and _COMPARE.search(before) and re.search(r"\b(?:with|to|against) (?:the )?$", before))


def _contrasted(text: str, pair: list[Spell]) -> bool:
    """Whether two spells are set against each other: "compare Q2 and Q3", "changed from Q2 to Q3"."""
    between = text[pair[0].span[1] : pair[1].span[0]].strip()
    if _COMPARE.search(text) and re.match(r"(?:and|&|,|with|to|or|from)\b|[&,]", between):
        return True
    lead = text[: pair[0].span[0]]
    return between == "to" and bool(re.search(r"\bfrom $", lead)) and bool(_CHANGE.search(lead))


def _read_main(draft: _Draft, spells: list[Spell]) -> None:
    if not spells:
        return
    draft.period, used = _stretch(draft, spells)
    draft.spans += [_with_prefix(draft.text, spell.span) for spell in used]
    for one, other in pairwise(used):  # the words between ("to", "and") belong to the range
        if len(draft.text[one.span[1] : other.span[0]].split()) <= 2:
            draft.spans.append((one.span[0], other.span[1]))


def _read_base(draft: _Draft, spells: list[Spell]) -> None:
    if not spells or not spells[0].days:
        return
    spell = spells[0]
    match = _BASELINE.search(draft.text[: spell.span[0]])
    start = _connector_start(draft.text, spell.span[0]) if match else spell.span[0]
    draft.baseline_spans.append((start, spell.span[1]))
    if spell.grain == "year" and not spell.at and draft.period and (draft.period.days or 400) < 300:
        said = draft.text[slice(*spell.span)]
        if said in ("last year", "previous year"):
            draft.baseline = _moved(draft.period, -12)
            return
    draft.baseline = _period(spell, draft.calendar)


def _connector_start(text: str, end: int) -> int:
    """Return where the words that introduce a baseline ("compared with the") begin."""
    match = re.search(
        r"(?:compared? (?:with|to|against)|compared|in comparison (?:with|to)|vs\.?|versus|against|relative to|than)"
        r" ?(?:that |those |it |they )?(?:was |were )?(?:in |during |over |for |of |the |back in )*$",
        text[:end],
    )
    return match.start() if match else end


def _read_fixed(draft: _Draft, year_ago: re.Match[str] | None, before: re.Match[str] | None) -> None:
    """Read baselines that are said relative to the period; without a period they mean the last whole one."""
    if before and not draft.period and (unit := re.search(r"month|quarter|week|year|mom|qoq|wow", before.group())):
        spells = find(f"last {_LONG.get(unit.group(), unit.group())}", draft.calendar)
        draft.period = _period(spells[0], draft.calendar) if spells else None
    if year_ago:
        draft.baseline_spans.append(year_ago.span())
        if draft.period:
            draft.baseline = _moved(draft.period, -12)
        else:
            this, last = (find(words, draft.calendar)[0] for words in ("year to date", "last year"))
            draft.period = _period(this, draft.calendar)
            draft.baseline = _moved(draft.period, -12) or _period(last, draft.calendar)
    elif before:
        draft.baseline_spans.append(before.span())
        draft.baseline = draft.period.before() if draft.period else None


def _read_stretch_of(draft: _Draft, match: re.Match[str] | None) -> None:
    """Read "the three months before": so many units up to where the period starts."""
    if not match or not draft.period or not draft.period.start:
        return
    end, count = draft.period.start, number(match["n"])
    days = {"day": count, "week": 7 * count}.get(match["u"])
    start = end - timedelta(days=days) if days else shift_months(end, -count)
    draft.baseline_spans.append(match.span())
    draft.baseline = Period(start=start, end=end, label=describe(start, end))


_LONG = {"mom": "month", "qoq": "quarter", "wow": "week"}


def _read_vague(draft: _Draft) -> None:
    """Name the times that we can't put dates to: seasons, and events without a date."""
    for pattern in (_SEASON, _EVENT):
        match = pattern.search(draft.text)
        if match and not any(_touch(match.span(), span) for span in draft.spans + draft.baseline_spans):
            if not (draft.period and pattern is _EVENT):
                draft.unknown.append(Unknown(kind="period", asked=match.group().strip()))
            draft.spans.append(match.span())


def _stretch(draft: _Draft, spells: list[Spell]) -> tuple[Period, list[Spell]]:
    """Return the period that the expressions give together, and those that were used."""
    if len(spells) >= 2 and _joined(draft.text, spells[0], spells[1]):
        return _range(draft, spells[0], spells[1]), spells[:2]
    hull = _neighbours(spells)
    if hull:
        return Period(start=hull[0], end=hull[1], label=describe(*hull)), spells
    if len(spells) > 1:
        labels = tuple(_period(spell, draft.calendar).label for spell in spells)
        draft.unknown.append(Unknown(kind="period", asked=" and ".join(labels), nearest=labels[:3]))
    return _edged(draft, spells[0]), spells if len(spells) > 1 else spells[:1]


def _joined(text: str, first: Spell, second: Spell) -> bool:
    between = text[first.span[1] : second.span[0]].strip(" ,")
    if between in (
        "to",
        "-",
        "until",
        "till",
        "through",
        "up to",
        "to the",
        "until the",
        "to today",
        "to end of",
        "thru",
    ):
        return True
    return between == "and" and bool(re.search(r"\bbetween (?:the )?$", text[: first.span[0]]))


def _range(draft: _Draft, first: Spell, second: Spell) -> Period:
    (start, _), (last, end) = first.days or (date.min, date.min), second.days or (date.max, date.max)
    if start >= end or (first.at and start > last):
        earlier = first.at(start.year - 1) if first.at else None
        start = earlier[0] if earlier else start
    if start >= end:
        start, end = last, max(end, first.days[1] if first.days else end)
    return Period(start=start, end=end, label=describe(start, end))


def _neighbours(spells: list[Spell]) -> tuple[date, date] | None:
    days = sorted(spell.days for spell in spells if spell.days)
    if len(days) < 2 or any(one[1] < other[0] for one, other in pairwise(days)):
        return None
    return days[0][0], max(end for _, end in days)


def _edged(draft: _Draft, spell: Spell) -> Period:
    """Return the period of one expression, opened on one side where "since", "before" … stand before it."""
    first, end = spell.days or (date.min, date.max)
    name = label((first, end), spell.grain, draft.calendar)
    lead = draft.text[: spell.span[0]]
    for edge, pattern in _EDGES:
        if not pattern.search(lead):
            continue
        if edge == "since":
            from_day = describe(first, date.fromordinal(first.toordinal() + 1))
            vague = spell.grain in ("rolling", "week", "days", "to date")
            return Period(start=first, end=None, label=f"since {from_day if vague else name}")
        if edge == "until":
            return Period(start=None, end=end, label=f"until {name}")
        if edge == "before":
            return Period(start=None, end=first, label=f"before {name}")
        if edge == "after" and not lead.endswith(("from ", "from the ")):
            return Period(start=end, end=None, label=f"after {name}")
        if edge == "after" and re.match(r" (?:on|onwards?|onward)\b", draft.text[spell.span[1] :]):
            return Period(start=first, end=None, label=f"since {name}")
    return Period(start=first, end=end, label=name)


def _period(spell: Spell, calendar: Calendar) -> Period:
    first, end = spell.days or (date.min, date.max)
    return Period(start=first, end=end, label=label((first, end), spell.grain, calendar))


def _moved(period: Period, months: int) -> Period | None:
    """Return the same stretch some months away, under its own name."""
    if not period.start:
        return None
    start = shift_months(period.start, months)
    if not period.end:
        return None
    end = shift_months(period.end, months)
    return replace(period, start=start, end=end, label=describe(start, end)) if end > start else None


def _with_prefix(text: str, span: Span) -> Span:
    """Widen a span by the small words that lead into it ("in the", "since")."""
    lead = text[: span[0]]
    for pattern in (*(pattern for _, pattern in _EDGES), _IN, re.compile(r"\bbetween (?:the )?$")):
        if match := pattern.search(lead):
            return match.start(), span[1]
    return span
