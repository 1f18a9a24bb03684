"""Signing out: here at once, and then at the provider where it has a way for that.

OpenID Connect RP-Initiated Logout 1.0. The provider's tokens are not kept, so the client names itself
by `client_id`, as section 2 of that allows. Our policy lets no form lead to another site: the browser
goes on from a page that says where it is going.
"""

from dataclasses import replace

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from integrations.sign_in import OidcOptions
from integrations.web.pages import PageContext, render_signed_out
from integrations.web.signin.cookie import Cookie
from integrations.web.signin.provider import Provider
from kb.errors import ProviderError
from kb.state.accounts import Account

_NO_STORE = {"cache-control": "no-store"}


async def way_out(
    provider: Provider | None, options: OidcOptions | None, account: Account | None
) -> str:
    """Where the provider ends its own session; empty where there is none, or it is away."""
    if provider is None or options is None or account is None:
        return ""
    if account.issuer != options.issuer:
        return ""
    try:
        return await provider.address_to_leave()
    except ProviderError:  # written to the log; whoever wants to leave leaves here all the same
        return ""


def farewell(context: PageContext, cookie: Cookie, way: str) -> Response:
    """The response to signing out: the start page, or the page on the way to the provider."""
    response: Response
    if way:
        nobody = replace(context, account="", csrf="", desk=False)
        response = HTMLResponse(render_signed_out(nobody, way=way), headers=_NO_STORE)
    else:
        response = RedirectResponse("/", 303, _NO_STORE)
    cookie.clear(response)
    return response
