"""Modals: what would move is shown before it does; every change names its author and can be taken back."""

from tests.assistant.listeners.surfaces.conftest import Office, element, words_of
from tests.assistant.listeners.surfaces.test_answer_buttons import ask
from tests.assistant.listeners.surfaces.test_home import open_home
from tests.fake_slack import gestures

Json = dict[str, object]


def chosen(block: str, value: str) -> Json:
    return {block: {block: {"type": "static_select", "selected_option": {"value": value}}}}


def wrong_stage(office: Office) -> Json:
    answer = ask(office)
    office.slack.send_click(answer, element(answer["blocks"], "wrong_stage"))
    return office.modal("correct_stage", lambda view: "submit" in view)


def test_the_modal_lists_the_pieces_that_the_answer_quotes(own_office: Office) -> None:
    view = wrong_stage(own_office)
    pieces = element(view["blocks"], "correct_stage_piece")["options"]
    assert pieces
    assert all(option["text"]["text"].startswith("Use: ") for option in pieces)
    stages = [option["value"] for option in element(view["blocks"], "correct_stage_to")["options"]]
    assert stages == ["onboarding", "use", "retention"]


def test_a_choice_shows_what_would_move_and_moves_nothing(own_office: Office) -> None:
    view = wrong_stage(own_office)
    state = chosen("correct_stage_piece", "0") | chosen("correct_stage_to", "retention")
    act = {"type": "static_select", "action_id": "correct_stage_to"}
    own_office.slack.gesture(gestures.view_click(view, act, values=state))
    shown = own_office.modal("correct_stage", lambda v: "his would move" in words_of(v["blocks"]))
    assert "Use to Retention" in words_of(shown["blocks"])
    with own_office.store() as store:
        assert not store.corrections.all()


def test_a_correction_is_kept_with_its_author_told_and_taken_back(own_office: Office) -> None:
    view = wrong_stage(own_office)
    state = chosen("correct_stage_piece", "0") | chosen("correct_stage_to", "retention")
    envelope = own_office.slack.gesture(gestures.submission(view, state))
    own_office.slack.wait_for(lambda: envelope in own_office.slack.acks)
    assert own_office.slack.acks[envelope]["response_action"] == "update"
    done = own_office.modal("correct_stage", lambda v: "This is correction 1" in words_of(v["blocks"]))
    with own_office.store() as store:
        (kept,) = store.corrections.all()
        (entry,) = store.audit.all("stage")
    assert (kept.actor, kept.stage) == ("U0PERSON", "retention")
    assert (entry.actor, entry.detail["to"]) == ("U0PERSON", "retention")
    own_office.slack.gesture(gestures.view_click(done, element(done["blocks"], "undo_stage")))
    own_office.modal("correct_stage", lambda v: "Taken back" in words_of(v["blocks"]))
    with own_office.store() as store:
        assert store.corrections.all()[-1].kind == "undo"
        assert store.audit.all("stage undone")[0].actor == "U0PERSON"


def test_without_a_stage_the_form_is_given_back_with_the_reason(own_office: Office) -> None:
    view = wrong_stage(own_office)
    envelope = own_office.slack.gesture(gestures.submission(view, chosen("correct_stage_piece", "0")))
    own_office.slack.wait_for(lambda: envelope in own_office.slack.acks)
    assert own_office.slack.acks[envelope]["response_action"] == "errors"


def theme_form(office: Office) -> Json:
    home = open_home(office)
    office.slack.gesture(gestures.view_click(home, element(home["blocks"], "open_edit_theme")))
    return office.modal("edit_theme", lambda view: "submit" in view)


