"""A question's words become a weighted lexical query, read against what the viewer may know.

The words themselves count one. Beside them stand, with less: the words that a typing error may have
meant, parts of compounds and compounds of parts, verbs and nouns of the same family, synonyms. All
of it comes from the documents that the viewer may see and from the files of synonyms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from kb.audience import Viewer
from kb.bm25 import K1, SparseVector, query_weights, sparse_vector
from kb.corrections import Candidate
from kb.immutable import Immutable
from kb.language import GERMAN, language_of
from kb.lexical import Token, analyse, is_stop_word, term_of, terms_of, tokens_of
from kb.lexicon import Words
from kb.neighbours import NeighbourOptions, Neighbours, neighbours_of
from kb.stems import stem
from kb.synonyms import Synonyms
from kb.vocabulary import Vocabulary

_SHORTEST = 4
#: how many words lie at most between two that may make up a compound
_NEAR = 3


@dataclass(frozen=True, slots=True)
class ExpansionOptions:
    """What neighbours of the question's words count, and limits that bound the time it takes."""

    neighbours: NeighbourOptions = NeighbourOptions()
    most_words: int = 24
    most_corrected: int = 8
    most_added: int = 40
    least: float = 0.03


@dataclass(frozen=True, slots=True)
class Correction:
    """`written` at `start`…`end` of the question was read as `meant`."""

    written: str
    meant: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Expansion(Immutable):
    """A question ready for both sides of the search.

    `related` says for each term of the question which other terms may stand for it, and how well
    (0…1). `corrected_text` is the question with its sure corrections, the question itself if none.
    `ideal` is the BM25 score of a passage with every word of the question, many times, or with what
    stands for it where no document has the word.
    """

    vector: SparseVector
    ideal: float
    corrected_text: str
    corrections: tuple[Correction, ...] = ()
    related: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A word as it may have been meant: its term, what it counts, whether documents have it."""

    word: str
    term: str
    weight: float
    known: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """A word of the question with its readings."""

    token: Token
    term: str
    readings: Sequence[_Reading]
    correction: Correction | None = None


class _Added:
    """Terms beside the question's own, and how well they stand for which term of it.

    `wholes` are compounds of two words of the question: they stand for both at once.
    """

    def __init__(self) -> None:
        self.weights: dict[str, dict[str, float]] = {}
        self.wholes: set[str] = set()

    def put(self, own: str, other: str, weight: float) -> None:
        terms = self.weights.setdefault(own, {})
        if other != own:
            terms[other] = max(terms.get(other, 0.0), weight)


class QueryExpander:
    """Expands questions. Thread-safe; sees changes of documents and synonyms within a second."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        synonyms: Synonyms,
        options: ExpansionOptions = ExpansionOptions(),
    ) -> None:
        self._vocabulary = vocabulary
        self._synonyms = synonyms
        self._options = options

    def expand(self, text: str, viewer: Viewer, *, lexical: str = "") -> Expansion:
        """The question for a viewer; `lexical` is its wording in the documents' language.

        The corrected text is that of `text`; where `lexical` differs from it, nothing is corrected.
        """
        wording = lexical or text
        words = self._vocabulary.words(viewer)
        neighbours = neighbours_of(words, self._options.neighbours)
        read = list(self._read(wording, words, neighbours))
        added = _Added()
        for entry in read:
            for reading in entry.readings:
                if reading.term != entry.term:
                    added.put(entry.term, reading.term, reading.weight)
                for term, weight in neighbours.of(reading.word, reading.known):
                    added.put(entry.term, term, reading.weight * weight)
        _add_pairs(read, neighbours, added)
        self._add_synonyms(wording, read, added)
        found = [entry.correction for entry in read if entry.correction] if wording == text else []
        weighed = self._weighed(query_weights(wording), added, viewer)
        return Expansion(
            vector=sparse_vector(weighed.weights),
            ideal=weighed.ideal(terms_of(wording)),
            corrected_text=_corrected(text, found),
            corrections=tuple(found),
            related=weighed.related,
        )

    def _read(self, text: str, words: Words, neighbours: Neighbours) -> Iterator[_Read]:
        """Each word that is worth it, as written or as it may have been meant."""
        taken = [(term.start, term.end) for term in analyse(text) if term.text.startswith("=")]
        german = language_of(text) == GERMAN
        corrected = seen = 0
        for token in tokens_of(text):
            if seen == self._options.most_words:
                break
            if (
                not token.word[0].isalpha()
                or is_stop_word(token.word)
                or len(token.word) < _SHORTEST
            ):
                continue
            seen += 1
            concept = any(start <= token.start < end for start, end in taken)
            term = term_of(token.word)
            if concept or words.knows_stem(token.stem):
                yield _Read(token, term, (_Reading(token.word, term, 1.0, True),))
                continue
            written = text[token.start : token.end]
            meant: Sequence[Candidate] = ()
            if corrected < self._options.most_corrected and _may_be_wrong(written, german):
                meant = neighbours.meant_by(token.word)
                corrected += 1
            yield _read_as(token, term, written, meant, words)

    def _add_synonyms(self, text: str, read: Sequence[_Read], added: _Added) -> None:
        """Synonyms of the question's words and phrases, as they were meant."""
        tokens = tokens_of(text)
        meant = {entry.token.start: stem(entry.readings[0].word) for entry in read}
        stems = [meant.get(token.start, token.stem) for token in tokens]
        for start, end, terms, weight in self._synonyms.found_in(stems):
            for token in tokens[start:end]:
                if not is_stop_word(token.word):
                    for term in terms:
                        added.put(term_of(token.word), term, weight)

    def _weighed(self, own: dict[str, float], added: _Added, viewer: Viewer) -> "_Weighed":
        """The query's weights: a rarer word than the one it stands for must not outweigh it."""
        others = {term for terms in added.weights.values() for term in terms}
        counts = self._vocabulary.passages_with({*own, *others, *added.weights}, viewer)
        passages = self._vocabulary.passages(viewer)
        rarity = {term: _rarity(count, passages) for term, count in counts.items()}
        beside: dict[str, float] = {}
        related: dict[str, dict[str, float]] = {}
        for term, terms in added.weights.items():
            for other, weight in terms.items():
                if not counts[other]:
                    continue
                related.setdefault(term, {})[other] = weight
                fair = weight * min(1.0, rarity[term] / rarity[other]) if counts[term] else weight
                if other not in own and fair >= self._options.least:
                    others_share = beside.get(other, 0.0)
                    whole = other in added.wholes
                    beside[other] = others_share + fair if whole else max(others_share, fair)
        most = sorted(beside.items(), key=lambda item: (-item[1], item[0]))
        weights = own | dict(most[: self._options.most_added])
        known = frozenset(term for term, count in counts.items() if count)
        return _Weighed(weights, related, rarity, known)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The query's terms with their weights, and how rare each is among what the viewer may see."""

    weights: dict[str, float]
    related: dict[str, dict[str, float]]
    rarity: dict[str, float]
    known: frozenset[str]

    def ideal(self, terms: Iterable[str]) -> float:
        """See Expansion."""
        return (K1 + 1) * sum(map(self._most, set(terms)))

    def _most(self, term: str) -> float:
        if term in self.known or term not in self.related:
            return self.rarity[term]
        return max(weight * self.rarity[other] for other, weight in self.related[term].items())


