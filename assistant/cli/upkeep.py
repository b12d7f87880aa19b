"""`journey backup`, `journey restore` and `journey verify`."""

from pathlib import Path

import click

from assistant.cli.common import echo_json, embedder_of, json_option, map_in_force, now, pass_settings
from assistant.cli.theme import by_option
from assistant.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@by_option
@json_option
@pass_settings
def backup(settings: Settings, file: str, actor: str, as_json: bool) -> None:
    """Copy the database to FILE, while it is in use or not. The key of customer ids is not in it.

    \b
    journey backup backups/2026-11-21.db
    """
    from knowledge.backup import backup as copy

    size = copy(settings.db_path, Path(file), at=now(), actor=actor)
    if as_json:
        echo_json({"file": file, "bytes": size, "key_file": str(settings.key_path)})
        return
    click.echo(f"{size:,} bytes in {file}. Keep the key, too, and elsewhere: {settings.key_path}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@by_option
@json_option
@pass_settings
def restore(settings: Settings, file: str, yes: bool, actor: str, as_json: bool) -> None:
    """Put a backup in place of the database, once it has been found whole; the old file is kept beside it.

    Customers who were forgotten since are forgotten in the backup's content, too.

    \b
    journey restore backups/2026-11-21.db
    """
    from knowledge.backup import restore as put_back

    if settings.db_path.exists() and not yes:
        click.confirm(f"Put {file} in place of {settings.db_path}?", abort=True, err=True)
    done = put_back(Path(file), settings.db_path, at=now(), actor=actor)
    if as_json:
        aside = str(done.aside) if done.aside else None
        echo_json({"feedback": done.feedback, "aside": aside, "forgotten": done.forgotten})
        return
    click.echo(f"{done.feedback:,} pieces of feedback in {settings.db_path} now.")
    if done.aside:
        click.echo(f"The file from before is {done.aside}")
    if done.forgotten:
        click.echo(f"{done.forgotten} customers who asked to be forgotten were removed from what came back.")


@click.command()
@click.option("--rebuild", is_flag=True, help="Draw all conclusions anew first: stages, sentiment, near-duplicates.")
@json_option
@pass_settings
def verify(settings: Settings, rebuild: bool, as_json: bool) -> None:
    """Check that the file is whole, and that all that was derived follows from what was imported.

    It ends with exit code 1 where something is wrong.

    \b
    journey verify
    """
    from knowledge.pipeline import derive
    from knowledge.store import open_store, prepare
    from knowledge.verification import verify as check

    with open_store(settings.db_path):
        pass
    prepare(settings.db_path)
    embedder = embedder_of(settings)
    with open_store(settings.db_path) as store:
        if rebuild:
            store.feedback.forget_derived()
            derive(store, embedder, map_in_force(store), at=now())
        checks = check(store, embedder, map_in_force(store), unmasked=settings.unmasked_kinds)
    wrong = sum(each.status == "wrong" for each in checks)
    if as_json:
        echo_json({"ok": not wrong, "checks": [vars(each) for each in checks]})
    else:
        for each in checks:
            click.echo(f"{each.status:<6} {each.name}")
            for line in each.found:
                click.echo(f"         {line}")
        click.echo(f"\n{wrong} of {len(checks)} checks failed." if wrong else "\nAll is well.")
    if wrong:
        raise click.exceptions.Exit(1)
