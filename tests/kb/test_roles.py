"""Roles and scopes: the ladder, names, what a token's scopes give."""

import pytest

from kb.errors import InputError
from kb.roles import ACCOUNT_ROLES, Role, TokenScope, parse_role, parse_scopes, role_of


def test_each_role_covers_those_below_and_none_above() -> None:
    ladder = [Role.PUBLIC, Role.VIEWER, Role.STAFF, Role.EDITOR, Role.ADMIN]
    for position, role in enumerate(ladder):
        assert [role.covers(other) for other in ladder] == [
            other <= position for other in range(len(ladder))
        ]


def test_nobody_can_be_given_the_public_role() -> None:
    assert Role.PUBLIC not in ACCOUNT_ROLES
    assert parse_role(" Editor ") is Role.EDITOR
    for wrong in ("public", "", "root", "admin,editor"):
        with pytest.raises(InputError, match="viewer, staff, editor, admin"):
            parse_role(wrong)


def test_scopes_by_name() -> None:
    assert parse_scopes(["ask:staff", "DOCUMENTS", "ask:staff"]) == (
        TokenScope.ASK_STAFF,
        TokenScope.DOCUMENTS,
    )
    for wrong in ([], ["ask", "root"]):
        with pytest.raises(InputError, match="ask, ask:staff, documents, admin"):
            parse_scopes(wrong)


def test_a_token_has_the_highest_role_of_its_scopes() -> None:
    assert role_of([]) is role_of([TokenScope.ASK, TokenScope.ASK_STAFF]) is Role.PUBLIC
    assert role_of([TokenScope.DOCUMENTS, TokenScope.ASK]) is Role.EDITOR
    assert role_of([TokenScope.ASK, TokenScope.ADMIN]) is Role.ADMIN
