"""Benchmarks: each module measures one thing, side by side with what it is compared to, in one run.

A module has `add_arguments(parser)` and `run(args) -> dict`, which prints a table and returns rows for the JSON file.
"""
