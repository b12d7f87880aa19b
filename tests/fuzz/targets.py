"""What is fuzzed: each target takes any bytes, and raises only where a promise is broken.

A reader may refuse a file by one of our own errors, and by nothing else. Bytes that broke a promise once stand in
`cases/NAME/` and are run by the ordinary tests.
"""

import gzip
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.questions.question import Question
from assistant.questions.understanding import understand
from assistant.questions.understood import summary_line
from assistant.rendering import slack, text
from assistant.replies import QUESTION_MAX
from knowledge.errors import InputError, JourneyError
from knowledge.privacy import mask
from knowledge.readers import events as logs
from knowledge.readers.dates import DateSurvey, parse_date
from knowledge.readers.feedback import open_feedback
from knowledge.readers.maps import read_map
from knowledge.readers.metrics import read_metrics
from tests.assistant.questions.asked_company import AS_OF, COMPANY
from tests.assistant.rendering.answers import hostile
from tests.fake_slack import payloads
from tests.fake_slack.block_kit import check_message
from tests.fuzz.slack_entry import dispatch, request

TABLES = (".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".parquet", ".csv.gz", ".txt")
MAPS = (".yaml", ".json", ".md", ".mmd", ".csv", ".txt")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A promise to be broken, and inputs to begin with."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def words_in(data: bytes) -> str:
    """Return bytes as text as any front end would hand it on: half characters may be in it."""
    return data.decode("utf-8", "surrogateescape")


def tables(data: bytes) -> None:
    """Read a table to its end, or see it refused with a reason."""
    with _file(data, TABLES) as path, suppress(InputError):
        for batch in open_feedback(path).batches(50):
            assert all(item.text.strip() for item in batch.feedback)
            assert all(rejected.reason for rejected in batch.rejected)
            json.dumps([item.text for item in batch.feedback], ensure_ascii=False).encode("utf-8")


def dates(data: bytes) -> None:
    """Read lines as dates, or see them refused; the survey of a column takes whatever it is shown."""
    survey = DateSurvey()
    for line in words_in(data).split("\n")[:20]:
        survey.add(line)
        for order in ("day", "month"):
            with suppress(InputError):
                assert 1970 <= parse_date(line, order).year <= 2100


def maps(data: bytes) -> None:
    """Read a map whose stages have different ids, or see it refused."""
    with _file(data, MAPS) as path, suppress(JourneyError):
        stages = [stage.id for stage in read_map(path).stages]
        assert stages
        assert len(set(stages)) == len(stages)


def metrics(data: bytes) -> None:
    """Read metrics with whole periods, or see the table refused."""
    with _file(data, TABLES) as path, suppress(InputError):
        for point in read_metrics(path).points:
            assert point.period.start
            assert point.period.end
            assert point.period.start < point.period.end
            assert point.value == point.value


def events(data: bytes) -> None:
    """Read an event log into cases whose visits are in order, or see it refused."""
    with _file(data, (".csv", ".parquet", ".csv.gz")) as path, suppress(InputError):
        with logs.open_events([path], logs.EventColumns(case="c", activity="a", time="t")) as log:
            known = log.activities()
            places = {activity: i % 3 for i, activity in enumerate(known)}
            seen = list(log.cases(places, b"k" * 32))
            assert log.rejects().count + sum(known.values()) == log.total
        assert len({case.customer for case in seen}) == len(seen)
        for case in seen:
            times = [at for _, at in case.visits]
            assert times == sorted(times)
            assert case.day >= 1


def stages(data: bytes) -> None:
    """Read which activity belongs to which stage, or see it refused."""
    with _file(data, (".yaml", ".csv", ".tsv")) as path, suppress(InputError):
        found, places = logs.read_stages(path)
        assert set(places.values()) <= set(range(len(found)))


def web(data: bytes) -> None:
    """Send any request over HTTP; it gets a response, and only a signed one more than a refusal."""
    first, rest = (data or b"\0")[0], data[1:]
    body, _, signature = rest.partition(b"\xff\xff")
    status, answered = request(body, signature.decode("latin-1"), signed=bool(first & 1), at_events=bool(first & 2))
    assert json.loads(answered or b"{}") is not None or status == 200
    assert first & 1 or status in (400, 401, 404, 413)


def masking(data: bytes) -> None:
    """Mask a text; masking it again changes nothing."""
    once = mask(words_in(data))
    assert mask(once) == once


def questions(data: bytes) -> None:
    """Understand any text as some question about what the file holds."""
    words = " ".join(words_in(data).split())[:QUESTION_MAX]
    question = understand(words, COMPANY, as_of=AS_OF)
    assert isinstance(question, Question)
    assert set(question.stages) <= {stage.id for stage in COMPANY.stages}
    summary_line(question, COMPANY)


def rendering(data: bytes) -> None:
    """Draw an answer of these words; Slack takes it, and a terminal runs nothing in it."""
    words = data.decode("utf-8", "replace")
    answer = hostile(words)
    message = slack.render(answer, asked=words or None)
    check_message({"channel": "C1", "text": message.text, "blocks": list(message.blocks)})
    shown = text.render(answer)
    assert not any(c < " " and c not in "\n\t" for c in shown)
    assert "\x1b" not in shown


def slack_events(data: bytes) -> None:
    """Send a body through Bolt; it gets a response, and what reaches the desk is text."""
    body = _mutated(data)
    for ask in dispatch(body):
        assert isinstance(ask.text, str)


def _mutated(data: bytes) -> dict[str, Any]:
    """Return an event or command: what its second part types, and some values replaced as the parts after it say."""
    bases: tuple[dict[str, Any], ...] = (
        payloads.event_callback(payloads.mention("<@U0BOT> what hurts?", ts="1.1"), "Ev1"),
        payloads.event_callback(payloads.direct("what hurts?", ts="1.2"), "Ev2"),
        payloads.command("ask what hurts?", "https://hooks.slack.com/x", trigger="t1"),
    )
    if not data:
        return bases[0]
    body = json.loads(json.dumps(bases[data[0] % len(bases)]))
    typed, *changes = data[1:].split(b"\xff")
    if typed:
        body.get("event", body)["text"] = words_in(typed)
    for change in changes:
        if len(change) < 2:
            continue
        inner = body["event"] if "event" in body and isinstance(body["event"], dict) and change[0] & 1 else body
        # Bolt itself fails on an envelope of another shape; what it holds is ours to deal with.
        names = sorted(set(inner) - {"event", "authorizations"})
        name = names[(change[0] >> 1) % len(names)]
        try:
            inner[name] = json.loads(change[1:])
        except (ValueError, RecursionError):
            inner[name] = words_in(change[1:]) if change[0] & 64 else None
    return body


class _file:  # noqa: N801
    """A file of these bytes; the first byte chooses what it is called."""

    def __init__(self, data: bytes, endings: tuple[str, ...]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fuzz")
        self.path = Path(self._folder.name) / f"file{endings[(data[0] if data else 0) % len(endings)]}"
        self.path.write_bytes(data[1:])

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


TARGETS = {
    "tables": Target(
        run=tables,
        seeds=(
            b'\x00id,text,date,rating\n1,late again,2026-03-01,4\n2,"a, b",03/04/2026,5\n',
            b"\x01id\ttext\n1\tlate\n",
            b'\x02[{"id": 1, "text": "late", "customer": {"id": 7}}]',
            b'\x03{"id": 1, "text": "late"}\n{"id": 2, "text": "early"}\n',
            b"\x07text;wann\n\xe4rger;1.3.2026\n",
            b"\x06" + gzip.compress(b"id,text\n1,late again\n", mtime=0),
        ),
    ),
    "dates": Target(
        run=dates,
        seeds=(
            b"2026-03-01T12:30:00+01:00\n03/04/2025\n1772360000",
            "2026年1月2日\n3 mars 2026".encode(),
        ),
    ),
    "maps": Target(
        run=maps,
        seeds=(
            b"\x00name: Shop\nstages:\n  - name: Buy\n    words: [cart]\n  - name: Use\n",
            b'\x01{"stages": [{"name": "Buy"}, {"name": "Use"}]}',
            b"\x02# Map\n## Buy\n- action: pays\n## Use\n",
            b"\x03journey\n title Shop\n section Buy\n  Pay: 3: Ann\n section Use\n  Cook: 5: Ann\n",
            b"\x04stage,action\nBuy,pays\nUse,cooks\n",
        ),
    ),
    "metrics": Target(
        run=metrics,
        seeds=(
            b"\x00stage,metric,period,value,n\nuse,CSAT,2026-Q3,4.1,200\nbuy,NPS,2026-03,31,\n",
            b"\x00month,csat,nps\n2026-01,4.1,30\n2026-02,4.2,31%\n",
        ),
    ),
    "events": Target(
        run=events,
        seeds=(
            b"\x00c,a,t\n1,Buy,2026-03-01\n1,Use,2026-03-02T10:00:00+01:00\n2,Buy,1772360000\n",
            b'\x00c;a;t\n"1";Buy;1772360000000\n;Use;never\n',
        ),
    ),
    "stages": Target(
        run=stages,
        seeds=(b"\x00stages:\n  Buy: [A, B]\nends:\n  Gone: C\n", b"\x01activity,stage,end\nA,Buy,no\nC,Gone,yes\n"),
    ),
    "web": Target(
        run=web,
        seeds=(
            b'\x03{"type": "url_verification", "challenge": "x"}',
            b"\x02{}\xff\xffv0=00",
            b"\x03payload=%7B%7D",
            b"\x03\xe4",
            b"\x02\xe4\xff\xff\xe4",
            b"\x02{}\xff\xff\xe4",
            b"\x00",
        ),
    ),
    "masking": Target(
        run=masking,
        seeds=(
            b"write to ann@example.org or call 555-123-4567, card 4111 1111 1111 1111",
            b"my name is Ann Lee, 12 High Street, London SW1A 1AA. GB82WEST12345698765432",
            b"https://a.b/?token=1 10.0.0.1 00:1A:2b:3C:4d:5E ann at example dot com",
        ),
    ),
    "questions": Target(
        run=questions,
        seeds=(
            b"what hurts enterprise customers in onboarding in Q3 2026 compared with last quarter?",
            b"how many complaints about billing since 31 Feb, except chat? top 3",
            b"CSAT in checkout last 6 months by plan; why is T12 rising",
        ),
    ),
    "rendering": Target(
        run=rendering,
        seeds=(b"<!channel> <https://evil|bank.com> *b* _i_ `c` :tada: <@U1> a@b.c", "‮‪ \u2028".encode()),
    ),
    "slack": Target(
        run=slack_events,
        seeds=(
            b"\x00<@U0BOT> hi <#C1|x>",
            b'\x01hi\xff\x0b{"a": 1}\xff\x05"x"',
            b"\x02forget 4\xff\x03null",
            b"\x02ask &lt;",
        ),
    ),
}
