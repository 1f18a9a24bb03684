"""Whether a request comes from our own pages, by what the browser says and a page cannot forge."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from integrations.sign_in import is_loopback


def from_own_site(headers: Headers, address: str) -> bool:
    """Whether a request that changes something was sent by a page of ours.

    `Sec-Fetch-Site` decides where it is sent (https and localhost), else `Origin`; a browser that
    sends neither is too old to be trusted with a session. `address` is the service's public one.
    """
    site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
    if site and site not in ("same-origin", "none"):
        return False
    if origin and origin != "null":
        own = {headers.get("host", "").lower(), urlsplit(address).netloc.lower()}
        return urlsplit(origin).netloc.lower() in own
    return bool(site)


def at_own_address(headers: Headers, address: str, public: bool) -> bool:
    """Whether a request was sent to where people sign in.

    That is the public address, or without one (`public` is false) this machine alone: a cookie must
    not travel unencrypted through a network.
    """
    host = headers.get("host", "").lower()
    if public:
        return host == urlsplit(address).netloc
    return is_loopback(urlsplit(f"//{host}").hostname or "")
