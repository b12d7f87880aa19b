"""One way of grouping vectors, run alone: `python _methods.py METHOD VECTORS.npy TEXTS.json OUT.json [SEED] [TRUE]`.

A process of its own per method makes times and peak memory comparable, and lets a rival live in another
environment than ours: BERTopic and EVoC pin their own numpy and numba. For them this file needs numpy only.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Result = dict[str, Any]


def ours(vectors: np.ndarray, texts: list[str], seed: int, true: int) -> Result:
    """Group and name as the product does, with its defaults."""
    from knowledge.clustering.communities import find_themes
    from knowledge.clustering.naming import name_themes

    begun = time.perf_counter()
    found = find_themes(vectors, seed=seed)
    grouped = time.perf_counter()
    names = name_themes(texts, found.labels, vectors)
    return {
        "labels": found.labels.tolist(),
        "names": {each.label: each.name for each in names},
        "terms": {each.label: list(each.terms) for each in names},
        "parents": int(found.parents.max(initial=-1)) + 1,
        "resolution": found.resolution,
        "stability": found.stability,
        "naming": time.perf_counter() - grouped,
        "grouping": grouped - begun,
    }


def kmeans(vectors: np.ndarray, texts: list[str], seed: int, true: int) -> Result:
    """k-means, told the true number of labels."""
    from sklearn.cluster import KMeans

    return {"labels": KMeans(n_clusters=true, random_state=seed).fit_predict(vectors).tolist()}


def bertopic(vectors: np.ndarray, texts: list[str], seed: int, true: int) -> Result:
    """BERTopic with its defaults on the vectors given: UMAP to 5 dimensions, HDBSCAN, c-TF-IDF."""
    from bertopic import BERTopic

    model = BERTopic()
    topics, _ = model.fit_transform(texts, embeddings=vectors)
    return {
        "labels": [int(t) for t in topics],
        "names": {t: " ".join(w for w, _ in model.get_topic(t)[:4]) for t in set(topics) - {-1}},
    }


def umap_hdbscan(vectors: np.ndarray, texts: list[str], seed: int, true: int) -> Result:
    """Group as BERTopic does by default, without BERTopic: its UMAP and HDBSCAN with its parameters."""
    import hdbscan
    import umap

    reduced = umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False).fit_transform(
        vectors
    )
    model = hdbscan.HDBSCAN(
        min_cluster_size=10, metric="euclidean", cluster_selection_method="eom", prediction_data=True
    )
    return {"labels": model.fit_predict(reduced).tolist()}


def evoc(vectors: np.ndarray, texts: list[str], seed: int, true: int) -> Result:
    """EVoC with its defaults."""
    from evoc import EVoC

    return {"labels": np.asarray(EVoC().fit_predict(vectors)).tolist()}


METHODS: dict[str, Callable[[np.ndarray, list[str], int, int], Result]] = {
    "ours": ours,
    "kmeans": kmeans,
    "bertopic": bertopic,
    "umap-hdbscan": umap_hdbscan,
    "evoc": evoc,
}


def main(method: str, vectors: str, texts: str, out: str, seed: str = "0", true: str = "0") -> None:
    """Run one method and write what it found, how long it took and how much memory the process reached."""
    data, read = np.load(vectors), json.loads(Path(texts).read_text(encoding="utf-8"))
    begun = time.perf_counter()
    result = METHODS[method](data, read, int(seed), int(true))
    result["seconds"] = time.perf_counter() - begun
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )
    Path(out).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
