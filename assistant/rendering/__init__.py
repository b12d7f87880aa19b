"""Rendering: an `Answer` becomes Slack blocks or terminal text, by pure functions."""
