"""A browser's part of signing in, with httpx: cookies, forms with their token, what browsers add."""

from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx
from bs4 import BeautifulSoup

#: what a browser sends with a form of our own page
OWN = {"sec-fetch-site": "same-origin"}


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, url: str, cookie: str = "", name: str = "auskunft") -> None:
        cookies = {name: cookie} if cookie else {}
        self.http = httpx.Client(base_url=url, cookies=cookies, timeout=60, trust_env=False)
        self.origin = {**OWN, "origin": url}

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        headers = {"accept": "text/html"}
        return self.http.get(path, headers=headers, **arguments)

    def submit(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Open a page and send its form with that action, as a browser does."""
        tree = BeautifulSoup(self.get(page).text, "lxml")
        form = next(
            one
            for one in tree.select("form[method=post]")
            if str(one.get("action") or page) == action
        )
        hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
        return self.http.post(action, data={**hidden, **fields}, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {**self.origin, "accept": "text/html"}

    def csrf(self) -> str:
        """The token that our pages give to scripts; empty when nobody is signed in."""
        body = BeautifulSoup(self.get("/").text, "lxml").body
        return str(body.get("data-csrf") or "") if body else ""

    def me(self) -> dict[str, Any]:
        """Who the service thinks this is."""
        found: dict[str, Any] = self.http.get("/api/v1/me").json()
        return found


def sign_in_at_mock(visitor: Visitor, subject: str, back: str = "/") -> httpx.Response:
    """The whole way over a provider that asks for nothing but a name; our answer to the return."""
    return visitor.get(path_of(consent_at_mock(visitor, subject, back)))


def consent_at_mock(visitor: Visitor, subject: str, back: str = "/", action: str = "") -> str:
    """The way up to the address that the provider sends the browser back to."""
    sent = visitor.get("/anmelden/dienst", params={"zurueck": back})
    assert sent.status_code == 303, sent.text
    provider = httpx.Client(trust_env=False, timeout=30)
    with provider:
        assert provider.get(sent.headers["location"]).status_code == 200
        answer = provider.post(sent.headers["location"], data={"sub": subject, "action": action})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def path_of(address: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
