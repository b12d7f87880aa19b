"""The search of raw bytes finds exactly what a plain search would, whatever the lengths and overlaps."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from knowledge.store.traces import SHORTEST, WINDOW, search, unexplained, windows

FEW = st.binary(max_size=200).map(lambda raw: bytes(b % 3 + 65 for b in raw))
NEEDLES = st.sets(st.binary(min_size=SHORTEST, max_size=60).map(lambda raw: bytes(b % 3 + 65 for b in raw)), max_size=6)


def plainly(data: bytes, needle: bytes) -> list[int]:
    return [i for i in range(len(data) - len(needle) + 1) if data.startswith(needle, i)]


@given(FEW, NEEDLES, st.integers(0, 190))
def test_it_finds_exactly_what_a_plain_search_finds(tmp_path_factory, data, needles, place):
    planted = data[:place] + b"".join(sorted(needles)[:2]) + data[place:]
    path = Path(tmp_path_factory.getbasetemp() / "bytes")
    path.write_bytes(planted)
    wanted = sorted((path.name, at) for needle in needles for at in plainly(planted, needle))
    assert list(search([path], needles).found) == wanted


@given(st.lists(st.text(max_size=80), max_size=4))
def test_every_stretch_of_a_text_is_searched_for(texts):
    found = windows(texts)
    for text in texts:
        raw = text.encode()
        assert all(raw[i : i + WINDOW] in found for i in range(len(raw) - WINDOW + 1))
        assert not SHORTEST <= len(raw) < WINDOW or raw in found
    assert not unexplained(found, texts)


def test_a_large_erasure_is_searched_for_evenly_and_no_text_is_passed_over():
    texts = [f"{i} " + "abcdefghij" * 20 + f" {i}" for i in range(50)]
    found = windows(texts, most=500)
    assert len(found) < 1000
    assert all(any(needle.startswith(f"{i} ".encode()) for needle in found) for i in range(50))


def test_a_hit_across_the_border_of_two_pieces_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("knowledge.store.traces._CHUNK", 64)
    path = tmp_path / "bytes"
    needle = b"something that must not be left behind"
    for place in range(40, 80):
        path.write_bytes(b"." * place + needle + b"." * 50)
        assert search([path], {needle}).found == (("bytes", place),)
