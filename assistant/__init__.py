"""What we say: questions understood, answers compiled from rows, shown in a terminal or in Slack."""
