"""The registry and the tokens: the same contract on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from kb.audience import STAFF, Viewer
from kb.errors import NotFoundError
from kb.passages import Kind
from kb.state.database import Database
from kb.state.registry import OutlineEntry, Registry, StoredText
from kb.state.tokens import Tokens
from kb.state.vocabularies import DocumentVocabulary
from kb.validity import Validity
from tests.kb.scripted import Revision, head, revision

STRANGE = "Müßiggang „& Söhne“ 👩‍🔧 𝔉 \\ ' \" % {} \u2028 \t\n" + "x" * 5_000
FULL_HEAD = head(
    "Förderrichtlinie 🏭.pdf",
    title=STRANGE,
    kind=Kind.GUIDELINE,
    audience="bündnis",
    language="en",
    publisher=STRANGE,
    dated=date(2024, 2, 29),
    validity=Validity(date(1, 1, 1), date.max),
    supersedes=STRANGE,
)


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry(database)


def keep(registry: Registry, made: Revision) -> Revision:
    registry.commit(made.document, made.text)
    return made


def test_a_document_comes_back_with_every_field_as_it_was(registry: Registry) -> None:
    made = revision(FULL_HEAD, ["Zuschuss"])
    document = replace(
        made.document,
        warnings=(STRANGE, "zwei"),
        origins={"title": STRANGE, "größe": "Datei"},
        corrections={"audience": "bündnis"},
    )
    registry.commit(document, made.text)
    stored = registry.find(FULL_HEAD.document_id)
    assert stored is not None
    age = datetime.now(UTC).replace(tzinfo=None) - stored.ingested_at
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert replace(stored, ingested_at=document.ingested_at) == document
    assert registry.all() == [stored]
    assert registry.live()[FULL_HEAD.document_id].head == FULL_HEAD


def test_text_outline_and_vocabulary_come_back_as_they_were(registry: Registry) -> None:
    made = revision(head("a.md"), ["Zuschuss"])
    outline = (OutlineEntry(0, 5, "heading", 2, None), OutlineEntry(6, 9, "paragraph", 0, 4))
    terms = np.array([[0, 1, 2**31, 2**32 - 1], [1, 2, 3, 2**32 - 1]], dtype=np.uint32)
    vocabulary = DocumentVocabulary(terms, ("größe", "maßnahme", "zuschuss"))
    registry.commit(made.document, StoredText(STRANGE, outline, vocabulary))
    text = registry.text(made.document_id)
    assert (text.text, text.outline) == (STRANGE, outline)
    assert text.vocabulary.terms.dtype == np.uint32
    assert text.vocabulary.terms.tolist() == terms.tolist()
    assert text.vocabulary.words == vocabulary.words
    assert registry.vocabularies([made.document_id, "x"])[made.document_id].terms.shape == (2, 4)


def test_a_document_without_passages_can_be_kept(registry: Registry) -> None:
    made = keep(registry, revision(head("leer.md"), []))
    assert registry.text(made.document_id).vocabulary.terms.shape == (2, 0)
    assert registry.find(made.document_id) is not None


def test_a_text_with_a_nul_character_can_be_kept(registry: Registry) -> None:
    made = revision(head("a.md", title="Titel\0mit NUL"), ["Zu\0schuss"])
    keep(registry, made)
    stored = registry.find(made.document_id)
    assert stored is not None
    assert stored.head.title == "Titel\ufffdmit NUL"
    assert registry.text(made.document_id).text == "Zu\ufffdschuss"


def test_vocabularies_of_many_documents_are_found(registry: Registry) -> None:
    made = [keep(registry, revision(head(f"{n}.md"), [f"wort{n}"], "r")) for n in range(12)]
    wanted = [m.document_id for m in made] + [f"unbekannt{n}" for n in range(1_200)]
    assert set(registry.vocabularies(wanted)) == {m.document_id for m in made}
    assert registry.vocabularies([]) == {}


def test_a_later_revision_replaces_row_and_text(registry: Registry) -> None:
    keep(registry, revision(head("a.md"), ["alt"], "r1"))
    made = keep(registry, revision(head("a.md", title="Neu"), ["neu", "mehr"], "r2"))
    assert [stored.revision for stored in registry.all()] == ["r2"]
    assert registry.live()[made.document_id].head.title == "Neu"
    assert registry.text(made.document_id).text == "neu\nmehr"


def test_every_change_is_noticed_and_nothing_else(registry: Registry) -> None:
    before = registry.changes()
    made = keep(registry, revision(head("a.md"), ["eins"], "r1"))
    live = registry.live()
    assert registry.live() is live
    registry.begin(made.document_id, "r2")
    registry.settle(made.document_id)
    stored = registry.find(made.document_id)
    assert stored is not None
    registry.describe(replace(stored, origins={"title": "Dateiname"}))
    assert registry.live() is live
    registry.correct(made.document_id, head("a.md", audience=STAFF), {"audience": STAFF})
    assert registry.live()[made.document_id].head.audience == STAFF
    registry.remove(made.document_id)
    assert registry.live() == {}
    assert registry.changes() == before + 3


def test_a_change_by_another_process_is_noticed(registry: Registry, database_url: str) -> None:
    made = keep(registry, revision(head("a.md"), ["eins"], "r1"))
    assert made.document_id in registry.live()
    other = Database(database_url)
    Registry(other).remove(made.document_id)
    assert registry.live() == {}
    other.close()


@pytest.mark.parametrize(
    ("audience", "viewer", "seen"),
    [
        ("public", Viewer.public(), True),
        (STAFF, Viewer.public(), False),
        (STAFF, Viewer.member_of(STAFF), True),
        ("bündnis", Viewer.member_of(STAFF), False),
        ("bündnis", Viewer.member_of("Bündnis"), True),
    ],
)
def test_a_document_for_others_looks_like_one_that_does_not_exist(
    registry: Registry, audience: str, viewer: Viewer, seen: bool
) -> None:
    made = keep(registry, revision(head("a.md", audience=audience), ["eins"]))
    if seen:
        assert registry.get(made.document_id, viewer).head.audience == audience
        return
    with pytest.raises(NotFoundError) as hidden:
        registry.get(made.document_id, viewer)
    registry.remove(made.document_id)
    with pytest.raises(NotFoundError) as absent:
        registry.get(made.document_id, viewer)
    assert str(hidden.value) == str(absent.value)


def test_removing_takes_row_and_text_and_leaves_an_intent(registry: Registry) -> None:
    made = keep(registry, revision(head("a.md"), ["eins"]))
    registry.remove(made.document_id)
    assert registry.find(made.document_id) is None
    assert registry.vocabularies([made.document_id]) == {}
    assert registry.unsettled() == [made.document_id]
    registry.settle(made.document_id)
    assert registry.unsettled() == []


def test_corrections_add_up_and_keep_the_revision(registry: Registry) -> None:
    made = keep(registry, revision(head("a.md"), ["eins"], "r1"))
    registry.correct(made.document_id, head("a.md", title="Neu"), {"title": "Neu"})
    registry.correct(
        made.document_id, head("a.md", title="Neu", audience=STAFF), {"audience": STAFF}
    )
    stored = registry.find(made.document_id)
    assert stored is not None
    assert stored.corrections == {"title": "Neu", "audience": STAFF}
    assert (stored.revision, stored.head.audience) == ("r1", STAFF)
    with pytest.raises(NotFoundError):
        registry.correct("unbekannt", head("b.md"), {})


def test_content_hashes_are_those_of_the_documents(registry: Registry) -> None:
    made = keep(registry, revision(head("a.md"), ["eins"]))
    assert registry.content_hashes() == {made.document.content_hash}


def test_a_token_opens_until_it_is_revoked_and_its_secret_is_not_stored(
    database: Database,
) -> None:
    tokens = Tokens(database)
    token, secret = tokens.create("Webseite der Kammer 🏭", "admin")
    assert tokens.verify(secret) == token
    assert [tokens.verify(wrong) for wrong in ("", "ausk_", secret[:-1], secret + "x")] == [
        None
    ] * 4
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM tokens").all()
    assert secret not in repr(rows)
    assert secret not in repr(token)
    tokens.revoke(token.token_id)
    tokens.revoke(token.token_id)
    assert tokens.verify(secret) is None
    assert [entry.revoked for entry in tokens.all()] == [True]


def test_tokens_are_listed_in_order_and_differ(database: Database) -> None:
    tokens = Tokens(database)
    made = [tokens.create(f"Nr. {number}") for number in range(5)]
    assert len({secret for _, secret in made}) == 5
    assert [entry.name for entry in tokens.all()] == [f"Nr. {number}" for number in range(5)]
    with pytest.raises(NotFoundError, match="token list"):
        tokens.revoke("unbekannt")
