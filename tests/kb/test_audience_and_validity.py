"""Who may see what, and what holds on which day."""

from datetime import date

import pytest

from kb.audience import PUBLIC, STAFF, Viewer, parse_audience
from kb.errors import InputError
from kb.validity import Validity, ValidityState


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("public", PUBLIC),
        (" Staff\n", STAFF),
        ("BÜNDNIS-Mönchengladbach", "bündnis-mönchengladbach"),
        ("team:a.b_c", "team:a.b_c"),
        ("7", "7"),
        ("a" * 64, "a" * 64),
    ],
)
def test_an_audience_is_a_short_plain_name_in_lower_case(given: str, name: str) -> None:
    assert parse_audience(given) == name


@pytest.mark.parametrize(
    "given", ["", " ", "-a", "a b", "a,b", "a\nb", "*", "a" * 65, "pub lic", "a/b", "öffentlich!"]
)
def test_anything_else_is_refused_and_named(given: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_audience(given)
    assert repr(given) in str(caught.value)
    assert "public" in str(caught.value)


def test_without_a_group_the_viewer_is_the_public() -> None:
    assert Viewer() == Viewer.public() == Viewer.member_of()
    assert Viewer().audiences == {PUBLIC}


@pytest.mark.parametrize(
    ("viewer", "audience", "sees"),
    [
        (Viewer.public(), PUBLIC, True),
        (Viewer.public(), STAFF, False),
        (Viewer.public(), "bündnis", False),
        (Viewer.public(), "", False),
        (Viewer.member_of(STAFF), PUBLIC, True),
        (Viewer.member_of(STAFF), STAFF, True),
        (Viewer.member_of(STAFF), "bündnis", False),
        (Viewer.member_of("bündnis"), STAFF, False),
        (Viewer.member_of("Bündnis "), "bündnis", True),
        (Viewer.member_of("a", "b"), "b", True),
    ],
)
def test_a_viewer_sees_the_public_and_their_own_groups(
    viewer: Viewer, audience: str, sees: bool
) -> None:
    assert viewer.may_see(audience) is sees
    assert (audience in viewer.audiences) is sees


def test_a_group_that_is_no_name_makes_no_viewer() -> None:
    with pytest.raises(InputError):
        Viewer.member_of("staff, public")


FROM, UNTIL = date(2025, 1, 1), date(2025, 12, 31)


@pytest.mark.parametrize(
    ("validity", "day", "state"),
    [
        (Validity(), FROM, ValidityState.UNKNOWN),
        (Validity(FROM, UNTIL), date(2024, 12, 31), ValidityState.UPCOMING),
        (Validity(FROM, UNTIL), FROM, ValidityState.CURRENT),
        (Validity(FROM, UNTIL), UNTIL, ValidityState.CURRENT),
        (Validity(FROM, UNTIL), date(2026, 1, 1), ValidityState.EXPIRED),
        (Validity(FROM, None), date.max, ValidityState.CURRENT),
        (Validity(FROM, None), date.min, ValidityState.UPCOMING),
        (Validity(None, UNTIL), date.min, ValidityState.CURRENT),
        (Validity(None, UNTIL), date.max, ValidityState.EXPIRED),
        (Validity(FROM, FROM), FROM, ValidityState.CURRENT),
    ],
)
def test_a_period_has_one_state_on_each_day(
    validity: Validity, day: date, state: ValidityState
) -> None:
    assert validity.state(day) is state


def test_a_period_that_ends_before_it_begins_is_refused_with_both_days() -> None:
    with pytest.raises(InputError, match=r"31\.12\.2024.*01\.01\.2025"):
        Validity(FROM, date(2024, 12, 31))
