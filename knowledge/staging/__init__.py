"""Staging: which stage of the journey a piece of feedback is about. Arrays in, numbers out; no store.

`stager` reads the journey map, `learning` adds what people answered, `questions` chooses what to ask them next.
"""
