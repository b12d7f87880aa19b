"""A check-up: what Slack says of our token, and what it does not let us do, scope by scope."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.manifest import WHY, bot_scopes


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """Where the token is good for, and what is wrong, in sentences that say what to do."""

    workspace: str | None
    bot: str | None
    problems: tuple[str, ...]


def check_up(client: WebClient) -> Checkup:
    """Ask Slack who we are and what we may; the reply's header lists the scopes."""
    try:
        reply = client.auth_test()
    except SlackApiError as error:
        named = error.response.get("error")
        return _nobody(f"Slack refuses SLACK_BOT_TOKEN ({named}). Reinstall the app and copy the token.")
    except OSError as error:
        return _nobody(f"Slack could not be asked about the token ({type(error).__name__}). Is there a way out to it?")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = [scope for scope in bot_scopes() if scope not in granted]
    return Checkup(workspace=reply.get("team"), bot=reply.get("user"), problems=tuple(_missing(missing)))


def _missing(scopes: list[str]) -> list[str]:
    said = [f"The bot lacks the scope {scope}: {WHY[scope]}." for scope in scopes]
    if said:
        said.append("To grant scopes: journey manifest, paste it under App Manifest, then reinstall the app.")
    return said


def _nobody(problem: str) -> Checkup:
    return Checkup(workspace=None, bot=None, problems=(problem,))
