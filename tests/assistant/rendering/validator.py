"""The validator of Slack's own types, where the shared folder and npm are at hand."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

MODULES = ("npm", "i", "--no-audit", "--no-fund", "ajv")


def refused_by_slacks_types(calls: list[dict[str, Any]], shared_data: Path, folder: Path) -> list[str]:
    """Return what it says against the payloads of these calls, `{"method": …, "args": …}`; skips where it is not."""
    source = shared_data.parent / "slack" / "blockkit"
    if not source.is_dir() or not shutil.which("npm"):
        pytest.skip("SKIPPED LOUDLY: no block validator or no npm here")
    for name in ("validate_blocks.mjs", "schema.json"):
        shutil.copy(source / name, folder / name)
    if subprocess.run(MODULES, cwd=folder, capture_output=True, timeout=300, check=False).returncode:
        pytest.skip("SKIPPED LOUDLY: npm cannot install ajv here")
    (folder / "calls.json").write_text(json.dumps(calls))
    command = ["node", "validate_blocks.mjs", "--slack-log", "calls.json"]
    verdict = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    refused = [line for line in verdict.stdout.splitlines() if not line.startswith(("ok", "  warn"))][1:]
    assert f"{len(calls)} calls" in verdict.stdout
    return refused[:20] if verdict.returncode else []
