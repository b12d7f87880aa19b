"""Teach the intent heads anew after a change of exemplars.tsv: `python -m assistant.questions.teaching`.

Writes heads.json beside it, so that no question waits for the teaching and none needs scikit-learn.
"""

import json
from pathlib import Path
from typing import Any

from assistant.questions.exemplars import Head, fingerprint, teach_vectors, teach_words
from knowledge.embedding import Embedder, load_embedder

_FILE = Path(__file__).with_name("heads.json")
_DIGITS = 4


def taught(embedder: Embedder) -> dict[str, Any]:
    """Return what heads.json holds: the exemplars' fingerprint, the head on words and the one on a model's vectors."""
    words = teach_words()
    return {
        "exemplars": fingerprint(),
        "words": {**_stored(words.head), "pieces": list(words.rows), "rarity": words.rarity.round(_DIGITS).tolist()},
        "models": {embedder.model_id: _stored(teach_vectors(embedder))},
    }


def _stored(head: Head) -> dict[str, Any]:
    weights = head.weights.round(_DIGITS).tolist()
    return {"intents": list(head.intents), "weights": weights, "bias": head.bias.round(_DIGITS).tolist()}


def main() -> None:
    """Teach on the default model and write the file."""
    _FILE.write_text(json.dumps(taught(load_embedder()), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
