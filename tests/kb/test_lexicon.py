"""The dictionary of the documents' words: lookups from every side, only among what a viewer may know."""

import numpy as np
import pytest

from kb.lexicon import Alphabet, Lexicon, Words
from kb.spelling import Edit
from kb.stems import root, stem
from tests.kb.dictionary import words_from

LISTING = """
    antrag antrags anträge antragsteller förderantrag förderung gefördert weiterbildung maßnahme
    maßnahmen zahlung gezahlt ministerium
"""
HIDDEN = "geheimantrag antragsgeheimnis zahlt weiterbildungen massnahmeplan anträgen"


@pytest.fixture
def words() -> Words:
    return words_from(LISTING, HIDDEN)


def test_words_are_known_to_those_who_may_see_a_document_with_them(words: Words) -> None:
    assert words.knows("antrag")
    assert words.knows("massnahme"), "folded"
    assert not any(words.knows(word) for word in ("geheimantrag", "zahlt", "unbekannt", ""))
    assert words.count("antrag") == 1
    assert words.count("zahlt") == words.count("unbekannt") == 0


def test_inflections_and_families_leave_out_what_others_know(words: Words) -> None:
    assert words.forms(stem("antrag")) == ["antrag", "antrags", "anträge"]
    assert words.knows_stem(stem("anträgen"))
    assert not words.knows_stem(stem("geheimantrag"))
    assert words.family(root("zahlen")) == ["gezahlt", "zahlung"]


def test_words_are_found_from_either_end(words: Words) -> None:
    assert words.starting("antrag", 10) == ["antrags", "antragsteller"]
    assert words.ending("antrag", 10) == ["förderantrag"]
    assert words.ending("xyz", 10) == words.starting("xyz", 10) == []


def test_the_most_frequent_words_come_first_and_equal_ones_by_the_alphabet() -> None:
    lexicon = Lexicon()
    lexicon.take_in(["zz", "za", "zc", "zb"])
    counts = np.zeros(len(lexicon), np.int32)
    for word, count in {"zz": 3, "za": 1, "zb": 1, "zc": 1}.items():
        counts[lexicon.ids_of([word])] = count
    assert Words(lexicon, counts).starting("z", 2) == ["zz", "za", "zb"][:2]
    assert Words(lexicon, counts).starting("z", 9) == ["za", "zb", "zc", "zz"]


def test_near_words_are_found_stop_words_too(words: Words) -> None:
    assert words.one_edit("weiterbidlung") == {"weiterbildung": Edit.SWAP}
    assert words.one_edit("weiterbildungne") == {}
    assert words.one_edit("zwichen") == {"zwischen": Edit.DROP}
    assert words.two_edits("weitrebidlung") == ["weiterbildung"]
    assert words.stems_one_edit(stem("förderatnrägen")) == {stem("förderantrag"): Edit.SWAP}


def test_a_sharp_s_is_shown_where_documents_mostly_write_it(words: Words) -> None:
    assert words.written("massnahme") == "maßnahme"
    assert words.written("antrag") == "antrag"
    assert words_from("masse", "maße").written("masse") == "masse"


def test_words_put_together_are_found_only_where_they_occur(words: Words) -> None:
    assert words.made_of(["förder"], ["", "ungs"], ["antrag"]) == ["förderantrag"]
    assert words.made_of(["geheim"], [""], ["antrag"]) == []


def test_a_lexicon_takes_words_in_once_and_a_view_stays_what_it_was() -> None:
    lexicon = Lexicon()
    lexicon.take_in(["antrag"])
    view = Words(lexicon, np.ones(len(lexicon), np.int32))
    lexicon.take_in(["antrag", "antragsteller", "antrga"])
    assert len(lexicon) == 3
    assert view.starting("antrag", 5) == []
    assert not view.knows("antragsteller")
    assert "antrga" not in view.one_edit("antrgaa")
    assert view.forms(stem("antragsteller")) == []


def test_an_alphabet_stays_sorted_however_words_come() -> None:
    alphabet = Alphabet().with_words({"b": 1, "d": 3}).with_words({"a": 0, "c": 2, "da": 4})
    assert alphabet.starting("").tolist() == [0, 1, 2, 3, 4]
    assert alphabet.starting("d").tolist() == [3, 4]
    assert alphabet.starting("e").tolist() == []
