"""Facts: feedback as columns, for counting and comparing tens of thousands of rows in milliseconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.periods import Period
from knowledge.scope import Scope

Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of words: `codes` index `values`; -1 is "none"."""

    codes: Codes
    values: tuple[str, ...]

    def among(self, wanted: Sequence[str]) -> Mask:
        """Return which rows hold one of `wanted`."""
        codes = [i for i, value in enumerate(self.values) if value in set(wanted)]
        return np.isin(self.codes, codes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Records:
    """The rated feedback of a scope, a row a position, ascending by row key: what goes with which score is read off it.

    `score` is the rating in the source's own numbers, `scale` the scale ("1.0 5.0"); each column holds only values that
    occur. `member[i, j]` tells whether row i belongs to `themes[j]`.
    """

    row: NDArray[np.int64]
    day: Codes
    score: NDArray[np.float64]
    scale: Column
    stage: Column
    channel: Column
    customer: Column
    segments: Mapping[str, Column]
    themes: tuple[str, ...]
    member: Mask

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """All feedback at one revision, a row a position, ordered by row key. Arrays have length n unless said.

    `day` is a proleptic Gregorian ordinal (0: undated); `sentiment` and `rating` are NaN where unknown;
    `counted` is False for near-duplicates by the same customer. Themes are many-to-many: position
    `theme_position[i]` belongs to the theme `theme.values[theme.codes[i]]`. `scale` names the scale of each rating
    ("1.0 5.0"); it is empty where nobody asked for it.
    """

    revision: int
    row: NDArray[np.int64]
    day: Codes
    stage: Column
    channel: Column
    language: Column
    customer: Column
    sentiment: NDArray[np.float64]
    rating: NDArray[np.float64]
    counted: Mask
    segments: Mapping[str, Column] = field(default_factory=dict)
    theme: Column
    theme_position: NDArray[np.int64]
    scale: Column = field(default_factory=lambda: Column(codes=np.zeros(0, dtype=np.int32), values=()))

    def __len__(self) -> int:
        return len(self.row)

    def column(self, name: str) -> Column | None:
        """Return the column that a filter names: channel, language, or a segment; None if there is none."""
        fixed = {"channel": self.channel, "language": self.language}
        return fixed.get(name) or self.segments.get(name)

    def select(self, scope: Scope) -> NDArray[np.int64]:
        """Return the positions of the rows in `scope`, ascending."""
        mask = self.counted.copy() if scope.counted else np.ones(len(self), dtype=bool)
        mask &= self._in_period(scope.period)
        if scope.stages:
            mask &= self.stage.among(scope.stages)
        self._narrow(mask, scope)
        if scope.polarity:
            mask &= self.sentiment <= NEGATIVE if scope.polarity == "complaint" else self.sentiment >= POSITIVE
        if scope.rating:
            low, high = scope.rating
            mask &= (self.rating >= low) & (self.rating <= high)
        if scope.customer:
            mask &= self.customer.among([scope.customer])
        if scope.themes:
            mask &= self._in_themes(scope.themes)
        if scope.rows is not None:
            mask &= np.isin(self.row, np.asarray(scope.rows, dtype=np.int64))
        return np.flatnonzero(mask)

    def records(self, positions: NDArray[np.int64]) -> Records:
        """Return what is rated at these positions."""
        kept = positions[~np.isnan(self.rating[positions])]
        groups = self.themes_at(kept)
        member = np.zeros((len(kept), len(groups)), dtype=bool)
        for j, where in enumerate(groups.values()):
            member[np.searchsorted(kept, where), j] = True
        segments = {name: occurring(column, kept) for name, column in self.segments.items()}
        return Records(
            row=self.row[kept],
            day=self.day[kept],
            score=self.rating[kept],
            scale=occurring(self.scale, kept),
            stage=occurring(self.stage, kept),
            channel=occurring(self.channel, kept),
            customer=occurring(self.customer, kept),
            segments={name: column for name, column in segments.items() if column.values},
            themes=tuple(groups),
            member=member,
        )

    def customers(self, positions: NDArray[np.int64]) -> int:
        """Count distinct known customers at these positions; each row without a customer counts as one."""
        codes = self.customer.codes[positions]
        return len(np.unique(codes[codes >= 0])) + int((codes < 0).sum())

    def same_customer(self, one: int, other: int) -> bool:
        """Tell whether two positions are known to be of one customer."""
        return bool(self.customer.codes[one] >= 0 and self.customer.codes[one] == self.customer.codes[other])

    def span(self) -> tuple[int, int] | None:
        """Return the first and the last day (ordinals) on which anything was said; None if nothing is dated."""
        dated = self.day[self.day > 0]
        return (int(dated.min()), int(dated.max())) if len(dated) else None

    def themes_at(self, positions: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
        """Return, for each theme that occurs at `positions`, the positions that belong to it."""
        member = np.isin(self.theme_position, positions)
        codes, where = self.theme.codes[member], self.theme_position[member]
        order = np.lexsort((where, codes))
        codes, where = codes[order], where[order]
        starts = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if len(codes) else np.array([], dtype=int)
        groups = np.split(where, starts[1:]) if len(codes) else []
        return {self.theme.values[codes[s]]: group for s, group in zip(starts, groups, strict=True)}

    def _in_period(self, period: Period | None) -> Mask:
        if period is None:
            return np.ones(len(self), dtype=bool)
        mask: Mask = self.day > 0
        if period.start:
            mask &= self.day >= period.start.toordinal()
        if period.end:
            mask &= self.day < period.end.toordinal()
        return mask

    def _narrow(self, mask: Mask, scope: Scope) -> None:
        for name, values in scope.filters.items():
            column = self.column(name)
            mask &= column.among(values) if column else False
        for name, values in scope.without.items():
            if column := self.column(name):
                mask &= ~column.among(values)

    def _in_themes(self, themes: Sequence[str]) -> Mask:
        mask = np.zeros(len(self), dtype=bool)
        mask[self.theme_position[self.theme.among(themes)]] = True
        return mask


@dataclass(frozen=True, kw_only=True, eq=False)
class Voices:
    """Dated feedback of known customers, ascending by row key; arrays of one length.

    `customer` is a code of 0 or more that means nothing beyond "the same one"; `day` a proleptic Gregorian ordinal.
    """

    row: NDArray[np.int64]
    customer: NDArray[np.int64]
    day: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)


def voices(row: NDArray[np.int64], customer: NDArray[np.int64], day: NDArray[np.int64]) -> Voices:
    """Return the voices among rows; those without a customer (a negative code) or a day (0) are left out."""
    known = (customer >= 0) & (day > 0)
    return Voices(row=row[known], customer=customer[known].astype(np.int64), day=day[known].astype(np.int64))


def occurring(column: Column, positions: NDArray[np.int64]) -> Column:
    """Return a column at these positions, with only the values that occur there, in their order."""
    if not len(column.codes):
        return Column(codes=np.full(len(positions), -1, dtype=np.int32), values=())
    codes = column.codes[positions]
    found = np.unique(codes[codes >= 0])
    place = np.full(len(column.values) + 1, -1, dtype=np.int32)
    place[found] = np.arange(len(found))
    return Column(codes=place[codes], values=tuple(column.values[code] for code in found))
