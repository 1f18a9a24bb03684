"""Which websites may use the widget: origins as browsers send them, and which request is our own."""

import re
from urllib.parse import urlsplit

from kb.errors import InputError

_SETTING = "AUSKUNFT_WIDGET_ORIGINS"
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?")
_LOCAL = re.compile(r"(localhost|.+\.localhost|127(\.[0-9]{1,3}){3}|\[::1\])")
_PORTS = {"http": "80", "https": "443"}


def read_origins(text: str) -> frozenset[str]:
    """The comma-separated origins, without default ports; raises InputError naming a wrong one."""
    return frozenset(_origin(entry.strip()) for entry in text.split(",") if entry.strip())


def _origin(entry: str) -> str:
    found = _ORIGIN.fullmatch(entry.lower())
    if not found:
        raise InputError(f"{_SETTING} enthält {entry!r}. {_remedy(entry)}")
    scheme, host, port = found.groups()
    if scheme == "http" and not _LOCAL.fullmatch(host):
        raise InputError(
            f"{_SETTING} enthält {entry!r}. Ohne Verschlüsselung darf nur „localhost“ das Widget "
            f"einbinden; bitte „https://{host}“ schreiben."
        )
    return f"{scheme}://{host}" + (f":{port}" if port and port != _PORTS[scheme] else "")


def _remedy(entry: str) -> str:
    """What to write instead, as closely as can be told."""
    if "*" in entry:
        return "Sternchen gibt es hier nicht: Bitte jede Website einzeln nennen."
    if not entry.isascii():
        return "Bitte einen Namen mit Umlauten in der Schreibweise „xn--…“ angeben."
    if "://" not in entry:
        host = entry.partition("/")[0]
        return f"Es fehlt „https://“ davor; gemeint ist wohl „https://{host}“."
    parts = urlsplit(entry)
    guess = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    if guess != entry and _ORIGIN.fullmatch(guess.lower()):
        return f"Erwartet wird nur Schema und Rechnername; gemeint ist wohl „{guess}“."
    return "Erwartet wird etwas wie „https://www.kammer.example“."


def is_own(origin: str, host: str, site: str) -> bool:
    """Whether a request comes from a page of this service.

    `origin`, `host` and `site` are the request's `Origin`, `Host` and `Sec-Fetch-Site`; the latter
    cannot be set by a page. The scheme is not compared: behind a proxy we do not know ours.
    """
    if site:
        return site == "same-origin"
    scheme, _, named = origin.lower().partition("://")
    port = ":" + _PORTS.get(scheme, "")
    return bool(named) and named.removesuffix(port) == host.lower().removesuffix(port)
