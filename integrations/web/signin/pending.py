"""Sign-ins that are under way at a provider: what must be the same when the browser comes back.

State, nonce and the verifier of PKCE travel in a cookie of that browser, sealed with a key that only
this process has; each can be used once. A restart in between means signing in once more.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from kb.errors import SignInError

#: seconds that signing in may take
LIFETIME_S = 600
_LONGEST = 4000
_AGAIN = "Bitte beginnen Sie die Anmeldung noch einmal."


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in under way; `expires` is in seconds of the epoch.

    `back` is the path to show afterwards, empty when the person was on the way nowhere.
    """

    state: str
    nonce: str
    verifier: str
    back: str
    expires: float

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier: its SHA-256 (PKCE, RFC 7636, S256)."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())


class PendingSignIns:
    """Begins sign-ins and takes each back once."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._key = secrets.token_bytes(32)
        self._used: dict[str, float] = {}

    def begin(self, back: str) -> tuple[Pending, str]:
        """A new sign-in and the value of its cookie."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        pending = Pending(state, nonce, verifier, wanted_path(back), self._now() + LIFETIME_S)
        content = _base64(json.dumps(asdict(pending)).encode())
        return pending, f"{content}.{self._seal(content)}"

    def take(self, cookie: str, state: str) -> Pending:
        """The sign-in of this browser with this state, once. Raises SignInError."""
        content, _, seal = cookie.rpartition(".")
        sealed = hmac.compare_digest(seal.encode(), self._seal(content).encode())
        if not content or not sealed or len(cookie) > _LONGEST:
            raise SignInError(
                "Die Anmeldung lässt sich nicht zuordnen.",
                "In diesem Browser wurde keine Anmeldung begonnen, oder er nimmt keine Cookies an. "
                + _AGAIN,
            )
        pending = Pending(**json.loads(base64.urlsafe_b64decode(content + "==")))
        now = self._now()
        if pending.expires <= now:
            raise SignInError(
                "Die Anmeldung hat zu lange gedauert.", f"Möglich sind zehn Minuten. {_AGAIN}"
            )
        self._used = {used: end for used, end in self._used.items() if end > now}
        same = hmac.compare_digest(pending.state.encode(), state.encode())
        if not same or pending.state in self._used:
            raise SignInError(
                "Die Anmeldung lässt sich nicht zuordnen.",
                "Die Antwort des Anmeldedienstes gehört zu einer anderen oder einer schon beendeten "
                f"Anmeldung. {_AGAIN}",
            )
        self._used[pending.state] = pending.expires
        return pending

    def _seal(self, content: str) -> str:
        return hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()


def wanted_path(value: str) -> str:
    """A path of our own site to go on to, the start page for everything else; empty stays empty."""
    if not value:
        return ""
    plain = value.startswith("/") and not value.startswith("//") and len(value) <= 500
    if not plain or "\\" in value or not value.isascii() or not value.isprintable():
        return "/"
    return value


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
