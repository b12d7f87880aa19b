"""A scope selects the same rows from arrays and by SQL: what is computed and what verifies it agree."""

from datetime import date, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.feedback import Feedback, Point
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.store import DerivedRow, PointRow, open_store, prepare

STAGES = ["onboarding", "use", None]
CHANNELS = ["email", "app review", None]
PLANS = ["starter", "family", None]
THEMES = ["T1", "T2", None]
DAYS = [None, *(datetime(2026, month, day) for month in (1, 2, 3) for day in (1, 15, 28))]

row = st.fixed_dictionaries(
    {
        "at": st.sampled_from(DAYS),
        "channel": st.sampled_from(CHANNELS),
        "plan": st.sampled_from(PLANS),
        "stage": st.sampled_from(STAGES),
        "customer": st.sampled_from(["c_1", "c_2", None]),
        "rating": st.sampled_from([1.0, 3.0, 5.0, None]),
        "sentiment": st.sampled_from([-1.0, -0.2, -0.1, 0.0, 0.2, 0.9, None]),
        "themes": st.lists(st.sampled_from(THEMES), min_size=1, max_size=3),
        "counted": st.booleans(),
        "derived": st.booleans(),
    }
)


def some(values: list[str | None]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([v for v in values if v]), max_size=2, unique=True).map(tuple)


bounds = st.tuples(
    st.sampled_from([None, date(2026, 1, 15), date(2026, 2, 1)]), st.sampled_from([None, date(2026, 3, 1)])
)
scopes = st.builds(
    Scope,
    period=st.none() | bounds.map(lambda b: Period(start=b[0], end=b[1], label="x")),
    stages=some(STAGES),
    filters=st.fixed_dictionaries(
        {}, optional={"channel": some(CHANNELS), "plan": some(PLANS), "nowhere": some(PLANS)}
    ),
    without=st.fixed_dictionaries(
        {}, optional={"channel": some(CHANNELS), "plan": some(PLANS), "nowhere": some(PLANS)}
    ),
    themes=some(THEMES),
    polarity=st.sampled_from([None, "complaint", "praise"]),
    rating=st.sampled_from([None, (1.0, 3.0)]),
    customer=st.sampled_from([None, "c_1"]),
    rows=st.none() | st.lists(st.integers(1, 12), max_size=5).map(tuple),
    counted=st.booleans(),
)


@settings(max_examples=150)
@given(rows=st.lists(row, max_size=10), asked=st.lists(scopes, min_size=1, max_size=8))
def test_arrays_and_sql_select_the_same_rows(tmp_path_factory, rows, asked):
    path: Path = tmp_path_factory.mktemp("twins") / "journey.db"
    prepare(path)
    with open_store(path) as store:
        fill(store, rows)
        facts = store.feedback.facts()
        for scope in asked:
            assert facts.row[facts.select(scope)].tolist() == store.feedback.rows_in(scope)


def fill(store, rows):
    store.feedback.upsert(
        [
            Feedback(
                id=f"f{i}", text=f"text {i}", source="test", at=r["at"], channel=r["channel"], customer=r["customer"],
                rating=r["rating"], segments={"plan": r["plan"]} if r["plan"] else {},
            )
            for i, r in enumerate(rows, 1)
        ]
    )  # fmt: skip
    store.feedback.set_derived(
        [
            DerivedRow(row=i, stage=r["stage"], stage_confidence=1.0, staged_by="given", sentiment=r["sentiment"],
                       counted=r["counted"])
            for i, r in enumerate(rows, 1) if r["derived"]
        ]
    )  # fmt: skip
    store.points.add(
        [
            (i, [Point(start=n, end=n + 1, text=f"{i}{n}") for n in range(len(r["themes"]))])
            for i, r in enumerate(rows, 1)
        ]
    )
    store.points.assign(
        [PointRow(row=i, n=n, theme=t, strength=1.0) for i, r in enumerate(rows, 1) for n, t in enumerate(r["themes"])]
    )
