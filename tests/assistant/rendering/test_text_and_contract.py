"""An answer as plain text and as the JSON contract: complete, in order, inert, valid by a schema."""

import json
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.analyst import Analyst
from assistant.answers.answer import Answer, Finding, Line, Quote
from assistant.questions.question import Question
from assistant.rendering.contract import contract
from assistant.rendering.text import inert, render
from knowledge.periods import Period
from knowledge.scope import Scope
from tests.assistant.answers import world
from tests.conftest import ToyEmbedder

Q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), label="Q3 2026")

THEME = Finding(
    kind="theme", stage="onboarding", theme_id="T12", name="code fails", change="rising", test="rate",
    numbers={"count": 2, "customers": 2, "share": 0.18345, "complaints": 2, "praise": 0, "previous": 1,
             "p_value": 0.0041234, "sentiment": -0.6123},
    scope=Scope(period=Q3, stages=("onboarding",), themes=("T12",)), rows=(7, 9),
)  # fmt: skip
METRIC = Finding(
    kind="metric", stage="onboarding", metric="csat", name="CSAT", change="falling",
    numbers={"value": 3.9, "n": 212, "low": 3.7, "high": 4.1, "previous": 4.2, "target": 4.3, "status": "below"},
)  # fmt: skip
COVERAGE = Finding(kind="coverage", numbers={"count": 2}, scope=Scope(), rows=())

ANSWER = Answer(
    question=Question(text="what hurts in onboarding?", intent="pain_points", stages=("onboarding",), period=Q3,
                      filters={"channel": ("email",)}),
    headline=Line("What hurts most: code fails.", template="x", findings=(0,)),
    lines=(Line("code fails: 2 complaints.", template="x", findings=(0,)),
           Line("CSAT: 3.9.", template="x", findings=(1,))),
    findings=(THEME, METRIC, COVERAGE),
    evidence=(Quote(row=7, feedback_id="F7", quote="It never\ncame\x1b[31m.", start=0, end=18, at=date(2026, 8, 3),
                    channel="email", theme_id="T12", finding=0),),
    caveats=(Line("Only 2 pieces.", template="x", findings=(2,)),),
    follow_ups=("Show me quotes about code fails",), confidence=0.86, elapsed_ms=23.4,
)  # fmt: skip


@pytest.fixture(scope="module")
def small_company(tmp_path_factory):
    embedder = ToyEmbedder()
    return Analyst(world.build(tmp_path_factory.mktemp("company") / "company.db", embedder), embedder)


PERIOD = {
    "oneOf": [
        {"type": "null"},
        {
            "type": "object",
            "required": ["start", "end", "label"],
            "properties": {"start": {"type": ["string", "null"]}, "end": {"type": ["string", "null"]}},
        },
    ]
}
STRINGS = {"type": "array", "items": {"type": "string"}}
SCHEMA = {
    "type": "object",
    "required": [
        "question", "understood", "abstained", "reason", "text", "findings", "evidence", "follow_ups", "confidence",
        "elapsed_ms",
    ],
    "properties": {
        "understood": {
            "type": "object",
            "required": ["intent", "stages", "metrics", "topic", "period", "baseline", "filters", "limit"],
            "properties": {"stages": STRINGS, "metrics": STRINGS, "topic": {"type": ["string", "null"]},
                           "period": PERIOD, "baseline": PERIOD,
                           "filters": {"type": "object", "additionalProperties": STRINGS},
                           "limit": {"type": "integer"}},
        },
        "abstained": {"type": "boolean"},
        "reason": {"type": ["string", "null"]},
        "text": {"type": "string", "minLength": 1},
        "findings": {"type": "array", "items": {"oneOf": [
            {"properties": {"kind": {"const": "metric"}},
             "required": ["kind", "stage", "metric", "value", "n", "low", "high", "previous", "change", "target",
                          "status"]},
            {"properties": {"kind": {"const": "map"}}, "required": ["kind", "stage", "what", "text"]},
            {"properties": {"kind": {"enum": ["theme", "count", "stage", "quotes"]}, "evidence": STRINGS},
             "required": ["kind", "stage", "theme_id", "name", "count", "customers", "share", "previous", "change",
                          "p_value", "sentiment", "evidence"]},
        ]}},
        "evidence": {"type": "array", "items": {"required": ["feedback_id", "quote", "at", "channel", "theme_id"]}},
        "follow_ups": STRINGS,
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "elapsed_ms": {"type": "number", "minimum": 0},
    },
}  # fmt: skip


