"""Settings come from the environment or `.env`; secrets are never shown."""

from pathlib import Path

import pytest

from assistant.settings import Settings
from knowledge.errors import SettingsError


def test_the_environment_wins_over_the_dotenv_file(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("JOURNEY_DB='a b.db'\nSLACK_BOT_TOKEN=xoxb-1 # comment\n")
    settings = Settings.from_env({"JOURNEY_DB": "c.db"}, dotenv)
    assert settings.db_path == Path("c.db")
    assert settings.slack_bot_token == "xoxb-1"
    assert Settings.from_env({}, dotenv).db_path == Path("a b.db")


def test_an_empty_variable_counts_as_not_set():
    assert Settings.from_env({"JOURNEY_DB": ""}, None).db_path == Path("journey.db")


def test_secrets_are_described_as_set_and_never_shown():
    settings = Settings.from_env({"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_SIGNING_SECRET": "shh"}, None)
    shown = str(settings.described())
    assert "xoxb-secret" not in shown
    assert "shh" not in shown
    assert ("SLACK_BOT_TOKEN", "set", "the bot's token, xoxb-…") in settings.described()


def test_the_key_lies_beside_the_database_and_not_in_it():
    assert Settings.from_env({"JOURNEY_DB": "x/y.db"}, None).key_path == Path("x/y.db.key")
    assert Settings.from_env({"JOURNEY_KEY_FILE": "/k"}, None).key_path == Path("/k")


@pytest.mark.parametrize("value", ["0", "13", "April", "-1"])
def test_a_fiscal_start_that_is_no_month_is_refused(value):
    with pytest.raises(SettingsError, match="1 to 12"):
        _ = Settings.from_env({"JOURNEY_FISCAL_START": value}, None).fiscal_month
