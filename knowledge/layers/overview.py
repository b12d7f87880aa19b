"""Overviews: stages and themes as short tables, for listings."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.facts import Facts
from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.journey import JourneyMap
from knowledge.scope import Scope
from knowledge.store import Store


def theme_overview(store: Store, stage: str | None = None, *, floor: int = 1) -> list[dict[str, Any]]:
    """Return a row per theme with feedback (in `stage`, where one is named), by falling count.

    Themes of fewer than `floor` customers are left out.
    """
    facts = store.feedback.facts()
    themes = {theme.id: theme for theme in store.themes.all()}
    positions = facts.select(Scope(stages=(stage,) if stage else ()))
    rows = []
    for key, where in facts.themes_at(positions).items():
        if key in themes and facts.customers(where) >= floor:
            theme = themes[key]
            rows.append(
                {
                    "id": key,
                    "name": theme.name,
                    "terms": list(theme.terms),
                    "parent_id": theme.parent_id,
                    "pinned": theme.pinned,
                    "named_by": theme.named_by,
                    "stage": _main_stage(facts, where),
                    **_numbers(facts, where),
                }
            )
    return sorted(rows, key=lambda row: (-row["count"], len(row["id"]), row["id"]))


def stage_overview(store: Store, journey: JourneyMap, *, floor: int = 1) -> list[dict[str, Any]]:
    """Return a row per stage of the map, in its order, then one for the feedback whose stage is unsure.

    A theme of fewer than `floor` customers there is not named.
    """
    facts = store.feedback.facts()
    names = {theme.id: theme.name for theme in store.themes.all()}
    rows = [
        {
            "id": s.id,
            "name": s.name,
            "owner": s.owner,
            **_of_stage(facts, facts.select(Scope(stages=(s.id,))), names, floor),
        }
        for s in journey.stages
    ]
    unsure = np.flatnonzero((facts.stage.codes < 0) & facts.counted)
    return [*rows, {"id": None, "name": "(unsure)", "owner": None, **_of_stage(facts, unsure, names, floor)}]


def _of_stage(facts: Facts, positions: NDArray[np.int64], names: dict[str, str], floor: int) -> dict[str, Any]:
    found = facts.themes_at(positions).items()
    members = {key: where for key, where in found if key in names and facts.customers(where) >= floor}
    top = max(members, key=lambda key: (len(members[key]), key), default=None)
    return {**_numbers(facts, positions), "top_theme": names[top] if top else None}


def _numbers(facts: Facts, positions: NDArray[np.int64]) -> dict[str, Any]:
    sentiment = facts.sentiment[positions]
    known = sentiment[~np.isnan(sentiment)]
    return {
        "count": len(positions),
        "customers": facts.customers(positions),
        "complaints": int((known <= NEGATIVE).sum()),
        "praise": int((known >= POSITIVE).sum()),
        "sentiment": round(float(known.mean()), 2) + 0.0 if len(known) else None,  # + 0.0: there is no -0.0
    }


def _main_stage(facts: Facts, positions: NDArray[np.int64]) -> str | None:
    codes = facts.stage.codes[positions]
    codes = codes[codes >= 0]
    return facts.stage.values[int(np.bincount(codes).argmax())] if len(codes) else None
