"""One tree of errors; the two front ends translate it, nobody else does.

JourneyError                  something a person can act on; the message says what and how
├── InputError                a file, a row or an argument that we cannot use
│   ├── UnreadableFile        not a format, encoding or table that we know
│   ├── MissingColumn         a column that was named, or that we need, is not there
│   └── InvalidMap            a journey map with a wrong or missing part
├── NotFound                  a theme, stage, metric or row that the file does not hold
├── StoreError                the database file
│   ├── StoreBusy             another process holds it
│   ├── StoreDamaged          not a database, or a broken one
│   └── SchemaMismatch        written by a newer version
├── ModelError                the embedding model is missing, altered or not loadable
└── SettingsError             a setting that is missing or malformed
"""


class JourneyError(Exception):
    """Something a person can act on."""


class InputError(JourneyError):
    """A file, a row or an argument that we cannot use."""


class UnreadableFile(InputError):
    """Not a format, an encoding or a table that we know."""


class MissingColumn(InputError):
    """A column that was named, or that we need, is not there."""


class InvalidMap(InputError):
    """A journey map with a wrong or missing part."""


class NotFound(JourneyError):
    """A theme, stage, metric or row that the file does not hold."""


class StoreError(JourneyError):
    """The database file cannot be used."""


class StoreBusy(StoreError):
    """Another process holds the database file."""


class StoreDamaged(StoreError):
    """The file is not a database, or a broken one."""


class SchemaMismatch(StoreError):
    """The file was written by a newer version of Journey Assistant."""


class ModelError(JourneyError):
    """The embedding model is missing, altered or not loadable."""


class SettingsError(JourneyError):
    """A setting is missing or malformed."""
