"""Rendering: an `Answer`, or what else there is to tell, becomes Slack blocks, text, a picture or a report.

Pure functions; Slack's own shapes stand in `slack_*`, pictures in `charts_*`.
"""
