"""Customers: ids as keyed hashes, so that the database alone tells nobody who spoke."""

import hashlib
import os
import secrets
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from knowledge.errors import SettingsError
from knowledge.feedback import Feedback
from knowledge.privacy.masking import mask

_KEY_BYTES = 32


def load_or_create_key(path: Path) -> bytes:
    """Return the 32 bytes kept at `path`; make them, readable by the owner alone, if there is no such file.

    Two processes that start together end with the same key: the file appears under its name complete or not at
    all, and whoever comes second reads the first one's. Raises SettingsError if the file holds anything else.
    """
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = _create(path)
    except OSError as error:
        raise SettingsError(f"cannot read the key of customer ids at {path}: {error.strerror}") from error
    if len(key) != _KEY_BYTES:
        raise SettingsError(
            f"the key of customer ids at {path} has {len(key)} bytes instead of {_KEY_BYTES}; restore it from a "
            "backup, or delete it and import again: without it, known customers look like new ones"
        )
    return key


def pseudonym(customer_id: str, key: bytes) -> str:
    """Return the keyed hash of a customer's id: `c_` and 24 hexadecimal digits (96 bits of keyed BLAKE2b).

    White space around the id and repeated within it does not count; case does.
    """
    return "c_" + _hash(" ".join(customer_id.split()), key)


def protect(feedback: Feedback, key: bytes, *, without: Collection[str] = ()) -> Feedback:
    """Return the feedback without personal data: texts masked, the customer as a keyed hash.

    Kinds in `without` are not masked.

    An id in which something would be masked (a mail address used as row id) becomes a keyed hash as a whole, so
    that different rows stay different. A customer that is a keyed hash already is hashed again: protect once.
    """

    def masked(text: str) -> str:
        return mask(text, without=without)

    return replace(
        feedback,
        id=feedback.id if masked(feedback.id) == feedback.id else "f_" + _hash(feedback.id, key),
        text=masked(feedback.text),
        customer=pseudonym(feedback.customer, key) if feedback.customer and feedback.customer.strip() else None,
        channel=masked(feedback.channel) if feedback.channel else feedback.channel,
        url=masked(feedback.url) if feedback.url else feedback.url,
        stage=masked(feedback.stage) if feedback.stage else feedback.stage,
        segments={name: masked(value) for name, value in feedback.segments.items()},
    )


def _hash(text: str, key: bytes) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=12).hexdigest()


def _create(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_bytes()
        finally:
            draft.unlink()
    except OSError as error:
        raise SettingsError(f"cannot write the key of customer ids to {path}: {error.strerror}") from error
    return key
