"""The truth gate: whatever is altered in an answer is caught, for every kind of question; what is true stays."""

import copy
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from assistant.answers.analyst import HANDLERS, reply
from assistant.answers.answer import Line
from assistant.answers.verify import verify
from assistant.questions.question import Question, Unknown
from knowledge.periods import Period
from knowledge.scope import Scope
from tests.assistant.answers import world

Q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), label="Q3 2026")

QUESTIONS = {
    "pain_points": [{}, {"stages": ("onboarding",), "period": Q3}, {"topic": "late delivery box"}],
    "stage_summary": [{"stages": ("onboarding",)}, {"stages": ("use",), "period": Q3}],
    "stage_performance": [{}],
    "compare": [{"stages": ("onboarding", "use")}, {"filters": {"channel": ("email", "chat")}, "period": Q3},
                {"themes": ("T1", "T2")}],
    "trend": [{"themes": ("T1",)}, {"stages": ("use",), "polarity": "complaint"}],
    "recurring": [{}],
    "emerging": [{}],
    "quotes": [{"stages": ("use",), "polarity": "praise"}, {"topic": "the box came late"}],
    "count": [{"stages": ("onboarding",), "polarity": "complaint", "period": Q3}, {"topic": "activation code"},
              {"filters": {"plan": ("premium",)}, "without": {"channel": ("chat",)}}],
    "metric": [{"metrics": ("csat",), "stages": ("onboarding",)}, {"metrics": ("conversion",), "period": Q3}],
    "drivers": [{"stages": ("onboarding",), "metrics": ("csat",), "period": Q3}],
    "map": [{"stages": ("onboarding",)}],
    "theme": [{"themes": ("T4",)}],
    "people": [{"polarity": "complaint"}],
    "help": [{}],
    "unknown": [{}, {"unknown": (Unknown(kind="plan", asked="gold", nearest=("basic", "premium")),)}],
}  # fmt: skip

CASES = [(intent, i) for intent, cases in QUESTIONS.items() for i in range(len(cases))]


@pytest.fixture
def drafted(analyst, store):
    """Make an answer that has not been verified yet."""

    def draft(intent, case):
        question = Question(text=f"{intent} {case}", intent=intent, **QUESTIONS[intent][case])
        return reply(question, analyst.context(store, as_of=world.AS_OF))

    return draft


def test_every_kind_of_question_is_here():
    assert set(QUESTIONS) == set(HANDLERS) - {"funnel"}, "a funnel is verified where event logs are"


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_what_is_true_passes_untouched(drafted, store, intent, case):
    answer = drafted(intent, case)
    assert verify(answer, store) == answer
    assert answer.dropped == ()


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_every_altered_number_is_caught(drafted, store, intent, case):
    answer = drafted(intent, case)
    for index, finding in enumerate(answer.findings):
        for key, value in finding.numbers.items():
            for wrong in _wrong_values(value):
                forged = _with_finding(answer, index, replace(finding, numbers={**finding.numbers, key: wrong}))
                _assert_caught(forged, store, index, f"{key}: {value!r} -> {wrong!r}")


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_every_altered_part_of_a_finding_is_caught(drafted, store, intent, case):
    answer = drafted(intent, case)
    for index, finding in enumerate(answer.findings):
        for forgery in _forgeries(finding):
            _assert_caught(_with_finding(answer, index, forgery), store, index, _difference(finding, forgery))


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_an_added_number_without_a_rule_is_caught(drafted, store, intent, case):
    answer = drafted(intent, case)
    for index, finding in enumerate(answer.findings):
        forged = replace(finding, numbers={**finding.numbers, "happiness": 97})
        _assert_caught(_with_finding(answer, index, forged), store, index, "happiness")


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_every_altered_sentence_is_caught(drafted, store, intent, case):
    answer = drafted(intent, case)
    for name in ("lines", "caveats"):
        for i, line in enumerate(getattr(answer, name)):
            for text in (f"{line} Truly.", line.replace("1", "7") if "1" in line else line.upper()):
                forged_line = Line(text, template=line.template, findings=line.findings)
                texts = [*getattr(answer, name)]
                texts[i] = forged_line
                checked = verify(replace(answer, **{name: tuple(texts)}), store)
                assert checked.dropped
                assert text not in (*checked.lines, *checked.caveats)


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_without_its_headline_an_answer_becomes_a_refusal(drafted, store, intent, case):
    answer = drafted(intent, case)
    headline = answer.headline
    forged = Line(f"{headline} And more.", template=headline.template, findings=headline.findings)
    checked = verify(replace(answer, headline=forged), store)
    assert checked.abstained
    assert checked.reason == "not_verified"
    assert (checked.findings, checked.lines, checked.evidence, checked.caveats) == ((), (), (), ())


@pytest.mark.parametrize(("intent", "case"), CASES)
def test_every_altered_quote_is_caught(drafted, store, intent, case):
    answer = drafted(intent, case)
    for index, quote in enumerate(answer.evidence):
        other = next((q for q in answer.evidence if q.row != quote.row), None)
        forgeries = [
            replace(quote, quote=quote.quote.replace("e", "3", 1)), replace(quote, quote=f"{quote.quote} "),
            replace(quote, feedback_id=f"{quote.feedback_id}x"), replace(quote, start=quote.start + 1),
            replace(quote, end=quote.end - 1), replace(quote, at=date(1999, 1, 1)),
            replace(quote, at=None if quote.at else date(2026, 1, 1)),
            replace(quote, channel="telegram"), replace(quote, theme_id="T99"), replace(quote, finding=None),
            replace(quote, finding=len(answer.findings)), replace(quote, row=10**9),
            *([replace(quote, row=other.row)] if other else []),
        ]  # fmt: skip
        for forged in forgeries:
            quotes = [*answer.evidence]
            quotes[index] = forged
            checked = verify(replace(answer, evidence=tuple(quotes)), store)
            assert checked.dropped, _difference(quote, forged)
            assert len(checked.evidence) == len(answer.evidence) - 1
            assert forged.quote not in [q.quote for q in checked.evidence if q.row == forged.row]


