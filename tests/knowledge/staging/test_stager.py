"""What staging promises: what is given decides, else the map, and doubt is said."""

import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import SentenceEmbedder
from knowledge.journey import Cell, JourneyMap, Stage
from knowledge.readers.maps import read_map
from knowledge.staging.stager import Staged, Stager, descriptions

MAP = JourneyMap(
    id="m",
    name="A shop",
    stages=(
        Stage(
            id="buying", name="Buying", description="paying at the checkout", aliases=("checkout", "The Order"),
            words=("voucher", "card declined"), cells=(Cell(lane="pain", text="voucher refused", step="Pays"),),
        ),
        Stage(
            id="using", name="Using", description="wearing the shoes every day", words=("blisters", "sole came off"),
            cells=(Cell(lane="feeling", text="proud"),),
        ),
        Stage(id="leaving", name="Leaving", description="deleting the account", words=("delete my account",)),
    ),
)  # fmt: skip
TEMPLATES = ("default", "bank", "subscription", "airline", "ecommerce", "b2b-saas")


def stage(embedder, texts, given=None, journey=MAP) -> list[Staged]:
    return Stager(journey, embedder).stage(embedder.encode(texts), texts, given or [None] * len(texts))


def test_the_words_of_the_map_decide(toy_embedder):
    texts = ["the voucher was refused at the checkout", "blisters and the sole came off", "please delete my account"]
    assert [s.stage_id for s in stage(toy_embedder, texts)] == ["buying", "using", "leaving"]
    assert {s.staged_by for s in stage(toy_embedder, texts)} == {"map"}


@pytest.mark.parametrize("value", ["buying", "Buying", "CHECKOUT", " the  order ", "the-order"])
def test_a_given_stage_is_linked_by_id_name_or_alias_and_outranks_the_text(toy_embedder, value):
    assert stage(toy_embedder, ["blisters and the sole came off"], [value]) == [
        Staged(stage_id="buying", confidence=1.0, staged_by="given")
    ]


def test_a_given_stage_that_the_map_does_not_know_is_counted_and_passed_over(toy_embedder):
    stager = Stager(MAP, toy_embedder)
    given = ["Lead", "Lead ", None, "", "Churned", "using"]
    assert stager.unknown(given) == {"Lead": 2, "Churned": 1}
    (staged,) = stage(toy_embedder, ["blisters and the sole came off"], ["Lead"])
    assert (staged.stage_id, staged.staged_by) == ("using", "map")


class OneDirectionPerStage:
    """A text points where its stage points; one that names no stage, or each of them, points nowhere near any."""

    model_id = "directions"
    dimension = 4

    def encode(self, texts):
        found = [[float(name in text) for name in "abc"] for text in texts]
        return np.array([[*f, 0.0] if sum(f) == 1 else [0.0, 0.0, 0.0, 1.0] for f in found], dtype=np.float32)


EVEN = JourneyMap(id="m", name="m", stages=tuple(Stage(id=name, name=name) for name in "abc"))


def test_doubt_is_said_and_names_no_stage():
    sure, doubtful = stage(OneDirectionPerStage(), ["a", "zzz"], journey=EVEN)
    assert (sure.stage_id, sure.staged_by) == ("a", "map")
    assert (doubtful.stage_id, doubtful.staged_by) == (None, "unsure")
    assert doubtful.confidence == pytest.approx(1 / 3)


def test_between_two_stages_a_slight_lean_is_doubt():
    two = JourneyMap(id="m", name="m", stages=EVEN.stages[:2])
    assert stage(OneDirectionPerStage(), ["zzz"], journey=two)[0].staged_by == "unsure"


def test_probabilities_sum_to_one_and_certainty_is_their_maximum(toy_embedder):
    texts = ["voucher", "sole", "zebra", "delete my account voucher blisters"]
    stager = Stager(MAP, toy_embedder)
    vectors = toy_embedder.encode(texts)
    probability = stager.probabilities(vectors, texts)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0)
    staged = stager.stage(vectors, texts, [None] * 4)
    np.testing.assert_allclose([s.confidence for s in staged], probability.max(axis=1))


