"""The bot as `journey serve` runs it, with an answerer that repeats the question after SECONDS: for `bench slack`."""

import logging
import sys
import time
from dataclasses import dataclass
from datetime import date

from assistant.answers.answer import Answer
from assistant.app import serve
from assistant.questions.question import Question
from assistant.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Echo:
    """Answers every question by itself, so that an answer can be told from all others."""

    seconds: float

    def answer(self, text: str, *, as_of: date, before: object = None) -> Answer:
        """Return the question as the answer, whatever was asked before."""
        time.sleep(self.seconds)
        return Answer(question=Question(text=text, intent="help", confidence=1.0), headline=f"You asked: {text}.")


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    serve(Settings.from_env(dotenv=None), Echo(seconds=float(sys.argv[1])))
