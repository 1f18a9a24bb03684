"""Point ids: the same passage the same id, and the revision to be read from it."""

from uuid import UUID

import pytest

from kb.points import key_of, point_id, revision_key


def test_an_id_is_a_uuid_in_the_spelling_that_engines_give_back() -> None:
    made = point_id("a" * 16, "r1", 7)
    assert str(UUID(made)) == made
    assert made == point_id("a" * 16, "r1", 7)


def test_all_passages_of_a_revision_share_its_key_and_no_other() -> None:
    keys = {
        (document, revision): revision_key(document, revision)
        for document in ("a", "b", "a/r")
        for revision in ("r1", "r2", "1")
    }
    assert len(set(keys.values())) == len(keys)
    for (document, revision), key in keys.items():
        ids = {point_id(document, revision, ordinal) for ordinal in (0, 1, 255, 70_000)}
        assert len(ids) == 4 and {key_of(made) for made in ids} == {key}


def test_ids_of_a_revision_sort_in_reading_order() -> None:
    ids = [point_id("a", "r", ordinal) for ordinal in range(0, 1_000, 7)]
    assert ids == sorted(ids)


def test_what_is_no_place_in_a_document_is_refused() -> None:
    with pytest.raises(OverflowError):
        point_id("a", "r", -1)
