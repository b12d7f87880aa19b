"""Feedback from a message: masked, kept once, concluded about, and told; and from where messages are captured."""

from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.clerk import Clerk, map_in_force
from assistant.governing import make_private
from knowledge.erasure import keep_out
from knowledge.errors import InputError
from knowledge.feedback import Derived, Feedback
from knowledge.privacy import load_or_create_key, protect
from knowledge.store.opinions import Capture, CaptureRows

TEXT_MAX = 10_000
SOURCE = "slack"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message that holds what a customer said: where it stands, its words, and what the person who saves it knows.

    `private` says that only the members of that channel may read it: it is then answered from there only.
    """

    team: str
    channel: str
    ts: str
    text: str
    private: bool
    customer: str | None = None
    stage: str | None = None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What was kept: the masked words, what was concluded, and whether they were new."""

    id: str
    text: str
    stage: str | None
    staged_by_person: bool
    theme: str | None
    new: bool
    private: bool


def capture(clerk: Clerk, said: Said, *, actor: str, at: datetime) -> Saved:
    """Keep a message as feedback; raises InputError where it holds no words, or its customer is to be left out."""
    from knowledge.pipeline import derive

    if not said.text.strip():
        raise InputError("This message holds no words, so there is nothing to save.")
    with clerk.writing, clerk.open() as store:
        item = protect(_feedback(said), load_or_create_key(clerk.key), without=clerk.unmasked)
        if not keep_out(store, [item]):
            raise InputError("This customer asked to be forgotten, so nothing of theirs is saved.")
        outcome = store.feedback.upsert([item])
        if said.private and store.private_sources.all().get(item.source) != said.channel:
            make_private(store, item.source, said.channel, by=actor, at=at)
        journey = map_in_force(store)
        derive(store, clerk.embedder, journey, at=at)
        told = {"channel": said.channel, "new": outcome.added}
        store.audit.record("capture", told, at=at, actor=actor)
        row = store.feedback.rows([item.id])[item.id]
        derived = store.feedback.derived([row]).get(row, Derived())
        theme = store.themes.get(derived.theme_id) if derived.theme_id else None
        stage = journey.stage(derived.stage) if derived.stage else None
    return Saved(
        id=item.id,
        text=item.text,
        stage=stage.name if stage else None,
        staged_by_person=bool(said.stage),
        theme=theme.name if theme else None,
        new=bool(outcome.added),
        private=said.private,
    )


def wishes(clerk: Clerk, team: str, channel: str) -> list[Capture]:
    """Return what is captured in a channel."""
    with clerk.open() as store:
        return CaptureRows(store.db).all(team, channel)


def wish(clerk: Clerk, team: str, channel: str, reaction: str, *, actor: str, at: datetime) -> None:
    """Capture every message of a channel from now on or, where a reaction is named, those that get it."""
    with clerk.open() as store:
        CaptureRows(store.db).save(Capture(team=team, channel=channel, by=actor, at=at, reaction=reaction))
        store.audit.record("capture on", {"channel": channel, "reaction": reaction or None}, at=at, actor=actor)


def stop(clerk: Clerk, team: str, channel: str, *, actor: str, at: datetime) -> int:
    """Capture nothing there any more; return how many wishes that ends."""
    with clerk.open() as store:
        ended = CaptureRows(store.db).stop(team, channel)
        store.audit.record("capture off", {"channel": channel, "ended": ended}, at=at, actor=actor)
    return ended


def _feedback(said: Said) -> Feedback:
    """Return the message as feedback; what comes from a private channel has a source of its own."""
    source = f"{SOURCE}-{said.channel.lower()}" if said.private else SOURCE
    return Feedback(
        id=f"{source}:{said.channel}-{said.ts.replace('.', '-')}",
        text=said.text[:TEXT_MAX],
        source=source,
        at=datetime.fromtimestamp(float(said.ts), tz=UTC),
        channel=(said.kind or "").strip() or SOURCE,
        customer=(said.customer or "").strip() or None,
        stage=said.stage,
    )
