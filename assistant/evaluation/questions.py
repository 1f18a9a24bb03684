"""Golden sets: a YAML list of questions comes in, typed questions come out, or an InputError.

The schema is that of `samples/questions.yaml`, whose head explains every key. A follow-up carries the
wording of all questions before it, also when those are not measured themselves; `earlier` may give
those wordings instead of `follow_up_to`. A source may name a file, a quote, or both.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kb.errors import InputError


@dataclass(frozen=True, slots=True)
class ExpectedSource:
    """A file that is needed for the full answer, and a literal quote of the needed place.

    Either may be empty: then any file, or any place of the file, will do.
    """

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """One question with what is expected of its answer; `as_of` is an ISO day or empty."""

    id: str
    text: str
    status: str
    topic: str
    as_of: str
    audience: str
    earlier: tuple[str, ...]
    sources: tuple[ExpectedSource, ...]
    contains: tuple[str, ...]
    excludes: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the sources carry the answer."""
        return self.status != "not_found"

    @property
    def cited(self) -> bool:
        """Whether the places of the answer are known."""
        return self.answerable and bool(self.sources)


def read_golden(file: Path) -> tuple[GoldenQuestion, ...]:
    """The questions of a golden set in their order; raises InputError naming file and question."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: Der Fragensatz lässt sich nicht lesen: {error}") from error
    return parse_golden(text, str(file))


def parse_golden(text: str, file: str) -> tuple[GoldenQuestion, ...]:
    """The questions of a golden set's text; `file` names it in errors. Raises InputError."""
    try:
        items = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{file}: Der Fragensatz lässt sich nicht lesen: {error}") from error
    if not isinstance(items, list) or not all(
        isinstance(item, dict) and {"id", "question", "status"} <= item.keys() for item in items
    ):
        raise InputError(
            f"{file}: Erwartet wird eine Liste von Fragen mit id, question und status."
        )
    repeated = [name for name, count in Counter(str(i["id"]) for i in items).items() if count > 1]
    if repeated:
        raise InputError(f"{file}: Die Frage {repeated[0]!r} kommt mehrfach vor.")
    by_id = {str(item["id"]): item for item in items}
    return tuple(_question(file, item, by_id) for item in items)


def _question(
    file: str, item: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]
) -> GoldenQuestion:
    sources = item.get("sources") or []
    if not all(isinstance(s, dict) and ("file" in s or "contains" in s) for s in sources):
        raise InputError(
            f"{file}: Jede Quelle der Frage {item['id']!r} braucht file oder contains, am besten beides."
        )
    return GoldenQuestion(
        id=str(item["id"]),
        text=str(item["question"]),
        status=str(item["status"]),
        topic=str(item.get("topic", "")),
        as_of=_day(file, item),
        audience=str(item.get("audience", "public")),
        earlier=_earlier(item, by_id),
        sources=tuple(
            ExpectedSource(str(s.get("file", "")), str(s.get("contains", ""))) for s in sources
        ),
        contains=tuple(map(str, item.get("answer_contains") or ())),
        excludes=tuple(map(str, item.get("answer_excludes") or ())),
        notices=tuple(map(str, item.get("notices") or ())),
    )


def require_patterns(patterns: Iterable[str]) -> None:
    """Raise InputError for one that begins with `re:` and is no regular expression."""
    for pattern in patterns:
        try:
            re.compile(pattern[3:] if pattern.startswith("re:") else "")
        except re.error as error:
            raise InputError(f"{pattern!r} ist kein regulärer Ausdruck: {error}") from error


def _earlier(item: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    earlier: list[str] = [str(text) for text in item.get("earlier") or ()]
    if earlier:
        return tuple(earlier)
    passed = {str(item["id"])}
    current = item
    while (name := str(current.get("follow_up_to", ""))) in by_id and name not in passed:
        current = by_id[name]
        earlier.insert(0, str(current["question"]))
        passed.add(name)
    return tuple(earlier)


def _day(file: str, item: Mapping[str, Any]) -> str:
    day = str(item.get("as_of") or "")
    try:
        if day:
            date.fromisoformat(day)
    except ValueError as error:
        raise InputError(
            f"{file}: Der Stichtag {day!r} der Frage {item['id']!r} ist kein Datum (JJJJ-MM-TT)."
        ) from error
    return day
