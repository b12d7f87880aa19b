"""A small Slack of our own, over loopback: Web API, Socket Mode and signed HTTP, with faults to order.

It keeps everything that the bot sent and everything that the bot acknowledged, refuses payloads that Slack would
refuse (`block_kit`), and delivers events, commands and clicks as Slack does: as often as it is told to.

    with FakeSlack() as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.url)
        slack.order("chat.postMessage", rate_limited(1))
        slack.send_event(slack.mention("what hurts in onboarding?"), times=3)
        slack.wait_for(lambda: slack.posted)
"""

from .faults import PATIENCE_S, Fault, lost_reply, rate_limited, server_error, slow
from .http_line import HttpLine
from .server import Call, FakeSlack

__all__ = ["PATIENCE_S", "Call", "FakeSlack", "Fault", "HttpLine", "lost_reply", "rate_limited", "server_error", "slow"]
