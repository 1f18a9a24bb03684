"""`POST {base}/embeddings` as OpenAI describes it: texts in, normalised vectors in their order out.

Requests wait for their turn, what may pass is tried again, and everything else becomes an
EmbeddingError that says what, where and what to do. The key is sent and never shown.
"""

import random
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock

import httpx

from kb.embedding.endpoint_reply import ReplyError, read_vectors
from kb.embedding.port import Vectors
from kb.errors import EmbeddingError, InputError

_BACKOFF = 0.5  # seconds before the second try, doubled before each further one
_CONNECT = 10.0
_EXCERPT = 200
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
#: 500s by which llama.cpp says what others say by 400 or 413
_TOO_LONG = re.compile(r"too (large|long)|exceeds? .*(context|length)", re.IGNORECASE)


class TextsRefusedError(EmbeddingError):
    """The server will not take these texts: one is too long, or they are too many at once."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where, what and as whom. `url` is the part before `/embeddings`; seconds for `timeout`.

    Raises InputError for an address or a key that cannot be used.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    per_minute: int = 0
    timeout: float = 60.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", self.url.strip().rstrip("/").removesuffix("/embeddings"))
        object.__setattr__(self, "model", self.model.strip())
        object.__setattr__(self, "key", self.key.strip())
        if not self.model:
            raise InputError("AUSKUNFT_EMBEDDER=openai: nennt kein Modell, wie „openai:bge-m3“.")
        try:
            parsed = httpx.URL(self.url)
        except httpx.InvalidURL:
            parsed = httpx.URL()
        if parsed.scheme not in ("http", "https") or not parsed.host or (parsed.port or 0) > 65535:
            raise InputError(
                f"AUSKUNFT_EMBEDDER_URL={self.url!r} ist keine Adresse. Gebraucht wird der Teil vor "
                "„/embeddings“, zum Beispiel „http://127.0.0.1:11434/v1“."
            )
        if parsed.userinfo or parsed.query:
            raise InputError(
                "AUSKUNFT_EMBEDDER_URL darf keine Zugangsdaten und kein „?“ enthalten. Der "
                "Schlüssel gehört in AUSKUNFT_EMBEDDER_API_KEY."
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise InputError(
                "AUSKUNFT_EMBEDDER_API_KEY enthält Zeichen, die in keinem Schlüssel vorkommen. "
                "Bitte den Wert neu eintragen."
            )

    @property
    def host(self) -> str:
        return httpx.URL(self.url).host

    @property
    def place(self) -> str:
        """The address requests go to, fit to be shown."""
        return f"{self.url}/embeddings"


@dataclass(frozen=True, slots=True)
class Patience:
    """How hard to try: number of tries, the longest single wait and all of it, in seconds."""

    tries: int
    longest_wait: float
    total: float = float("inf")


class EmbeddingsApi:
    """One endpoint. Safe to use from several threads; nothing is sent before the first `embed`."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._turns = _Turns(endpoint.per_minute)
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        # a company's proxy is for other hosts than this machine
        beyond = endpoint.host not in _THIS_MACHINE
        self._client = httpx.Client(headers=headers, follow_redirects=False, trust_env=beyond)

    def close(self) -> None:
        self._client.close()

    def embed(self, texts: list[str], patience: Patience) -> Vectors:
        """Shape (len(texts), d), rows of length 1. `texts` and each of them must not be empty.

        Raises TextsRefusedError when fewer or shorter texts may help, else EmbeddingError.
        """
        end = time.monotonic() + patience.total
        for attempt in range(1, patience.tries + 1):
            if not self._turns.wait(end):
                failure = _Passing("bat zuvor um eine Pause", self._turns.pause())
                break
            outcome = self._try(texts, end)
            if not isinstance(outcome, _Passing):
                return outcome
            failure, wait = outcome, outcome.wait(attempt)
            if wait > patience.longest_wait or time.monotonic() + wait > end:
                break
            if attempt < patience.tries:
                self._turns.hold(wait)
        raise EmbeddingError(failure.message(self._endpoint.place, attempt))

    def _try(self, texts: list[str], end: float) -> "Vectors | _Passing":
        timeout = max(0.1, min(self._endpoint.timeout, end - time.monotonic()))
        try:
            response = self._client.post(
                self._endpoint.place,
                json={"model": self._endpoint.model, "input": texts},
                timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT)),
            )
        except httpx.TimeoutException:
            return _Passing(f"antwortet nicht innerhalb von {timeout:.0f} Sekunden")
        except httpx.RequestError as error:
            return _Passing(f"ist nicht erreichbar ({type(error).__name__}: {error})")
        if response.status_code == httpx.codes.OK:
            return self._vectors(response, len(texts))
        return self._refused(response)

    def _vectors(self, response: httpx.Response, count: int) -> Vectors:
        try:
            return read_vectors(response.content, count)
        except ReplyError as error:
            raise EmbeddingError(
                f"Die Antwort von {self._endpoint.place} ist unbrauchbar: {error} Bitte prüfen, ob "
                f"dort das Sprachmodell {self._endpoint.model!r} für Vektoren (Embeddings) läuft "
                "und ob AUSKUNFT_EMBEDDER_URL stimmt."
            ) from error

    def _refused(self, response: httpx.Response) -> "_Passing":
        """What may pass; raises for the rest."""
        status, place, model = response.status_code, self._endpoint.place, self._endpoint.model
        reason = _reason(response, self._endpoint.key)
        said = f"{status}: {reason}" if reason else str(status)
        if status in (401, 403):
            what = "den Schlüssel" if self._endpoint.key else "Anfragen ohne Schlüssel"
            # not what the server says: some quote the key
            raise EmbeddingError(
                f"{place} lehnt {what} ab ({status}). Bitte AUSKUNFT_EMBEDDER_API_KEY prüfen."
            )
        if status in (404, 405):
            raise EmbeddingError(
                f"{place} kennt die Adresse oder das Modell {model!r} nicht ({said}). Bitte "
                "AUSKUNFT_EMBEDDER_URL (oft endet sie auf „/v1“) und den Namen in "
                "AUSKUNFT_EMBEDDER prüfen."
            )
        if status in (400, 413, 422) or (status == 500 and _TOO_LONG.search(reason)):
            raise TextsRefusedError(said)
        if (
            status in (408, 425, 429, 500, 502, 503, 504, 529)
            and "insufficient_quota" not in reason
        ):
            return _Passing(f"nimmt die Anfrage nicht an ({said})", _retry_after(response))
        if response.is_redirect:
            raise EmbeddingError(
                f"{place} leitet weiter ({status}); Schlüssel und Texte werden nicht nachgesandt. "
                "Bitte das Ziel als AUSKUNFT_EMBEDDER_URL eintragen."
            )
        raise EmbeddingError(
            f"{place} lehnt die Anfrage ab ({said}). Bitte Kontingent, Modellnamen und Server prüfen."
        )


