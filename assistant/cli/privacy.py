"""`journey forget`, `journey anonymise` and `journey retention`: what is removed, with a receipt."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import as_of_option, echo_json, json_option, now, pass_settings
from assistant.cli.theme import by_option
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge.erasure import Receipt
    from knowledge.store import Store

_DONE = {"forget": "removed", "retention": "removed", "anonymise": "anonymised"}
_UPKEEP = {*_DONE, "backup", "restore"}
"""What the history of removals tells; `journey audit` tells the rest."""


def customer_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--customer`, `--pseudonym`, `--dry-run` and `--yes`."""
    options = (
        click.option("--customer", metavar="ID", help="The customer's id, as the source of the feedback writes it."),
        click.option("--pseudonym", metavar="c_…", help="The customer as an export shows it, instead of the id."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and stop."),
        click.option("--yes", is_flag=True, help="Do not ask for confirmation."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@customer_options
@click.option("--let-in-again", is_flag=True, help="Let later imports bring the customer in again.")
@by_option
@json_option
@pass_settings
def forget(settings: Settings, customer: str | None, pseudonym: str | None, dry_run: bool, yes: bool,
           let_in_again: bool, actor: str, as_json: bool) -> None:  # fmt: skip
    """Remove all that a customer said, and all that rested on it; then search the file's bytes for what is left.

    The receipt says how many rows each table lost. Later imports leave the customer out.

    \b
    journey forget --customer 48151 --dry-run
    journey forget --customer 48151
    """
    from knowledge import erasure
    from knowledge.store import open_store

    whom = _pseudonym(settings, customer, pseudonym)
    with open_store(settings.db_path) as store:
        again = store.erasure.unclean and not store.erasure.rows_of(whom)
        plan = erasure.forget(store, whom, at=now(), dry_run=not again)
        if not dry_run and not again:
            _confirm(f"Remove {_pieces(plan.pieces)} of this customer for good?", yes=yes)
            plan = erasure.forget(store, whom, at=now(), keep_out=not let_in_again, actor=actor, typed=customer or "")
    _show(plan, as_json=as_json)


@click.command()
@customer_options
@by_option
@json_option
@pass_settings
def anonymise(settings: Settings, customer: str | None, pseudonym: str | None, dry_run: bool, yes: bool,
              actor: str, as_json: bool) -> None:  # fmt: skip
    """Cut the link to a customer, and keep the texts and all counts.

    What they said gets one new customer in common, drawn at random, and new ids. What the words themselves tell stays.

    \b
    journey anonymise --customer 48151
    """
    from knowledge import erasure
    from knowledge.store import open_store

    whom = _pseudonym(settings, customer, pseudonym)
    with open_store(settings.db_path) as store:
        plan = erasure.anonymise(store, whom, at=now(), dry_run=True)
        if not dry_run:
            _confirm(f"Cut the link of {_pieces(plan.pieces)} to this customer for good?", yes=yes)
            plan = erasure.anonymise(store, whom, at=now(), actor=actor)
    _show(plan, as_json=as_json)


@click.command()
@click.option("--older-than", metavar="730d", help="The age in days [default: JOURNEY_RETENTION_DAYS].")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--all", "all_of_it", is_flag=True, help="Go on even where that removes all dated feedback.")
@click.option("--history", is_flag=True, help="Show what erasure and upkeep did so far, and stop.")
@as_of_option
@json_option
@pass_settings
def retention(settings: Settings, older_than: str | None, dry_run: bool, yes: bool, all_of_it: bool, history: bool,
              as_of: date, as_json: bool) -> None:  # fmt: skip
    """Remove feedback that is older than a number of days. What has no date stays.

    \b
    journey retention --older-than 730d --dry-run
    journey retention --history
    """
    from knowledge import erasure
    from knowledge.store import open_store

    with open_store(settings.db_path) as store:
        if history:
            _show_history(store, as_json=as_json)
            return
        limit = _limit(settings, older_than)
        remove = erasure.retain_all if all_of_it else erasure.retain
        receipt = remove(store, limit, today=as_of, at=now(), dry_run=True)
        if receipt.pieces and not dry_run:
            _confirm(f"Remove {_pieces(receipt.pieces)} from before {as_of - limit} for good?", yes=yes)
        if not dry_run:
            receipt = remove(store, limit, today=as_of, at=now())
        undated = store.erasure.undated()
    _show(receipt, as_json=as_json)
    if undated and not as_json:
        click.echo(f"{_pieces(undated)} without a date stay.")


def retire_old(settings: Settings, store: "Store") -> "Receipt | None":
    """Remove what is older than JOURNEY_RETENTION_DAYS, where that is set."""
    from knowledge.erasure import retain

    limit = settings.retention
    return retain(store, limit, today=now().date(), at=now()) if limit else None


def told(receipt: "Receipt") -> str:
    """Return a receipt as text."""
    if receipt.search is None:
        return f"{_pieces(receipt.pieces)} would be {_DONE[receipt.kind]}. Nothing was changed."
    if not receipt.pieces and not receipt.search.bytes:
        return "Nothing to remove."
    lines = [f"{_pieces(receipt.pieces)} {_DONE[receipt.kind]}. Rows by table:"]
    lines += [f"  {name.replace('_', ' '):<16}{count:>8,}" for name, count in receipt.rows.items() if count]
    searched = receipt.search
    left = f"{len(searched.found):,} traces LEFT" if searched.found else "nothing is left"
    where = f"{searched.bytes:,} bytes of the file, its log and its index"
    lines.append(f"Searched {where} for {searched.strings:,} strings: {left}.")
    if not receipt.log_emptied:
        lines.append(
            "Another process is reading the file, so its log could not be emptied. Stop it and run this again."
        )
    if receipt.backups:
        lines.append("Backups from before still hold it; delete them: " + ", ".join(receipt.backups))
    return "\n".join(lines)


def _show(receipt: "Receipt", *, as_json: bool) -> None:
    if as_json:
        found = receipt.search
        echo_json({
            "kind": receipt.kind, "pieces": receipt.pieces, "rows": receipt.rows, "dry_run": found is None,
            "searched": {"bytes": found.bytes, "strings": found.strings, "found": len(found.found)} if found else None,
            "log_emptied": receipt.log_emptied, "clean": receipt.clean, "backups": receipt.backups,
        })  # fmt: skip
    else:
        click.echo(told(receipt))
    if receipt.search and not receipt.clean:
        raise click.exceptions.Exit(1)


def _show_history(store: "Store", *, as_json: bool) -> None:
    entries = [entry for entry in store.audit.all() if entry.kind in _UPKEEP]
    if as_json:
        echo_json([{"number": e.number, "at": e.at, "kind": e.kind, **e.detail} for e in entries])
        return
    for entry in entries:
        detail = ", ".join(f"{name}: {value}" for name, value in entry.detail.items())
        click.echo(f"{entry.number:>4}  {entry.at:%Y-%m-%d %H:%M}  {entry.kind:<10}  {detail}")
    if not entries:
        click.echo("Nothing has been removed, backed up or restored so far.")


def _pseudonym(settings: Settings, customer: str | None, pseudonym: str | None) -> str:
    from knowledge import privacy
    from knowledge.errors import SettingsError

    if bool(customer) == bool(pseudonym):
        raise click.UsageError("Name one of --customer and --pseudonym.")
    if pseudonym:
        return pseudonym
    if not settings.key_path.exists():
        raise SettingsError(
            f"The key of customer ids is not at {settings.key_path}, so an id cannot be turned into its pseudonym. "
            "Restore the key, name it by JOURNEY_KEY_FILE, or name the customer by --pseudonym."
        )
    return privacy.pseudonym(str(customer), privacy.load_or_create_key(settings.key_path))


def _limit(settings: Settings, older_than: str | None) -> timedelta:
    if older_than is None:
        if settings.retention is None:
            raise click.UsageError("Name an age with --older-than, such as 730d, or set JOURNEY_RETENTION_DAYS.")
        return settings.retention
    match = re.fullmatch(r"(\d{1,6})\s*(?:d|days?)?", older_than.strip())
    if not match or not int(match[1]):
        raise click.BadParameter(f"{older_than!r} is not a number of days, such as 730d", param_hint="--older-than")
    return timedelta(days=int(match[1]))


def _confirm(question: str, *, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True, err=True)


def _pieces(count: int) -> str:
    return f"{count:,} piece{'s' if count != 1 else ''} of feedback"
