"""A small company for tests of erasure, backup and verification: customers whose words are known, and themes."""

from datetime import UTC, datetime, timedelta

from knowledge.feedback import Feedback
from knowledge.pipeline import derive
from knowledge.privacy import protect
from knowledge.store import Store
from knowledge.templates import template

KEY = bytes(range(32))
AT = datetime(2026, 3, 1, tzinfo=UTC)
TOPICS = (
    "the parcel came late again and nobody told me about the delay",
    "the refund is still missing after three weeks of waiting",
    "the app crashes whenever I open the payment page",
)
SECRETS = ("marmalade", "saxophone", "periwinkle", "trombonist", "hazelnuts", "wheelbarrow")


def words_of(customer: int) -> list[str]:
    """Return what a customer says: once about each topic, with a word that nobody else uses."""
    own = f"{SECRETS[customer % len(SECRETS)]}{customer}quux"
    return [f"{topic}, and my {own} number {i} suffers" for i, topic in enumerate(TOPICS)]


def feedback(customers: int = 24) -> list[Feedback]:
    """Return three pieces of feedback from each customer, a week apart."""
    return [
        Feedback(
            id=f"crm:{customer}-{i}", text=text, source="crm", at=AT - timedelta(days=7 * customer + i),
            customer=f"Customer {customer}", channel="email", segments={"plan": "gold" if customer % 2 else "free"},
        )
        for customer in range(customers)
        for i, text in enumerate(words_of(customer))
    ]  # fmt: skip


def fill(store: Store, embedder, customers: int = 24) -> None:
    """Import the company and draw all conclusions."""
    store.feedback.upsert([protect(item, KEY) for item in feedback(customers)])
    derive(store, embedder, template("default"), at=AT)
