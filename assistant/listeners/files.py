"""Files that somebody drops into our conversation: fetched, looked at, asked about; nothing of them stays."""

import json
import logging
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from assistant.clerk import Clerk
from assistant.clerk.uploads import SIZE_MAX, kinds, readable, recognise, suffix
from assistant.listeners.errands import Errand, Errands
from assistant.listeners.posting import InThread
from assistant.rendering.slack import SlackMessage, notice
from assistant.rendering.slack_files import progress, recognised
from knowledge.errors import InputError, JourneyError

log = logging.getLogger(__name__)

MOST = 5
"""So many files of one message are looked at."""
EVERY_S = 3.0
"""Slack takes a change of a message every three seconds."""
FETCH_S = 60.0
CHUNK = 1 << 16
NO_SCOPE = "Slack does not let me read files. Whoever runs me can reinstall the app with files:read."


def take_files(body: dict[str, Any], event: dict[str, Any], client: WebClient, clerk: Clerk, errands: Errands) -> bool:
    """Take on the files of a direct message; False where it holds none that we read, but words to answer."""
    files = [one for one in event.get("files") or [] if isinstance(one, dict)]
    fitting = [one for one in files if readable(str(one.get("name", "")))]
    if not files or (not fitting and str(event.get("text") or "").strip()):
        return False
    place = InThread(client=client, channel=event["channel"], thread_ts=event.get("thread_ts"))

    key = f"files:{event['channel']}:{event['ts']}"

    def look(_at: datetime) -> None:
        if not fitting:
            errands.post(key, place, notice(f"I cannot read this kind of file. I read {kinds()}."), client)
        for one in fitting[:MOST]:
            errands.post(f"{key}:{one['id']}", place, _proposal(one, client), client)
        if len(fitting) > MOST:
            said = f"I look at {MOST} files at a time. Drop the others again, please."
            errands.post(key, place, notice(said), client)

    errands.run(Errand(keys=(key,), to=place, body=body, client=client, action="import"), look)
    return True


def _proposal(file: dict[str, Any], client: WebClient) -> SlackMessage:
    """Return what is recognised in a file, or why it cannot be read."""
    try:
        with fetched(file, client) as path:
            found = recognise(path, str(file.get("name")))
    except JourneyError as error:
        name, said = str(file.get("name")), str(error)
        return notice(said if said.startswith(name) else f"{name}: {said}")
    return recognised(found, str(file["id"]))


@contextmanager
def fetched(file: dict[str, Any], client: WebClient) -> Iterator[Path]:
    """Fetch a file from Slack into a folder that is gone afterwards; raises InputError where that cannot be."""
    if int(file.get("size") or 0) > SIZE_MAX:
        raise InputError(f"it is larger than {SIZE_MAX >> 20} MB. Import it where I run: journey import feedback FILE")
    with tempfile.TemporaryDirectory(prefix="journey-") as folder:
        path = Path(folder) / f"upload{suffix(str(file.get('name', '')))}"
        _fetch(str(file.get("url_private_download") or file.get("url_private") or ""), client, path)
        yield path


def file_of(file_id: str, client: WebClient) -> dict[str, Any]:
    """Ask Slack about a file; raises InputError where it is no longer there."""
    try:
        return dict(client.files_info(file=file_id)["file"])
    except SlackApiError as error:
        if error.response.get("error") == "missing_scope":
            raise InputError(NO_SCOPE) from error
        raise InputError("Slack no longer has this file. Drop it again, please.") from error


def _fetch(url: str, client: WebClient, path: Path) -> None:
    """Fetch an address of Slack's with our token, which no other address ever gets to see."""
    if not _is_slacks(url, client):
        raise InputError("Slack gave no address of its own for this file. Drop it again, please.")
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {client.token}"})  # noqa: S310 - checked
    size = 0
    try:
        with urllib.request.urlopen(request, timeout=FETCH_S, context=client.ssl) as reply, path.open("wb") as out:  # noqa: S310
            if "text/html" in str(reply.headers.get("Content-Type")) and not path.suffix.startswith(".htm"):
                raise InputError(NO_SCOPE)
            while chunk := reply.read(CHUNK):
                size += len(chunk)
                if size > SIZE_MAX:
                    raise InputError(f"it is larger than {SIZE_MAX >> 20} MB.")
                out.write(chunk)
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise InputError("I could not fetch it from Slack. Please try again in a minute.") from error


def _is_slacks(url: str, client: WebClient) -> bool:
    """Tell whether an address is Slack's, or that of the stand-in which we talk to."""
    asked, ours = urllib.parse.urlsplit(url), urllib.parse.urlsplit(client.base_url)
    if (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc):
        return True
    host = asked.hostname or ""
    return asked.scheme == "https" and (host == "slack.com" or host.endswith((".slack.com", ".slack-edge.com")))


class Reporter:
    """A message that tells how far an import is, changed as it goes, and in the end what became of it."""

    def __init__(self, client: WebClient, channel: str, ts: str, name: str) -> None:
        self._client, self._channel, self._ts, self._name = client, channel, ts, name
        self._last = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show progress, seldom enough for Slack; that it cannot be shown stops no import."""
        if time.monotonic() - self._last < EVERY_S:
            return
        self._last = time.monotonic()
        try:
            self.show(progress(self._name, step, done, total))
        except SlackApiError as error:
            log.info("progress could not be shown: %s", error.response.get("error"))

    def show(self, message: SlackMessage) -> None:
        """Put a message in the place of what stands there."""
        self._client.chat_update(
            channel=self._channel, ts=self._ts, text=message.text, blocks=list(message.blocks), parse="none",
            link_names=False,
        )  # fmt: skip


def asked_for(value: str) -> str:
    """Return the id of the file that a button is about."""
    return str(json.loads(value)["f"])
