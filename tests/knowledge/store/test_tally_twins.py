"""Counts over arrays and by SQL agree, for any scope over any feedback."""

from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.feedback import Feedback, Point
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.store import DerivedRow, PointRow, open_store, prepare
from knowledge.store.tallies import SqlTallies, reading
from knowledge.tally import FactTallies, Kept, week_of

rows = st.lists(
    st.tuples(
        st.sampled_from(
            [None, datetime(2026, 1, 4), datetime(2026, 1, 5), datetime(2026, 2, 28), datetime(2026, 3, 1)]
        ),
        st.sampled_from(["use", "buy", None]),
        st.sampled_from(["c_1", "c_2", None]),
        st.sampled_from([-1.0, -0.2, 0.0, 0.2, 1.0, None]),
        st.lists(st.sampled_from(["T1", "T2", None]), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=14,
)
scopes = st.builds(
    Scope,
    period=st.sampled_from([None, Period(start=date(2026, 1, 5), end=date(2026, 3, 1), label="x"),
                            Period(start=None, end=date(2026, 2, 1), label="y")]),
    stages=st.sampled_from([(), ("use",)]),
    themes=st.sampled_from([(), ("T1",), ("T1", "T2")]),
    polarity=st.sampled_from([None, "complaint", "praise"]),
    customer=st.sampled_from([None, "c_1"]),
    rows=st.sampled_from([None, (1, 2, 3, 5)]),
    counted=st.booleans(),
)  # fmt: skip


@settings(max_examples=60)
@given(rows, st.lists(scopes, min_size=1, max_size=6))
def test_both_count_the_same(tmp_path_factory, items, asked):
    path = tmp_path_factory.mktemp("twins") / "t.db"
    prepare(path)
    with open_store(path) as store:
        _fill(store, items)
        arrays, sql = FactTallies(store.feedback.facts()), SqlTallies(store.db)
        for scope in asked:
            one, other = arrays.tally(scope), sql.tally(scope)
            assert one.sentiment is None or abs(one.sentiment - other.sentiment) < 1e-12
            assert _plain(one) == _plain(other)
            for name in ("rows", "count", "customers", "months", "weeks", "theme_weeks"):
                assert getattr(arrays, name)(scope) == getattr(sql, name)(scope), name


def test_weeks_begin_on_monday():
    assert week_of(date(2026, 1, 4)) + 1 == week_of(date(2026, 1, 5)) == week_of(date(2026, 1, 11))


def test_kept_forgets_the_oldest_beyond_its_weight():
    made = []
    kept = Kept(most=6)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: made.append(key) or (1, 2))
    assert made == ["a", "b", "c"]
    kept.get("b", lambda: made.append("again") or (1, 2))
    assert made[-1] == "again"


def test_a_reader_sees_one_state_while_others_write(tmp_path):
    path = tmp_path / "r.db"
    prepare(path)
    with open_store(path) as reader, reading(reader.db):
        assert reader.feedback.count() == 0
        with open_store(path) as writer:
            writer.feedback.upsert([Feedback(id="a", text="x", source="t")])
        assert reader.feedback.count() == 0
    with open_store(path) as later:
        assert later.feedback.count() == 1


def _fill(store, items):
    feedback = [
        Feedback(id=f"F{i:03d}", text=f"text {i}", source="t", at=at, customer=customer)
        for i, (at, _, customer, _, _, _) in enumerate(items)
    ]
    store.feedback.upsert(feedback)
    keys = store.feedback.rows([item.id for item in feedback])
    derived = [
        DerivedRow(row=keys[f.id], stage=stage, stage_confidence=None, staged_by=None, sentiment=mood, counted=counted)
        for f, (_, stage, _, mood, _, counted) in zip(feedback, items, strict=True)
    ]
    store.feedback.set_derived(derived)
    points = [(keys[f.id], [Point(start=0, end=4, text=f"{f.id} {n}") for n in range(len(item[4]))])
              for f, item in zip(feedback, items, strict=True)]  # fmt: skip
    store.points.add(points)
    store.points.assign([
        PointRow(row=keys[f.id], n=n, theme=theme, strength=0.5)
        for f, item in zip(feedback, items, strict=True)
        for n, theme in enumerate(item[4])
    ])  # fmt: skip


def _plain(tally):
    return {name: value for name, value in vars(tally).items() if name != "sentiment"}
