"""The truth gate over the answers about stages, metrics and what moves them: each altered part is caught."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import Analyst, reply
from assistant.answers.answer import Line
from assistant.answers.verify import verify
from assistant.questions.question import Question
from knowledge.periods import Period
from knowledge.store import open_store
from tests.assistant.answers import world
from tests.assistant.answers.test_verify import (
    _assert_caught,
    _difference,
    _forgeries,
    _with_finding,
    _wrong_values,
)

AUGUST = Period(start=date(2026, 8, 1), end=date(2026, 9, 1), label="August 2026")

ASKED = {
    "why did conversion drop in August?": {"intent": "drivers", "stages": ("onboarding",), "metrics": ("conversion",),
                                           "period": AUGUST},
    "why is CSAT falling?": {"intent": "drivers", "stages": ("onboarding",), "metrics": ("csat",)},
    "what drives the rating?": {"intent": "drivers"},
    "what drives satisfaction in use?": {"intent": "drivers", "stages": ("use",), "metrics": ("csat",)},
    "did the fix for charged for a skipped week work?": {"intent": "trend"},
    "did the fix of late delivery help?": {"intent": "trend", "themes": ("T2",)},
    "how is onboarding doing?": {"intent": "stage_summary", "stages": ("onboarding",)},
    "which stages are silent?": {"intent": "stage_performance"},
    "what was CSAT in use in August?": {"intent": "metric", "stages": ("use",), "metrics": ("csat",), "period": AUGUST},
    "compare CSAT of onboarding and use": {"intent": "compare", "stages": ("onboarding", "use"), "metrics": ("csat",)},
    "why did CSAT rise?": {"intent": "drivers", "metrics": ("csat",)},
}  # fmt: skip


@pytest.fixture(scope="module")
def furnished(company, tmp_path_factory):
    """Return a copy of the company in which two things were mended."""
    path = tmp_path_factory.mktemp("furnished") / "company.db"
    shutil.copy(company, path)
    with open_store(path) as store:
        for theme, on in (("T4", date(2026, 2, 1)), ("T2", date(2026, 6, 1))):
            store.fixes.add(theme, on, actor="Ann", at=datetime(2026, 6, 2, tzinfo=UTC))
    return path


@pytest.fixture
def store(furnished):
    with open_store(furnished) as opened:
        yield opened


@pytest.fixture(params=sorted(ASKED))
def drafted(request, furnished, toy, store):
    """Make an answer that has not been verified yet."""
    question = Question(text=request.param, **ASKED[request.param])
    return reply(question, Analyst(furnished, toy).context(store, as_of=world.AS_OF))


def test_what_is_true_passes_untouched(drafted, store):
    assert not drafted.abstained
    assert verify(drafted, store) == drafted


def test_every_altered_number_is_caught(drafted, store):
    for index, finding in enumerate(drafted.findings):
        for key, value in finding.numbers.items():
            for wrong in _wrong_values(value):
                forged = _with_finding(drafted, index, replace(finding, numbers={**finding.numbers, key: wrong}))
                _assert_caught(forged, store, index, f"{key}: {value!r} -> {wrong!r}")


def test_every_altered_part_of_a_finding_is_caught(drafted, store):
    for index, finding in enumerate(drafted.findings):
        for forgery in _forgeries(finding):
            _assert_caught(_with_finding(drafted, index, forgery), store, index, _difference(finding, forgery))


def test_every_altered_sentence_is_caught(drafted, store):
    for name in ("lines", "caveats"):
        for i, line in enumerate(getattr(drafted, name)):
            texts = [*getattr(drafted, name)]
            texts[i] = Line(f"{line} Truly.", template=line.template, findings=line.findings)
            checked = verify(replace(drafted, **{name: tuple(texts)}), store)
            assert checked.dropped
            assert texts[i] not in (*checked.lines, *checked.caveats)
