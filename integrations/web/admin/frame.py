"""What every page of the admin's desk shares: who is let in, navigation, notices, rendering.

A page is reached by `GET` and shows; what it changes comes by `POST`, which redirects back to a page
with a notice. Notices travel in the address by their name only, so no address can put words of its
own into a page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from integrations.desk import Desk
from integrations.web.access import Caller, caller_of
from integrations.web.admin.words import NOTICES
from integrations.web.pages import render_page
from integrations.web.visitor.context import page_context
from kb.roles import Role

HOME = "/admin"
_SEE_OTHER = 303
_LARGEST_COUNT = 9_999_999


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation: its address, its name, and the least role that sees it.

    Pages at `also` belong to it without being in the navigation.
    """

    path: str
    name: str
    role: Role = Role.EDITOR
    also: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page at this address belongs to the section."""
        if self.path == HOME:
            return path == HOME
        return any(path == own or path.startswith(own + "/") for own in (self.path, *self.also))


class SignInNeeded(Exception):  # noqa: N818 - no error: the way goes over the sign-in page
    """Somebody who is not signed in wants to see a page; `back` is its address."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


def add_frame(app: FastAPI, sections: Sequence[Section]) -> None:
    """Make the navigation known, and lead people who are not signed in to the sign-in page."""
    app.state.admin_sections = tuple(sections)

    @app.exception_handler(SignInNeeded)
    def to_sign_in(request: Request, needed: SignInNeeded) -> Response:
        way = f"/anmelden?zurueck={quote(needed.back, safe='/')}"
        return RedirectResponse(way, _SEE_OTHER, {"cache-control": "no-store"})


def needing(desk: Desk, role: Role) -> Any:
    """The dependency that lets only callers in who may do what `role` may, as a `Caller`.

    A browser that nobody is signed in with is led to the sign-in page and back; everybody else who
    lacks the role gets AccessDeniedError.
    """

    def depend(request: Request) -> Caller:
        caller = caller_of(request, desk.tokens)
        page_wanted = "text/html" in request.headers.get("accept", "")
        if not caller.name and not caller.person and request.method == "GET" and page_wanted:
            raise SignInNeeded(_address_of(request))
        caller.require(role)
        return caller

    return Depends(depend)


def admin_page(
    desk: Desk,
    request: Request,
    caller: Caller,
    template: str,
    *,
    status: int = 200,
    errors: Sequence[str] = (),
    **values: Any,
) -> HTMLResponse:
    """A page of the desk: `template` extends `admin/base.html` and gets `values`.

    The notice that the address names is shown above the content, and so are `errors`, sentences about
    what was wrong with a form. Templates put `{{ forms.token(context) }}` into every form.
    """
    sections: tuple[Section, ...] = request.app.state.admin_sections
    html = render_page(
        template,
        page_context(desk, request),
        sections=[
            {
                "path": section.path,
                "name": section.name,
                "current": section.holds(request.url.path),
            }
            for section in sections
            if caller.role.covers(section.role)
        ],
        who=caller.name,
        role=caller.role,
        notice=_notice_of(request.query_params),
        errors=tuple(errors),
        **values,
    )
    return HTMLResponse(html, status, {"cache-control": "no-store"})


def done(back: str, notice: str, count: int | None = None) -> RedirectResponse:
    """To a page of the desk after something was changed; `notice` is a name in `words.NOTICES`."""
    assert notice in NOTICES, notice
    path, mark, fragment = back.partition("#")
    told: dict[str, str | int] = {"hinweis": notice}
    if count is not None:
        told["zahl"] = count
    joined = "&" if "?" in path else "?"
    return RedirectResponse(
        f"{path}{joined}{urlencode(told)}{mark}{fragment}",
        _SEE_OTHER,
        {"cache-control": "no-store"},
    )


def _notice_of(query: Mapping[str, str]) -> str:
    """The notice that an address names, as a sentence; empty for none or an unknown one."""
    notice, given = NOTICES.get(query.get("hinweis", "")), query.get("zahl", "")
    if notice is None:
        return ""
    count = int(given) if given.isascii() and given.isdecimal() and len(given) < 8 else 0
    one, many = notice
    return one if count == 1 else many.format(n=min(count, _LARGEST_COUNT))


def _address_of(request: Request) -> str:
    parts = urlsplit(str(request.url))
    return parts.path + (f"?{parts.query}" if parts.query else "")


#: makes the routes of one page, or of a few that belong together
Routes = Callable[[Desk], Any]
