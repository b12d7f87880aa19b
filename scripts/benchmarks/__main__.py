"""Dispatch `scripts/bench NAME …` to a module of this package and keep what it returns as JSON."""

import argparse
import importlib
import json
import pkgutil
from datetime import UTC, datetime
from pathlib import Path

from scripts import benchmarks


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure speed and quality.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the rows go [bench-results/NAME.json]")
    commands = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    modules = {}
    for info in pkgutil.iter_modules(benchmarks.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"scripts.benchmarks.{info.name}")
        if not hasattr(module, "run"):
            continue
        name = info.name.removesuffix("_")
        modules[name] = module
        summary = (module.__doc__ or "").strip().splitlines()[0].replace("%", "%%")
        module.add_arguments(commands.add_parser(name, help=summary, description=module.__doc__))
    args = parser.parse_args()
    rows = modules[args.name].run(args)
    target = args.json or Path("bench-results") / f"{args.name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    measured = {"benchmark": args.name, "at": datetime.now(UTC).isoformat(timespec="seconds"), "result": rows}
    target.write_text(json.dumps(measured, indent=2, default=str) + "\n", encoding="utf-8")
    print(f"\nRows written to {target}")


if __name__ == "__main__":
    main()
