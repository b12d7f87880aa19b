"""Metrics of segments compared: a small table by hand, and a large real one recomputed from its file."""

import csv
from collections import defaultdict
from datetime import date

import pytest

from assistant.answers.analyst import Analyst
from knowledge.readers.metrics import read_metrics
from knowledge.store import open_store, prepare

AS_OF = date(2024, 1, 15)


def company(path, table, columns=None):
    read = read_metrics(table, columns=columns)
    prepare(path)
    with open_store(path) as store:
        store.metrics.save(read.metrics, read.points)
    return path


@pytest.fixture
def ask(tmp_path, toy_embedder):
    """Ask about a small table, without any feedback in the file."""
    rows = ["month,product,cases,solved_pct"]
    for month, loans, cards in (("2023-11", (200, 80), (100, 60)), ("2023-12", (300, 90), (100, 62))):
        rows += [f"{month},Loan,{loans[0]},{loans[1]}", f"{month},Credit card,{cards[0]},{cards[1]}"]
    table = tmp_path / "kpi.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    analyst = Analyst(company(tmp_path / "kpi.db", table, {"n": "cases"}), toy_embedder)
    return lambda text: analyst.answer(text, as_of=AS_OF)


def test_two_segments_are_compared_by_their_counts(ask):
    answer = ask("compare solved of loans and credit cards in 2023")
    loans, cards = answer.claims
    assert (loans.numbers["value"], loans.numbers["n"]) == (pytest.approx(86), 500)
    assert (cards.numbers["value"], cards.numbers["n"]) == (pytest.approx(61), 200)
    assert "Loan higher beyond chance (p under 0.001)" in answer.headline
    assert loans.numbers["p_value"] == cards.numbers["p_value"] < 0.001
    assert not answer.dropped


def test_two_periods_of_one_segment_are_compared(ask):
    answer = ask("compare solved of loans in December 2023 with November 2023")
    december, november = answer.claims
    assert (december.numbers["value"], november.numbers["value"]) == (90, 80)
    assert "December 2023 higher beyond chance" in answer.headline


def test_what_was_not_measured_is_refused(ask):
    answer = ask("compare solved of loans and credit cards in 2019")
    assert answer.abstained
    assert "not measured" in answer.headline


def test_an_altered_side_is_caught(tmp_path, ask):
    from dataclasses import replace

    from assistant.answers.verify import verify

    answer = ask("compare solved of loans and credit cards in 2023")
    with open_store(tmp_path / "kpi.db") as store:
        assert verify(answer, store) == answer
        for index, finding in enumerate(answer.findings):
            for key, value in finding.numbers.items():
                if isinstance(value, int | float):
                    forged = replace(finding, numbers={**finding.numbers, key: value + 1})
                    findings = (*answer.findings[:index], forged, *answer.findings[index + 1 :])
                    assert verify(replace(answer, findings=findings), store).dropped, key


REAL = {
    "compare timely response of mortgages and credit cards in 2023": [
        ("timely_pct", "2023", "Mortgage"), ("timely_pct", "2023", "Credit card or prepaid card")],
    "compare relief of debt collection and student loans in 2019": [
        ("relief_pct", "2019", "Debt collection"), ("relief_pct", "2019", "Student loan")],
    "compare timely response of mortgages and debt collection in 2016": [
        ("timely_pct", "2016", "Mortgage"), ("timely_pct", "2016", "Debt collection")],
    "compare relief of debt collection in 2020 with 2019": [
        ("relief_pct", "2020", "Debt collection"), ("relief_pct", "2019", "Debt collection")],
    "what was timely response in 2021?": [("timely_pct", "2021", None)],
    "what was relief of mortgages in 2017?": [("relief_pct", "2017", "Mortgage")],
}  # fmt: skip


@pytest.fixture(scope="module")
def real(tmp_path_factory, shared_data, toy_embedder):
    table = shared_data / "cfpb" / "monthly_metrics.csv"
    path = company(tmp_path_factory.mktemp("real") / "real.db", table, {"n": "complaints"})
    by_year = defaultdict(lambda: [0, 0.0])
    with table.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for metric in ("timely_pct", "relief_pct"):
                for product in (row["Product"], None):
                    held = by_year[metric, row["month"][:4], product]
                    held[0] += int(row["complaints"])
                    held[1] += int(row["complaints"]) * float(row[metric])
    return Analyst(path, toy_embedder), by_year


@pytest.mark.shared
@pytest.mark.parametrize("text", REAL)
def test_a_real_table_gives_what_its_file_gives_by_hand(real, text):
    analyst, by_year = real
    answer = analyst.answer(text, as_of=AS_OF)
    assert not answer.abstained, answer.headline
    assert not answer.dropped
    found = [(f.numbers["n"], pytest.approx(f.numbers["value"])) for f in answer.claims]
    assert found == [(by_year[key][0], by_year[key][1] / by_year[key][0]) for key in REAL[text]]
