"""`journey roles`, `private` and `audit` from the command line."""

import json


def test_roles_are_given_listed_and_taken(run_journey):
    assert "Nobody is an administrator" in run_journey("roles", "list").output
    assert "U012AB is now admin." in run_journey("roles", "grant", "U012AB", "admin", "--by", "Ann").output
    listed = json.loads(run_journey("roles", "list", "--json").output)
    assert [(one["subject"], one["role"], one["by"]) for one in listed] == [("U012AB", "admin", "Ann")]
    assert "U012AB" in run_journey("roles", "list").output
    run_journey("roles", "revoke", "U012AB", "--by", "Ben")
    assert json.loads(run_journey("roles", "list", "--json").output) == []
    record = json.loads(run_journey("audit", "--json").output)
    assert [(one["who"], one["what"]) for one in record] == [("Ben", "U012AB: no role"), ("Ann", "U012AB is now admin")]
    assert "Ann" in run_journey("audit").output


def test_a_source_is_made_private_and_opened_up(run_journey):
    run_journey("private", "add", "mails", "C012AB", "--by", "Ann")
    assert json.loads(run_journey("private", "list", "--json").output) == [
        {"source": "mails", "pieces": 0, "channel": "C012AB"}
    ]
    run_journey("private", "remove", "mails", "--by", "Ann")
    assert run_journey("private", "remove", "mails", ok=False).exit_code


def test_the_default_role_is_a_setting_that_cannot_make_everybody_an_administrator(run_journey, monkeypatch):
    monkeypatch.setenv("JOURNEY_DEFAULT_ROLE", "editor")
    assert "All other members of the workspace: editor" in run_journey("roles", "list").output
    monkeypatch.setenv("JOURNEY_DEFAULT_ROLE", "admin")
    assert run_journey("roles", "list", ok=False).exit_code
