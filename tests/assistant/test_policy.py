"""Every action by every kind of person in every kind of place, held against a table that a person can read.

To see the table anew after a deliberate change: python -m tests.assistant.test_policy > tests/assistant/policy.golden
"""

import sys
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.policy import ACTIONS, LEAST, OPERATOR, WORDS, Actor, Place, Refused, effective, may, role_of
from knowledge.roles import ROLES, Grant, at_least

GOLDEN = Path(__file__).with_name("policy.golden")
ROOT = Path(__file__).parents[2]
PEOPLE = {
    **{role: Actor(user="U1", role=role) for role in ROLES},
    **{f"guest:{role}": Actor(user="U1", role=role, standing="guest") for role in ROLES},
    "stranger:admin": Actor(user="U1", role="admin", standing="stranger"),
    "unknown:admin": Actor(user="U1", role="admin", standing="unknown"),
}
PLACES = {
    "public": Place(kind="public"),
    "private": Place(kind="private"),
    "dm": Place(kind="dm"),
    "shared": Place(kind="shared"),
    "public, only you": Place(kind="public", only_asker=True),
    "private, only you": Place(kind="private", only_asker=True),
    "dm, only you": Place(kind="dm", only_asker=True),
    "shared, only you": Place(kind="shared", only_asker=True),
}
AT = datetime(2026, 11, 1, tzinfo=UTC)


def table() -> str:
    """Return the verdicts as text: `yes`, or the reason."""
    width = max(map(len, PEOPLE)) + 2
    lines = [f"{'':<16}{'':<{width}}" + "".join(f"{name:<19}" for name in PLACES).rstrip()]
    for action, (person, actor) in product(ACTIONS, PEOPLE.items()):
        verdicts = [may(actor, action, place) for place in PLACES.values()]
        cells = [verdict.reason if isinstance(verdict, Refused) else "yes" for verdict in verdicts]
        lines.append(f"{action:<16}{person:<{width}}" + "".join(f"{cell:<19}" for cell in cells).rstrip())
    return "\n".join(lines) + "\n"


def test_every_action_by_everybody_everywhere_is_decided_as_the_table_says():
    assert table() == GOLDEN.read_text(encoding="utf-8")


def test_the_table_leaves_nothing_out():
    assert set(LEAST) == set(WORDS) == set(ACTIONS)
    assert len(table().splitlines()) == 1 + len(ACTIONS) * len(PEOPLE)


def test_the_readme_tells_what_each_role_may_do():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for action, least in LEAST.items():
        assert f"| {WORDS[action]} | {'anybody' if least == 'none' else least} |" in readme, action


@pytest.mark.parametrize("action", [action for action in ACTIONS if action != "help"])
def test_a_higher_role_may_do_all_that_a_lower_one_may(action):
    for place in PLACES.values():
        allowed = [may(Actor(user="U1", role=role), action, place).allowed for role in ROLES]
        assert allowed == sorted(allowed)


def test_a_stranger_gets_nothing_but_help_whatever_was_granted():
    for action, place in product(ACTIONS, PLACES.values()):
        assert may(PEOPLE["stranger:admin"], action, place).allowed == (action == "help")


def test_no_answer_is_posted_where_another_company_reads():
    for action in ("ask", "share", "subscribe", "preview_digest", "handle_alert"):
        assert not may(PEOPLE["admin"], action, PLACES["shared"]).allowed
        assert not may(OPERATOR, action, PLACES["shared"]).allowed


def test_a_refusal_says_why_and_what_to_do():
    for action, actor, place in product(ACTIONS, PEOPLE.values(), PLACES.values()):
        verdict = may(actor, action, place)
        if isinstance(verdict, Refused):
            assert verdict.text.endswith(".")
            assert len(verdict.text) < 300


def grant(subject, role):
    return Grant(subject=subject, role=role, by="U9", at=AT)


def test_an_own_grant_outranks_those_of_groups_downwards_too():
    given_ = [grant("U1", "viewer"), grant("S1", "admin")]
    assert role_of("U1", "member", given_, lambda group: True) == "viewer"


def test_the_highest_of_several_groups_counts():
    given_ = [grant("S1", "editor"), grant("S2", "admin"), grant("S3", "admin")]
    assert role_of("U1", "member", given_, {"S1", "S2"}.__contains__) == "admin"
    assert role_of("U1", "member", given_, {"S1"}.__contains__) == "editor"


def test_without_a_grant_members_get_the_default_and_guests_nothing():
    assert role_of("U1", "member", [], lambda group: True, default="editor") == "editor"
    assert role_of("U1", "guest", [], lambda group: True, default="editor") == "none"


@given(st.sampled_from(["guest", "stranger", "unknown"]), st.lists(st.sampled_from(ROLES), max_size=4))
def test_nobody_but_members_ever_gets_more_than_a_viewer_may(standing, roles):
    role = role_of("U1", standing, [grant("U1", one) for one in roles], lambda group: True, default="admin")
    assert at_least("viewer", role)
    assert effective(role, standing) == role


if __name__ == "__main__":
    sys.stdout.write(table())
