"""A small company that the question tests ask about."""

from datetime import date

from assistant.questions.vocabulary import Vocabulary
from knowledge.journey import Stage
from knowledge.metrics import Metric

AS_OF = date(2026, 11, 21)

COMPANY = Vocabulary(
    stages=(
        Stage(id="awareness", name="Awareness", aliases=("discovery",), touchpoints=("search ads", "landing page")),
        Stage(
            id="consideration", name="Consideration", aliases=("decision",), touchpoints=("pricing page", "free trial")
        ),
        Stage(id="purchase", name="Purchase", aliases=("checkout",), touchpoints=("cart", "payment form")),
        Stage(
            id="onboarding", name="Onboarding", touchpoints=("welcome email", "first box"), words=("activate account",)
        ),
        Stage(id="use", name="Use", touchpoints=("mobile app", "weekly delivery")),
        Stage(id="retention", name="Retention", aliases=("renewal", "churn"), touchpoints=("cancellation form",)),
        Stage(id="advocacy", name="Advocacy", touchpoints=("referral programme",)),
    ),
    channels=("email", "chat", "app review", "survey", "phone"),
    segments={"plan": ("basic", "plus", "enterprise"), "country": ("Germany", "France", "United Kingdom")},
    languages=("en", "de"),
    metrics=(
        Metric(id="csat", name="CSAT", aliases=("customer satisfaction", "satisfaction score")),
        Metric(id="nps", name="NPS", aliases=("net promoter score",)),
        Metric(id="conversion", name="Conversion rate", unit="%", aliases=("conversion",)),
    ),
    themes=(
        ("T1", "card not delivered"),
        ("T12", "late delivery"),
        ("T3", "app crashes at login"),
        ("T4", "billing errors"),
    ),
    first_day=date(2025, 11, 1),
    last_day=date(2026, 11, 20),
)
