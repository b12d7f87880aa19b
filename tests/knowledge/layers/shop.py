"""A small shop whose feedback is put into stages: three topics, a map that knows two of them by their words."""

from datetime import UTC, datetime, timedelta

import numpy as np

from knowledge.feedback import Feedback, Point, text_hash
from knowledge.journey import JourneyMap, Stage
from knowledge.layers.review import Review
from knowledge.layers.stage_edits import correct
from knowledge.layers.stages import update_stages
from knowledge.pipeline import conclude
from knowledge.store import PointRow, open_store, prepare
from knowledge.themes import Theme

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


MAP = JourneyMap(
    id="m",
    name="A shop",
    stages=(
        Stage(id="buying", name="Buying", words=("voucher", "checkout", "basket"), aliases=("order",)),
        Stage(id="delivery", name="Delivery", words=("courier", "parcel"), touchpoints=("tracking page",)),
        Stage(id="leaving", name="Leaving", words=("delete account", "goodbye"), aliases=("churn",)),
    ),
)


TOPICS = {
    "buying": "voucher basket checkout code rejected",
    "delivery": "parcel courier doorstep wet late",
    # of "leaving" the map knows no word that these people say
    "leaving": "unsubscribe newsletter finally enough removed",
}


class Shop:
    """A file with three topics of twelve pieces each, under themes T1 to T3; and one piece of no theme."""

    def __init__(self, path, embedder) -> None:
        self.embedder = embedder
        prepare(path)
        self.opened = open_store(path)
        self.store = self.opened.__enter__()
        rng = np.random.default_rng(0)
        self.topic = {}
        items = []
        for topic, words in [*TOPICS.items()]:
            for i in range(12):
                key = f"{topic}:{i}"
                self.topic[key] = topic
                text = " ".join(rng.permutation(words.split())[:4])
                items.append(Feedback(id=key, text=text, source="m", at=AT - timedelta(days=i), channel="email"))
        items.append(Feedback(id="odd", text="zebra", source="m", at=AT))
        self.add(items)
        conclude(self.store, embedder, MAP)
        names = {topic: f"T{n}" for n, topic in enumerate(TOPICS, 1)}
        self.store.themes.save([Theme(id=names[topic], name=f"About {topic}") for topic in TOPICS])
        self.assign({key: names[topic] for key, topic in self.topic.items()})

    def add(self, items) -> None:
        self.store.feedback.upsert(items)
        rows = self.store.feedback.rows([item.id for item in items])
        self.store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        texts = [item.text for item in items]
        self.store.vectors.put([text_hash(t) for t in texts], self.embedder.encode(texts), self.embedder.model_id)

    def assign(self, themes) -> None:
        rows = self.store.feedback.rows(themes)
        self.store.points.assign([PointRow(row=rows[k], n=0, theme=t, strength=0.9) for k, t in themes.items()])
        self.update()

    def update(self) -> int:
        return update_stages(self.store, MAP, self.embedder.model_id)

    def review(self, actor="Ann") -> Review:
        return Review(self.store, MAP, self.embedder.model_id, actor=actor)

    def correct(self, key, stage, actor="Ann"):
        return correct(self.store, MAP, self.embedder.model_id, key, stage, actor=actor, at=AT)

    def state(self):
        return [(c.row, c.stage, c.stage_confidence, c.staged_by) for c in self.store.feedback.conclusions()]

    def stage(self, key):
        (row,) = self.store.feedback.rows([key]).values()
        its = self.store.feedback.derived([row])[row]
        return its.stage, its.staged_by


def question_about(review: Review, theme: str):
    return next(q for q in review.queue(100) if q.theme_id == theme)
