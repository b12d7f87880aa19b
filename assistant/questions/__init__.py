"""Questions: the words that somebody asked become a `Question`."""
