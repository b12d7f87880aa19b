"""Metrics of a stage that the map does not have: kept, said so, and told what the map's stages are called."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def shop(run_journey):
    """Return `journey …` over a map of two stages, in an empty folder."""
    Path("map.yaml").write_text("name: Shop\nstages:\n  - name: Buy\n  - name: Use\n", encoding="utf-8")
    run_journey("import", "map", "map.yaml")
    return run_journey


def write(*rows):
    Path("kpi.csv").write_text("\n".join(["stage,metric,period,value,n", *rows]), encoding="utf-8")


def test_unknown_stages_are_named_once_with_the_stages_that_there_are(shop):
    write(
        "nowhere,NPS,2026-01,30,90",
        "nowhere,NPS,2026-02,31,90",
        "after sales,CSAT,2026-01,4.1,50",
        "Buy,CSAT,2026-01,4,9",
    )
    shown = shop("import", "metrics", "kpi.csv").output
    assert shown.startswith("4 values of 2 metrics: 4 new, 0 changed, 0 rejected.")
    (line,) = [line for line in shown.splitlines() if "no stage" in line]
    assert "The map has no stage called after-sales, nowhere; these values are kept under that name." in line
    assert line.endswith("Its stages are: buy, use.")


def test_scripts_read_unknown_stages_as_a_list(shop):
    write("nowhere,NPS,2026-01,30,90")
    told = json.loads(shop("import", "metrics", "kpi.csv", "--json").output)
    assert (told["unknown_stages"], told["added"]) == (["nowhere"], 1)


def test_nothing_is_said_where_every_stage_is_known_or_none_is_named(shop):
    write("Buy,CSAT,2026-01,4,90", "use,CSAT,2026-01,4,90", ",NPS,2026-01,30,90")
    assert "no stage" not in shop("import", "metrics", "kpi.csv").output