def test_the_text_says_answer_then_evidence_then_limits_then_what_next():
    text = render(ANSWER)
    parts = ["What hurts most", "code fails: 2 complaints", "“It never came", "CSAT: 3.9", "Note: Only 2", "Ask next:"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "(3 August 2026, email)" in text


def test_each_quote_stands_once():
    assert render(ANSWER).count("It never") == 1


def test_a_quote_without_a_sentence_of_its_own_still_stands():
    assert "It never" in render(Answer(question=ANSWER.question, headline="Here:", evidence=ANSWER.evidence))


@given(st.text())
def test_nothing_that_a_customer_wrote_can_steer_a_terminal(text):
    shown = inert(text)
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u202d\u2066\u200b\ufeff" for c in shown)
    assert "\n" not in shown


def test_the_contract_has_its_keys_in_order_first():
    found = contract(ANSWER, {7: "F7", 9: "F9"})
    assert [*found][:10] == SCHEMA["required"]
    assert [*found["understood"]][:8] == SCHEMA["properties"]["understood"]["required"]
    theme, metric = found["findings"]
    assert [*theme][:12] == ["kind", "stage", "theme_id", "name", "count", "customers", "share", "previous", "change",
                             "p_value", "sentiment", "evidence"]  # fmt: skip
    assert [*metric][:11] == ["kind", "stage", "metric", "value", "n", "low", "high", "previous", "change", "target",
                              "status"]  # fmt: skip


def test_evidence_of_a_finding_is_all_of_its_rows_by_public_id():
    assert contract(ANSWER, {7: "F7", 9: "F9"})["findings"][0]["evidence"] == ["F7", "F9"]


def test_numbers_are_rounded_for_reading():
    theme = contract(ANSWER, {})["findings"][0]
    assert (theme["share"], theme["p_value"], theme["sentiment"]) == (0.1835, 0.00412, -0.61)


def test_a_quote_in_the_contract_is_unedited():
    assert contract(ANSWER, {})["evidence"][0]["quote"] == "It never\ncame\x1b[31m."


def test_what_limits_an_answer_is_no_finding():
    assert [f["kind"] for f in contract(ANSWER, {})["findings"]] == ["theme", "metric"]


def test_the_contract_is_valid_and_survives_json():
    found = json.loads(json.dumps(contract(ANSWER, {7: "F7", 9: "F9"})))
    jsonschema.validate(found, SCHEMA)


def test_a_refusal_has_a_reason_and_no_findings():
    question = Question(text="?", intent="unknown")
    refusal = Answer(question=question, headline="No.", findings=(COVERAGE,), abstained=True, reason="not_understood")
    found = contract(refusal, {})
    jsonschema.validate(found, SCHEMA)
    assert (found["abstained"], found["reason"], found["findings"]) == (True, "not_understood", [])


@pytest.mark.parametrize("text", ["what hurts customers?", "how is onboarding doing?", "how many complaints in use?",
                                  "who owns retention?", "what is CSAT in onboarding?", "what is new?", "gibberish zzz",
                                  "compare onboarding and use", "show me praise", "tell me about T4"])  # fmt: skip
def test_real_answers_keep_to_the_schema(small_company, text):
    answer = small_company.answer(text, as_of=date(2026, 11, 1))
    found = json.loads(json.dumps(contract(answer, small_company.ids(answer))))
    jsonschema.validate(found, SCHEMA)
    for finding in found["findings"]:
        if finding.get("count") is not None and finding.get("evidence") is not None and finding["kind"] != "metric":
            assert len(finding["evidence"]) == finding["count"]
