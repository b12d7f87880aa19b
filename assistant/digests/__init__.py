"""Digests and alerts: what is due when, what it says, and a tick that sees to it. Time comes in as an argument."""
