"""Renaming and merging themes: what there is to change, what a merge would join, the change, and the way back."""

from datetime import datetime

from assistant.clerk import Clerk
from knowledge.layers import theme_edits
from knowledge.layers.overview import theme_overview
from knowledge.themes import Theme


def themes(clerk: Clerk) -> list[tuple[str, str, int]]:
    """Return (id, name, pieces of feedback) of each theme, largest first; small ones as the floor says."""
    with clerk.look() as store:
        return [(row["id"], row["name"], row["count"]) for row in theme_overview(store, floor=clerk.floor)]


def rename(clerk: Clerk, theme: str, name: str, *, actor: str, at: datetime) -> tuple[int, str]:
    """Give a theme a name; return the edit's number and what was done, in a sentence."""
    with clerk.writing, clerk.open() as store:
        before = theme_edits.find_theme(store, theme)
        edit = theme_edits.rename(store, theme, name, actor=actor, at=at)
        store.audit.record("theme renamed", {"theme": before.id, "edit": edit.number}, at=at, actor=actor)
    return edit.number, f"“{before.name}” is called “{edit.text}” from now on; no import will change that."


def merge(clerk: Clerk, gone: str, into: str, *, actor: str, at: datetime) -> tuple[int, str]:
    """Make two themes one; return the edit's number and what was done, in a sentence."""
    with clerk.writing, clerk.open() as store:
        one, other = theme_edits.find_theme(store, gone), theme_edits.find_theme(store, into)
        edit = theme_edits.merge(store, gone, into, actor=actor, at=at)
        after = store.themes.get(other.id) or other
        store.audit.record(
            "themes merged", {"theme": one.id, "into": other.id, "edit": edit.number}, at=at, actor=actor
        )
    return edit.number, f"“{one.name}” is part of “{other.name}” now, which holds {pieces(after)}."


def merge_preview(clerk: Clerk, gone: str, into: str) -> str:
    """Say what a merge would join."""
    with clerk.open() as store:
        one, other = theme_edits.find_theme(store, gone), theme_edits.find_theme(store, into)
    if one.id == other.id:
        return "These are the same theme."
    return f"{pieces(one)} of “{one.name}” would join the {pieces(other)} of “{other.name}”, whose name stays."


def undo(clerk: Clerk, number: int, *, actor: str, at: datetime) -> None:
    """Take an edit back."""
    with clerk.writing, clerk.open() as store:
        theme_edits.undo(store, number, actor=actor, at=at)
        store.audit.record("theme edit undone", {"edit": number}, at=at, actor=actor)


def pieces(theme: Theme) -> str:
    """Return how much a theme holds, in words."""
    return f"{theme.size:,} piece{'' if theme.size == 1 else 's'} of feedback"
