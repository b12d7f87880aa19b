"""A small company in a real store, written by hand: every story in it is known, so every answer can be checked.

Counts per theme and month stand in `PLAN`; what a test expects can be read off it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.feedback import Feedback, Point, text_hash
from knowledge.journey import Cell, JourneyMap, Stage
from knowledge.metrics import Metric, MetricPoint
from knowledge.periods import Period, describe, shift_months
from knowledge.store import DerivedRow, PointRow, Store, open_store, prepare
from knowledge.themes import Theme

AS_OF = date(2026, 11, 1)
MONTHS = [shift_months(date(2025, 11, 1), i) for i in range(12)]
"""November 2025 to October 2026."""

# theme: stage, sentiment, counts per month, texts
PLAN: dict[str, tuple[str, float, Sequence[int], tuple[str, ...]]] = {
    # spikes in the third quarter of 2026
    "T1": ("onboarding", -0.7, (1, 1, 1, 1, 1, 1, 1, 1, 6, 9, 8, 2), (
        "The activation code never arrived by mail.", "Activation code was rejected three times today.",
        "I could not activate, the code does not work.", "No activation code for my second account either.")),
    # steady
    "T2": ("use", -0.5, (4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4), (
        "The box came two days late again.", "Late delivery and nobody told me anything.",
        "My delivery was late and warm.")),
    # praise
    "T3": ("use", 0.8, (3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3), (
        "Tasty recipes, the children loved them.", "Lovely recipes with clear steps.",
        "The recipes are tasty and quick.")),
    # returns after a quiet half year
    "T4": ("retention", -0.8, (6, 6, 5, 0, 0, 0, 0, 0, 0, 0, 6, 7), (
        "I skipped the week and was charged anyway.", "Charged for a skipped week, again.",
        "You took money for the week that I had skipped.")),
    # mixed, mostly praise
    "T5": ("retention", 0.6, (2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2), (
        "Support was friendly and quick.", "A kind person at support solved it.")),
    # new in October 2026
    "T6": ("use", -0.9, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12), (
        "The app crashes when I open the menu.", "App crashes since the update.",
        "It crashes on my tablet every time.")),
    # no theme
    "": ("use", 0.0, (5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5), (
        "Just a question about the menu.", "I changed my address.", "Please send the invoice as a file.")),
}  # fmt: skip

NAMES = {
    "T1": "activation code fails", "T2": "late delivery", "T3": "tasty recipes", "T4": "charged for a skipped week",
    "T5": "friendly support", "T6": "app crashes",
}  # fmt: skip

JOURNEY = JourneyMap(
    id="box", name="Box", owner="Ines",
    stages=(
        Stage(id="onboarding", name="Onboarding", description="From order to first box.", owner="Team Start",
              touchpoints=("sign-up form", "welcome mail"),
              cells=(Cell(lane="pain", text="Codes get lost", step="welcome mail"),
                     Cell(lane="feeling", text="Curious"))),
        Stage(id="use", name="Use", touchpoints=("box", "app"),
              cells=(Cell(lane="opportunity", text="Offer evening slots"),)),
        Stage(id="retention", name="Retention", aliases=("staying",), owner="Team Stay"),
    ),
)  # fmt: skip

METRICS = (
    Metric(id="csat", name="CSAT", unit="score", better="higher", low=1, high=5),
    Metric(id="conversion", name="Conversion", unit="%", better="higher"),
)


def build(path: Path, embedder, plan=None) -> Path:
    """Write the company into a new file and return its path."""
    prepare(path)
    with open_store(path) as store:
        store.maps.save(JOURNEY, at=datetime(2025, 11, 1, tzinfo=UTC))
        store.metrics.save(METRICS, metric_points())
        items, derived = feedback(plan or PLAN)
        store.feedback.upsert(items)
        _derive(store, items, derived, embedder)
    return path


def feedback(plan) -> tuple[list[Feedback], list[tuple[str | None, str, float]]]:
    """Return all feedback, and for each piece (stage, theme, sentiment)."""
    items, derived, serial = [], [], 0
    for theme, (stage, mood, counts, texts) in plan.items():
        for month, count in zip(MONTHS, counts, strict=True):
            for i in range(count):
                serial += 1
                day = month.replace(day=2 + (serial * 7 + i * 3) % 26)
                items.append(Feedback(
                    id=f"F-{serial:04d}", text=f"{texts[serial % len(texts)]} Number {serial}.", source="test",
                    at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
                    channel=("email", "chat", "review")[serial % 3], customer=f"c{serial % 120:03d}",
                    rating=1.0 if mood < -0.2 else 5.0 if mood > 0.2 else 3.0, rating_scale=(1.0, 5.0),
                    segments={"plan": "premium" if serial % 4 == 0 else "basic"},
                ))  # fmt: skip
                # one in eight of what is mostly praise complains, and the reverse
                derived.append((stage, theme, -mood if serial % 8 == 0 else mood))
    items.append(
        Feedback(id="F-undated", text="The box was late, no idea when that was.", source="test", customer="c001")
    )
    derived.append(("use", "T2", -0.5))
    items.append(Feedback(id="F-unstaged", text="Hello?", source="test", at=datetime(2026, 9, 9, tzinfo=UTC)))
    derived.append((None, "", 0.0))
    return items, derived


def metric_points() -> list[MetricPoint]:
    """CSAT falls in onboarding month by month and stands in use; conversion is a share with n."""
    points = []
    for i, month in enumerate(MONTHS):
        period = Period(start=month, end=shift_months(month, 1), label=describe(month, shift_months(month, 1)))
        points.append(
            MetricPoint(metric="csat", stage="onboarding", period=period, value=4.6 - 0.1 * i, n=100, target=4.3)
        )
        points.append(
            MetricPoint(metric="csat", stage="use", period=period, value=4.2 + 0.05 * (i % 2), n=80, target=4.0)
        )
        points.append(
            MetricPoint(metric="conversion", stage="onboarding", period=period, value=60.0 if i < 9 else 40.0, n=500)
        )
    return points


def _derive(store: Store, items, derived, embedder) -> None:
    rows = store.feedback.rows([item.id for item in items])
    store.feedback.set_derived([
        DerivedRow(row=rows[item.id], stage=stage, stage_confidence=0.9 if stage else None,
                   staged_by="test" if stage else None, sentiment=sentiment)
        for item, (stage, _, sentiment) in zip(items, derived, strict=True)
    ])  # fmt: skip
    whole = [Point(start=0, end=len(item.text), text=item.text) for item in items]
    store.points.add([(rows[item.id], [point]) for item, point in zip(items, whole, strict=True)])
    store.themes.save([Theme(id=key, name=name, terms=tuple(name.split())) for key, name in NAMES.items()])
    store.points.assign([
        PointRow(row=rows[item.id], n=0, theme=theme, strength=0.9)
        for item, (_, theme, _) in zip(items, derived, strict=True)
        if theme
    ])  # fmt: skip
    texts = list(dict.fromkeys(item.text for item in items))
    store.vectors.put([text_hash(text) for text in texts], embedder.encode(texts), embedder.model_id)
