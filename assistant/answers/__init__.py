"""Answers: a `Question` becomes an `Answer`, compiled from rows and verified before it is shown."""