def _read_as(
    token: Token, term: str, written: str, meant: Sequence[Candidate], words: Words
) -> _Read:
    readings = [
        _Reading(entry.word, term_of(entry.word), entry.weight, words.knows(entry.word))
        for entry in meant
        if entry.weight
    ]
    correction = None
    if meant and meant[0].sure:
        shown = _cased(words.written(meant[0].word), written)
        correction = Correction(written, shown, token.start, token.end)
    return _Read(token, term, readings or (_Reading(token.word, term, 1.0, False),), correction)


def _add_pairs(read: Sequence[_Read], neighbours: Neighbours, added: _Added) -> None:
    """Compounds of two words that stand near each other, in either order."""
    for at, one in enumerate(read):
        for other in read[at + 1 : at + _NEAR + 1]:
            if one.term == other.term:
                continue
            first, second = one.readings[0].word, other.readings[0].word
            for term, weight in neighbours.of_both(first, second) + neighbours.of_both(
                second, first
            ):
                added.put(one.term, term, weight)
                added.put(other.term, term, weight)
                added.wholes.add(term)


def _may_be_wrong(written: str, german: bool) -> bool:
    """Not abbreviations, and of a question in another language only what may be a German name."""
    return not written.isupper() and (german or written[0].isupper())


def _cased(word: str, like: str) -> str:
    """The word with a capital where the typed one has one among its first two letters."""
    return word[0].upper() + word[1:] if any(letter.isupper() for letter in like[:2]) else word


def _corrected(text: str, found: Sequence[Correction]) -> str:
    for correction in reversed(found):
        text = text[: correction.start] + correction.meant + text[correction.end :]
    return text


def _rarity(count: int, passages: int) -> float:
    """Inverse document frequency as Qdrant reckons it."""
    return log(1 + (max(passages - count, 0) + 0.5) / (count + 0.5))
