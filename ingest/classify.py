"""What a document is: kind, audience, language, title, publisher, date and validity.

Who says it counts, from strongest to weakest: an admin's correction, the sidecar, the document's
own front matter, folder rules, properties that a program left in the file (a PDF's title), the text
itself (`ingest.from_text`), and the run's options. Each value's origin is kept. Without a word from
anybody a document is for staff only, and one from outside cannot make itself public.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ingest import from_text
from ingest.convert import boilerplate, mail_parts
from ingest.convert.blocks import CREATED, BlockKind, Conversion
from ingest.rules import Statement
from ingest.sources import SIDECAR_SUFFIX, SourceFile
from kb.audience import PUBLIC, STAFF, parse_audience
from kb.errors import InputError
from kb.immutable import Immutable
from kb.language import language_of
from kb.passages import CUT, DocumentHead, Kind, document_id_of
from kb.validity import Validity

#: the origin of an admin's values
CORRECTION = "Korrektur"
_TEXT = "Text"
_OWN = "Angaben im Dokument"
_CREATED = f"{_OWN} (angelegt)"
_NAME = "Dateiname"
_DEFAULT = "Vorgabe"
#: headings that converters have put in name no document
_INSERTED = boilerplate.HEADINGS | mail_parts.HEADINGS
_NEVER_EMPTY = frozenset({"title", "kind", "audience", "language"})
_WITH_FRONT_MATTER = (".md", ".markdown")
_SAMPLE = 3_000
_TITLE = 80
_WORD = re.compile(r"[^\W\d_]{3,}")
_WORDS = re.compile(r"[A-Za-zÄÖÜäöüß]{4,}")
_DAY_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Classified(Immutable):
    """A document's head, for each value where it came from, and what was not believed (German)."""

    head: DocumentHead
    origins: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def is_read(origin: str) -> bool:
    """Whether a value came out of the document itself or is a default, and not from anybody's word."""
    return origin.startswith((_TEXT, _OWN)) or origin in (_NAME, _DEFAULT, CORRECTION)


def classify(
    source: SourceFile,
    conversion: Conversion,
    statements: Sequence[Statement] = (),
    default_audience: str = STAFF,
    corrections: Mapping[str, str] | None = None,
    document_id: str = "",
) -> Classified:
    """Gather the head; raises InputError naming file and value when somebody's value is wrong."""
    own = _own(source, conversion)
    deliberate = source.suffix in _WITH_FRONT_MATTER
    folder = [entry for entry in statements if not entry.origin.endswith(SIDECAR_SUFFIX)]
    sidecar = [entry for entry in statements if entry.origin.endswith(SIDECAR_SUFFIX)]
    ordered = [
        Statement({"audience": default_audience}, _DEFAULT),
        _created(conversion),
        _from_name(source),
        *_from_text(source, conversion),
        *([] if deliberate else [own]),
        *folder,
        *([own] if deliberate else []),
        *sidecar,
        Statement(corrections or {}, CORRECTION),
    ]
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    for statement in ordered:
        for name, value in statement.values.items():
            cleared = statement.origin == CORRECTION and name not in _NEVER_EMPTY
            if value.strip() or cleared:
                values[name], origins[name] = value.strip(), statement.origin
            elif statement.origin.startswith(_TEXT) and origins.get(name, _CREATED) == _CREATED:
                values.pop(name, None)
                origins[name] = statement.origin  # says why there is none
    _drop_contradicted(values, origins)
    try:
        head = head_of(source.uri, source.name, values, document_id)
    except InputError as error:
        raise InputError(f"{source.name}: {error}") from error
    return Classified(head, origins, _disbelieved(source, conversion, head, origins))


def head_of(uri: str, file: str, values: Mapping[str, str], document_id: str = "") -> DocumentHead:
    """A document's head from plain values; raises InputError for a value that cannot be used.

    Without a `document_id` it gets the one of its place.
    """
    return DocumentHead(
        document_id=document_id or document_id_of(uri),
        uri=uri,
        file=file,
        title=values.get("title") or file,
        kind=_kind(values.get("kind", Kind.REFERENCE.value)),
        audience=parse_audience(values.get("audience", STAFF)),
        language=values.get("language", "de"),
        publisher=values.get("publisher", ""),
        dated=_day("date", values.get("date", "")),
        validity=Validity(
            _day("valid_from", values.get("valid_from", "")),
            _day("valid_until", values.get("valid_until", "")),
        ),
        supersedes=values.get("supersedes", ""),
    )


