"""Every surface over signed HTTP, once: acknowledged, answered, and every payload as Slack takes it.

The flows are driven one after the other in one app; each test then looks at what came of its own.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.assistant.listeners.surfaces.conftest import Json, opened
from tests.assistant.listeners.surfaces.flows import FLOWS, REGISTERED, Flow, reached
from tests.assistant.rendering.validator import refused_by_slacks_types
from tests.fake_slack import Call
from tests.fake_slack.block_kit import check_message, check_view

MESSAGES = ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url")


@dataclass
class Driven:
    """What came of a flow: what was delivered, how it was acknowledged, what the app called, and what went wrong."""

    delivered: list[tuple[str, str, Json]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    error: Exception | AssertionError | None = None

    @property
    def payloads(self) -> list[tuple[str, Json]]:
        """What was to be shown, by method: messages and views."""
        return [(call.method, call.args) for call in self.calls if call.method in MESSAGES or "view" in call.args]


@pytest.fixture(scope="module")
def driven(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Driven]]:
    """Drive every flow; one that fails keeps none of the others from being driven."""
    copy = Path(shutil.copy(company, tmp_path_factory.mktemp("http") / "company.db"))
    found: dict[str, Driven] = {}
    with opened(copy, http=True) as office:
        slack = office.slack
        for flow in FLOWS:
            slack.forget()
            slack.methods.surfaces.modals.clear()
            one = found[flow.name] = Driven()
            try:
                flow.drive(office)
                slack.wait_for(lambda: all(envelope in slack.statuses for envelope, _, _ in slack.delivered))
            except (Exception, AssertionError) as error:
                one.error = error
            one.delivered, one.statuses, one.calls = list(slack.delivered), dict(slack.statuses), list(slack.calls)
        yield found


def test_the_flows_reach_all_that_is_registered() -> None:
    assert frozenset().union(*(flow.reaches for flow in FLOWS)) == REGISTERED


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_surface_works_over_signed_http(driven: dict[str, Driven], flow: Flow) -> None:
    one = driven[flow.name]
    if one.error:
        raise one.error
    assert flow.reaches <= {reached(kind, body) for _, kind, body in one.delivered}
    assert {one.statuses[envelope] for envelope, _, _ in one.delivered} == {200}
    for method, payload in one.payloads:
        problems = check_view(payload["view"]) if "view" in payload else check_message(payload)
        assert problems == [], method


@pytest.mark.shared
def test_all_that_was_shown_is_valid_by_slacks_own_types(
    driven: dict[str, Driven], shared_data: Path, tmp_path: Path
) -> None:
    calls = [{"method": "chat.postMessage" if method == "response_url" else method, "args": payload}
             for one in driven.values() for method, payload in one.payloads]  # fmt: skip
    assert len(calls) > len(FLOWS)
    assert refused_by_slacks_types(calls, shared_data, tmp_path) == []
