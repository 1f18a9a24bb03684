"""Whether one text says the same as another.

Two texts come in, yes or no goes out. In doubt they differ: a figure, an exchanged word (another
place, another name) or a small word that turns the sense (`nicht`, `vor`, `nur`) makes two texts.
"""

from functools import lru_cache

from kb.lexical import terms_of, tokens_of

#: folded words without a term of their own, or too common to be noticed, that turn a sentence's sense
_TURNING = frozenset(
    """
    nicht kein keine keinem keinen keiner keines ohne weder noch nie niemals ausser statt ausgenommen
    ausgeschlossen nur allein mindestens höchstens maximal über unter vor nach bis ab seit zwischen
    mehr weniger oder sowie und kann können darf dürfen soll sollen muss müssen
    not no never without except only before after until since over under or and may must shall
    """.split()
)


def repeats(text: str, other: str, *, alike: float, short: int) -> bool:
    """Whether a reader who knows the one learns nothing from the other.

    Texts of at least `short` distinct terms may differ in words that only one of them has, as long
    as the share `alike` of the terms is common; with fewer, only in punctuation and spelling.
    """
    one, two = _terms(text), _terms(other)
    fewer, more = (one, two) if len(one) <= len(two) else (two, one)
    if len(fewer) < alike * len(more) or not fewer <= more:
        return False
    words, other_words = _words(text), _words(other)
    if words == other_words:
        return bool(words)
    return len(fewer) >= short and _telling(words) == _telling(other_words)


@lru_cache(maxsize=1_024)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms_of(text))


def _words(text: str) -> list[str]:
    return [token.word for token in tokens_of(text)]


def _telling(words: list[str]) -> list[str]:
    """Figures and turning words in their order."""
    return [word for word in words if word in _TURNING or any(sign.isdigit() for sign in word)]
