"""Runs one target under atheris: `python -m tests.fuzz NAME --seconds N`. Kept by scripts/fuzz, not by the suite."""

import argparse
import importlib
import logging
import pkgutil
import sys
import tempfile
from pathlib import Path

import atheris

CASES = Path(__file__).with_name("cases")


def main() -> None:
    """Fuzz until the time is over or a promise breaks; the bytes that broke it go to `cases/NAME/`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--found", type=Path, default=CASES, help="where bytes that break a promise are kept")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    # Only the modules under test are instrumented: the search is guided by their branches.
    guided = {"tables": "knowledge.readers", "dates": "knowledge.readers", "maps": "knowledge.readers",
              "metrics": "knowledge.readers", "masking": "knowledge.privacy", "questions": "assistant.questions",
              "events": "knowledge.readers", "stages": "knowledge.readers", "rendering": "assistant.rendering",
              "slack": "assistant.listeners", "web": "assistant.listeners"}[chosen.target]  # fmt: skip
    with atheris.instrument_imports(include=[guided]):
        package = importlib.import_module(guided)
        for module in pkgutil.walk_packages(package.__path__, f"{guided}."):
            importlib.import_module(module.name)
    from tests.fuzz.targets import TARGETS

    target = TARGETS[chosen.target]
    with tempfile.TemporaryDirectory(prefix="corpus") as corpus:
        known = sorted((CASES / chosen.target).glob("*"))
        for number, seed in enumerate([*target.seeds, *(path.read_bytes() for path in known)]):
            (Path(corpus) / f"seed{number}").write_bytes(seed)
        found = chosen.found / chosen.target
        found.mkdir(parents=True, exist_ok=True)
        arguments = [
            sys.argv[0], corpus, f"-max_total_time={chosen.seconds}", "-timeout=20", "-rss_limit_mb=4096",
            "-max_len=2048", "-len_control=0", "-print_final_stats=1", f"-artifact_prefix={found}/",
        ]  # fmt: skip
        atheris.Setup(arguments, target.run)
        atheris.Fuzz()


main()
