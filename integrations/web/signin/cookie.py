"""The cookies of signing in: names, attributes, reading, setting, clearing.

Where the service is reached by https their names begin with `__Host-`: browsers accept such a
cookie only from this very host, over https, for the whole site, so nobody else can plant one.
"""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie; `secure` where the service is reached by https."""

    plain_name: str
    secure: bool

    @property
    def name(self) -> str:
        return f"__Host-{self.plain_name}" if self.secure else self.plain_name

    def read(self, headers: Headers) -> str:
        """Its value in a request, empty when there is none."""
        found = [cookie_parser(line).get(self.name, "") for line in headers.getlist("cookie")]
        return next((value for value in found if value), "")

    def set(self, response: Response, value: str, seconds: int) -> None:
        """Have the browser keep it for so many seconds."""
        response.set_cookie(
            self.name,
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Have the browser forget it."""
        self.set(response, "", 0)


def session_cookie(address: str) -> Cookie:
    """The cookie of sessions for a service with this public address."""
    return Cookie("auskunft", address.startswith("https:"))


def sign_in_cookie(address: str) -> Cookie:
    """The cookie that holds together a sign-in at a provider while it is under way."""
    return Cookie("auskunft-anmeldung", address.startswith("https:"))
