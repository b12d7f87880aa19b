"""Journey maps from files. A format is a function from (text, file name) to a JourneyMap, entered in `FORMATS`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from knowledge.errors import InvalidMap
from knowledge.journey import JourneyMap
from knowledge.readers import encodings
from knowledge.readers.csv_map import parse_csv_map
from knowledge.readers.json_map import parse_json_file
from knowledge.readers.markdown_map import parse_markdown_map, parse_markdown_maps
from knowledge.readers.mermaid_map import parse_mermaid_map
from knowledge.readers.sources import Source, open_source
from knowledge.readers.yaml_map import parse_yaml_map

Parser = Callable[[str, str], JourneyMap]
FORMATS: Mapping[str, Parser] = {
    ".yaml": parse_yaml_map,
    ".yml": parse_yaml_map,
    ".json": parse_json_file,
    ".md": parse_markdown_map,
    ".markdown": parse_markdown_map,
    ".csv": parse_csv_map,
    ".tsv": parse_csv_map,
    ".mmd": parse_mermaid_map,
    ".mermaid": parse_mermaid_map,
}
SEVERAL: Mapping[str, Callable[[str, str], list[JourneyMap]]] = {
    ".md": parse_markdown_maps,
    ".markdown": parse_markdown_maps,
}
"""Formats of which one file may hold several maps."""
LARGEST = 8 << 20
"""Bytes; a map is written by people, and more than this is some other file."""


def read_map(path: str | Path) -> JourneyMap:
    """Read a journey map, the first where a file holds several; its `source` is the name of the file.

    Raises UnreadableFile where the file can't be opened, InvalidMap with line and column where it is no map.
    """
    return read_maps(path)[0]


def read_maps(path: str | Path) -> list[JourneyMap]:
    """Read all journey maps of a file, at least one; errors as for `read_map`."""
    source = open_source(path)
    if source.suffix not in FORMATS:
        raise InvalidMap(f"{source.name}: a map is read from {', '.join(sorted(FORMATS))}, not from “{source.suffix}”")
    text = _text(source)
    if source.suffix in SEVERAL:
        return SEVERAL[source.suffix](text, source.name)
    return [FORMATS[source.suffix](text, source.name)]


def _text(source: Source) -> str:
    encoding = encodings.detect(source)
    with source.open() as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InvalidMap(f"{source.name} is larger than {LARGEST >> 20} MiB, and hardly a journey map")
    return content.decode(encoding.name, "replace").lstrip("\ufeff")
