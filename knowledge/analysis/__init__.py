"""Analysis: arrays in, numbers out; nothing here reads the database."""
