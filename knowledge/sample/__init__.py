"""The sample company: one fictional subscription business, written for this project."""
