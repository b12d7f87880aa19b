"""Customers are counted aloud only where they were counted."""

import pytest

from assistant.answers.answer import Finding
from assistant.answers.wording import voices


@pytest.mark.parametrize(
    ("pieces", "customers", "said"), [(41, 37, " by 37 customers"), (2, 1, " by 1 customer"), (9, 9, "")]
)
def test_customers_are_named_where_they_are_fewer_than_what_they_said(pieces, customers, said):
    """Without customer ids each piece counts as one customer: then there is nothing to say about people."""
    assert voices(Finding(kind="count", numbers={"count": pieces, "customers": customers})) == said
