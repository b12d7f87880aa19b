"""Privacy: personal data out of texts, and customers out of reach, before anything is stored.

`mask` replaces personal data by typed placeholders, `pseudonym` turns a customer's id into a keyed hash, and
`protect` does both for a piece of feedback. Everything is rules and checksums: no model, no network, and the
same text always gives the same result.
"""

from knowledge.privacy.customers import load_or_create_key, protect, pseudonym
from knowledge.privacy.masking import find, mask
from knowledge.privacy.spans import KINDS, Span

__all__ = ["KINDS", "Span", "find", "load_or_create_key", "mask", "protect", "pseudonym"]
