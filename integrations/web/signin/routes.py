"""The pages of signing in: `/anmelden`, the way to the provider and back, one-time links, `/konto`.

A one-time link is opened with GET, which changes nothing (mail scanners and previews do that, too),
and used up with the page's button. Every sign-in gives the browser a new cookie.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from integrations.desk import Desk
from integrations.web.pages import (
    PageContext,
    render_account,
    render_invite,
    render_sign_in,
)
from integrations.web.signin.cookie import Cookie, session_cookie, sign_in_cookie
from integrations.web.signin.identity import identity_of
from integrations.web.signin.leaving import farewell, way_out
from integrations.web.signin.own_site import at_own_address, from_own_site
from integrations.web.signin.pending import LIFETIME_S, PendingSignIns, wanted_path
from integrations.web.signin.person import Person, person_of
from integrations.web.signin.provider import Provider
from kb.errors import AccessDeniedError, NotFoundError, ProviderError, SignInError
from kb.roles import Role
from kb.state.accounts import Account

RETURN_PATH = "/anmelden/rueckkehr"
DESK = "/admin"
#: called with each request that tries to sign somebody in; raises an AuskunftError to refuse it
Attempt = Callable[[Request], None]
_SEE_OTHER = 303
_NO_STORE = {"cache-control": "no-store"}


class SignInDesk:
    """What the routes work with: cookies, the provider if there is one, sign-ins under way."""

    def __init__(self, desk: Desk) -> None:
        settings = desk.settings
        self.desk = desk
        self.address = settings.address
        self.host = urlsplit(self.address).netloc
        self.public = bool(settings.public_address)
        self.cookie = session_cookie(self.address)
        self.pending_cookie = sign_in_cookie(self.address)
        self.pending = PendingSignIns()
        self.options = settings.oidc
        self.provider = (
            Provider(self.options, self.address + RETURN_PATH, self.address + "/")
            if self.options
            else None
        )

    def require_own_address(self, request: Request) -> None:
        """Raise SignInError unless the request was sent to where people sign in."""
        if at_own_address(request.headers, self.address, self.public):
            return
        raise SignInError(
            "Unter dieser Adresse ist keine Anmeldung möglich.",
            f"Bitte melden Sie sich unter {self.address}/anmelden an."
            if self.public
            else "Sie geht nur auf dem Rechner der Auskunft selbst, solange AUSKUNFT_PUBLIC_URL "
            "keine verschlüsselte Adresse nennt.",
        )

    def signed_in(self, request: Request, account: Account, back: str = "") -> Response:
        """On to a page of ours with a new session, whatever session the browser had before.

        Who was on the way nowhere lands where the account's work is.
        """
        former = person_of(request)
        if former is not None:
            self.end(former.session.session_id)
        _, value = self.desk.sessions.begin(account.account_id)
        response = RedirectResponse(back or home_of(account), _SEE_OTHER, _NO_STORE)
        self.cookie.set(response, value, self.desk.settings.session_hours * 3600)
        return response

    def end(self, session_id: str) -> None:
        """End a session, if it has not ended by itself in the meantime."""
        with suppress(NotFoundError):
            self.desk.sessions.end(session_id)

    async def signed_out(self, context: PageContext, person: Person | None) -> Response:
        """On from here without a session, over the provider if that is where it began."""
        way = await way_out(self.provider, self.options, person.account if person else None)
        return farewell(context, self.cookie, way)


def home_of(account: Account) -> str:
    """Where somebody's work is: the desk of whoever may open it, else the start page."""
    return DESK if account.role.covers(Role.EDITOR) else "/"


def sign_in_routes(
    desk: Desk,
    context: Callable[[Request], PageContext],
    attempt: Attempt = lambda request: None,
) -> APIRouter:
    """The routes; `context` is what every page needs, `attempt` the place for limits."""
    signing_in = SignInDesk(desk)

    def at_own(request: Request) -> None:
        signing_in.require_own_address(request)

    router = APIRouter(include_in_schema=False, dependencies=[Depends(at_own)])
    _add_entrance(router, signing_in, context)
    if signing_in.provider and signing_in.options:
        _add_provider(router, signing_in, signing_in.provider, attempt)
    _add_invites(router, signing_in, context, attempt)
    _add_account(router, signing_in, context)
    return router


def _page(html: str) -> HTMLResponse:
    return HTMLResponse(html, headers=_NO_STORE)


def _add_entrance(
    router: APIRouter, signing_in: SignInDesk, context: Callable[[Request], PageContext]
) -> None:
    @router.get("/anmelden")
    def entrance(request: Request, zurueck: str = "") -> Response:
        back, person = wanted_path(zurueck), person_of(request)
        if person is not None:
            return RedirectResponse(back or home_of(person.account), _SEE_OTHER, _NO_STORE)
        way = _to_provider(back) if signing_in.provider else ""
        return _page(render_sign_in(context(request), provider=way))

    @router.post("/abmelden")
    async def leave(request: Request) -> Response:
        person = person_of(request)
        if person is not None:
            await run_in_threadpool(signing_in.end, person.session.session_id)
        return await signing_in.signed_out(await run_in_threadpool(context, request), person)


