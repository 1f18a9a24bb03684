"""Questions to begin with, made from the documents at hand by rules.

First come questions that documents ask themselves (headings of an FAQ), then one about a document
by its title. Each is asked once, for the public: what finds no answer is not suggested. Nothing
comes from a document that is not public; one that is changed or hidden loses its examples at once.
"""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import AnswerStatus
from assistant.question import read_question
from integrations.desk import Desk
from kb.audience import Viewer
from kb.language import GERMAN
from kb.passages import CUT, DocumentHead, Kind
from kb.state.registry import StoredText
from kb.validity import ValidityState

_log = logging.getLogger(__name__)
MOST = 4
#: seconds between two makings while documents keep changing
_PAUSE = 20.0
#: how many questions are tried, and how many documents are read for headings
_TRIED, _READ = 16, 60
_OF_ONE_DOCUMENT = 2
_FEWEST_WORDS = 3
_LENGTH = range(14, 91)
_TITLE_LENGTH = range(8, 61)
_NUMBER = re.compile(r"^(?:(?:frage\s*)?\d+(?:\.\d+)*[.:)]?|[a-z]\)|[–•-])\s*", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:an|auf|aus|bei|bis|durch|für|in|mit|nach|seit|um|unter|von|vor|wie|zu|ab)\s+\w+|w[aeio]\w*"
    r"|bekomm\w*|brauch\w*|darf|dürfen|gelten|gibt|gilt|hab\w*|hat|ist|kann|können|muss|müssen|sind"
    r"|soll\w*|welch\w*|werden|wird|zähl\w*",
    re.IGNORECASE,
)
#: the title stands in quotation marks, so that no article has to agree with it
_ABOUT = {
    Kind.GUIDELINE: "Was wird laut „{title}“ gefördert?",
    Kind.PLAN: "Welche Ziele nennt „{title}“?",
    Kind.ROLE: "Wer ist laut „{title}“ wofür zuständig?",
    Kind.MINUTES: "Was wurde laut „{title}“ vereinbart?",
    Kind.REFERENCE: "Worum geht es in „{title}“?",
}
_INNER_MARKS = str.maketrans({"„": "‚", "“": "‘", "”": "’", '"': "’"})


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the revision of the document that it comes from."""

    question: str
    document_id: str
    revision: str


class Examples:
    """The current examples; made anew in the background after the documents have changed."""

    def __init__(self, desk: Desk, given: tuple[str, ...] = ()) -> None:
        """With `given` questions these are suggested and nothing is made."""
        self._desk = desk
        self._given = given
        self._made: tuple[Example, ...] = ()
        self._made_at = -1
        self._making = threading.Lock()
        self._next = 0.0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        desk.before_closing(self.stop)

    def current(self) -> tuple[str, ...]:
        """Up to four questions; returns at once."""
        if self._given:
            return self._given[:MOST]
        self._begin()
        live = self._desk.knowledge.registry.live()
        public = Viewer.public()
        return tuple(
            example.question
            for example in self._made
            if (now := live.get(example.document_id)) is not None
            and now.revision == example.revision
            and public.may_see(now.head.audience)
        )

    def refresh(self) -> None:
        """Make them now, if the documents have changed; somebody else's making is waited for."""
        registry = self._desk.knowledge.registry
        with self._making:
            changes = registry.changes()
            if changes != self._made_at:
                self._made = tuple(self._answered(self._candidates()))
                self._made_at = -1 if self._ended.is_set() else changes

    def stop(self) -> None:
        """Make no more; what is being made is broken off and waited for."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        if self._ended.is_set() or self._making.locked() or time.monotonic() < self._next:
            return
        if self._desk.knowledge.registry.changes() == self._made_at:
            return
        self._next = time.monotonic() + _PAUSE
        self._thread = threading.Thread(target=self._make, name="examples", daemon=True)
        self._thread.start()

    def _make(self) -> None:
        try:
            self.refresh()
        except Exception as error:
            _log.warning("no example questions: %s", error)

    def _candidates(self) -> Iterator[Example]:
        """Headings that are questions, a few of each document; then one question for each title."""
        registry, today = self._desk.knowledge.registry, date.today()
        public = Viewer.public()
        shown = [
            live
            for _, live in sorted(registry.live().items())
            if public.may_see(live.head.audience)
            and live.head.language == GERMAN
            and live.head.validity.state(today)
            not in (ValidityState.EXPIRED, ValidityState.UPCOMING)
        ]
        for live in shown[:_READ]:
            text = registry.text(live.head.document_id)
            for question in questions_in(text)[:_OF_ONE_DOCUMENT]:
                yield Example(question, live.head.document_id, live.revision)
        for kind in _ABOUT:
            of_kind = [live for live in shown if live.head.kind is kind]
            for live in of_kind[:_OF_ONE_DOCUMENT]:
                if question := question_about(live.head):
                    yield Example(question, live.head.document_id, live.revision)

    def _answered(self, candidates: Iterator[Example]) -> Iterator[Example]:
        """The first that are answered whole."""
        found: list[str] = []
        for _, example in zip(range(_TRIED), candidates, strict=False):
            if self._ended.is_set():
                return
            if example.question in found or not self._is_answered(example.question):
                continue
            found.append(example.question)
            yield example
            if len(found) == MOST:
                return

    def _is_answered(self, question: str) -> bool:
        asked = read_question(question, as_of=date.today(), viewer=Viewer.public())
        answer = asyncio.run(self._desk.assistant.answer(asked))
        return answer.status is AnswerStatus.ANSWERED


def questions_in(text: StoredText) -> Sequence[str]:
    """Headings that can stand alone as a German question, in the document's order."""
    found: list[str] = []
    for entry in text.outline:
        if entry.kind != "heading":
            continue
        heading = " ".join(_NUMBER.sub("", text.text[entry.start : entry.end].strip()).split())
        words = heading.split()
        if (
            heading.endswith("?")
            and heading.count("?") == 1
            and len(heading) in _LENGTH
            and len(words) >= _FEWEST_WORDS
            and heading[0].isupper()
            and _OPENING.match(heading)
            and heading not in found
        ):
            found.append(heading)
    return found


def question_about(head: DocumentHead) -> str:
    """A question that names a document by its title; "" where the title is no name."""
    title = " ".join(head.title.split()).translate(_INNER_MARKS)
    named = (
        len(title) in _TITLE_LENGTH and " " in title and not title.endswith((CUT, "?", "!", ":"))
    )
    made_of_words = sum(each.isalpha() or each == " " for each in title) >= 0.6 * len(title)
    return _ABOUT[head.kind].format(title=title) if named and made_of_words else ""
