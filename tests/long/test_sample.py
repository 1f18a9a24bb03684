"""A small, fixed sample of what `make check-long` does with many."""

from tests import folders
from tests.long import mutations
from tests.long.kills import Rounds
from tests.long.mutations import FINDINGS, make_case
from tests.long.originals import originals

_SEED = 1


def test_spoilt_files_end_as_blocks_or_as_a_german_error() -> None:
    found = mutations.run(range(60), _SEED, originals())
    assert found.with_ending(*FINDINGS) == []
    assert found.endings["blocks"] > 10 and found.endings["error"] > 10


def test_a_case_can_be_made_again() -> None:
    files = originals()
    assert make_case(7, _SEED, files) == make_case(7, _SEED, files) != make_case(8, _SEED, files)


def test_kills_lose_nothing_and_leave_nothing_half() -> None:
    with folders.quick_folder() as place:
        found = Rounds(place, _SEED).run(2)
    assert found.findings == []
    assert found.total >= 2 and found.compared > 20
