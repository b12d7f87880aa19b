"""Imports run one way, heavy libraries load late, SQL and Slack stay in their rooms."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("knowledge/**/*.py"), *ROOT.glob("assistant/**/*.py")])

# Each room may import from its own and from any that stands to its left.
KNOWLEDGE = [
    {"errors", "progress"},
    {
        "feedback",
        "periods",
        "journey",
        "metrics",
        "themes",
        "corrections",
        "scope",
        "facts",
        "tally",
        "fixes",
        "events",
        "threads",
        "roles",
        "subscriptions",
        "opinions",
    },
    {"embedding", "store", "readers", "writers", "privacy", "templates", "sample"},
    {"staging", "sentiment", "clustering", "search", "analysis"},
    {"layers", "erasure"},
    {"pipeline", "backup"},
    {"verification"},
]
ASSISTANT = [
    {"settings", "policy"},
    {"questions"},
    {"answers", "digests"},
    {"rendering"},
    {"replies", "memory", "forgetting", "clerk", "viewpoints", "governing"},
    {"listeners", "manifest"},
    {"app", "cli"},
]
HEAVY = {"torch", "sentence_transformers", "transformers", "duckdb", "faiss", "sklearn", "matplotlib", "rich"}
SLACK_ROOMS = ("assistant/listeners/", "assistant/app.py", "assistant/rendering/slack", "assistant/manifest.py")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, top_only: bool = False) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def rank(module: str, package: str, rooms: list[set[str]]) -> int | None:
    parts = module.split(".")
    if parts[0] != package or len(parts) < 2:
        return None
    return next((i for i, names in enumerate(rooms) if parts[1] in names), -1)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path):
    """A module imports only from its own room and from rooms below; knowledge knows nothing of the assistant."""
    for package, rooms in (("knowledge", KNOWLEDGE), ("assistant", ASSISTANT)):
        own = rank(name_of(path), package, rooms)
        if own is None:
            continue
        assert own >= 0, f"{name_of(path)} stands in no room: give it one in this test and in the design"
        for imported in imports(path):
            assert package == "assistant" or not imported.startswith("assistant"), imported
            other = rank(imported, package, rooms)
            assert other is None or 0 <= other <= own, f"{name_of(path)} imports {imported}, which stands above it"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_load_inside_the_function_that_uses_them(path):
    found = {imported.split(".")[0] for imported in imports(path, top_only=True)} & HEAVY
    assert not found, f"{name_of(path)} imports {found} at the top"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_slack_stays_in_its_rooms(path):
    where = path.relative_to(ROOT).as_posix()
    if not where.startswith(SLACK_ROOMS):
        assert not {i.split(".")[0] for i in imports(path)} & {"slack_bolt", "slack_sdk"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_sql_stands_in_the_store_only(path):
    if path.relative_to(ROOT).as_posix().startswith("knowledge/store/"):
        return
    for imported in imports(path):
        assert imported.split(".")[0] not in {"sqlite3", "sqlite_utils"}, imported
    statements = re.findall(
        r"\b(?:SELECT \S+ FROM (?!read_)|INSERT (?:OR \w+ )?INTO|DELETE FROM|UPDATE \w+ SET)", path.read_text()
    )
    assert not statements or "import duckdb" in path.read_text(), statements


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_fits_into_a_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, f"{name_of(path)}: split it"


def test_help_is_there_without_loading_anything_heavy():
    code = (
        "import sys; from assistant.cli import cli; from click.testing import CliRunner;"
        "result = CliRunner().invoke(cli, ['--help']); assert result.exit_code == 0, result.output;"
        "print(sorted({'numpy', 'torch', 'scipy', 'slack_bolt', 'sqlite_utils', 'duckdb'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == "[]"
