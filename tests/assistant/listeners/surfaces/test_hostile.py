"""A hostile file, from its name to its rows, on its way through the whole app: nothing of it acts in Slack."""

import csv
import io
import json

from knowledge.themes import Theme
from tests.assistant.listeners.surfaces.conftest import Office, element
from tests.assistant.listeners.surfaces.test_answer_buttons import ask
from tests.assistant.listeners.surfaces.test_files import drop, press
from tests.assistant.listeners.surfaces.test_home import open_home
from tests.assistant.listeners.surfaces.test_modals import chosen
from tests.assistant.rendering.hostile_surfaces import hostile_texts
from tests.fake_slack import gestures

EVIL = "<!channel> <@U1> <https://evil.example|bank> *b* :tada: \u202egnp"
ACTIVE = ('"mrkdwn"}', '"broadcast"', '"user"', '"link"', "<!", "<@", "<http", "\u202e")


def hostile_csv() -> bytes:
    """Return a table whose columns and every second text are hostile."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["comment", "date", EVIL, "plan <!here>"])
    for n, text in enumerate(hostile_texts()):
        said = f"The parcel {text} was late again" if n % 2 else f"{text} box"
        writer.writerow([said.encode("utf-8", "replace").decode(), f"2026-10-{1 + n % 28:02d}", EVIL, EVIL])
    return out.getvalue().replace("\x00", "").encode("utf-8")


def test_nothing_hostile_acts_on_its_way_through_the_app(own_office: Office) -> None:
    slack = own_office.slack
    asked = drop(own_office, f"{EVIL}.csv", hostile_csv())
    press(own_office, asked, "import_file")
    slack.wait_for(lambda: "rows read" in asked["text"] or "could not" in asked["text"])
    assert "rows read" in asked["text"]
    with own_office.store() as store:
        for theme in store.themes.all():
            store.themes.save([Theme(id=theme.id, name=f"{EVIL} {theme.id}", terms=(EVIL,), size=theme.size)])
    for question in ("what hurts customers?", "what is new?", f"show me quotes about {EVIL}"):
        answer = ask(own_office, question)
        if "more_quotes" in json.dumps(answer["blocks"]):
            slack.send_click(answer, element(answer["blocks"], "more_quotes"))
    home = open_home(own_office)
    slack.gesture(gestures.view_click(home, element(home["blocks"], "open_edit_theme")))
    form = own_office.modal("edit_theme", lambda v: "submit" in v)
    name = {"edit_theme_name": {"edit_theme_name": {"value": EVIL}}}
    theme = element(form["blocks"], "edit_theme_which")["options"][0]["value"]
    slack.gesture(gestures.submission(form, chosen("edit_theme_which", theme) | name))
    own_office.modal("edit_theme", lambda v: "is called" in json.dumps(v, ensure_ascii=False))
    slack.gesture(gestures.view_click(home, element(home["blocks"], "open_review")))
    own_office.modal("answer_review", lambda v: len(v["blocks"]) > 1 or "Nothing" in json.dumps(v))
    slack.wait_for(lambda: len(slack.posted) >= 5)
    surfaces = slack.methods.surfaces
    for payload in [*slack.posted, *surfaces.homes.values(), *surfaces.modals.values()]:
        sent = json.dumps(payload, ensure_ascii=False)
        for sign in ACTIVE:
            assert sign not in sent, (sign, sent[:300])
    assert not slack.problems
