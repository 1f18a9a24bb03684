"""Routes on accounts, sessions, invites and API tokens, and on who is calling."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Query

from integrations.building_state import iso
from integrations.desk import Desk
from integrations.web.access import Caller
from integrations.web.schemas import AccountBody, InviteBody
from kb.roles import parse_role, parse_scopes
from kb.state.accounts import Account
from kb.state.clock import utc_now
from kb.state.invites import Invite
from kb.state.sessions import Session


def add_accounts(router: APIRouter, desk: Desk, anybody: Any, admin: Any) -> None:
    """`anybody` is the dependency that names the caller, `admin` the one that lets only admins in."""
    note = desk.remembered.note

    @router.get("/me", tags=["Anmeldung"], summary="Wer fragt, und was darf er?")
    def me(caller: Caller = anybody) -> dict[str, Any]:
        return {"role": caller.role, "name": caller.name, "groups": sorted(caller.groups)}

    @router.get("/accounts", tags=["Anmeldung"], summary="Konten auflisten")
    def accounts(caller: Caller = admin) -> dict[str, Any]:
        return {"accounts": [account_dict(account) for account in desk.accounts.all()]}

    @router.patch("/accounts/{account_id}", tags=["Anmeldung"], summary="Ein Konto ändern")
    def change(account_id: str, body: AccountBody, caller: Caller = admin) -> dict[str, Any]:
        account = desk.accounts.find(account_id)
        if body.role is not None or body.groups is not None:
            account = _with_rights(desk, caller.name, account, body)
        if body.disabled is not None:
            account = _locked(desk, caller.name, account_id, disabled=body.disabled)
        return account_dict(account)

    @router.delete("/accounts/{account_id}", tags=["Anmeldung"], summary="Ein Konto löschen")
    def remove(account_id: str, caller: Caller = admin) -> dict[str, Any]:
        desk.accounts.remove(account_id)
        note(caller.name, "account.remove", account_id)
        return {"removed": account_id}

    @router.get("/sessions", tags=["Anmeldung"], summary="Laufende Sitzungen auflisten")
    def sessions(caller: Caller = admin) -> dict[str, Any]:
        return {"sessions": [session_dict(session) for session in desk.sessions.running()]}

    @router.delete("/sessions/{session_id}", tags=["Anmeldung"], summary="Eine Sitzung beenden")
    def end(session_id: str, caller: Caller = admin) -> dict[str, Any]:
        desk.sessions.end(session_id)
        note(caller.name, "session.end", session_id)
        return {"revoked": session_id}

    _add_invites(router, desk, admin)
    _add_tokens(router, desk, admin)


def _with_rights(desk: Desk, who: str, before: Account, body: AccountBody) -> Account:
    role = None if body.role is None else parse_role(body.role)
    account = desk.accounts.set_rights(before.account_id, role, body.groups)
    desk.remembered.note(who, "account.rights", account.label, _rights(before), _rights(account))
    return account


def _locked(desk: Desk, who: str, account_id: str, *, disabled: bool) -> Account:
    account = desk.accounts.set_disabled(account_id, disabled)
    if disabled:
        desk.sessions.end_all(account_id)
    desk.remembered.note(who, "account.lock" if disabled else "account.unlock", account.label)
    return account


def _rights(holder: Account | Invite) -> str:
    return ", ".join([holder.role, *sorted(holder.groups)])


def _add_invites(router: APIRouter, desk: Desk, admin: Any) -> None:
    @router.get("/invites", tags=["Anmeldung"], summary="Einladungen auflisten")
    def invites(caller: Caller = admin) -> dict[str, Any]:
        return {"invites": [invite_dict(invite) for invite in desk.invites.all()]}

    @router.post(
        "/invites", tags=["Anmeldung"], summary="Einen Anmeldelink erstellen", status_code=201
    )
    def invite(body: InviteBody, caller: Caller = admin) -> dict[str, Any]:
        made, secret = desk.invites.create(
            body.name, parse_role(body.role), body.groups, body.hours, body.account_id
        )
        desk.remembered.note(caller.name, "invite.create", made.invite_id, after=_rights(made))
        return {**invite_dict(made), "link": f"{desk.settings.address}/einladung/{secret}"}

    @router.delete(
        "/invites/{invite_id}", tags=["Anmeldung"], summary="Eine Einladung zurückziehen"
    )
    def revoke(invite_id: str, caller: Caller = admin) -> dict[str, Any]:
        desk.invites.revoke(invite_id)
        desk.remembered.note(caller.name, "invite.revoke", invite_id)
        return {"revoked": invite_id}


def _add_tokens(router: APIRouter, desk: Desk, admin: Any) -> None:
    @router.post("/tokens", tags=["Betrieb"], summary="Ein API-Token erstellen")
    def create(
        name: str, scope: list[str] = Query(default=["admin"]), caller: Caller = admin
    ) -> dict[str, Any]:
        token, secret = desk.tokens.create(name, parse_scopes(scope))
        rights = f"{name} ({', '.join(token.scopes)})"
        desk.remembered.note(caller.name, "token.create", token.token_id, after=rights)
        return {
            "token_id": token.token_id,
            "name": token.name,
            "scopes": list(token.scopes),
            "secret": secret,
        }

    @router.get("/tokens", tags=["Betrieb"], summary="Tokens auflisten")
    def tokens(caller: Caller = admin) -> dict[str, Any]:
        return {
            "tokens": [
                {**asdict(token), "created_at": token.created_at.isoformat()}
                for token in desk.tokens.all()
            ]
        }

    @router.delete("/tokens/{token_id}", tags=["Betrieb"], summary="Ein Token widerrufen")
    def revoke(token_id: str, caller: Caller = admin) -> dict[str, Any]:
        desk.tokens.revoke(token_id)
        desk.remembered.note(caller.name, "token.revoke", token_id)
        return {"revoked": token_id}


def account_dict(account: Account) -> dict[str, Any]:
    """An account as JSON."""
    return {
        "account_id": account.account_id,
        "name": account.name,
        "email": account.email,
        "issuer": account.issuer,
        "role": account.role,
        "groups": sorted(account.groups),
        "disabled": account.disabled,
        "created_at": iso(account.created_at),
        "signed_in_at": iso(account.signed_in_at),
    }


def session_dict(session: Session) -> dict[str, Any]:
    """A session as JSON."""
    return {
        "session_id": session.session_id,
        "account_id": session.account_id,
        "created_at": iso(session.created_at),
        "seen_at": iso(session.seen_at),
        "expires_at": iso(session.expires_at),
    }


def invite_dict(invite: Invite) -> dict[str, Any]:
    """An invite as JSON, without its link, which cannot be shown again."""
    return {
        "invite_id": invite.invite_id,
        "name": invite.name,
        "role": invite.role,
        "groups": sorted(invite.groups),
        "account_id": invite.account_id,
        "state": invite.state(utc_now()),
        "created_at": iso(invite.created_at),
        "expires_at": iso(invite.expires_at),
    }
