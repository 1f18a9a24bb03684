"""A response's body, as many bytes as are allowed and no more, also after unpacking.

Packed bytes are unpacked piece by piece with a bound on what comes out, so that a bomb is noticed
at the limit and not in memory. What arrives is bounded too: empty packed blocks can be endless.
"""

import zlib
from collections.abc import Iterable

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_PACKED_OTHERWISE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})


class OverflowedError(Exception):
    """More bytes than allowed. `data` are those up to the limit."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"more than {len(data)} bytes")
        self.data = data


class DamagedError(Exception):
    """Packed data that cannot be unpacked, or only in part."""


def read_body(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body, unpacked. `encoding` is the Content-Encoding header.

    Raises OverflowedError and DamagedError. An encoding that does not exist is none, as browsers
    have it.
    """
    named = encoding.lower().strip()
    if named in _PACKED:
        return _unpack(pieces, limit)
    if any(part.strip() in _PACKED | _PACKED_OTHERWISE for part in named.split(",")):
        raise DamagedError(f"Content-Encoding {encoding[:40]!r}")
    return _gather(pieces, limit)


def gunzip(data: bytes, limit: int) -> bytes:
    """Raises OverflowedError and DamagedError."""
    return _unpack((data,), limit)


def _gather(pieces: Iterable[bytes], limit: int) -> bytes:
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) > limit:
            raise OverflowedError(bytes(gathered[:limit]))
    return bytes(gathered)


def _unpack(pieces: Iterable[bytes], limit: int) -> bytes:
    gathered, arrived = bytearray(), 0
    member = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for piece in pieces:
            arrived += len(piece)
            left = piece
            while left:
                if member.eof:  # a gzip file may have several members
                    member = zlib.decompressobj(_GZIP_OR_ZLIB)
                gathered += member.decompress(left, limit + 1 - len(gathered))
                left = member.unused_data or member.unconsumed_tail
                if len(gathered) > limit or arrived > limit:
                    raise OverflowedError(bytes(gathered[:limit]))
    except zlib.error as error:
        raise DamagedError(str(error)) from error
    if not member.eof:
        raise DamagedError("incomplete")
    return bytes(gathered)
