"""The small company of `world.py`, built once, and ways to ask it."""

import shutil
from pathlib import Path

import pytest

from assistant.answers.analyst import Analyst
from knowledge.store import open_store
from tests.assistant.answers import world
from tests.conftest import ToyEmbedder


@pytest.fixture(scope="session")
def toy():
    return ToyEmbedder()


@pytest.fixture(scope="session")
def company(tmp_path_factory, toy) -> Path:
    """Return the file of the company; nobody writes to it."""
    return world.build(tmp_path_factory.mktemp("company") / "company.db", toy)


@pytest.fixture
def own_company(company, tmp_path) -> Path:
    """Return a copy of the file that a test may change."""
    return Path(shutil.copy(company, tmp_path / "own.db"))


@pytest.fixture(scope="session")
def analyst(company, toy) -> Analyst:
    return Analyst(company, toy)


@pytest.fixture
def ask(analyst):
    return lambda text, as_of=world.AS_OF: analyst.answer(text, as_of=as_of)


@pytest.fixture
def store(company):
    with open_store(company) as opened:
        yield opened
