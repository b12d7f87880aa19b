"""“Chart”: the picture of an answer, uploaded where the answer stands, with all that it shows in words."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.answers.ticket import unpack
from assistant.clerk import Clerk
from assistant.clerk.again import answer_again
from assistant.listeners.clicks import Click, click_of
from assistant.listeners.errands import Errand, Errands
from assistant.rendering.charts_from import chart_for
from assistant.rendering.slack import notice
from assistant.rendering.slack_limits import ALT_TEXT
from assistant.rendering.slack_text import plain

NOTHING = "There is nothing in this answer that a chart would show better than its words."
CANNOT = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "unknown_method", "not_allowed_token_type"})


def handle_show_chart(
    body: dict[str, Any], action: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands
) -> None:
    """Draw the answer and upload it; where a picture cannot be shown, tell its content in words."""
    click = click_of(body, action)
    place = click.place(client)

    def draw(_at: object) -> None:
        answer = answer_again(clerk, unpack(click.value))
        with clerk.look() as store:
            drawn = chart_for(answer, store)
        if drawn is None:
            errands.post(click.key, place, notice(NOTHING), client)
        elif click.private or not _upload(client, click, *drawn):
            # Files have no private place in a channel: what only one person sees is told in words.
            errands.post(click.key, place, notice(drawn[1]), client)

    errands.run(Errand(keys=(click.key,), to=place, body=body, client=client, action="ask"), draw)


def _upload(client: WebClient, click: Click, png: bytes, alt: str) -> bool:
    """Put the picture where the answer stands; False where Slack does not let us."""
    try:
        client.files_upload_v2(
            filename="chart.png",
            content=png,
            title="Chart",
            alt_txt=plain(alt, ALT_TEXT),
            channel=click.channel,
            thread_ts=click.thread_ts,
        )
    except SlackApiError as error:
        if error.response.get("error") not in CANNOT:
            raise
        return False
    return True
