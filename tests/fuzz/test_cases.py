"""What fuzzing found once is not found again; and each target takes its own seeds."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CASES = Path(__file__).with_name("cases")
FOUND = [
    (name, data) for name, target in TARGETS.items() for data in [*target.seeds, b"", bytes(range(256))]
] + [(path.parent.name, path.read_bytes()) for path in sorted(CASES.glob("*/*")) if path.is_file()]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), FOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_no_promise_is_broken(name: str, data: bytes):
    TARGETS[name].run(data)