def test_neighbours_with_a_given_stage_teach_what_the_map_does_not_know():
    texts = ["zzz"] * 8
    (alone,) = stage(OneDirectionPerStage(), texts[:1], journey=EVEN)
    taught = stage(OneDirectionPerStage(), texts, [None] + ["b"] * 7, journey=EVEN)
    assert alone.stage_id is None
    assert (taught[0].stage_id, taught[0].staged_by) == ("b", "map")


def test_among_many_texts_some_speak_for_all():
    texts = ["zzz", "a", "b"] * 2000
    given = [None] * 5999 + ["c"]
    staged = stage(OneDirectionPerStage(), texts, given, journey=EVEN)
    assert [s.stage_id for s in staged[:3]] == [None, "a", "b"]
    assert (staged[-1].stage_id, staged[-1].staged_by) == ("c", "given")


def test_a_word_that_two_stages_share_tells_nothing(toy_embedder):
    shared = JourneyMap(
        id="m", name="m",
        stages=tuple(Stage(id=f"s{i}", name=f"S{i}", words=("parcel",)) for i in range(2)),
    )  # fmt: skip
    assert Stager(shared, toy_embedder)._hits(["the parcel"]).tolist() == [[0.0, 0.0]]


def test_endings_do_not_hide_a_word_of_the_map(toy_embedder):
    stager = Stager(MAP, toy_embedder)
    assert stager._hits(["two VOUCHERS", "my card was declined"])[:, 0].tolist() == [1.0, 0.0]
    assert stager._hits(["the cards declined"])[0, 0] == 1.5


def test_staging_twice_gives_the_same_to_the_last_bit(toy_embedder):
    texts = [f"voucher {i} sole account" for i in range(50)]
    assert stage(toy_embedder, texts) == stage(toy_embedder, texts)


@pytest.mark.parametrize("count", [0, 1])
def test_a_map_of_no_or_one_stage_is_no_error(toy_embedder, count):
    journey = JourneyMap(id="m", name="m", stages=MAP.stages[:count])
    staged = stage(toy_embedder, ["the voucher", "blisters"], journey=journey)
    assert [s.stage_id for s in staged] == [None, None] if count == 0 else ["buying", "buying"]


def test_nothing_to_stage_is_no_error(toy_embedder):
    assert stage(toy_embedder, []) == []


def test_everything_in_a_stage_describes_it_once():
    told = dict(descriptions(MAP.stages[0]))
    assert told == {
        "voucher refused": False, "Buying": False, "checkout": False, "The Order": False,
        "paying at the checkout": False, "voucher": False, "card declined": False, "Pays": False,
    }  # fmt: skip
    assert dict(descriptions(MAP.stages[1]))["proud"] is True


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_a_whole_map_with_the_seven_stages(name: str):
    journey = read_map(Path(str(files("knowledge") / "templates" / f"{name}.yaml")))
    assert [s.id for s in journey.stages] == [
        "awareness", "consideration", "purchase", "onboarding", "use", "retention", "advocacy",
    ]  # fmt: skip
    for one in journey.stages:
        assert {cell.lane for cell in one.cells} == {"action", "thought", "feeling", "pain", "opportunity"}
        assert one.owner
        assert one.description
        assert len(one.words) >= 6
        assert len(one.touchpoints) >= 3


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_alias_of_a_template_names_two_stages(name: str):
    journey = read_map(Path(str(files("knowledge") / "templates" / f"{name}.yaml")))
    names = Counter(alias.lower() for one in journey.stages for alias in {one.name, *one.aliases})
    assert [alias for alias, count in names.items() if count > 1] == []


@pytest.mark.model
@pytest.mark.shared
def test_questions_to_a_bank_find_their_stage_with_the_map_alone(shared_data: Path):
    """Macro-F1 of at least 0.55 over the stages that occur, on every sixtieth question."""
    from sklearn.metrics import f1_score

    with (shared_data / "stage_gold" / "banking77_stages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ambiguous"] == "no"][::60]
    texts, gold = [row["text"] for row in rows], [row["stage"].replace("usage/support", "use") for row in rows]
    embedder = SentenceEmbedder()
    bank = read_map(Path(str(files("knowledge") / "templates" / "bank.yaml")))
    staged = Stager(bank, embedder).stage(embedder.encode(texts), texts, [None] * len(texts))
    guessed = [s.stage_id or "unsure" for s in staged]
    assert f1_score(gold, guessed, labels=sorted(set(gold)), average="macro") >= 0.55