@dataclass(frozen=True, slots=True)
class _Passing:
    """A failure that may be over soon; `after` are the seconds that the server asked to wait."""

    what: str
    after: float | None = None

    def wait(self, attempt: int) -> float:
        """Seconds before the next try: exponential, with jitter so that clients spread."""
        if self.after is not None:
            return self.after + random.uniform(0, 0.1)
        return float(_BACKOFF * 2 ** (attempt - 1) * random.uniform(0.5, 1))

    def message(self, place: str, attempts: int) -> str:
        tried = "einem Versuch" if attempts == 1 else f"{attempts} Versuchen"
        asked = f" Er bittet um {self.after:.0f} Sekunden Pause." if self.after else ""
        return (
            f"Der Server für das Sprachmodell {place} {self.what}, nach {tried}.{asked} Bitte "
            "prüfen, ob er läuft, und es später noch einmal versuchen; langsamer fragt Auskunft mit "
            "AUSKUNFT_EMBEDDER_PER_MINUTE."
        )


class _Turns:
    """Spreads requests evenly over the minute, over all threads."""

    def __init__(self, per_minute: int) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = Lock()

    def wait(self, end: float) -> bool:
        """Sleeps until this request's turn; False at once if that is after `end` (monotonic)."""
        with self._lock:
            turn = max(time.monotonic(), self._next)
            if turn > end:
                return False
            self._next = turn + self._gap
        time.sleep(max(0.0, turn - time.monotonic()))
        return True

    def hold(self, seconds: float) -> None:
        """Nobody's turn before this many seconds have passed."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def pause(self) -> float:
        """Seconds until the next turn."""
        return max(0.0, self._next - time.monotonic())


def _reason(response: httpx.Response, key: str) -> str:
    """What the server says about its refusal: one short line without the key, or nothing."""
    try:
        body = response.json()
    except ValueError:
        return ""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        told = [error.get(name) for name in ("code", "type", "message", "detail", "error")]
        error = " ".join(dict.fromkeys(str(part) for part in told if part))
    line = " ".join(str(error).split())
    line = line.replace(key, "…") if key else line
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds from now, from a number or an HTTP date (RFC 9110, 10.2.3); None if there is none."""
    value = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds)
