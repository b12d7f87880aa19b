"""Home: the journey at a glance for one person; useful before anything is imported."""

import shutil
from pathlib import Path

import pytest

from assistant.rendering.slack import FOLLOW_UP
from knowledge.store import prepare
from tests.assistant.listeners.surfaces.conftest import Office, element, elements, opened, words_of
from tests.fake_slack import gestures


def open_home(office: Office) -> dict[str, object]:
    office.slack.methods.surfaces.homes.clear()
    office.slack.send_event(gestures.home_opened())
    office.slack.wait_for(lambda: office.slack.methods.surfaces.homes)
    return office.home()


def test_home_shows_every_stage_in_order_with_volume_mood_and_health(office: Office) -> None:
    view = open_home(office)
    page = words_of(view["blocks"])
    assert page.index("Onboarding") < page.index("Use") < page.index("Retention")
    assert "metrics meet their target" in page
    assert "complaints" in page
    assert "█" in page
    assert "What is new" in page
    assert "app crashes" in page
    assert len(view["blocks"]) <= 100
    assert not office.slack.problems


def test_a_stage_on_home_is_asked_about_in_the_direct_conversation(office: Office) -> None:
    view = open_home(office)
    button = element(view["blocks"], FOLLOW_UP)
    office.slack.gesture(gestures.view_click(view, button))
    office.slack.wait_for(lambda: office.slack.posted)
    (answer,) = office.slack.posted
    assert answer["channel"] == "U0PERSON"
    assert answer["text"].startswith("Question: How is Onboarding doing?")


def test_refresh_draws_the_page_anew(office: Office) -> None:
    view = open_home(office)
    office.slack.methods.surfaces.homes.clear()
    office.slack.gesture(gestures.view_click(view, element(view["blocks"], "refresh_home")))
    office.slack.wait_for(lambda: office.slack.methods.surfaces.homes)


def test_prompts_are_offered_where_messages_are_opened(office: Office) -> None:
    office.slack.send_event(gestures.home_opened("messages"))
    office.slack.wait_for(lambda: office.slack.methods.surfaces.prompts)
    (offered,) = office.slack.methods.surfaces.prompts
    assert 2 <= len(offered["prompts"]) <= 4
    assert offered["prompts"][-1]["message"] == "help"


@pytest.fixture
def nothing_yet(tmp_path: Path) -> Path:
    prepare(tmp_path / "empty.db")
    return tmp_path / "empty.db"


def test_home_is_useful_before_anything_is_imported(nothing_yet: Path) -> None:
    with opened(nothing_yet) as office:
        view = open_home(office)
        page = words_of(view["blocks"])
        assert "Welcome" in page
        assert "Drop a file with feedback" in page
        assert "Awareness" in page
        assert not [e for e in elements(view) if e["action_id"].startswith(FOLLOW_UP)]


def test_home_stays_within_slacks_blocks_however_many_stages_there_are(company: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from knowledge.journey import JourneyMap, Stage
    from knowledge.store import open_store

    db = Path(shutil.copy(company, tmp_path / "many.db"))
    stages = tuple(Stage(id=f"s{n}", name=f"Stage {n} " + "x" * 200) for n in range(150))
    with open_store(db) as store:
        store.maps.save(JourneyMap(id="many", name="M" * 300, stages=stages), at=datetime(2026, 1, 1, tzinfo=UTC))
    with opened(db) as office:
        assert len(open_home(office)["blocks"]) <= 100
