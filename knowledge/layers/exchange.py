"""Exchange: what is said where the model is another than the one that the file's vectors and themes are from."""

from knowledge.embedding import DEFAULT_MODEL
from knowledge.errors import ModelError
from knowledge.layers.themes import last_model
from knowledge.store import Store


def refuse_exchanged(store: Store, model_id: str) -> None:
    """Raise ModelError where themes were found, or texts encoded, in the space of another model than `model_id`.

    Vectors of two models are never compared; without this, a question would be answered from words alone, and
    nobody would know.
    """
    was = last_model(store) or store.vectors.other_than(model_id)
    if was not in (None, model_id):
        raise ModelError(explained(str(was), model_id))


def explained(was: str, now: str) -> str:
    """Say which model the file is from and which one is set now, and the two ways out."""
    (name, _, before), (named, _, after) = was.partition("@"), now.partition("@")
    if name == named:
        what = f"The model {name} is not the one that this file's vectors and themes are from ({before}, now {after})."
        back = "Put the former one back"
    else:
        what = f"The vectors and themes of this file are from the model {name}, and {named} is set now."
        back = "Unset JOURNEY_EMBEDDER" if name == DEFAULT_MODEL else f"Set JOURNEY_EMBEDDER={name}"
    return f"{what} {back}, or have all texts encoded and grouped anew with {named}: journey verify --rebuild"
