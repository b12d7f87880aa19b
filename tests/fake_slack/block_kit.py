"""What Slack accepts of Block Kit: types, lengths, counts, unknown properties. Limits as documented, November 2026.

Only what the bot may use is known; a block or an element that is not listed is a problem, so that a new one is
added here knowingly.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .checks import Check, any_object, array, choice, flag, number, record, string, typed

BLOCKS_PER_MESSAGE, BLOCKS_PER_VIEW = 50, 100
TEXT_MAX, MARKDOWN_MAX = 40_000, 12_000
MESSAGE_ONLY = {"markdown", "table", "context_actions"}


def plain(high: int) -> Check:
    return typed(plain_text=record({"text": string(1, high)}, {"emoji": flag}))


def words(high: int) -> Check:
    mrkdwn = record({"text": string(1, high)}, {"verbatim": flag})
    return typed(plain_text=record({"text": string(1, high)}, {"emoji": flag}), mrkdwn=mrkdwn)


ID = {"block_id": string(1, 255)}
ACTION = {"action_id": string(1, 255)}
LINK = string(1, 3000, ("http://", "https://", "mailto:", "slack:"))
IMAGE_URL = string(1, 3000, ("http://", "https://"))

CONFIRM = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION = record({"text": words(75), "value": string(1, 150)}, {"description": words(75), "url": LINK})
OPTION_GROUP = record({"label": plain(75), "options": array(OPTION, 1, 100)})
COMMON = ACTION | {"confirm": CONFIRM, "focus_on_load": flag}
PLACEHOLDER = {"placeholder": plain(150)}
SELECT = COMMON | PLACEHOLDER
OPTIONS = {"options": array(OPTION, 1, 100), "option_groups": array(OPTION_GROUP, 1, 100)}

BUTTON = record(
    {"text": plain(75)},
    ACTION
    | {"value": string(0, 2000), "url": LINK, "style": choice("primary", "danger"), "confirm": CONFIRM,
       "accessibility_label": string(1, 75)},
)  # fmt: skip
INTERACTIVE = {
    "button": BUTTON,
    "static_select": record({}, SELECT | OPTIONS | {"initial_option": OPTION}),
    "multi_static_select": record({}, SELECT | OPTIONS | {"initial_options": array(OPTION, 1, 100),
                                                          "max_selected_items": number(1, 100)}),
    "external_select": record({}, SELECT | {"initial_option": OPTION, "min_query_length": number(0, 3000)}),
    "conversations_select": record({}, SELECT | {"initial_conversation": string(1), "response_url_enabled": flag,
                                                 "default_to_current_conversation": flag, "filter": any_object}),
    "channels_select": record({}, SELECT | {"initial_channel": string(1), "response_url_enabled": flag}),
    "users_select": record({}, SELECT | {"initial_user": string(1)}),
    "overflow": record({"options": array(OPTION, 1, 5)}, ACTION | {"confirm": CONFIRM}),
    "datepicker": record({}, SELECT | {"initial_date": string(10, 10)}),
    "timepicker": record({}, SELECT | {"initial_time": string(5, 5), "timezone": string(1)}),
    "radio_buttons": record({"options": array(OPTION, 1, 10)}, COMMON | {"initial_option": OPTION}),
    "checkboxes": record({"options": array(OPTION, 1, 10)}, COMMON | {"initial_options": array(OPTION, 1, 10)}),
}  # fmt: skip
INPUTS = INTERACTIVE | {
    "plain_text_input": record(
        {},
        SELECT
        | {"initial_value": string(0, 3000), "multiline": flag, "min_length": number(0, 3000),
           "max_length": number(1, 3000), "dispatch_action_config": any_object},
    ),
    "file_input": record({}, ACTION | {"filetypes": array(string(1)), "max_files": number(1, 10)}),
}  # fmt: skip
IMAGE = {"alt_text": string(1, 2000)}
IMAGE_SOURCE = {"image_url": IMAGE_URL, "slack_file": any_object}
IMAGE_ELEMENT = record(IMAGE, IMAGE_SOURCE)

STYLE = {"style": record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))}
RICH_ELEMENTS = typed(
    text=record({"text": string(1)}, STYLE),
    link=record({"url": LINK}, STYLE | {"text": string(1), "unsafe": flag}),
    emoji=record({"name": string(1)}, STYLE | {"unicode": string(1), "skin_tone": number(1, 6)}),
    user=record({"user_id": string(1)}, STYLE),
    channel=record({"channel_id": string(1)}, STYLE),
    usergroup=record({"usergroup_id": string(1)}, STYLE),
    broadcast=record({"range": choice("here", "channel", "everyone")}, STYLE),
    date=record({"timestamp": number(0, 1e12), "format": string(1)}, STYLE | {"url": LINK, "fallback": string(1)}),
)
RICH_SECTION = record({"elements": array(RICH_ELEMENTS)})
BORDER = {"border": choice(0, 1)}
RICH_PARTS = typed(
    rich_text_section=RICH_SECTION,
    rich_text_quote=record({"elements": array(RICH_ELEMENTS)}, BORDER),
    rich_text_preformatted=record({"elements": array(RICH_ELEMENTS)}, BORDER | {"language": string(1)}),
    rich_text_list=record(
        {"elements": array(typed(rich_text_section=RICH_SECTION)), "style": choice("bullet", "ordered")},
        BORDER | {"indent": number(0, 8), "offset": number(0, 1e9)},
    ),
)
RICH_TEXT = record({"elements": array(RICH_PARTS)}, ID)
CELL = typed(raw_text=record({"text": string(1)}), rich_text=RICH_TEXT)
COLUMN = record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})

CONTEXT_ELEMENT = typed(
    image=IMAGE_ELEMENT,
    plain_text=record({"text": string(1, 3000)}, {"emoji": flag}),
    mrkdwn=record({"text": string(1, 3000)}, {"verbatim": flag}),
)
FEEDBACK = record({"text": plain(75), "value": string(1, 2000)}, {"accessibility_label": string(1, 75)})
BLOCK = typed(
    context_actions=record(
        {"elements": array(typed(
            feedback_buttons=record({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, ACTION)), 1, 5)},
        ID,
    ),
    section=record(
        {},
        ID | {"text": words(3000), "fields": array(words(2000), 1, 10), "expand": flag,
              "accessory": typed(image=IMAGE_ELEMENT, **INTERACTIVE)},
    ),
    header=record({"text": plain(150)}, ID),
    divider=record({}, ID),
    context=record({"elements": array(CONTEXT_ELEMENT, 1, 10)}, ID),
    actions=record({"elements": array(typed(**INTERACTIVE), 1, 25)}, ID),
    image=record(IMAGE, ID | IMAGE_SOURCE | {"title": plain(2000)}),
    input=record(
        {"label": plain(2000), "element": typed(**INPUTS)},
        ID | {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    rich_text=RICH_TEXT,
    markdown=record({"text": string(1, MARKDOWN_MAX)}, ID),
    table=record({"rows": array(array(CELL, 1, 20), 1, 100)}, ID | {"column_settings": array(COLUMN, 0, 20)}),
)  # fmt: skip
VIEW = {"callback_id": string(1, 255), "private_metadata": string(0, 3000), "external_id": string(1, 255)}
MODAL = record(
    {"title": plain(24), "blocks": array(BLOCK, 0, BLOCKS_PER_VIEW)},
    VIEW | {"submit": plain(24), "close": plain(24), "clear_on_close": flag, "notify_on_close": flag},
)
HOME = record({"blocks": array(BLOCK, 0, BLOCKS_PER_VIEW)}, VIEW)
MESSAGE = record(
    {},
    {"channel": string(1), "user": string(1), "ts": string(1), "thread_ts": string(1), "text": string(0, TEXT_MAX),
     "blocks": array(BLOCK, 0, BLOCKS_PER_MESSAGE), "metadata": any_object, "mrkdwn": flag,
     "parse": choice("none", "full"), "link_names": flag, "unfurl_links": flag, "unfurl_media": flag,
     "reply_broadcast": flag, "files": array(any_object, 1, 10),
     "response_type": choice("ephemeral", "in_channel"), "replace_original": flag, "delete_original": flag},
)  # fmt: skip


def check_message(payload: dict[str, Any]) -> list[str]:
    """Return the problems of a message's payload; none when Slack would take it."""
    problems = list(MESSAGE(payload, ""))
    blocks = payload.get("blocks") or []
    problems += _across(blocks, "message")
    if blocks and not payload.get("text"):
        problems.append("/text: blocks without text: notifications and screen readers have nothing to show")
    return problems


