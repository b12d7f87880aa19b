"""The line above an answer says what was understood, and no more."""

import pytest

from assistant.questions.understanding import understand
from assistant.questions.understood import summary_line
from tests.assistant.questions.asked_company import AS_OF, COMPANY

LINES = [
    ("How did onboarding do in Q3 for enterprise compared with Q2?",
     "Onboarding · Q3 2026 · enterprise · compared with Q2 2026"),
    ("what hurts customers?", ""),
    ("what hurts customers except enterprise", "without enterprise"),
    ("show me 1-star reviews about the app since May", "about “app” · since May 2026 · rated 1"),
    ("tell me about T12", "T12 (late delivery)"),
    ("what is NPS in onboarding?", "Onboarding · NPS"),
    ("compare email with chat", "email or chat"),
    ("show reviews rated below 3", "rated 2.99 or less"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), LINES)
def test_the_line_names_every_slot_that_was_filled(text, line):
    assert summary_line(understand(text, COMPANY, as_of=AS_OF), COMPANY) == line
