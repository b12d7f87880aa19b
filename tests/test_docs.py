"""The README cannot go stale unnoticed: commands, settings, benchmarks and help are held against the code."""

import pkgutil
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from assistant.cli import COMMANDS, cli
from assistant.settings import Settings
from scripts import benchmarks

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli)
    found = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", command.commands[sub]) for sub in command.commands]
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_tells_of_every_command(name):
    assert f"journey {name}" in README


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_has_help_with_an_example(name, command):
    assert command.help, name
    if not isinstance(command, click.Group):
        assert f"journey {name}" in command.help, f"the help of {name} has no example"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"


@pytest.mark.parametrize("variable", [f.metadata["variable"] for f in fields(Settings)])
def test_the_readme_tells_of_every_setting(variable):
    assert f"`{variable}`" in README


@pytest.mark.parametrize(
    "info", [i for i in pkgutil.iter_modules(benchmarks.__path__) if i.name[0] != "_"], ids=lambda i: i.name
)
def test_the_readme_tells_of_every_benchmark(info):
    assert f"scripts/bench {info.name.removesuffix('_')}" in README


def test_every_file_that_the_readme_names_is_there():
    for name in re.findall(r"`((?:knowledge|tests|scripts|assistant)/[\w./-]+)`", README):
        assert (Path(__file__).parents[1] / name).exists(), name
