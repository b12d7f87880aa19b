"""The course by month is told whatever the months hold."""

import pytest

from assistant.answers.answer import Finding
from assistant.answers.trend import months


@pytest.mark.parametrize(
    ("series", "told"),
    [
        (
            (("2026-01", 1, 10), ("2026-02", 3, 10)),
            "Jan 1, Feb 3; 10% of all feedback in January 2026, 30% in February",
        ),
        ((("2026-01", 1, 10), ("2026-02", 0, 0)), "Jan 1, Feb 0."),
        ((("2026-01", 0, 0), ("2026-02", 0, 0)), "Jan 0, Feb 0."),
        ((("2026-01", 2, 2), ("2026-02", 3, 3)), "Jan 2, Feb 3."),
    ],
)
def test_a_month_without_any_feedback_has_no_share(series, told):
    finding = Finding(kind="count", numbers={"count": 4}, series=series)
    assert told in str(months(None, finding))
