"""Metrics that we know by name: their unit, which direction is good, and which values are possible."""

from collections.abc import Mapping
from dataclasses import replace

from knowledge.metrics import Metric
from knowledge.readers.names import segment_name, words_of

SCALES: Mapping[str, tuple[float, float]] = {
    "%": (0, 100),
    "of 5": (1, 5),
    "of 7": (1, 7),
    "of 10": (0, 10),
    "of 100": (0, 100),
}
"""Ranges that a unit implies."""


def _percent(id_: str, name: str, *aliases: str, better: str = "higher") -> Metric:
    return Metric(id=id_, name=name, unit="%", better=better, low=0, high=100, aliases=aliases)  # type: ignore[arg-type]


KNOWN: Mapping[str, Metric] = {
    metric.id: metric
    for metric in (
        Metric(id="csat", name="CSAT", unit="of 5", low=1, high=5,
               aliases=("customer satisfaction", "satisfaction", "satisfaction score", "csat score")),
        Metric(id="nps", name="NPS", unit="points", low=-100, high=100, aliases=("net promoter score", "nps score")),
        # CES 2.0: "the company made it easy", 1 to 7, where agreement is good
        Metric(id="ces", name="CES", unit="of 7", low=1, high=7,
               aliases=("customer effort score", "effort score", "ces score", "customer effort", "effort")),
        _percent("conversion", "Conversion", "conversion rate", "cr", "converted"),
        _percent("engagement", "Engagement", "engagement rate"),
        _percent("retention", "Retention", "retention rate", "renewal rate"),
        _percent("churn", "Churn", "churn rate", "attrition", "attrition rate", better="lower"),
        Metric(id="first_response_time", name="First response time", unit="h", better="lower", low=0,
               aliases=("frt", "time to first response", "first reply time", "response time")),
        Metric(id="resolution_time", name="Resolution time", unit="h", better="lower", low=0,
               aliases=("time to resolution", "ttr", "time to resolve", "mean time to resolution")),
    )
}  # fmt: skip
FORMULAS: Mapping[str, str] = {
    "csat": "CSAT is the mean answer to “how satisfied were you?” (ACSI; Fornell et al. 1996).",
    "nps": "NPS is the share of answers of 9 and 10 minus that of 0 to 6, on 0 to 10 (Reichheld 2003).",
    "ces": "CES is the mean agreement, 1 to 7, with “they made it easy for me” (CES 2.0; after Dixon et al. 2010).",
    "conversion": "Conversion is the share of those who entered a stage and went on to the next (Farris et al. 2010).",
    "engagement": "Engagement is the share of those who could act and did, in the period (Farris et al. 2010).",
    "retention": "Retention is the share of customers at the start who are still there at the end (Farris et al.).",
    "churn": "Churn is the share of customers at the start who have left by the end: 100% less retention "
             "(Farris et al. 2010).",
    "first_response_time": "First response time runs from a customer's first message to the first answer by a person "
                           "(as ITIL's service desk counts it).",
    "resolution_time": "Resolution time runs from a customer's first message to the case's being solved "
                       "(as ITIL's service desk counts it).",
}  # fmt: skip
"""How each known metric is computed, and where that is laid down."""
_BY_NAME = {words_of(name): m for m in KNOWN.values() for name in (m.id, m.name, *m.aliases)}
_BAD = frozenset({
    "complaint", "complaints", "error", "errors", "wait", "waiting", "time", "churn", "cost", "costs", "refund",
    "refunds", "cancel", "cancellation", "cancellations", "bounce", "drop", "dropout", "abandonment", "defect",
    "defects", "returns", "escalation", "escalations", "backlog", "delay", "delays", "contacts", "tickets",
    "failure", "failures", "overdue",
})  # fmt: skip
_UNITS = {
    "percent": "%", "pct": "%", "per cent": "%", "prozent": "%", "hour": "h", "hours": "h",
    "hrs": "h", "minutes": "min", "minute": "min", "mins": "min", "days": "d", "day": "d",
    "seconds": "s", "second": "s", "sec": "s", "point": "points", "pts": "points",
}  # fmt: skip


def _display(name: str) -> str:
    """Return a column's name as a title: `timely_pct` is "Timely", because its unit says the rest."""
    words = [word for word in name.replace("_", " ").split() if word.lower() not in ("pct", "percent")]
    title = " ".join(words) or name
    return title[:1].upper() + title[1:]


def unit_of(text: str) -> str:
    """Return a unit in our spelling: `percent` is `%`, `1-5` and `/5` are `of 5`."""
    plain = " ".join(text.lower().split())
    if (top := plain.replace("out of", "of").removeprefix("of").lstrip("/").strip().split("-")[-1].strip()).isdecimal():
        return f"of {top}"
    return _UNITS.get(plain, plain)


def metric_for(name: str, unit: str = "") -> Metric:
    """Return the metric of this name in this unit; an unknown one gets its direction from the words of its name.

    >>> metric_for("Net Promoter Score").id, metric_for("Complaints").better
    ('nps', 'lower')
    """
    words = words_of(name)
    known = _BY_NAME.get(words) or _BY_NAME.get(words.removesuffix(" percent").removesuffix(" pct"))
    if known is None:
        good = words.startswith(("on time", "in time", "first time", "first contact"))
        bad = bool(_BAD & set(words.split())) and not good
        unit = unit or ("%" if {"pct", "percent", "percentage"} & set(words.split()) else "")
        known = Metric(id=segment_name(name), name=_display(name), better="lower" if bad else "higher")
    if not unit or unit == known.unit:
        return known if not unit else replace(known, unit=unit)
    low, high = SCALES.get(unit, (0.0 if known.low == 0 else None, None))
    return replace(known, unit=unit, low=low, high=high)
