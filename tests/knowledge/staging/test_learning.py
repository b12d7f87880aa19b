"""What learning stages promises: agreement is seen, answers move what is like them, outliers stay as they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge.staging.learning import Ground, Lesson, agreement, learn, probabilities
from knowledge.staging.questions import Asked, candidates, covered

STAGES, DIMENSION = 4, 24


def ground(themes: int = 6, members: int = 20, seed: int = 0, doubt: float = 1.0) -> tuple[Ground, np.ndarray]:
    """Return themes around centres, each of one stage, with evidence that is right in half of them; and the truth."""
    rng = np.random.default_rng(seed)
    theme = np.repeat(np.arange(themes), members)
    gold = theme % STAGES
    centre = rng.standard_normal((themes, DIMENSION))
    vectors = centre[theme] + 0.5 * rng.standard_normal((len(theme), DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    odds = 0.3 * rng.standard_normal((len(theme), STAGES))
    odds[np.arange(len(theme)), np.where(theme % 2, gold, (gold + 1) % STAGES)] += doubt
    evidence = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    fixed = np.full(len(theme), -1)
    return Ground(evidence=evidence, vectors=vectors.astype(np.float32), theme=theme, fixed=fixed), gold


def test_a_theme_whose_members_are_sure_of_different_stages_does_not_agree():
    theme = np.zeros(40, dtype=np.int64)
    sure_of_one = np.tile([0.91, 0.03, 0.03, 0.03], (40, 1))
    unsure_alike = np.full((40, 4), 0.25)
    sure_of_two = np.where(np.arange(40)[:, None] % 2, sure_of_one, sure_of_one[:, ::-1])
    assert agreement(sure_of_one, theme)[0] == pytest.approx(1)
    assert agreement(unsure_alike, theme)[0] == pytest.approx(1)
    assert agreement(sure_of_two, theme)[0] < 0.6


def test_without_answers_the_map_decides():
    its, _ = ground()
    found = probabilities(its, learn(its, []))
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (found.argmax(axis=1) == its.evidence.argmax(axis=1)).mean() > 0.9


def test_an_answer_about_a_theme_moves_the_theme_and_leaves_others_that_are_unlike():
    its, gold = ground()
    before = probabilities(its, learn(its, []))
    rows = np.flatnonzero(its.theme == 0)
    after = probabilities(its, learn(its, [Lesson(rows=rows, stage=int(gold[0]), theme=0)]))
    assert (after[rows].argmax(axis=1) == gold[rows]).mean() > 0.9
    right = [(p[its.theme == 1].argmax(axis=1) == gold[its.theme == 1]).mean() for p in (before, after)]
    assert right[1] >= right[0] - 0.1


def test_what_is_settled_has_probability_one():
    its, _ = ground()
    its.fixed[3] = 2
    found = probabilities(its, learn(its, [Lesson(rows=np.array([3]), stage=2)]))
    assert found[3].tolist() == [0.0, 0.0, 1.0, 0.0]


def test_the_questions_answered_truly_get_everything_right():
    its, gold = ground(themes=12)
    lessons, themes = [], set()
    for count in range(12):
        found = probabilities(its, learn(its, lessons))
        asked = Asked(themes=frozenset(themes), confirmed=frozenset(one.stage for one in lessons), answers=count)
        one = next(iter(candidates(its, found, asked)), None)
        if one is None:
            break
        stage = int(np.bincount(gold[one.rows]).argmax())
        lessons.append(Lesson(rows=one.rows, stage=stage, theme=one.theme))
        its.fixed[one.rows] = stage
        themes |= {one.theme} if one.theme is not None else set()
    assert (probabilities(its, learn(its, lessons)).argmax(axis=1) == gold).mean() > 0.95


def test_who_speaks_clearly_for_another_stage_stays_out_of_an_answer():
    found = np.full((20, 4), [0.4, 0.3, 0.2, 0.1])
    found[7] = [0.001, 0.001, 0.001, 0.997]
    rows = np.arange(20)
    kept = covered(found, rows, 1, 0.9)
    assert kept.tolist() == [row for row in range(20) if row != 7]
    assert covered(found, np.array([7]), 1, 0.9).tolist() == [7]


def test_a_stage_that_nearly_nothing_speaks_for_is_doubted_until_somebody_confirms_it():
    n = 400
    evidence = np.full((n, 3), [0.95, 0.049, 0.001])
    evidence[0] = [0.45, 0.05, 0.5]
    its = Ground(
        evidence=evidence,
        vectors=np.eye(n, dtype=np.float32),
        theme=np.full(n, -1, dtype=np.int64),
        fixed=np.full(n, -1, dtype=np.int64),
    )
    assert probabilities(its, learn(its, []))[0].argmax() == 0
    assert probabilities(its, learn(its, [Lesson(rows=np.array([399]), stage=2)]))[0].argmax() == 2


def test_the_same_lessons_give_the_same_to_the_last_bit():
    its, gold = ground()
    lessons = [
        Lesson(rows=np.flatnonzero(its.theme == t), stage=int(gold[its.theme == t][0]), theme=t) for t in range(4)
    ]
    one, other = learn(its, lessons), learn(its, lessons)
    assert one.temperature == other.temperature
    np.testing.assert_array_equal(probabilities(its, one), probabilities(its, other))


@settings(max_examples=25)
@given(
    evidence=arrays(np.float64, (12, 3), elements=st.floats(0, 1)),
    theme=arrays(np.int64, 12, elements=st.integers(-1, 3)),
    fixed=arrays(np.int64, 12, elements=st.sampled_from([-1, -1, -1, 0, 1, 2])),
)
def test_any_evidence_gives_probabilities_and_questions_about_open_rows_only(evidence, theme, fixed):
    its = Ground(evidence=evidence, vectors=np.eye(12, 5, dtype=np.float32), theme=theme, fixed=fixed)
    lessons = [Lesson(rows=np.flatnonzero(fixed == s), stage=s) for s in range(3)]
    found = probabilities(its, learn(its, lessons))
    assert np.isfinite(found).all()
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-4)
    for one in candidates(its, found, Asked(answers=2)):
        assert (fixed[one.rows] < 0).all()
        assert len(one.rows)
