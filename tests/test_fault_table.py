"""The README's table of faults is true: each row has tests that make it happen, each quoted word is the program's."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FAULTS = "tests/knowledge/test_faults.py"
CLOCK = "tests/knowledge/test_clock.py"
ERASURE = "tests/knowledge/test_erasure.py"
AROUND = "tests/assistant/cli/test_command_line_faults.py"
EXPORT = "tests/assistant/cli/test_export_faults.py"
EXCHANGE = "tests/knowledge/layers/test_exchange.py"

INJECTED = {
    "disk full, or over quota": (
        (FAULTS, "test_a_full_file_system_loses_nothing_and_says_so"),
        (FAULTS, "test_a_full_database_loses_nothing_and_the_same_command_goes_on_later"),
    ),
    "disk full during a backup": ((FAULTS, "test_a_disk_that_fills_up_during_a_backup_leaves_no_half_copy"),),
    "disk full during an export": ((EXPORT, "test_a_disk_that_fills_up_leaves_the_export_from_before"),),
    "output full (`> FILE`, a pipe)": (
        (AROUND, "test_an_output_that_is_full_is_named_and_the_database_is_not_blamed"),
        (AROUND, "test_a_reader_of_the_output_who_has_gone_is_no_fault"),
    ),
    "read-only file or folder": ((FAULTS, "test_a_read_only_file_or_folder_is_named_with_what_to_do"),),
    "file in use for too long": ((FAULTS, "test_a_locked_file_says_who_has_to_finish"),),
    "damaged file": (
        (FAULTS, "test_half_a_file_is_damaged"),
        (FAULTS, "test_what_is_no_database_is_left_alone"),
        (FAULTS, "test_a_damaged_file_is_set_aside_and_the_backup_takes_its_place"),
    ),
    "damage that SQLite does not stumble over": (
        (FAULTS, "test_flipped_bytes_are_found_and_never_answered_from_silently"),
    ),
    "file from a newer version": ((FAULTS, "test_a_newer_file_is_refused_and_left_alone"),),
    "file from an older version": (
        (FAULTS, "test_a_file_of_the_first_version_is_brought_up_to_date_with_all_that_it_holds"),
    ),
    "migration interrupted, by an error or `kill -9`": (
        (FAULTS, "test_a_migration_that_is_interrupted_leaves_the_version_before"),
    ),
    "clock ahead": ((ERASURE, "test_a_clock_that_runs_ahead_does_not_empty_the_file"),),
    "clock back: themes, questions, the ledger": (
        (ERASURE, "test_a_clock_that_went_back_removes_nothing_and_the_ledger_keeps_its_order"),
        (CLOCK, "test_themes_found_by_a_clock_that_went_back_keep_their_ids_and_the_file_is_whole"),
        (CLOCK, "test_a_question_of_any_day_gets_an_answer_and_no_failure"),
    ),
    "clock back: Slack and digests": (
        (CLOCK, "test_what_was_put_off_by_a_clock_that_ran_ahead_is_due_once_it_is_set_back"),
        (CLOCK, "test_a_digest_that_a_clock_far_ahead_has_sent_does_not_silence_those_of_today"),
        (CLOCK, "test_a_digest_is_not_sent_twice_where_the_clock_goes_back_a_little"),
    ),
    "model damaged, incomplete or gone": (
        (FAULTS, "test_a_model_that_was_damaged_or_exchanged_is_not_used"),
        (FAULTS, "test_a_package_that_is_missing_is_named_with_the_command_that_installs_it"),
    ),
    "model exchanged for another": (
        (EXCHANGE, "test_a_question_to_a_file_of_another_model_says_so_and_what_to_do"),
        (EXCHANGE, "test_what_looks_at_vectors_without_a_question_says_so_too"),
        (EXCHANGE, "test_encoded_and_grouped_anew_the_file_is_whole_and_says_what_happened"),
    ),
    "library missing or broken": (
        (AROUND, "test_a_missing_library_is_named_with_the_command_that_installs_it"),
        (AROUND, "test_an_import_that_lacks_a_library_says_so_and_goes_on_once_it_is_there"),
        (AROUND, "test_a_question_that_lacks_a_library_is_answered_with_its_name"),
    ),
    "out of memory in a batch": (
        (FAULTS, "test_a_batch_that_does_not_fit_is_halved_until_it_does"),
        (FAULTS, "test_one_text_that_does_not_fit_alone_is_an_error_that_says_so"),
    ),
    "out of memory elsewhere": ((AROUND, "test_too_little_memory_is_said_in_a_sentence"),),
    "bad backup at `restore`": ((FAULTS, "test_a_backup_that_is_no_good_changes_nothing"),),
    "file in use at `restore`": ((FAULTS, "test_a_file_in_use_is_not_replaced"),),
    "process killed in an import": (
        (
            "tests/assistant/listeners/surfaces/test_interrupted.py",
            "test_an_import_that_a_process_died_over_is_finished_by_the_next_one",
        ),
    ),
}


def rows() -> list[tuple[str, str]]:
    """Return fault and what is seen, of each row."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n### Faults\n")[2].partition("\n### ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:2] == "| "]
    return [(fault, seen) for fault, seen, _ in cells[1:]]


@cache
def said() -> str:
    """Return every text that the program may say, with … for what is filled in."""
    found = []
    for path in [*ROOT.glob("knowledge/**/*.py"), *ROOT.glob("assistant/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_every_row_of_the_table_is_made_to_happen_and_nothing_else_stands_there():
    assert [fault for fault, _ in rows()] == list(INJECTED)


@pytest.mark.parametrize("fault", INJECTED)
def test_the_tests_that_make_it_happen_are_there(fault):
    for file, name in INJECTED[fault]:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (file, name)


@pytest.mark.parametrize(("fault", "seen"), rows())
def test_what_the_table_quotes_is_what_the_program_says(fault, seen):
    for quoted in re.findall(r'"([^"]+)"', seen):
        for part in filter(str.strip, quoted.split("…")):
            assert part.strip() in said(), f"{fault}: {part!r}"
