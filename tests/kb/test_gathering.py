"""What a reader is shown of a ranking: near-duplicates once, neighbours as one passage, nothing lost."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from kb.gathering import GatheringOptions, gather
from kb.passages import DocumentHead, Kind, Passage, Place
from kb.results import ScoredPassage
from kb.token_likeness import TokenLikeness, token_likeness
from tests.kb.scripted import head
from tests.kb.scripted_tokens import ScriptedLate, codes_of

QUESTION = codes_of("Welche Frist gilt für den Antrag?")
LONG = (
    "Der Antrag ist innerhalb von {days} Tagen nach Abschluss der Maßnahme bei der {place} mit "
    "Rechnung, Zahlungsnachweis, Teilnahmebescheinigung, Bankverbindung und Unterschrift der "
    "Geschäftsführung schriftlich einzureichen; Ausnahmen genehmigt der Vorstand, Widerspruch "
    "gegen seine Entscheidung hemmt den Ablauf dieser Frist."
)


def scored(
    text: str,
    of: DocumentHead,
    *,
    start: int = 0,
    rank: int = 0,
    likeness: bool = True,
    **changes: Any,
) -> ScoredPassage:
    """A passage of a document's revision `r1` under the heading `5 Höhe`."""
    passage = Passage(
        document=of,
        revision="r1",
        ordinal=start,
        text=text,
        start=start,
        end=start + len(text),
        heading_path=("Richtlinie", "5 Höhe"),
        places=(Place(0, f"Nr. {start}", start // 100),),
    )
    _, [codes] = ScriptedLate().embed_passages_with_codes([f"Titel › Höhe\n{text}"])
    return ScoredPassage(
        passage=replace(passage, **changes),
        score=10.0 - rank,
        dense=0.8,
        sparse=3.0,
        late=0.7,
        likeness=token_likeness(QUESTION, codes.behind(13)) if likeness else None,
    )


def many(*texts: str) -> list[ScoredPassage]:
    """Each in a document of its own, best first."""
    return [scored(text, head(f"{number}.md"), rank=number) for number, text in enumerate(texts)]


def texts_of(entries: Sequence[ScoredPassage]) -> list[str]:
    return [entry.passage.text for entry in entries]


def test_nothing_and_one_stay_as_they_are() -> None:
    assert gather([]) == []
    [entry] = many("Zuschuss für Betriebe")
    assert gather([entry]) == [entry]


def test_different_texts_stay_in_their_order() -> None:
    entries = many("Zuschuss für Betriebe", "Frist", "!", "Treppe", "?", "", "Zuschuss")
    assert gather(entries) == entries


def test_of_the_same_text_the_first_stays() -> None:
    entries = many("Frist am Ende", "Zuschuss – für Betriebe!", "Treppe", "Zuschuss für Betriebe")
    assert texts_of(gather(entries)) == texts_of(entries[:3])
    assert gather(entries)[1].passage.document.file == "1.md"
    assert texts_of(gather(entries[::-1])) == texts_of([entries[3], entries[2], entries[0]])


def test_long_texts_that_say_the_same_are_shown_once() -> None:
    one = LONG.format(days="vierzehn", place="Kammer")
    other = one.replace("Geschäftsführung", "verantwortlichen Geschäftsführung")
    spaced = one.upper().replace(",", " ,\n")
    entries = many(one, "Frist", other, spaced)
    assert texts_of(gather(entries)) == [one, "Frist"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # a figure
        (LONG.format(days="14", place="Kammer"), LONG.format(days="21", place="Kammer")),
        (
            LONG.format(days="vierzehn", place="Kammer"),
            LONG.format(days="fünfzehn", place="Kammer"),
        ),
        (LONG.format(days="zwei", place="Kammer"), LONG.format(days="drei", place="Kammer")),
        ("Zuschuss: 500 Euro", "Zuschuss: 600 Euro"),
        ("Das Land trägt 50 %, die Kammer 30 %.", "Das Land trägt 30 %, die Kammer 50 %."),
        (
            LONG.format(days="14", place="Kammer") + " Dann gelten 30 Tage.",
            LONG.format(days="30", place="Kammer") + " Dann gelten 14 Tage.",
        ),
        # a name
        (
            LONG.format(days="14", place="Kammer Köln"),
            LONG.format(days="14", place="Kammer Aachen"),
        ),
        ("Zuständig: Kammer Köln", "Zuständig: Kammer Aachen"),
        # a small word that turns the sense
        ("Gefördert werden Betriebe.", "Gefördert werden keine Betriebe."),
        ("Anträge mit Belegen", "Anträge ohne Belege"),
        ("Der Antrag ist vor Beginn zu stellen.", "Der Antrag ist nach Beginn zu stellen."),
        (
            LONG.format(days="14", place="Kammer"),
            LONG.format(days="14", place="Kammer").replace("hemmt", "hemmt nicht"),
        ),
        (
            LONG.format(days="14", place="Kammer"),
            LONG.format(days="14", place="Kammer").replace("nach Abschluss", "vor Abschluss"),
        ),
        # who to whom
        ("Die Kammer zahlt an den Betrieb.", "Der Betrieb zahlt an die Kammer."),
    ],
)
def test_texts_that_do_not_say_the_same_both_stay(one: str, other: str) -> None:
    assert texts_of(gather(many(one, other))) == [one, other]
    assert texts_of(gather(many(other, one))) == [other, one]


def test_in_one_document_only_the_very_same_text_is_a_repetition() -> None:
    of = head("a.md")
    one = LONG.format(days="14", place="Kammer")
    longer = one.replace("Vorstand", "Vorstand des Bündnisses")
    entries = [scored(one, of), scored(longer, of, start=5_000), scored(one, of, start=9_000)]
    assert texts_of(gather(entries)) == [one, longer]


def test_of_versions_the_one_in_force_is_shown_at_the_place_of_the_best() -> None:
    old, new = head("2024.md", dated=date(2024, 1, 1)), head("2026.md", dated=date(2026, 1, 1))
    first = replace(scored("Zuschuss für Betriebe", old), superseded_by=new)
    other = scored("Treppe", head("b.md"), rank=1)
    second = scored("Zuschuss für Betriebe", new, rank=2)
    found = gather([first, other, second])
    assert [entry.passage.document.file for entry in found] == ["2026.md", "b.md"]
    assert [entry.score for entry in found] == [first.score, other.score]
    by_date = gather([replace(first, superseded_by=None), other, second])
    assert [entry.passage.document.file for entry in by_date] == ["2026.md", "b.md"]


def test_who_asks_about_the_past_is_shown_what_was_found() -> None:
    old, new = (head(f"{year}.md", dated=date(year, 1, 1)) for year in (2020, 2025))
    entries = [scored("Zuschuss 500 Euro", old), scored("Zuschuss 500 Euro", new, rank=1)]
    assert [entry.passage.document for entry in gather(entries)] == [new]
    assert [entry.passage.document for entry in gather(entries, historic=True)] == [old]


def test_a_newer_document_of_another_kind_is_no_newer_version() -> None:
    guideline = head("richtlinie.md", dated=date(2020, 1, 1), kind=Kind.GUIDELINE)
    minutes = head("protokoll.md", dated=date(2025, 1, 1), kind=Kind.MINUTES)
    entries = [scored("Zuschuss 500 Euro", guideline), scored("Zuschuss 500 Euro", minutes, rank=1)]
    assert [entry.passage.document for entry in gather(entries)] == [guideline]


def test_one_document_does_not_fill_the_first_places_alone() -> None:
    long, other = head("lang.md"), head("anders.md")
    texts = "Zuschuss Treppe Geländer Dach Tor Fenster".split()
    entries = [scored(text, long, start=100 * n) for n, text in enumerate(texts)]
    entries = [replace(entry, score=5 - 0.01 * n) for n, entry in enumerate(entries)]
    last = replace(scored("Frist", other), score=4.5)
    assert texts_of(gather([*entries, last])) == [*texts[:5], "Frist", texts[5]]
    apart = GatheringOptions(crowding=0.0)
    assert texts_of(gather([*entries, last], apart)) == [*texts, "Frist"]
    assert texts_of(gather(entries)) == texts, "alone it keeps its order"
    far = replace(last, score=2.0)
    assert texts_of(gather([*entries, far]))[-1] == "Frist", "what is worlds apart stays behind"


def test_the_one_that_is_shown_is_as_alike_as_the_one_that_was_found() -> None:
    old, new = head("2024.md", dated=date(2024, 1, 1)), head("2026.md", dated=date(2026, 1, 1))
    first = scored("Die Frist endet im Mai.", old)
    second = scored("Die Frist endet im Mai.", new, rank=20, likeness=False)
    [shown] = gather([first, second])
    assert shown.passage.document.file == "2026.md"
    assert shown.likeness is not None and first.likeness is not None
    assert shown.likeness.within((0, 23)) == first.likeness.within((0, 23)) > 0
    # in another wording its sentences stand elsewhere
    reworded = scored("Die  Frist endet im Mai.", new, rank=20, likeness=False)
    assert gather([first, reworded])[0].likeness is None


def test_texts_without_words_are_no_duplicates() -> None:
    entries = many("!", "?", "…")
    assert gather(entries) == entries


# --- neighbours ---------------------------------------------------------------------------------

PARTS = [
    "Der Zuschuss beträgt 500 Euro.",
    "Die Frist endet im Mai. Danach verfällt er.",
    "Der Antrag ist schriftlich zu stellen.",
    "Zuständig ist die Kammer.",
]
WHOLE = f"{PARTS[0]}\n\n{PARTS[1]}\n{PARTS[2]}\n\n{PARTS[3]}"


def neighbours(**changes: Any) -> list[ScoredPassage]:
    """The parts of one section, in reading order, the first one the best."""
    of = head("richtlinie.md")
    return [
        scored(part, of, start=1_000 + WHOLE.index(part), rank=rank, **changes)
        for rank, part in enumerate(PARTS)
    ]


def with_places(entry: ScoredPassage, *places: Place) -> ScoredPassage:
    return replace(entry, passage=replace(entry.passage, places=places))


@pytest.mark.parametrize(
    "order", [*itertools.permutations(range(3)), *itertools.permutations(range(4))]
)
def test_neighbours_become_one_passage_in_whatever_order_they_rank(order: tuple[int, ...]) -> None:
    parts = neighbours()
    [merged] = gather([parts[place] for place in order])
    assert merged.passage.text == WHOLE[: WHOLE.index(PARTS[max(order)]) + len(PARTS[max(order)])]
    assert (merged.passage.start, merged.passage.end) == (1_000, 1_000 + len(merged.passage.text))
    best = parts[order[0]]
    assert (merged.score, merged.dense, merged.sparse, merged.late) == (
        best.score, best.dense, best.sparse, best.late,
    )  # fmt: skip
    assert merged.passage.heading_path == best.passage.heading_path
    assert merged.passage.ordinal == parts[0].passage.ordinal


@pytest.mark.parametrize(
    ("confidences", "merged"), [((None, None), None), ((0.9, None), 0.9), ((0.95, 0.6), 0.6)]
)
def test_the_merged_passage_is_as_sure_as_its_worst_part(
    confidences: tuple[float | None, ...], merged: float | None
) -> None:
    parts = [
        replace(entry, passage=replace(entry.passage, confidence=confidence))
        for entry, confidence in zip(neighbours()[:2], confidences, strict=True)
    ]
    [found] = gather(parts)
    assert found.passage.confidence == merged


def test_the_merged_passage_takes_the_better_ones_place_and_the_others_move_up() -> None:
    one, two = neighbours()[:2]
    far = [scored(text, head(f"{text}.md")) for text in ("Treppe", "Geländer", "Dach")]
    found = gather([far[0], two, far[1], one, far[2]])
    assert texts_of(found) == ["Treppe", f"{PARTS[0]}\n\n{PARTS[1]}", "Geländer", "Dach"]
    assert found[1].score == two.score


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_every_character_keeps_its_place(order: tuple[int, ...]) -> None:
    parts = neighbours()
    split = PARTS[1].index("Danach")
    parts[0] = with_places(parts[0], Place(0, "Nr. 5.1", 3))
    parts[1] = with_places(parts[1], Place(0, "Nr. 5.1", 3), Place(split, "Nr. 5.2", 4))
    parts[2] = with_places(parts[2], Place(0, "Nr. 5.2", 4), Place(10, "Nr. 5.2", 5))
    parts[3] = with_places(parts[3], Place(0, "Nr. 5.1", 3))
    [merged] = gather([parts[place] for place in order])
    for part in parts:
        begin = part.passage.start - merged.passage.start
        for offset in range(len(part.passage.text)):
            assert merged.passage.text[begin + offset] == part.passage.text[offset]
            own, now = part.passage.place_at(offset), merged.passage.place_at(begin + offset)
            assert (now.locator, now.page) == (own.locator, own.page), offset
    starts = [place.start for place in merged.passage.places]
    assert starts == sorted(set(starts)) and starts[0] == 0
    named = [(place.locator, place.page) for place in merged.passage.places]
    assert all(one != other for one, other in itertools.pairwise(named))


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_every_sentence_is_as_alike_as_in_its_part(order: tuple[int, ...]) -> None:
    parts = neighbours()
    [merged] = gather([parts[place] for place in order])
    assert merged.likeness is not None
    for part in parts:
        begin = part.passage.start - merged.passage.start
        length = len(part.passage.text)
        for start, end in ((0, length), (0, length // 2), (length // 3, length), (4, 4)):
            assert part.likeness is not None
            assert merged.likeness.within((begin + start, begin + end)) == pytest.approx(
                part.likeness.within((start, end))
            )
    assert merged.likeness.ends.dtype == np.uint16
    assert merged.likeness.cosines.shape == (len(QUESTION), len(merged.likeness.ends))
    everything = max(part.likeness.within((0, 99)) for part in parts if part.likeness)
    assert merged.likeness.within((0, 10_000)) >= everything


@pytest.mark.parametrize("missing", [0, 1])
def test_a_part_without_likeness_does_not_take_the_others_away(missing: int) -> None:
    parts = neighbours()[:2]
    parts[missing] = replace(parts[missing], likeness=None)
    other = parts[1 - missing]
    [merged] = gather(parts)
    begin = other.passage.start - merged.passage.start
    assert merged.likeness is not None and other.likeness is not None
    assert merged.likeness.within((begin, begin + 29)) == other.likeness.within((0, 29)) > 0
    bare = parts[missing].passage.start - merged.passage.start
    assert merged.likeness.within((bare, bare + len(parts[missing].passage.text))) == 0.0
    [without] = gather([replace(part, likeness=None) for part in parts])
    assert without.likeness is None


def test_likeness_far_into_a_long_text() -> None:
    of = head("a.md")
    far = TokenLikeness(np.array([[0.5]], np.float32), np.array([900], np.uint16))
    one = replace(scored("a" * 999 + ".", of), likeness=far)
    two = replace(scored("b" * 1_000, of, start=1_002), likeness=far)
    [merged] = gather([one, two], GatheringOptions(longest=100_000))
    assert merged.likeness is not None and merged.likeness.ends.tolist() == [900, 1_902]


def test_rows_stay_apart_though_they_follow_each_other() -> None:
    of = head("a.md")
    one = scored("Aufgabe: Beratung; Telefon: 0221 4710-240", of)
    two = scored(
        "Aufgabe: Anerkennung; Telefon: 0221 4710-241", of, start=len(one.passage.text) + 1
    )
    assert gather([one, two]) == [one, two]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"heading_path": ("Richtlinie", "6 Verfahren")}, "another section"),
        ({"heading_path": ("Richtlinie",)}, "the section above"),
        ({"document": head("andere.md")}, "another document"),
        ({"revision": "r2"}, "another revision"),
        ({"start": 1_033, "end": 1_063}, "something between them"),
        ({"start": 1_010, "end": 1_053}, "overlapping"),
        ({"start": 900, "end": 943}, "before it, with a gap"),
    ],
)
def test_what_is_no_neighbour_stays_apart(changes: dict[str, Any], why: str) -> None:
    one, two = neighbours()[:2]
    other = replace(two, passage=replace(two.passage, **changes))
    assert gather([one, other]) == [one, other], why
    assert gather([other, one]) == [other, one], why


