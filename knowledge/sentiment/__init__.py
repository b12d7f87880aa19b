"""Sentiment: from -1 (complaint) to 1 (praise), from a rating where there is one, else from the text.

Two views of a text are added up: a linear head on its vector, which knows what situations please or annoy ("still
waiting after two weeks"), and a small lexicon, which counts words of feeling in long texts, where one vector blurs.
"""

from knowledge.sentiment.lexicon import tone
from knowledge.sentiment.model import SentimentModel, from_rating

__all__ = ["SentimentModel", "from_rating", "tone"]
