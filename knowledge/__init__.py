"""What we know: feedback, journey maps and metrics, kept in one file; never imports Slack or the assistant."""
