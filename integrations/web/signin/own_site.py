"""Whether a request comes from our own pages, by what the browser says and a page cannot forge."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from integrations.sign_in import is_loopback


def from_own_site(headers: Headers, address: str) -> bool:
    """Whether a request that changes something was sent by a page of ours.

    `Sec-Fetch-Site` decides where it is sent (https and localhost), else `Origin`; a browser that
    sends neither is too old to be trusted with a session. `address` is the service's own, and this
    machine may call it by other names.
    """
    site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
    if site and site not in ("same-origin", "none"):
        return False
    if origin and origin != "null":
        host = headers.get("host", "").lower()
        return origin.lower() == address or (
            is_loopback(_name(host)) and origin.lower() == f"http://{host}"
        )
    return bool(site)


def at_own_address(headers: Headers, address: str, public: bool) -> bool:
    """Whether a request was sent to where people sign in.

    That is the public address, or without one (`public` is false) this machine alone: a cookie must
    not travel unencrypted through a network. The port is the proxy's business.
    """
    name = _name(headers.get("host", "").lower())
    return name == _name(urlsplit(address).netloc) if public else is_loopback(name)


def _name(host: str) -> str:
    """A host without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
