"""A viewer's words for tests, from a listing of words as documents write them."""

import numpy as np

from kb.lexicon import Lexicon, Words


def words_from(listing: str, hidden: str = "") -> Words:
    """The words of `listing` as one viewer knows them; those of `hidden` belong to others."""
    lexicon = Lexicon()
    lexicon.take_in([*listing.lower().split(), *hidden.lower().split()])
    counts = np.zeros(len(lexicon), np.int32)
    counts[lexicon.ids_of(listing.lower().split())] = 1
    return Words(lexicon, counts)
