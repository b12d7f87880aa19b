"""Progress: how the long steps tell whoever waits how far they are."""

from typing import Protocol


class Progress(Protocol):
    """Called again and again while a step runs."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say that `done` of `total` units of `step` are done."""


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""