def test_a_theme_is_renamed_under_the_name_of_who_did_it_and_the_name_is_taken_back(own_office: Office) -> None:
    view = theme_form(own_office)
    values = chosen("edit_theme_which", "T2") | {"edit_theme_name": {"edit_theme_name": {"value": "boxes come late"}}}
    own_office.slack.gesture(gestures.submission(view, values))
    done = own_office.modal("edit_theme", lambda v: "is called “boxes come late”" in words_of(v["blocks"]))
    with own_office.store() as store:
        theme = store.themes.get("T2")
        assert theme is not None
        assert (theme.name, theme.named_by) == ("boxes come late", "U0PERSON")
        assert store.audit.all("theme renamed")[0].actor == "U0PERSON"
    own_office.slack.gesture(gestures.view_click(done, element(done["blocks"], "undo_theme")))
    own_office.modal("edit_theme", lambda v: "Taken back" in words_of(v["blocks"]))
    with own_office.store() as store:
        assert store.themes.get("T2").named_by is None  # type: ignore[union-attr]


def test_a_merge_says_first_what_it_would_join(own_office: Office) -> None:
    view = theme_form(own_office)
    state = chosen("edit_theme_which", "T2") | chosen("edit_theme_into", "T6")
    act = {"type": "static_select", "action_id": "edit_theme_into"}
    own_office.slack.gesture(gestures.view_click(view, act, values=state))
    own_office.modal("edit_theme", lambda v: "“late delivery” would join" in words_of(v["blocks"]))
    own_office.slack.gesture(gestures.submission(view, state))
    own_office.modal("edit_theme", lambda v: "is part of “app crashes” now" in words_of(v["blocks"]))


def test_a_form_that_says_nothing_or_two_things_is_given_back(own_office: Office) -> None:
    view, slack = theme_form(own_office), own_office.slack
    name = {"edit_theme_name": {"edit_theme_name": {"value": "new"}}}
    for values in ({}, chosen("edit_theme_which", "T2"), chosen("edit_theme_which", "T2") | name
                   | chosen("edit_theme_into", "T6"), chosen("edit_theme_which", "T2")
                   | chosen("edit_theme_into", "T2")):  # fmt: skip
        envelope = slack.gesture(gestures.submission(view, values))
        slack.wait_for(lambda envelope=envelope: envelope in slack.acks)
        assert slack.acks[envelope]["response_action"] == "errors"


def review(office: Office) -> Json:
    home = open_home(office)
    office.slack.gesture(gestures.view_click(home, element(home["blocks"], "open_review")))
    return office.modal("answer_review", lambda view: "submit" in view)


def test_a_question_of_the_review_is_answered_and_the_next_one_follows(own_office: Office) -> None:
    view = review(own_office)
    first = view["private_metadata"]
    assert "“" in words_of(view["blocks"])
    own_office.slack.gesture(gestures.submission(view, chosen("review_stage", "use")))
    after = own_office.modal("answer_review", lambda v: "oved" in words_of(v["blocks"]))
    assert after["private_metadata"] != first
    with own_office.store() as store:
        assert store.corrections.all()[0].actor == "U0PERSON"
        assert store.audit.all("review")[0].actor == "U0PERSON"


def test_a_question_that_is_skipped_does_not_come_again(own_office: Office) -> None:
    view = review(own_office)
    first = view["private_metadata"]
    own_office.slack.gesture(gestures.view_click(view, element(view["blocks"], "review_skip")))
    after = own_office.modal("answer_review", lambda v: "Skipped" in words_of(v["blocks"]))
    assert after["private_metadata"] != first
    with own_office.store() as store:
        assert not store.corrections.all()


def test_a_chart_is_uploaded_where_the_answer_stands_with_its_content_in_words(own_office: Office) -> None:
    slack, answer = own_office.slack, ask(own_office)
    slack.send_click(answer, element(answer["blocks"], "show_chart"))
    slack.wait_for(lambda: len(slack.posted) == 2)
    picture = slack.posted[1]
    (file,) = picture["files"]
    assert picture["thread_ts"] == answer["thread_ts"]
    assert slack.methods.surfaces.contents[file["id"]].startswith(b"\x89PNG")
    assert "late delivery" in file["alt_txt"]