def values_of(head: DocumentHead) -> dict[str, str]:
    """The inverse of `head_of`: the head's values as text, empty ones left out."""
    values = {
        "title": head.title,
        "kind": head.kind.value,
        "audience": head.audience,
        "language": head.language,
        "publisher": head.publisher,
        "date": head.dated.isoformat() if head.dated else "",
        "valid_from": head.validity.valid_from.isoformat() if head.validity.valid_from else "",
        "valid_until": head.validity.valid_until.isoformat() if head.validity.valid_until else "",
        "supersedes": head.supersedes,
    }
    return {name: value for name, value in values.items() if value}


def _own(source: SourceFile, conversion: Conversion) -> Statement:
    """What the document says of itself, as far as that may count."""
    said = {name: value for name, value in conversion.properties.items() if name != CREATED}
    if _makes_itself_public(source, conversion):
        del said["audience"]
    return Statement(said, _OWN)


def _makes_itself_public(source: SourceFile, conversion: Conversion) -> bool:
    """Whether a file from outside says that everybody may see it: only the house decides that."""
    said = conversion.properties.get("audience", "")
    return said.strip().lower() == PUBLIC and not source.is_local


def _disbelieved(
    source: SourceFile, conversion: Conversion, head: DocumentHead, origins: Mapping[str, str]
) -> tuple[str, ...]:
    decided = head.audience == PUBLIC or origins["audience"] == CORRECTION
    if decided or not _makes_itself_public(source, conversion):
        return ()
    return (
        "Die Angabe „audience: public“ im Dokument wurde nicht übernommen, weil es aus dem Netz oder "
        f"von einem Upload stammt; es bleibt bei „{head.audience}“. Soll es öffentlich sein, bitte "
        "an der Quelle oder für das Dokument selbst festlegen.",
    )


def _created(conversion: Conversion) -> Statement:
    """The day on which a program began the file: better than no date, weaker than any other."""
    return Statement({"date": conversion.properties.get(CREATED, "")}, _CREATED)


def _drop_contradicted(values: dict[str, str], origins: dict[str, str]) -> None:
    """What the text says of validity gives way where somebody said the opposite about the other end."""
    begin, end = values.get("valid_from", ""), values.get("valid_until", "")
    read = [key for key in ("valid_from", "valid_until") if origins.get(key, "").startswith(_TEXT)]
    if begin and end and begin > end and len(read) == 1:
        del values[read[0]], origins[read[0]]


def _from_name(source: SourceFile) -> Statement:
    """A file named after one day („Protokoll_2026-03-12.docx“) is of that day."""
    days = set(_DAY_IN_NAME.findall(source.stem))
    try:
        day = date.fromisoformat(days.pop()) if len(days) == 1 else None
    except ValueError:
        day = None
    return Statement({"date": day.isoformat() if day else ""}, _NAME)


def _from_text(source: SourceFile, conversion: Conversion) -> list[Statement]:
    title = _telling_heading(conversion) or _title_without_heading(source, conversion)
    sample = " ".join(block.text for block in conversion.blocks[:60])[:_SAMPLE]
    named = Statement({"title": title, "language": language_of(sample)}, _TEXT)
    return [named, *from_text.statements(conversion, f"{source.stem} {title}")]


def _telling_heading(conversion: Conversion) -> str:
    """The first top heading of at least two words („Image“ or „Kontakt“ name no document)."""
    headings = [
        block
        for block in conversion.blocks
        if block.kind is BlockKind.HEADING and block.text not in _INSERTED
    ]
    telling = [block for block in headings if len(_WORD.findall(block.text)) > 1]
    first = next((block for block in telling if block.level == 1), None)
    chosen = first or next(iter(telling), None) or next(iter(headings), None)
    return chosen.text if chosen else ""


def _title_without_heading(source: SourceFile, conversion: Conversion) -> str:
    """The file name where it consists of words, else the beginning of the text."""
    name = source.stem.replace("_", " ").strip()
    if _WORDS.search(name) or not conversion.blocks:
        return name
    text = conversion.blocks[0].text
    return text if len(text) <= _TITLE else text[:_TITLE].rsplit(" ", 1)[0] + CUT


def _kind(value: str) -> Kind:
    try:
        return Kind(value.lower())
    except ValueError as error:
        known = ", ".join(kind.value for kind in Kind)
        raise InputError(f"Dokumentart {value!r} gibt es nicht. Erlaubt sind {known}.") from error


def _day(name: str, value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise InputError(
            f"{name}: {value!r} ist kein Datum. Bitte als JJJJ-MM-TT angeben, zum Beispiel "
            "2027-12-31."
        ) from error