def check_view(view: dict[str, Any]) -> list[str]:
    """Return the problems of a modal's or a Home tab's payload."""
    kind = view.get("type")
    problems = list(typed(modal=MODAL, home=HOME)(view, ""))
    problems += _across(view.get("blocks") or [], str(kind))
    inputs = any(block.get("type") == "input" for block in view.get("blocks") or [])
    if kind == "modal" and inputs and "submit" not in view:
        problems.append("/submit: a modal with inputs needs it")
    return problems


def _across(blocks: list[dict[str, Any]], surface: str) -> Iterator[str]:
    """Rules that hold across properties and blocks."""
    blocks = [block for block in blocks if isinstance(block, dict)]
    yield from (f'duplicate block_id "{name}"' for name in _twice(block.get("block_id") for block in blocks))
    if sum(len(block.get("text", "")) for block in blocks if block.get("type") == "markdown") > MARKDOWN_MAX:
        yield f"markdown blocks: more than {MARKDOWN_MAX} characters in one message"
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield "only one table per message"
    for n, block in enumerate(blocks):
        yield from _within(block, f"/blocks/{n}", surface)


def _within(block: dict[str, Any], at: str, surface: str) -> Iterator[str]:
    kind = block.get("type")
    if kind == "section" and not block.get("text") and not block.get("fields"):
        yield f"{at}: a section needs text or fields"
    if kind == "image" and not block.get("image_url") and not block.get("slack_file"):
        yield f"{at}: an image needs image_url or slack_file"
    if kind in MESSAGE_ONLY and surface != "message":
        yield f"{at}: {kind} is only for messages"
    inside = list(_objects(block))
    yield from (f'{at}: duplicate action_id "{name}"' for name in _twice(part.get("action_id") for part in inside))
    for part in inside:
        if str(part.get("type")).endswith("static_select") and bool(part.get("options")) == bool(
            part.get("option_groups")
        ):
            yield f"{at}: a select needs either options or option_groups"
        if part.get("type") == "file_input" and surface != "modal":
            yield f"{at}: file_input is only for modals"


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _objects(part)
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part)


def _twice(names: Iterator[str | None]) -> list[str]:
    return [name for name, count in Counter(name for name in names if name).items() if count > 1]
