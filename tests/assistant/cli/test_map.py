"""`journey init`, `journey import map` and `journey map`: in from any format, out again, several side by side."""

import json

import pytest
from click.testing import CliRunner

import assistant.cli.map as map_commands
from assistant.cli import cli
from knowledge.errors import JourneyError
from knowledge.readers.maps import read_map
from knowledge.templates import names, template

SHOP = "name: Shop\nstages:\n  - name: Buy\n    owner: Till team\n    pain: [Slow till]\n    touchpoints: [Till]\n"


@pytest.fixture
def journey(tmp_path, monkeypatch, toy_embedder, clean_environment):
    """Return a function that runs `journey --db …` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(map_commands, "embedder_of", lambda _: toy_embedder)

    def run(*words: str, fails: bool = False) -> str:
        result = CliRunner().invoke(cli, ["--db", "j.db", *words])
        if fails:
            assert isinstance(result.exception, JourneyError), result.output
            return str(result.exception)
        assert result.exit_code == 0, result.output
        return result.output

    run.folder = tmp_path
    return run


@pytest.mark.parametrize("name", names())
def test_a_template_is_written_with_its_remarks_and_nothing_is_imported(journey, name):
    journey("init", "--template", name, "-o", "mine.yaml")
    file = journey.folder / "mine.yaml"
    assert file.read_text(encoding="utf-8").startswith("#")
    assert read_map(file).stages == template(name).stages
    assert not (journey.folder / "j.db").exists()
    assert "mine.yaml exists already" in journey("init", "-o", "mine.yaml", fails=True)


def test_an_unknown_template_is_told_which_there_are(journey):
    assert "subscription" in journey("init", "--template", "zoo", fails=True)


def test_maps_of_every_format_stand_side_by_side(journey):
    (journey.folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (journey.folder / "day.mmd").write_text("journey\n title Day\n section Go\n  Walk: 2: Ann", encoding="utf-8")
    journey("import", "map", "shop.yaml")
    journey("import", "map", "day.mmd")
    assert "No map" not in journey("map", "list")
    listed = json.loads(journey("map", "list", "--json"))["maps"]
    assert [(m["id"], m["in_force"]) for m in listed] == [("day", True), ("shop", False)]
    assert "Shop is in force." in journey("map", "use", "shop")
    assert "already" in journey("map", "use", "shop")
    shown = journey("map", "show")
    assert "Buy (Till team)" in shown
    assert "pain: Slow till" in shown
    assert json.loads(journey("map", "show", "day", "--json"))["stages"][0]["name"] == "Go"


def test_versions_are_kept(journey):
    file = journey.folder / "shop.yaml"
    for pain in ("Slow till", "No till"):
        file.write_text(SHOP.replace("Slow till", pain), encoding="utf-8")
        journey("import", "map", "shop.yaml")
    found = json.loads(journey("map", "versions", "shop", "--json"))["versions"]
    assert [(v["version"], v["in_force"]) for v in found] == [(1, False), (2, True)]
    assert "Slow till" in journey("map", "show", "shop", "--version", "1")
    journey("map", "use", "shop", "--version", "1")
    assert "Slow till" in journey("map", "show")
    assert "has no version 3. It has 1 to 2" in journey("map", "show", "shop", "--version", "3", fails=True)
    assert "There is no map 'zoo'. There are: shop" in journey("map", "use", "zoo", fails=True)


@pytest.mark.parametrize(("name", "first"), [("a.yaml", "name: Shop"), ("a.json", "{"), ("a.mmd", "journey")])
def test_an_exported_map_reads_back(journey, name, first):
    (journey.folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    journey("import", "map", "shop.yaml")
    journey("map", "export", "-o", name)
    assert (journey.folder / name).read_text(encoding="utf-8").startswith(first)
    got = read_map(journey.folder / name)
    assert (got.stages[0].name, got.stages[0].touchpoints) == ("Buy", ("Till",))
    assert "exists already" in journey("map", "export", "-o", name, fails=True)
    assert journey("map", "export", "--format", "mermaid").startswith("journey\n  title Shop")


def test_a_file_with_several_maps_gives_all_of_them(journey):
    table = "| Stage | Pains | Actions |\n|--|--|--|\n| A | x | y |\n"
    (journey.folder / "two.md").write_text(f"# Both\n## First\n{table}\n## Second\n{table}", encoding="utf-8")
    said = journey("import", "map", "two.md")
    assert "“First” is in force" in said
    assert [m["id"] for m in json.loads(journey("map", "list", "--json"))["maps"]] == ["first", "second"]
    assert json.loads(journey("import", "map", "two.md", "--json"))["changed"] is False


def test_without_a_map_the_lists_say_so(journey):
    assert "No map has been imported" in journey("map", "list")
    assert "No map has been imported" in journey("map", "versions")
