"""Several maps, and every version of each; one is in force."""

from dataclasses import replace
from datetime import UTC, datetime

from knowledge.journey import JourneyMap, Stage

AT = datetime(2026, 11, 1, tzinfo=UTC)
SHOP = JourneyMap(id="shop", name="Shop", stages=(Stage(id="buy", name="Buy"),))
APP = JourneyMap(id="app", name="App", stages=(Stage(id="use", name="Use"),), persona="Ann")


def test_the_map_imported_last_is_in_force(store):
    assert store.maps.current() is None
    assert store.maps.all() == []
    assert store.maps.save(SHOP, at=AT)
    assert store.maps.save(APP, at=AT)
    assert store.maps.current() == APP
    assert [(v.id, v.in_force) for v in store.maps.all()] == [("app", True), ("shop", False)]


def test_a_map_that_equals_its_newest_version_makes_no_other(store):
    store.maps.save(SHOP, at=AT)
    revision = store.revision
    assert not store.maps.save(SHOP, at=AT)
    assert store.revision == revision
    store.maps.save(APP, at=AT)
    assert store.maps.save(SHOP, at=AT)
    assert store.maps.current() == SHOP
    assert len(store.maps.versions("shop")) == 1


def test_every_version_is_kept_and_can_be_put_in_force(store):
    newer = replace(SHOP, name="Shop 2")
    for journey in (SHOP, newer, APP):
        store.maps.save(journey, at=AT)
    assert [(v.version, v.journey, v.latest) for v in store.maps.versions("shop")] == [
        (1, SHOP, False),
        (2, newer, True),
    ]
    assert store.maps.get("shop") == newer
    assert store.maps.get("shop", 1) == SHOP
    revision = store.revision
    assert store.maps.use("shop", 1)
    assert store.revision > revision
    assert (store.maps.current(), store.maps.get("shop")) == (SHOP, SHOP)
    assert [(v.id, v.version) for v in store.maps.all()] == [("app", 1), ("shop", 1)]
    assert not store.maps.use("shop", 1)
    assert store.maps.use("shop")
    assert store.maps.current() == newer


def test_what_is_not_there_changes_nothing(store):
    store.maps.save(SHOP, at=AT)
    assert not store.maps.use("none")
    assert not store.maps.use("shop", 7)
    assert store.maps.get("none") is None
    assert store.maps.versions("none") == []
    assert store.maps.current() == SHOP
