"""Journey maps to start from: real maps of common businesses, in the YAML format that `journey import map` reads."""

from importlib.resources import as_file, files

from knowledge.errors import NotFound
from knowledge.journey import JourneyMap


def names() -> list[str]:
    """Return the names of the templates."""
    return sorted(f.name.removesuffix(".yaml") for f in files(__name__).iterdir() if f.name.endswith(".yaml"))


def template(name: str) -> JourneyMap:
    """Return the template of that name; raises NotFound, with the names that there are."""
    from knowledge.readers.maps import read_map

    _known(name)
    with as_file(files(__name__) / f"{name}.yaml") as path:
        return read_map(path)


def template_text(name: str) -> str:
    """Return a template as it is written, with its remarks; raises NotFound as `template` does."""
    _known(name)
    return (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")


def _known(name: str) -> None:
    if name not in names():
        raise NotFound(f"There is no template {name!r}. There are: {', '.join(names())}.")
