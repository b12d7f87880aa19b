"""Two hundred hostile texts, and every surface drawn with one of them wherever words come from data."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from assistant.answers.answer import Answer
from assistant.answers.ticket import Ticket, pack
from assistant.digests.content import Digest, Section
from assistant.digests.tick import AlertParcel
from assistant.rendering import (
    slack_capture,
    slack_correction,
    slack_digest,
    slack_files,
    slack_home,
    slack_rating,
    slack_review,
    slack_subscribe,
    slack_theme,
)
from assistant.rendering.charts import StageCell
from assistant.rendering.glance import Glance
from assistant.rendering.slack import SlackMessage, notice, render, signed
from assistant.rendering.slack_forms import told
from assistant.rendering.slack_help import help_message
from assistant.rendering.slack_prompts import prompts
from assistant.rendering.uploads import Brought, Recognised
from knowledge.layers.review import Quote, StageQuestion
from knowledge.periods import Period
from knowledge.subscriptions import Alert, Subscription
from tests.assistant.rendering.answers import hostile
from tests.assistant.rendering.test_slack_text import HOSTILE

Json = dict[str, Any]
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
BLOCKS = [
    '{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}',
    '"}]}, {"type": "rich_text", "elements": [{"type": "broadcast", "range": "everyone"}]}',
    '{"blocks": [{"type": "image", "image_url": "https://evil.example/x.png", "alt_text": "x"}]}',
    '","action_id":"share_answer","value":"{}"',
    "T1\x1fF1\x1e",
    "=HYPERLINK(\"https://evil.example\",\"click\")",
    "[click](https://evil.example)",
    "<!subteam^S123|@admins>",
    "../../../etc/passwd\x00.csv",
    "%3C!channel%3E",
]  # fmt: skip


def hostile_texts(count: int = 200) -> list[str]:
    """Return that many different hostile texts, the short ones first."""
    single = [text for text in [*HOSTILE, *BLOCKS] if text.strip()]
    wrapped = [f"please {a} and {b}" for a, b in zip(single, reversed(single), strict=True)]
    long = [(text + " ") * (3_200 // (len(text) + 1)) for text in single]
    joined = ["".join(single[n : n + 5]) for n in range(len(single))]
    nested = [json.dumps({"text": text, "blocks": [text]}, ensure_ascii=False) for text in single]
    found = list(dict.fromkeys([*single, *wrapped, *nested, *joined, *long]))
    assert len(found) >= count
    return found[: count - 20] + found[-20:]


def surfaces(text: str) -> Iterator[tuple[str, str, Json]]:
    """Yield (name, method, payload) of every surface with the text in each place that data can reach."""
    for name, message in _messages(text):
        yield name, "chat.postMessage", {"channel": "C1", "text": message.text, "blocks": list(message.blocks)}
    for name, view in _views(text):
        yield name, "views.publish" if view["type"] == "home" else "views.open", {"view": view}


def asked(text: str) -> Answer:
    answer = hostile(text)
    return replace(answer, findings=(replace(answer.findings[0], kind="theme", rows=(1,)),))


def _messages(text: str) -> Iterator[tuple[str, SlackMessage]]:
    answer = asked(text)
    day = date(2026, 11, 1)
    for view in ("answer", "quotes", "compare"):
        ticket = Ticket(question=answer.question, day=day, view=view)  # type: ignore[arg-type]
        yield f"answer {view}", render(answer, asked=text, private=True, ticket=ticket)
    yield "answer in a thread", render(replace(answer, question=replace(answer.question, intent="trend")), day=day)
    yield "shared answer", signed(render(answer, asked=text, day=day), f"Shared by {text}")
    yield "notice", notice(text)
    yield "help", help_message([("ask", "x")], [text])
    found = Recognised(name=text, rows=3, columns=((text, text, text),) * 30, notes=(text,) * 9)
    yield "recognised file", slack_files.recognised(found, "F1")
    yield "progress", slack_files.progress(text, "Reading", 1, 2)
    yield "left", slack_files.left(text)
    report = Brought(
        name=text, read=3, added=1, changed=1, unchanged=0, kept_out=1, rejected_rows=1, rejected=((2, text),),
        rejects=b"x", total=3, themes=1, notes=(text,),
    )  # fmt: skip
    yield "imported file", slack_files.brought(report)
    yield from _unasked(text)
    yield "saved", notice(" ".join(slack_capture.saved_lines(text, text, text, by_person=True, new=True, private=True)))


def _unasked(text: str) -> Iterator[tuple[str, SlackMessage]]:
    """Yield what a channel gets by itself, with the preview of it."""
    sub = Subscription(
        number=3, kind="digest", channel="C1", zone="UTC", by="U1", at=NOW, weekday=0, minute=540, stages=(text,) * 3
    )
    part = Section(title=text, headline=text, lines=(text,) * 5, question=text)
    week = Period(start=date(2026, 10, 26), end=date(2026, 11, 2), label=text)
    digest = Digest(
        subscription=sub, day=date(2026, 11, 2), period=week, sections=(part,) * 9, news=1, missed=2, late=True
    )
    shown = slack_digest.render_digest(digest, by=text)
    yield "digest", shown
    yield "preview of a digest", slack_digest.render_preview(sub, [shown], text)
    raised = Alert(
        number=7, subscription=3, team="T1", channel="C1", theme="T1", status="rising", raised=NOW,
        onset=date(2026, 10, 5), seen=date(2026, 11, 2), state="raising",
    )  # fmt: skip
    for reminder in (False, True):
        parcel = AlertParcel(key="k", alert=raised, name=text, line=text, reminder=reminder, by=text)
        alert = slack_digest.render_alert(parcel, by=text)
        yield "alert", alert
        sent = {"text": alert.text, "blocks": list(alert.blocks)}
        yield "alert that was taken on", slack_digest.render_handled(sent, f"{text} takes it on.")
    yield "list of subscriptions", slack_digest.render_list([text] * 30, text, text)


def _views(text: str) -> Iterator[tuple[str, Json]]:
    stages = [("use", text), ("onboarding", "Onboarding")]
    question = StageQuestion(
        key=text[:300], text=text, count=3, quotes=(Quote(id="f1", text=text),) * 3, guesses=(("use", 0.5),), why=text,
        theme_id="T1", theme=text,
    )  # fmt: skip
    cells = tuple(StageCell(label=text, count=n, sentiment=0.1, complaints=0.2, met=1, judged=2) for n in range(25))
    glance = Glance(
        journey=text, names=(text,), feedback=3, first=date(2026, 1, 1), last=date(2026, 2, 1), themes=1, metrics=1,
        stages=cells, new=asked(text), questions=(question,) * 3, hints=(text,),
    )  # fmt: skip
    yield "home", slack_home.home(glance, at=NOW, review=True, subscriptions=[text] * 12)
    yield "empty home", slack_home.home(replace(glance, feedback=0, stages=(), new=None), at=NOW, review=False)
    yield "refused home", slack_home.refused_home(text)
    pieces = [(text[:300], text, text)] * 10
    yield "correct a stage", slack_correction.correction_form(pieces, stages, chosen="0", stage="use", preview=text)
    yield "corrected", slack_correction.corrected([text], 3)
    yield "edit a theme", slack_theme.theme_form([("T1", text, 3), ("T2", text, 4)], chosen="T1", preview=text)
    yield "edited", slack_theme.changed(text, 3)
    yield (
        "review",
        slack_review.question_form(question, stages, [text[:300]] * 80, chosen="use", preview=text, said=text),
    )
    yield "review done", slack_review.finished(text)
    yield "save feedback", slack_capture.capture_form(text, stages, channel="C1", ts="1.1", private=True)
    shown = dict(_unasked(text))["digest"]
    sub = Subscription(kind="digest", channel="C1", zone=text[:60], by="U1", at=NOW, weekday=0, minute=540, stages=())
    yield "subscribe", slack_subscribe.subscribe_form(stages, zone=text, held=[text] * 12, channel="C1")
    yield "preview in a modal", slack_subscribe.preview_form(sub, shown, present=False)
    yield "told", told("x", "x", [text])
    ticket = Ticket(question=asked(text[:200]).question, day=date(2026, 11, 1))
    yield "why not helpful", slack_rating.why_not(pack(ticket)[:3000])


def offered(text: str) -> list[dict[str, str]]:
    """Return the prompts of the agent pane."""
    return prompts([text, text])
