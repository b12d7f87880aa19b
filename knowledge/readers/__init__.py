"""Readers: a file becomes nouns, with a report of what was rejected and why."""
