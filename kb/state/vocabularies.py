"""A document's vocabulary as it is stored: its terms with counts, and its words as written.

Terms are what the index holds (32-bit ids); words are the dictionary against which questions are
read. Packed into one column, so that both always belong to the same revision.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"words1\0\0"


@dataclass(frozen=True, slots=True, eq=False)
class DocumentVocabulary:
    """`terms` has shape (2, n): term ids, ascending, and the number of passages that hold each.

    `words` are lower case and sorted.
    """

    terms: NDArray[np.uint32]
    words: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DocumentVocabulary) and self.packed() == other.packed()

    def __hash__(self) -> int:
        return hash(self.packed())

    def packed(self) -> bytes:
        """For the database."""
        terms = self.terms.astype(np.uint32).tobytes()
        words = zlib.compress("\n".join(self.words).encode())
        return _MAGIC + len(terms).to_bytes(8, "little") + terms + words

    @classmethod
    def unpacked(cls, stored: bytes) -> "DocumentVocabulary":
        """From the database; what an older version stored has no words."""
        if not stored.startswith(_MAGIC):
            return cls(np.frombuffer(stored, dtype=np.uint32).reshape(2, -1))
        begin = len(_MAGIC) + 8
        end = begin + int.from_bytes(stored[len(_MAGIC) : begin], "little")
        terms = np.frombuffer(stored[begin:end], dtype=np.uint32).reshape(2, -1)
        words = zlib.decompress(stored[end:]).decode()
        return cls(terms, tuple(words.split("\n")) if words else ())


#: of a document of which nothing is kept
NO_WORDS = DocumentVocabulary(np.empty((2, 0), dtype=np.uint32))
