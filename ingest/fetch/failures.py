"""What fails below HTTP, told in German: a server that is not there, too slow, or not to be trusted."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore

from ingest.fetch.address import WebAddress
from kb.errors import SourceUnreachableError

_EXCERPT = 120  # of what the server said


@contextmanager
def explained(address: WebAddress) -> Iterator[None]:
    """Turns an error of the network into a SourceUnreachableError."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise SourceUnreachableError(
            f"{address}: Der Server antwortet nicht oder zu langsam. Bitte später noch einmal "
            "versuchen; bleibt es dabei, die Adresse im Browser prüfen."
        ) from error
    except httpcore.NetworkError as error:
        raise SourceUnreachableError(_network_reason(address, error)) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise SourceUnreachableError(
            f"{address}: Der Server antwortet nicht so, wie es eine Website tut, oder bricht ab "
            f"({str(error)[:_EXCERPT]}). Bitte die Adresse im Browser prüfen und es später noch "
            "einmal versuchen."
        ) from error


def _network_reason(address: WebAddress, error: httpcore.NetworkError) -> str:
    cause = _tls_failure(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"{address}: Das Zertifikat von {address.host} ist nicht gültig "
            f"({cause.verify_message}). Bitte den Betreiber der Website darauf hinweisen; ohne "
            "gültiges Zertifikat wird nichts abgerufen."
        )
    if cause is not None:
        return (
            f"{address}: Eine gesicherte Verbindung kommt nicht zustande ({cause.reason}). Bitte "
            "prüfen, ob die Adresse mit https:// im Browser aufgeht."
        )
    return (
        f"{address}: Der Server ist nicht erreichbar ({error}). Bitte die Adresse im Browser "
        "prüfen und es später noch einmal versuchen."
    )


def _tls_failure(error: BaseException | None) -> ssl.SSLError | None:
    """The error of TLS that httpcore wrapped into its own, if there is one."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error
