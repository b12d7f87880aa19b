"""Rated rows read over arrays and by SQL agree, for any scope over any feedback."""

from dataclasses import fields
from datetime import datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.facts import Column
from knowledge.feedback import Feedback, Point
from knowledge.scope import Scope
from knowledge.store import DerivedRow, PointRow, open_store, prepare
from knowledge.store.tallies import SqlTallies
from knowledge.tally import FactTallies

rows = st.lists(
    st.tuples(
        st.sampled_from([None, datetime(2026, 1, 4), datetime(2026, 2, 28)]),
        st.sampled_from([None, 1.0, 4.5]),
        st.sampled_from([(1.0, 5.0), (0.0, 10.0)]),
        st.sampled_from(["use", "buy", None]),
        st.sampled_from(["c_1", "c_2", None]),
        st.sampled_from([{}, {"plan": "pro"}, {"plan": "basic", "region": "UK"}]),
        st.sets(st.sampled_from(["T1", "T2", "T10"]), max_size=3),
    ),
    max_size=12,
)
scopes = st.builds(
    Scope,
    stages=st.sampled_from([(), ("use",)]),
    themes=st.sampled_from([(), ("T1",)]),
    filters=st.sampled_from([{}, {"plan": ("pro",)}]),
)


@settings(max_examples=60)
@given(rows, scopes)
def test_both_read_the_same(tmp_path_factory, items, scope):
    path = tmp_path_factory.mktemp("records") / "t.db"
    prepare(path)
    with open_store(path) as store:
        _fill(store, items)
        one, other = FactTallies(store.feedback.facts()).records(scope), SqlTallies(store.db).records(scope)
    for field in fields(one):
        mine, its = getattr(one, field.name), getattr(other, field.name)
        assert _plain(mine) == _plain(its), field.name


def _plain(value):
    if isinstance(value, Column):
        return value.values, value.codes.tolist()
    if isinstance(value, np.ndarray):
        return value.shape, value.tolist()
    return {name: _plain(column) for name, column in value.items()} if isinstance(value, dict) else value


def _fill(store, items):
    store.feedback.upsert([
        Feedback(id=f"F{i}", text=f"text {i}", source="t", at=at, customer=customer, segments=segments,
                 rating=rating, rating_scale=scale if rating is not None else None)
        for i, (at, rating, scale, _, customer, segments, _) in enumerate(items)
    ])  # fmt: skip
    keys = store.feedback.rows([f"F{i}" for i in range(len(items))])
    store.feedback.set_derived([
        DerivedRow(row=keys[f"F{i}"], stage=item[3], stage_confidence=None, staged_by=None, sentiment=0.0)
        for i, item in enumerate(items)
    ])  # fmt: skip
    store.points.add([
        (keys[f"F{i}"], [Point(start=0, end=4, text="text") for _ in item[6]])
        for i, item in enumerate(items) if item[6]
    ])  # fmt: skip
    store.points.assign([
        PointRow(row=keys[f"F{i}"], n=n, theme=theme, strength=1.0)
        for i, item in enumerate(items) for n, theme in enumerate(sorted(item[6]))
    ])  # fmt: skip
