"""Scope as SQL: the twin of `Facts.select`, by which an answer is verified."""

import json
from collections.abc import Mapping, Sequence

from knowledge.feedback import NEGATIVE, POSITIVE
from knowledge.scope import Scope

Clause = tuple[str, list[object]]


def where(scope: Scope) -> Clause:
    """Return a condition over `feedback f` and `derived d`, and its parameters."""
    clauses = [*_own_columns(scope), *_filters(scope.filters, negate=False), *_filters(scope.without, negate=True)]
    if scope.themes:
        members = f"SELECT feedback FROM points WHERE theme IN ({_marks(scope.themes)})"
        clauses.append((f"f.row IN ({members})", [*scope.themes]))
    if scope.rows is not None:
        clauses.append(("f.row IN (SELECT value FROM json_each(?))", [json.dumps(scope.rows)]))
    condition = " AND ".join(f"({sql})" for sql, _ in clauses) or "1"
    return condition, [value for _, values in clauses for value in values]


def _own_columns(scope: Scope) -> list[Clause]:
    clauses: list[Clause] = []
    if scope.counted:
        clauses.append(("coalesce(d.counted, 1)", []))
    if scope.period:
        clauses.append(("f.day > 0", []))
        if scope.period.start:
            clauses.append(("f.day >= ?", [scope.period.start.toordinal()]))
        if scope.period.end:
            clauses.append(("f.day < ?", [scope.period.end.toordinal()]))
    if scope.stages:
        clauses.append((f"d.stage IN ({_marks(scope.stages)})", [*scope.stages]))
    if scope.polarity:
        complaint = scope.polarity == "complaint"
        clauses.append(("d.sentiment <= ?" if complaint else "d.sentiment >= ?", [NEGATIVE if complaint else POSITIVE]))
    if scope.rating:
        clauses.append(("f.rating BETWEEN ? AND ?", [*scope.rating]))
    if scope.customer:
        clauses.append(("f.customer = ?", [scope.customer]))
    return clauses


def _filters(filters: Mapping[str, Sequence[str]], *, negate: bool) -> list[Clause]:
    return [_filter(name, values, negate=negate) for name, values in filters.items()]


def _filter(name: str, values: Sequence[str], *, negate: bool) -> Clause:
    if name in ("channel", "language"):
        sql, parameters = f"f.{name} IN ({_marks(values)})", [*values]
    else:
        sql = (
            "EXISTS (SELECT 1 FROM segments s WHERE s.feedback = f.row AND s.name = ? "
            f"AND s.value IN ({_marks(values)}))"
        )
        parameters = [name, *values]
    # A row without the property does not have the value that is excluded.
    return (f"NOT coalesce({sql}, 0)" if negate else sql), list[object](parameters)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
