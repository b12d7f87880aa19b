"""Lets `python -m assistant.cli` do what `journey` does."""

from assistant.cli import main

main()
