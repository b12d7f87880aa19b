"""Journey maps as files again: a writer is a function from a JourneyMap to text, entered in `FORMATS`."""

from collections.abc import Callable, Mapping

from knowledge.journey import JourneyMap
from knowledge.writers.mermaid import mermaid_text
from knowledge.writers.yaml_map import json_text, yaml_text

__all__ = ["FORMATS", "Writer", "json_text", "mermaid_text", "yaml_text"]

Writer = Callable[[JourneyMap], str]
FORMATS: Mapping[str, Writer] = {"yaml": yaml_text, "json": json_text, "mermaid": mermaid_text}
