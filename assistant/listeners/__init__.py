"""Listeners: what Slack sends us, a handler per file."""
