"""Event logs: read, counted two ways, and held against a third that goes case by case."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.analysis.funnel import ArrayEvents
from knowledge.erasure import anonymise, forget, retain
from knowledge.errors import InputError, MissingColumn, NotFound, UnreadableFile
from knowledge.events import DAY_MS, LEAST_TIMES, QUIET_DAYS, Case, Cases, EventStage, spread
from knowledge.journey import JourneyMap, Stage
from knowledge.layers.events import by_map, import_events
from knowledge.privacy import pseudonym
from knowledge.readers.events import EventColumns, open_events, read_stages
from knowledge.store import open_store, prepare
from knowledge.store.event_counts import SqlEvents

AT = datetime(2026, 11, 1, tzinfo=UTC)
KEY = b"k" * 32
STAGES = (EventStage(id="a", name="A"), EventStage(id="b", name="B"), EventStage(id="c", name="C"),
          EventStage(id="x", name="X", end=True))  # fmt: skip
PLACES = {"a": 0, "b": 1, "c": 2, "x": 3}
MAP = JourneyMap(
    id="m", name="M", stages=(Stage(id="a", name="A"), Stage(id="b", name="B", touchpoints=("first box",)))
)


@pytest.fixture
def db(tmp_path) -> Path:
    path = tmp_path / "j.db"
    prepare(path)
    return path


def write(path: Path, *lines: str) -> Path:
    text = "\n".join(["case,activity,time,plan", *lines]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def read(path: Path, **columns) -> list[Case]:
    with open_events([path], EventColumns(**columns)) as file:
        return list(file.cases(PLACES, KEY))


def visits(cases: list[Case], name: str) -> list[tuple[int, int]]:
    return next(list(case.visits) for case in cases if case.customer == pseudonym(name, KEY))


def ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)


def test_events_of_one_stage_in_a_row_are_one_visit_in_the_order_of_time(tmp_path):
    path = write(tmp_path / "log.csv", "1,b,2026-01-02T10:00:00Z,", "1,a,2026-01-01T09:00:00Z,",
                 "1,a,2026-01-01T11:00:00Z,", "1,a,2026-01-03,", "2,x,2026-01-01,")  # fmt: skip
    cases = read(path)
    assert visits(cases, "1") == [(0, ms(2026, 1, 1, 9)), (1, ms(2026, 1, 2, 10)), (0, ms(2026, 1, 3))]
    assert visits(cases, "2") == [(3, ms(2026, 1, 1))]


def test_events_at_the_same_time_keep_the_order_of_the_file(tmp_path):
    path = write(tmp_path / "log.csv", *(f"{i},{stage},2026-01-01," for i in range(300) for stage in "cab"))
    assert all([stage for stage, _ in case.visits] == [2, 0, 1] for case in read(path))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2026-03-01T00:30:00+02:00", ms(2026, 2, 28, 22, 30)), ("2026-03-01 00:30:00", ms(2026, 3, 1, 0, 30)),
     ("1772325000", ms(2026, 3, 1, 0, 30)), ("1772325000000", ms(2026, 3, 1, 0, 30)), ("2026-03-01", ms(2026, 3, 1))],
)  # fmt: skip
def test_times_are_instants_and_days_are_those_of_the_source(tmp_path, written, expected):
    case = read(write(tmp_path / "log.csv", f"1,a,{written},"))[0]
    assert case.visits == ((0, expected),)
    assert case.day == date(2026, 3, 1).toordinal()


def test_other_ways_to_write_a_time_are_named(tmp_path):
    path = write(tmp_path / "log.csv", "1,a,03/02/2026 10:00,")
    with pytest.raises(InputError, match=r"no time in the column 'time' can be read, such as '03/02/2026 10:00'"):
        read(path)
    assert visits(read(path, time_format="%d/%m/%Y %H:%M"), "1") == [(0, ms(2026, 2, 3, 10))]


def test_packed_files_and_parquet_hold_the_same(tmp_path):
    lines = ["1,a,2026-01-01,gold", "1,b,2026-01-02,gold", "2,a,2026-01-05,free"]
    plain = write(tmp_path / "log.csv", *lines)
    packed = write(tmp_path / "log.csv.gz", *lines)
    duckdb.connect().execute(
        f"COPY (SELECT * REPLACE (CAST(time AS TIMESTAMP) AS time) FROM '{plain}') TO '{tmp_path}/log.parquet'"
    )
    found = [sorted(read(p, segments=("plan",)), key=repr) for p in (plain, packed, tmp_path / "log.parquet")]
    assert found[0] == found[1] == found[2]
    assert {tuple(case.segments.items()) for case in found[0]} == {(("plan", "gold"),), (("plan", "free"),)}


def test_several_files_are_one_log(tmp_path):
    one = write(tmp_path / "1.csv", "1,a,2026-01-01,")
    two = write(tmp_path / "2.csv", "1,b,2026-02-01,")
    with open_events([one, two], EventColumns()) as file:
        assert [stage for stage, _ in next(iter(file.cases(PLACES, KEY))).visits] == [0, 1]


def test_rows_that_cannot_be_used_are_counted_with_their_reason(tmp_path):
    path = write(tmp_path / "log.csv", "1,a,2026-01-01,", ",a,2026-01-01,", "1,,2026-01-01,", "1,a,soon,", "1,a,,")
    with open_events([path], EventColumns()) as file:
        assert len(list(file.cases(PLACES, KEY))) == 1
        rejects = file.rejects()
    assert rejects.count == 4
    assert rejects.examples == (
        (2, "no case"),
        (3, "no activity"),
        (4, "a time that we cannot read: soon"),
        (5, "no time"),
    )


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [({"case": "nr"}, MissingColumn, "no column 'nr'; name one with --case. It has: case, activity, time, plan"),
     ({"segments": ("colour",)}, MissingColumn, "no column 'colour'"),
     ({"segments": ("case",)}, InputError, "has 300 different values")],
)  # fmt: skip
def test_columns_that_are_not_there_or_no_groups_are_told(tmp_path, columns, error, words):
    path = write(tmp_path / "log.csv", *(f"{i},a,2026-01-01," for i in range(300)))
    with pytest.raises(error, match=words):
        read(path, **columns)


def test_what_is_no_log_is_told(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(UnreadableFile, match="cannot be read as an event log"):
        read(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="holds no events"):
        read(write(tmp_path / "empty.csv"))


def test_stages_are_read_from_yaml_and_csv_alike(tmp_path):
    (tmp_path / "s.yaml").write_text("stages:\n  Sign up: [s1, s2]\n  Paid: p\nends:\n  Lost: [l]\n")
    (tmp_path / "s.csv").write_text("activity,stage,end\ns1,Sign up,\ns2,Sign up,no\np,Paid,\nl,Lost,yes\n")
    expected = (EventStage(id="sign-up", name="Sign up"), EventStage(id="paid", name="Paid"),
                EventStage(id="lost", name="Lost", end=True))  # fmt: skip
    for name in ("s.yaml", "s.csv"):
        assert read_stages(tmp_path / name) == (expected, {"s1": 0, "s2": 0, "p": 1, "l": 2})


@pytest.mark.parametrize(
    ("text", "words"),
    [("stages:\n  A: [x]\n  B: [x]\n", "'x' stands in two stages"), ("stages: [x]", "needs `stages:`"),
     ("a: [", "is not YAML"), ("{}", "puts no activity into a stage")],
)  # fmt: skip
def test_stages_that_make_no_sense_are_told(tmp_path, text, words):
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(InputError, match=words):
        read_stages(tmp_path / "s.yaml")


def test_activities_find_the_stages_of_the_map_by_its_touchpoints():
    stages, places = by_map(("First_Box", "a", "z"), MAP)
    assert [stage.id for stage in stages] == ["a", "b"]
    assert places == {"First_Box": 1, "a": 0}


# --- counting


@pytest.fixture(scope="module")
def one_db(tmp_path_factory) -> Path:
    """Make a file for many examples: each replaces the log of the one before."""
    path = tmp_path_factory.mktemp("events") / "j.db"
    prepare(path)
    return path


WAYS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 80)), min_size=1, max_size=7)
LOGS = st.lists(st.tuples(WAYS, st.sampled_from(["gold", "free"])), min_size=1, max_size=12)


def cases_of(log) -> list[Case]:
    made = []
    for number, (way, plan) in enumerate(log):
        at, held = 0, []
        for stage, days in way:
            at += days * DAY_MS
            if not held or held[-1][0] != stage:
                held.append((stage, at))
        made.append(
            Case(customer=f"c_{number}", day=700_000 + way[0][1], until=at, visits=tuple(held), segments={"plan": plan})
        )
    return made


@settings(max_examples=60)
@given(log=LOGS, path=st.lists(st.integers(0, 3), min_size=2, max_size=4, unique=True),
       start=st.none() | st.integers(700_000, 700_040), plan=st.sampled_from([None, "gold"]))  # fmt: skip
def test_arrays_sql_and_counting_case_by_case_agree(one_db, log, path, start, plan):
    made = cases_of(log)
    with open_store(one_db) as store:
        held = store.events.save("log", STAGES, made, other=0, events=1, at=AT)
        wanted = Cases(log=held.id, start=start, filters={"plan": (plan,)} if plan else {})
        arrays, sql = ArrayEvents(store.events.facts()), SqlEvents(store.db)
        assert arrays.passage(wanted, path) == sql.passage(wanted, path)
        assert arrays.stay(wanted, path[0]) == sql.stay(wanted, path[0])
        found = arrays.passage(wanted, path)
    chosen = [c for c in made if (start is None or c.day >= start) and plan in (None, c.segments["plan"])]
    last = max(case.until for case in made)
    went = [case for case in chosen if followed(case, path[:-1]) is not None]
    came = [case for case in went if followed(case, path) is not None]
    alive = [case for case in went if case not in came and case.until >= last - QUIET_DAYS * DAY_MS
             and case.visits[-1][0] not in (2, 3)]  # fmt: skip
    assert (found.cases, found.reached, found.pending) == (len(went), len(came), len(alive))
    if came:
        took = [
            (case.visits[followed(case, path)][1] - case.visits[followed(case, path[:-1])][1]) / 1000 for case in came
        ]
        assert found.took.median == pytest.approx(float(np.median(took)))
        assert found.took.p90 == pytest.approx(float(np.quantile(took, 0.9)))


def followed(case: Case, path) -> int | None:
    """Return the number of the visit at which a case has gone through a path in order; None if it has not."""
    place = -1
    for stage in path:
        place = next((i for i, (s, _) in enumerate(case.visits) if i > place and s == stage), None)
        if place is None:
            return None
    return place


def test_a_stay_tells_who_left_came_back_and_is_lost(db):
    day = DAY_MS
    ways = [((0, 0), (1, 2 * day)), ((0, 0), (1, day), (0, 3 * day), (1, 9 * day)), ((0, 0),), ((0, 90 * day),)]
    made = [Case(customer=f"c{i}", day=1, until=way[-1][1], visits=way) for i, way in enumerate(ways)]
    with open_store(db) as store:
        held = store.events.save("log", STAGES[:2], made, other=0, events=7, at=AT)
        stay = ArrayEvents(store.events.facts()).stay(Cases(log=held.id), 0)
        goal = ArrayEvents(store.events.facts()).stay(Cases(log=held.id), 1)
    assert (stay.cases, stay.left, stay.again, stay.ended, stay.abandoned) == (4, 2, 1, 2, 1)
    assert stay.took.median == (2 + 7) / 2 * day / 1000
    assert goal.abandoned == 0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_a_spread_is_numpys_and_its_interval_holds_the_median(values):
    found = spread(sorted(values))
    assert found.median == pytest.approx(np.median(values) / 1000)
    assert found.p90 == pytest.approx(np.quantile(values, 0.9) / 1000)
    if len(values) < LEAST_TIMES:
        assert (found.low, found.high) == (None, None)
    else:
        assert found.low <= found.median <= found.high


def test_the_interval_of_the_median_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(11)
    held = [spread(np.sort(random.exponential(1000.0, 40))) for _ in range(2000)]
    covered = np.mean([one.low * 1000 <= 1000 * np.log(2) <= one.high * 1000 for one in held])
    assert 0.94 <= covered <= 0.975


# --- keeping and forgetting


def bring(store, path: Path, name: str = "log"):
    with open_events([path], EventColumns(segments=("plan",))) as file:
        return import_events(store, file, KEY, name=name, journey=MAP, at=AT)


@pytest.fixture
def log_file(tmp_path) -> Path:
    lines = ["anna@example.com,a,2026-01-01,gold", "anna@example.com,first box,2026-01-03,gold", "K2,a,2026-02-01,free",
             "K2,other,2026-02-02,free"]  # fmt: skip
    return write(tmp_path / "log.csv", *lines)


def test_importing_a_log_again_changes_nothing(db, log_file):
    with open_store(db) as store:
        first = bring(store, log_file)
        before = store.fingerprint()["event_visits"]
        bring(store, log_file)
        assert store.fingerprint()["event_visits"] == before
        assert len(store.events.logs()) == 1
    assert (first.log.cases, first.log.events, dict(first.without_stage)) == (2, 3, {"other": 1})
    assert first.log.segments == {"plan": ("free", "gold")}


def test_ids_of_cases_never_reach_the_disk(db, log_file):
    with open_store(db) as store:
        bring(store, log_file)
    assert not any(b"anna" in path.read_bytes() for path in db.parent.glob("j.db*"))


def test_a_log_without_a_known_activity_changes_nothing(db, tmp_path, log_file):
    with open_store(db) as store:
        bring(store, log_file)
        with pytest.raises(InputError, match="No activity of the log belongs to a stage"):
            bring(store, write(tmp_path / "odd.csv", "1,zzz,2026-01-01,"))
        assert store.events.logs()[0].cases == 2


def test_forgetting_a_customer_takes_their_cases_and_keeps_them_out(db, log_file):
    whom = pseudonym("anna@example.com", KEY)
    with open_store(db) as store:
        bring(store, log_file)
        assert forget(store, whom, at=AT, dry_run=True).pieces == 0
        assert store.events.count_of(whom) == 1
        receipt = forget(store, whom, at=AT)
        assert receipt.clean
        assert receipt.rows["event_cases"] == 1
        assert store.events.count_of(whom) == 0
        assert store.db.execute("SELECT count(*) FROM event_visits").fetchone()[0] == 1
        again = bring(store, log_file)
        assert (again.kept_out, again.log.cases) == (1, 1)
        with pytest.raises(NotFound):
            forget(store, whom, at=AT)


def test_anonymising_keeps_the_case_and_cuts_the_link(db, log_file):
    whom = pseudonym("K2", KEY)
    with open_store(db) as store:
        bring(store, log_file)
        anonymise(store, whom, at=AT)
        assert store.events.count_of(whom) == 0
        assert store.events.logs()[0].cases == 2


def test_retention_takes_cases_that_ended_before_the_limit(db, log_file):
    from datetime import timedelta

    with open_store(db) as store:
        bring(store, log_file)
        retain(store, timedelta(days=100), today=date(2026, 5, 1), at=AT)
        assert [case.log.cases for case in store.events.facts()] == [1]


@pytest.mark.shared
def test_the_numbers_of_a_real_log_are_those_of_plain_sql(db, shared_data, tmp_path):
    """13,087 loan applications; each number is recomputed by SQL over the file itself."""
    source = shared_data / "loan_journey" / "events.csv.gz"
    (tmp_path / "s.yaml").write_text(
        "stages:\n  Submitted: [A_SUBMITTED]\n  Accepted: [A_ACCEPTED]\n"
        "  Offer sent: [O_SENT]\n  Activated: [A_ACTIVATED]\n"
        "ends:\n  Declined: [A_DECLINED]\n"
    )
    with open_store(db) as store, open_events([source], EventColumns()) as file:
        places = read_stages(tmp_path / "s.yaml")
        log = import_events(store, file, KEY, name="loans", journey=MAP, at=AT, stages=places).log
        counts = ArrayEvents(store.events.facts())
        for path, names in (((0, 1), ("A_SUBMITTED", "A_ACCEPTED")), ((1, 2), ("A_ACCEPTED", "O_SENT")),
                            ((2, 3), ("O_SENT", "A_ACTIVATED")), ((0, 4), ("A_SUBMITTED", "A_DECLINED"))):  # fmt: skip
            ours = counts.passage(Cases(log=log.id), path)
            plain = (
                duckdb.connect()
                .execute(f"""WITH e AS (SELECT case_id, activity, CAST("timestamp" AS TIMESTAMPTZ) AS t
                FROM read_csv('{source}', all_varchar = true)),
                one AS (SELECT case_id, min(t) AS t FROM e WHERE activity = '{names[0]}' GROUP BY 1),
                pairs AS (SELECT one.case_id, min(e.t) - one.t AS took FROM one JOIN e ON e.case_id = one.case_id
                AND e.activity = '{names[1]}' AND e.t >= one.t GROUP BY one.case_id, one.t)
                SELECT (SELECT count(*) FROM one), count(*), quantile_cont(epoch(took), 0.5),
                quantile_cont(epoch(took), 0.9)
                FROM pairs""")
                .fetchall()[0]
            )
            assert (ours.cases, ours.reached) == plain[:2]
            assert (ours.took.median, ours.took.p90) == pytest.approx(plain[2:], abs=1e-3)
