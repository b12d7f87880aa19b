"""Names: what first and family names there are, and which of them are words as well.

The names come with Faker (MIT), which carries those of many countries; to them we add some of our own. A name that
is also a word, a place or a brand ("Grace", "Chelsea", "Alexa") tells nothing alone.
"""

import re
from functools import cache
from importlib import import_module, resources

_COUNTRIES = (
    "ar_DZ cs_CZ da_DK de_AT de_CH de_DE en_GB en_IE en_IN en_NZ en_US es_AR es_CL es_ES es_MX fi_FI fr_BE fr_CA fr_FR "
    "hr_HR hu_HU ig_NG is_IS it_IT ja_JP nl_BE nl_NL no_NO pl_PL pt_BR pt_PT ro_RO sk_SK sl_SI sv_SE tr_TR yo_NG"
)
"""Locales whose names are written in Latin letters, or are given so too."""

_FIRST = re.compile(r"first_(?:romanized_)?names")
_FAMILY = re.compile(r"last_(?:romanized_)?names")
_USABLE = re.compile(r"[^\W\d_]{4,}")
"""Shorter ones ("An", "May", "Lot") are too often something else: only those of our own list count."""


@cache
def first_names() -> frozenset[str]:
    """Return first names in lower case that are hardly ever anything else."""
    return _read("first_names.txt") | (_listed(_FIRST) - also_words())


@cache
def given_names() -> frozenset[str]:
    """Return all first names in lower case, those that are also words with them."""
    return _read("first_names.txt") | _listed(_FIRST)


@cache
def surnames() -> frozenset[str]:
    """Return family names in lower case that are hardly ever anything else, and a few that follow a first name only."""
    return (_listed(_FAMILY) - also_words()) | _read("surnames.txt")


@cache
def also_words() -> frozenset[str]:
    """Return names in lower case that are words, places or brands as well."""
    return _read("also_words.txt")


@cache
def _listed(attribute: re.Pattern[str]) -> frozenset[str]:
    """Return the names that Faker holds under attributes of this name, each without its second part."""
    found: set[str] = set()
    for country in _COUNTRIES.split():
        provider = import_module(f"faker.providers.person.{country}").Provider
        for held in (getattr(provider, name) for name in dir(provider) if attribute.match(name)):
            if isinstance(held, (tuple, list, dict)):
                found.update(part for name in held for part in re.split(r"[\s-]+", str(name).lower()))
    return frozenset(name for name in found if _USABLE.fullmatch(name))


def _read(name: str) -> frozenset[str]:
    lines = resources.files("knowledge.privacy").joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