def test_a_fallen_finding_takes_its_sentences_and_quotes_with_it_and_the_rest_stays(drafted, store):
    answer = drafted("pain_points", 0)
    last = max(i for i, finding in enumerate(answer.findings) if finding.kind == "theme")
    finding = answer.findings[last]
    forged = replace(finding, numbers={**finding.numbers, "count": 999})
    checked = verify(_with_finding(answer, last, forged), store)
    assert not checked.abstained
    assert finding.name not in "".join(checked.lines)
    assert len(checked.lines) == len(answer.lines) - 1
    assert all(quote.theme_id != finding.theme_id for quote in checked.evidence)
    for quote in checked.evidence:
        assert quote.row in checked.findings[quote.finding].rows
    assert verify(replace(checked, dropped=()), store) == replace(checked, dropped=())


def test_a_sentence_that_no_template_made_is_dropped(drafted, store):
    answer = drafted("count", 0)
    checked = verify(replace(answer, lines=(*answer.lines, "Customers adore us.")), store)
    assert "Customers adore us." not in checked.lines
    assert checked.lines == answer.lines


def test_a_change_of_the_file_is_noticed(own_company, toy):
    """An answer computed before a row was rewritten does not survive verification afterwards."""
    from assistant.answers.analyst import Analyst
    from knowledge.store import DerivedRow, open_store

    analyst = Analyst(own_company, toy)
    with open_store(own_company) as store:
        question = Question(text="q", intent="count", stages=("onboarding",), polarity="complaint")
        answer = reply(question, analyst.context(store, as_of=world.AS_OF))
        row = answer.findings[0].rows[0]
        store.feedback.set_derived(
            [DerivedRow(row=row, stage="use", stage_confidence=1.0, staged_by="x", sentiment=0.9)]
        )
        assert verify(answer, store).reason == "not_verified"
        assert not analyst.answer_question(question, as_of=world.AS_OF).abstained


def _wrong_values(value):
    if isinstance(value, bool) or value is None:
        return [3]
    if isinstance(value, int):
        return [value + 1, value - 1, None, float(value) + 0.5]
    if isinstance(value, float):
        return [value + 0.01, 3 * value + 1.7, None]
    return [f"{value}x", None]


def _forgeries(finding):
    yield replace(finding, name="Something else")
    if finding.change is not None:
        yield from (
            replace(finding, change=c) for c in ("rising", "falling", "new", "steady", "gone") if c != finding.change
        )
    if finding.theme_id:
        yield replace(finding, theme_id="T5" if finding.theme_id != "T5" else "T1")
    if finding.metric:
        yield replace(finding, metric="conversion" if finding.metric == "csat" else "csat")
    if finding.stage:
        yield replace(finding, stage="retention" if finding.stage != "retention" else "use")
    if finding.series:
        month, count, of = finding.series[3]
        yield replace(finding, series=(*finding.series[:3], (month, count + 1, of), *finding.series[4:]))
    for name in ("rows", "rows_before", "rows_recent", "rows_base"):
        rows = getattr(finding, name)
        if rows:
            yield replace(finding, **{name: rows[1:]})
            yield replace(finding, **{name: (*rows, rows[-1] + 10**6)})
    for name in ("scope", "before", "recent", "base"):
        scope = getattr(finding, name)
        if isinstance(scope, Scope):
            yield from (replace(finding, **{name: forged}) for forged in _other_scopes(scope, finding))


def _other_scopes(scope, finding):
    period = scope.period
    if period and period.start and period.end:
        back = timedelta(days=31)
        yield scope.on(period=Period(start=period.start - back, end=period.end - back, label=period.label))
    elif finding.kind != "coverage":
        yield scope.on(period=Period(start=date(2026, 3, 1), end=date(2026, 5, 1), label="swapped"))
    if finding.kind not in ("metric", "coverage"):
        yield scope.on(
            filters={**scope.filters, "plan": ("basic",) if scope.filters.get("plan") != ("basic",) else ("premium",)}
        )
        # A whole that is narrowed to the very stage of its part, and holds the same rows, still says what is true.
        taken = finding.scope.stages if finding.scope else ()
        yield scope.on(
            stages=next((s,) for s in ("retention", "onboarding", "use") if (s,) not in (scope.stages, taken))
        )
        yield scope.on(polarity="praise" if scope.polarity != "praise" else "complaint")


def _with_finding(answer, index, finding):
    findings = [*answer.findings]
    findings[index] = finding
    return replace(answer, findings=tuple(findings))


def _assert_caught(forged, store, index, what):
    """Hold that the forged finding is gone."""
    checked = verify(copy.copy(forged), store)
    assert checked.dropped, f"{forged.question.text}, finding {index} ({forged.findings[index].kind}): {what}"
    assert forged.findings[index] not in checked.findings


def _difference(one, other):
    return {f.name: getattr(other, f.name) for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)}
