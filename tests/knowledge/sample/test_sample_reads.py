"""Our own readers take the sample as it is, with nothing rejected and nothing to be told."""

from knowledge.journey import LANES
from knowledge.readers.feedback import open_feedback
from knowledge.readers.maps import read_map
from knowledge.readers.metrics import read_metrics
from knowledge.sample import MONTHS, feedback_path, map_path, metrics_path, stories, truth


def test_every_piece_of_feedback_is_read():
    file = open_feedback(feedback_path())
    batches = list(file.batches())
    assert sum(len(batch.feedback) for batch in batches) == len(truth())
    assert not [row for batch in batches for row in batch.rejected]


def test_columns_are_recognised_without_a_word():
    plan = open_feedback(feedback_path()).plan
    assert dict(plan.fields) == {
        "id": "id",
        "at": "date",
        "channel": "channel",
        "customer": "customer",
        "rating": "rating",
        "stage": "stage",
        "text": "text",
    }
    assert dict(plan.segments) == {"plan": "plan", "region": "region"}


def test_the_map_is_read_with_every_lane_in_every_stage():
    found = read_map(map_path())
    assert len(found.stages) == 7
    assert all({cell.lane for cell in stage.cells} == set(LANES) for stage in found.stages)


def test_steps_of_the_map_are_its_touchpoints():
    for stage in read_map(map_path()).stages:
        assert {cell.step for cell in stage.cells if cell.step} <= set(stage.touchpoints)


def test_every_metric_is_read_for_a_stage_of_the_map():
    report = read_metrics(metrics_path())
    stages = {stage.id for stage in read_map(map_path()).stages}
    assert not report.rejected
    assert {point.stage for point in report.points} == stages
    assert len(report.points) % len(MONTHS) == 0
    assert {story.metric for story in stories() if story.metric} <= {metric.id for metric in report.metrics}
