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
├── ModelError                the embedding model is missing, altered, not loadable, or not the file's
├── MissingLibrary            a library that we need is not installed, or is broken
├── OutputError               what was to be said could not be written: a full disk behind a pipe or a terminal
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
    """The embedding model is missing, altered, not loadable, or not the one that the file's vectors are from."""


class MissingLibrary(JourneyError):
    """A library that we need is not installed, or is broken."""


class OutputError(JourneyError):
    """What was to be said could not be written to where it goes."""


class SettingsError(JourneyError):
    """A setting is missing or malformed."""


_PACKAGES = {
    "PIL": "pillow", "dotenv": "python-dotenv", "faiss": "faiss-cpu", "sklearn": "scikit-learn", "yaml": "pyyaml",
}  # fmt: skip
"""What packages are called whose library has another name; the others differ by the hyphen at most."""


def missing_library(error: ImportError) -> MissingLibrary | None:
    """Return what a person can do about a library that could not be imported; None where it is a module of ours."""
    library = (error.name or "").partition(".")[0]
    if library in ("", "assistant", "knowledge"):
        return None
    package = _PACKAGES.get(library, library.replace("_", "-"))
    if isinstance(error, ModuleNotFoundError):
        what, command = "is not installed", f"pip install {package}"
    else:
        what, command = f"cannot be used ({error})", f"pip install --force-reinstall {package}"
    return MissingLibrary(
        f"The library {library} {what}. What was finished is kept. In the environment that runs Journey Assistant: "
        f"{command}; then run this again."
    )
