"""themes FILE… --text COL --label COL: themes against human labels, side by side with other methods.

Every method gets the same vectors and runs in a process of its own. V-measure, ARI and NMI are over all texts, the
unassigned counted as one more theme; `assigned` is over the texts that a method put somewhere. Name quality is the
share of themes whose name holds a content word of the label that most of its texts have. With `--masked`, ours runs
once more on the texts as masking leaves them; only those that it changes are encoded anew. Rivals that the current
environment lacks are looked for in `--rivals PYTHON`, an interpreter that has them.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from knowledge.clustering.phrases import is_content, stem
from scripts.benchmarks._common import column, print_table

_METHODS = Path(__file__).with_name("_methods.py")
_HEADER = (
    "method", "themes", "true", "unassigned", "V", "ARI", "NMI", "V assigned", "ARI assigned",
    "names", "distinct", "seconds", "peak MB",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--text", required=True, metavar="COL", help="the column of the text")
    parser.add_argument("--label", required=True, metavar="COL", help="the column of the human label")
    parser.add_argument("--against", default="", metavar="NAMES", help="of kmeans,bertopic,umap-hdbscan,evoc")
    parser.add_argument("--vectors", type=Path, metavar="NPY", help="vectors of these texts, to save encoding them")
    parser.add_argument("--masked", action="store_true", help="group the texts as masked, too")
    parser.add_argument("--rivals", metavar="PYTHON", help="an interpreter that has bertopic and evoc")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--names", type=int, default=0, metavar="N", help="print the names of the N largest themes")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Group the texts by each method and score what it found."""
    texts = [text for file in args.files for text in column(file, args.text)]
    labels = [label for file in args.files for label in column(file, args.label)]
    rows, kept = [], {}
    with tempfile.TemporaryDirectory() as folder:
        vectors = vectors_of(texts, args.vectors)
        np.save(Path(folder) / "vectors.npy", vectors)
        (Path(folder) / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        for method in ["ours", *filter(None, args.against.split(","))]:
            result = run_method(method, Path(folder), seed=args.seed, true=len(set(labels)), rivals=args.rivals)
            if result is not None:
                rows.append(score(method, result, labels))
                kept[method] = result
        if args.masked and (result := run_masked(texts, vectors, Path(folder), seed=args.seed)):
            rows.append(score("ours, masked", result, labels))
    print_table(_HEADER, [[row[name] for name in _HEADER] for row in rows])
    ours = kept["ours"]
    print(
        f"\nours: grouping {ours['grouping']:.1f} s, naming {ours['naming']:.1f} s; {ours['parents']} parent themes; "
        f"resolution {ours['resolution']:.2f}, halves agree {ours['stability']:.2f}"
    )
    listed = list_names(ours, labels, args.names)
    return {"rows": rows, "names": listed, "texts": len(texts)}


def vectors_of(texts: list[str], file: Path | None) -> np.ndarray:
    """Return the vectors in `file`, or encode the texts."""
    if file is None:
        from knowledge.embedding import load_embedder

        return load_embedder().encode(texts)
    vectors = np.load(file)
    if len(vectors) != len(texts):
        raise SystemExit(f"{file} holds {len(vectors)} vectors, but there are {len(texts)} texts")
    return vectors


def run_masked(texts: list[str], vectors: np.ndarray, folder: Path, *, seed: int) -> dict | None:
    """Run ours on what masking leaves of the texts; a text that it leaves alone keeps its vector."""
    from knowledge.embedding import load_embedder
    from knowledge.privacy import mask

    masked = [mask(text) for text in texts]
    changed = [i for i, text in enumerate(texts) if masked[i] != text]
    print(f"masking changes {len(changed)} of {len(texts)} texts")
    vectors = vectors.copy()
    if changed:
        vectors[changed] = load_embedder().encode([masked[i] for i in changed])
    np.save(folder / "vectors.npy", vectors)
    (folder / "texts.json").write_text(json.dumps(masked), encoding="utf-8")
    return run_method("ours", folder, seed=seed, true=0, rivals=None)


def run_method(method: str, folder: Path, *, seed: int, true: int, rivals: str | None) -> dict | None:
    """Run one method in its own process; say why and return None where it cannot run."""
    python = rivals if rivals and method in {"bertopic", "evoc", "umap-hdbscan"} else sys.executable
    out = folder / f"{method}.json"
    command = [python, str(_METHODS), method, str(folder / "vectors.npy"), str(folder / "texts.json"), str(out)]
    root = _METHODS.parents[2]
    done = subprocess.run(
        [*command, str(seed), str(true)], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "HOME": str(folder)},
    )  # fmt: skip
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit status {done.returncode}"
        print(f"{method}: not run ({reason}); install it, or name an interpreter that has it with --rivals")
        return None
    return json.loads(out.read_text(encoding="utf-8"))


def score(method: str, result: dict, labels: list[str]) -> dict[str, object]:
    """Compare what a method found with the labels."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, v_measure_score

    found, truth = np.array(result["labels"]), np.unique(labels, return_inverse=True)[1]
    inside = found >= 0
    names = {int(label): name for label, name in result.get("names", {}).items()}
    return {
        "method": method,
        "themes": len(set(found[inside].tolist())),
        "true": len(set(labels)),
        "unassigned": float((~inside).mean()),
        "V": float(v_measure_score(truth, found)),
        "ARI": float(adjusted_rand_score(truth, found)),
        "NMI": float(normalized_mutual_info_score(truth, found)),
        "V assigned": float(v_measure_score(truth[inside], found[inside])),
        "ARI assigned": float(adjusted_rand_score(truth[inside], found[inside])),
        "names": name_quality(names, found, labels) if names else "-",
        "distinct": len({content(name) for name in names.values()}) / len(names) if names else "-",
        "seconds": round(result["seconds"], 1),
        "peak MB": round(result["peak_mb"]),
    }


def content(text: str) -> frozenset[str]:
    """Return the stems of the content words of a name or a label."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())
    parts = {part for word in words for part in (word, *word.split("-"))}
    return frozenset(stem(word) for word in parts if is_content(word))


def name_quality(names: dict[int, str], found: np.ndarray, labels: list[str]) -> float:
    """Return the share of themes whose name has a content word of the label that most of its texts have."""
    hits = [bool(content(name) & content(majority(found, labels, label))) for label, name in names.items()]
    return sum(hits) / len(hits)


def majority(found: np.ndarray, labels: list[str], label: int) -> str:
    """Return the human label that most texts of a theme have."""
    return Counter(labels[i] for i in np.flatnonzero(found == label)).most_common(1)[0][0]


def list_names(result: dict, labels: list[str], most: int) -> list[dict[str, object]]:
    """Print and return the names of the largest themes, with the label that most of their texts have."""
    found = np.array(result["labels"])
    sizes = Counter(found[found >= 0].tolist())
    listed = [
        {"size": size, "name": result["names"][str(label)], "label": majority(found, labels, label),
         "terms": ", ".join(result["terms"][str(label)])}
        for label, size in sizes.most_common(most)
    ]  # fmt: skip
    if listed:
        print()
        print_table(
            ("name", "size", "majority label", "terms"),
            [(r["name"], r["size"], r["label"], r["terms"]) for r in listed],
        )
    return listed