def test_a_merged_passage_is_not_longer_than_allowed() -> None:
    parts = neighbours()
    two = len(f"{PARTS[0]}\n\n{PARTS[1]}")
    assert len(gather(parts[:2], GatheringOptions(longest=two))) == 1
    assert len(gather(parts[:2], GatheringOptions(longest=two - 1))) == 2
    for order in itertools.permutations(range(4)):
        ranked = [parts[place] for place in order]
        for longest in (50, 90, 120, 160):
            found = gather(ranked, GatheringOptions(longest=longest))
            lengths = [len(entry.passage.text) for entry in found]
            assert max(lengths) <= longest
            assert sum(text.count(part) for part in PARTS for text in texts_of(found)) == 4
            assert found[0].score == ranked[0].score


def test_what_ranks_further_down_is_left_alone() -> None:
    parts = neighbours()
    fillers = [scored(text, head(f"{text}.md")) for text in ("Treppe", "Dach")]
    ranked = [parts[0], fillers[0], parts[1], fillers[1], parts[2]]
    found = gather(ranked, GatheringOptions(merge=2))
    assert found == ranked
    found = gather(ranked, GatheringOptions(merge=3))
    assert texts_of(found) == [f"{PARTS[0]}\n\n{PARTS[1]}", "Treppe", "Dach", PARTS[2]]
    assert found[2:] == ranked[3:]


def test_gathering_changes_nothing_of_what_it_is_given() -> None:
    parts = neighbours()
    before = [(part.passage, part.likeness and part.likeness.ends.tolist()) for part in parts]
    gather(parts)
    assert [(p.passage, p.likeness and p.likeness.ends.tolist()) for p in parts] == before
