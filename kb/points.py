"""The id of a passage in the index, and what it tells without reading the passage.

A UUID: the first half stands for one revision of one document, the second half is the passage's
place in it. So readers know from a search's bare result which hits are of a live revision.
"""

import hashlib

#: characters of a point id that all passages of a revision share: 16 hexadecimal digits, two hyphens
_SHARED = 18


def point_id(document_id: str, revision: str, ordinal: int) -> str:
    """The same passage of the same revision always has the same id. Raises OverflowError (> 64 bit)."""
    place = ordinal.to_bytes(8, "big").hex()
    return f"{revision_key(document_id, revision)}-{place[:4]}-{place[4:]}"


def revision_key(document_id: str, revision: str) -> str:
    """What the ids of a revision's points begin with; 64 bits of a SHA-256."""
    digest = hashlib.sha256(f"{document_id}/{revision}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}"


def key_of(point_id: str) -> str:
    """The revision key of a point."""
    return point_id[:_SHARED]
