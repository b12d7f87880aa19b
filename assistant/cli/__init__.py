"""`journey …`: the second front end. Commands load when they are used, so that help is there at once."""

import importlib
import sys
from typing import NoReturn

import click

from assistant.settings import Settings
from knowledge.errors import JourneyError, missing_library

COMMANDS = {
    "demo": "assistant.cli.demo:demo",
    "import": "assistant.cli.importing:import_",
    "init": "assistant.cli.map:init",
    "map": "assistant.cli.map:map_",
    "ask": "assistant.cli.asking:ask",
    "chat": "assistant.cli.asking:chat",
    "gaps": "assistant.cli.gaps:gaps",
    "chart": "assistant.cli.charting:chart",
    "funnel": "assistant.cli.events:funnel",
    "report": "assistant.cli.reporting:report",
    "themes": "assistant.cli.listing:themes",
    "theme": "assistant.cli.theme:theme",
    "stages": "assistant.cli.listing:stages",
    "fix": "assistant.cli.fix:fix",
    "review": "assistant.cli.review:review",
    "stage": "assistant.cli.review:stage",
    "drift": "assistant.cli.drift:drift",
    "export": "assistant.cli.exporting:export",
    "forget": "assistant.cli.privacy:forget",
    "anonymise": "assistant.cli.privacy:anonymise",
    "retention": "assistant.cli.privacy:retention",
    "roles": "assistant.cli.roles:roles",
    "private": "assistant.cli.roles:private",
    "audit": "assistant.cli.roles:audit",
    "opinions": "assistant.cli.opinions:opinions",
    "digest": "assistant.cli.digest:digest",
    "alerts": "assistant.cli.digest:alerts",
    "backup": "assistant.cli.upkeep:backup",
    "restore": "assistant.cli.upkeep:restore",
    "verify": "assistant.cli.upkeep:verify",
    "serve": "assistant.cli.serving:serve",
    "manifest": "assistant.cli.serving:manifest",
    "status": "assistant.cli.status:status",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where one is misspelt."""
        if args and args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " See journey --help."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--db", metavar="PATH", help="The database file [default: JOURNEY_DB, else journey.db].")
@click.version_option(package_name="journey-assistant", prog_name="journey")
@click.pass_context
def cli(context: click.Context, db: str | None) -> None:
    """Ask what customers say, stage by stage, and get an answer that shows what it rests on.

    \b
    Try it on a sample company:      journey demo
    Bring your own feedback:         journey import feedback reviews.csv
    Ask:                             journey ask "what hurts customers in onboarding?"
    """
    context.obj = Settings.from_env().with_db(db)


def main() -> None:
    """Run the command line; what a person can mend is told in a sentence, without a traceback."""
    from assistant.cli.output import output_told

    try:
        with output_told():
            cli()
    except JourneyError as error:
        _give_up(str(error))
    except ImportError as error:
        # A library that is loaded late, and is not there.
        if told := missing_library(error):
            _give_up(str(told))
        raise
    except MemoryError:
        _give_up("There is not enough memory. What was finished is kept: run this again with more, or on less.")
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stderr.close()
        sys.exit(0)


def _give_up(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(1)