def _to_provider(back: str) -> str:
    return f"/anmelden/dienst?zurueck={quote(back)}" if back else "/anmelden/dienst"


def _add_provider(
    router: APIRouter, signing_in: SignInDesk, provider: Provider, attempt: Attempt
) -> None:
    cookie: Cookie = signing_in.pending_cookie

    @router.get("/anmelden/dienst")
    async def go(request: Request, zurueck: str = "") -> Response:
        attempt(request)
        if not signing_in.public and request.headers["host"].lower() != signing_in.host:
            # the provider sends browsers back to 127.0.0.1, where a cookie of localhost is not sent
            way = signing_in.address + _to_provider(wanted_path(zurueck))
            return RedirectResponse(way, _SEE_OTHER, _NO_STORE)
        pending, value = signing_in.pending.begin(zurueck)
        response = RedirectResponse(await provider.address_for(pending), _SEE_OTHER, _NO_STORE)
        cookie.set(response, value, LIFETIME_S)
        return response

    @router.get(RETURN_PATH)
    async def come_back(
        request: Request, code: str = "", state: str = "", error: str = "", iss: str | None = None
    ) -> Response:
        attempt(request)
        if error:
            raise _refused(error)
        pending = signing_in.pending.take(cookie.read(request.headers), state)
        assert signing_in.options is not None
        if iss is not None and iss != signing_in.options.issuer:  # RFC 9207
            raise SignInError(
                "Die Anmeldung lässt sich nicht zuordnen.",
                "Die Antwort kommt von einem anderen Anmeldedienst. Bitte beginnen Sie noch einmal.",
            )
        claims = await provider.claims(code, pending)
        identity = identity_of(claims, signing_in.options)
        account = await run_in_threadpool(signing_in.desk.accounts.sign_in, identity)
        response = await run_in_threadpool(signing_in.signed_in, request, account, pending.back)
        cookie.clear(response)
        return response


def _refused(error: str) -> SignInError:
    if error == "access_denied":
        return SignInError(
            "Die Anmeldung wurde abgelehnt.",
            "Beim Anmeldedienst wurde abgebrochen, oder Ihr Konto ist dort nicht für diese Auskunft "
            "freigegeben.",
        )
    if error == "temporarily_unavailable":
        return ProviderError(
            "Der Anmeldedienst ist überlastet.",
            "Bitte versuchen Sie es in einigen Minuten noch einmal.",
        )
    return ProviderError(
        "Der Anmeldedienst hat abgelehnt.",
        "Bitte versuchen Sie es noch einmal; bleibt es dabei, hilft die Stelle, die diese Auskunft "
        "betreibt.",
    )


def _add_invites(
    router: APIRouter,
    signing_in: SignInDesk,
    context: Callable[[Request], PageContext],
    attempt: Attempt,
) -> None:
    invites = signing_in.desk.invites

    @router.get("/einladung/{secret}")
    def look(request: Request, secret: str) -> Response:
        attempt(request)
        return _page(render_invite(context(request), invites.look(secret)))

    @router.post("/einladung/{secret}")
    def use(request: Request, secret: str) -> Response:
        attempt(request)
        if not from_own_site(request.headers, signing_in.address):
            raise AccessDeniedError("Bitte öffnen Sie den Link selbst und melden Sie sich dort an.")
        return signing_in.signed_in(request, invites.redeem(secret))


def _add_account(
    router: APIRouter, signing_in: SignInDesk, context: Callable[[Request], PageContext]
) -> None:
    sessions = signing_in.desk.sessions

    @router.get("/konto")
    def account(request: Request) -> Response:
        person = person_of(request)
        if person is None:
            return RedirectResponse("/anmelden?zurueck=/konto", _SEE_OTHER, _NO_STORE)
        running = sessions.running(person.account.account_id)
        return _page(
            render_account(context(request), person.account, running, person.session.session_id)
        )

    @router.post("/konto/abmelden")
    async def leave_everywhere(request: Request, person: Person = _signed_in()) -> Response:
        await run_in_threadpool(sessions.end_all, person.account.account_id)
        return await signing_in.signed_out(await run_in_threadpool(context, request), person)

    @router.post("/konto/sitzungen/{session_id}/beenden")
    def end(session_id: str, person: Person = _signed_in()) -> Response:
        with suppress(NotFoundError):  # over by itself in the meantime
            sessions.end(session_id, person.account.account_id)
        return RedirectResponse("/konto", _SEE_OTHER, _NO_STORE)


def _signed_in() -> Any:
    def depend(request: Request) -> Person:
        person = person_of(request)
        if person is None:
            raise AccessDeniedError("Dafür ist eine Anmeldung nötig (/anmelden).")
        return person

    return Depends(depend)
