"""What a data folder remembers of its use, opened: recording, feedback, work list, audit log, pause.

Everything that changes something passes the moment by the clock that is given here, in UTC; days are
those of this machine's time zone.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from assistant.question import Question
from integrations.remembering.asked import Asked, Entry
from integrations.remembering.mail import Mail, Mailer
from integrations.remembering.recorder import Recorder
from integrations.settings import Settings
from kb.embedding.port import Embedder
from kb.embedding.scale import BundledScale
from kb.errors import NotFoundError
from kb.masking import masked
from kb.questions import Outcome, Way, WorkKind
from kb.state.audit import AuditEntry, AuditLog
from kb.state.daily_counts import DailyCounts
from kb.state.database import Database
from kb.state.pauses import Pause, Pauses
from kb.state.questions import AskedQuestion, QuestionFilter, Questions
from kb.state.worklist import ALIKE, Wording, WorkItem, Worklist

Clock = Callable[[], datetime]
#: so many questions without an answer are compared with an item, for its examples
_COMPARED = 60
_WITHOUT_ANSWER = (Outcome.NOT_FOUND, Outcome.PARTIAL)
_RECEIPTS_FOR = timedelta(days=1)
_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """This moment; the default clock."""
    return datetime.now(UTC)


class Remembered:
    """`embedder` gives the language model in use, by which like questions are told."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        embedder: Callable[[], Embedder],
        clock: Clock = utc_now,
    ) -> None:
        self._settings = settings
        self._database = database
        self._embedder = embedder
        self._clock = clock
        self.questions = Questions(database)
        self.counts = DailyCounts(database)
        self.worklist = Worklist(database)
        self.audit = AuditLog(database)
        self.mailer = Mailer(settings.mail_options)
        self._pauses = Pauses(database)
        self._paused = self._pauses.current()
        self._recorder = Recorder(self.questions, self._enter, texts=settings.questions_days > 0)
        self._scale: tuple[str, BundledScale] | None = None
        self._tidied: date | None = None

    # ---- asking

    def asked(self, question: Question, way: Way, site: str = "") -> Asked:
        """A question that begins to be answered now."""
        return Asked(question, way, site, self._clock(), self._recorder.put)

    def refused(self, way: Way) -> None:
        """A question that is not answered, because of a limit or a pause: it is only counted."""
        now = self._clock()
        refused = AskedQuestion(
            answer_id="",
            asked_at=_naive(now),
            day=_day(now),
            way=way,
            outcome=Outcome.REFUSED,
            keep=False,
        )
        self._recorder.put(Entry(refused))

    def flush(self) -> None:
        """Wait until all that was asked is written."""
        self._recorder.flush()

    # ---- what visitors leave

    def judge(self, answer_id: str, helpful: bool, comment: str) -> None:
        """Whether an answer helped. Raises NotFoundError, InputError when it is too late."""
        kept = masked(comment) if self._settings.questions_days else ""
        now = _naive(self._clock())
        try:
            self.questions.judge(answer_id, helpful, kept, now)
        except NotFoundError:
            # the question may still be on its way into the database
            self._recorder.flush()
            self.questions.judge(answer_id, helpful, kept, now)

    def call_back(self, question: str, person: Mapping[str, str]) -> WorkItem:
        """Enter a person who wants to be called, and tell the operator by mail."""
        item = self.worklist.call_back(question, person, _naive(self._clock()))
        self.mailer.send(_mail_on(item))
        return item

    def wording(self, text: str) -> Wording:
        """A text with its vector; without one where the language model cannot be used just now."""
        try:
            model = self._embedder()
            return Wording(text, model.model_id, model.embed_query(text))
        except (
            Exception
        ) as error:  # whatever a language model that is just being replaced may raise
            _log.warning("like questions are told by their words only: %s", type(error).__name__)
            return Wording(text)

    def examples(self, item_id: str) -> list[AskedQuestion]:
        """Questions of late that an item of the work list would take in, each wording once.

        Raises NotFoundError.
        """
        mine = self.worklist.wording_of(item_id)
        recent, _ = self.questions.page(QuestionFilter(_WITHOUT_ANSWER), limit=_COMPARED)
        distinct = {one.question.casefold(): one for one in reversed(recent)}
        return [one for one in reversed(distinct.values()) if self._like(mine, one.question)]

    def _like(self, mine: Wording, text: str) -> bool:
        if mine.text.casefold() == text.casefold():
            return True
        other = self.wording(text)
        if not mine.model or mine.model != other.model or mine.vector.size != other.vector.size:
            return False
        scale = self._scale_of(self._embedder())
        return scale(float(mine.vector @ other.vector)) >= ALIKE

    # ---- what operators do

    def note(self, who: str, verb: str, what: str, before: str = "", after: str = "") -> None:
        """Enter a change in the audit log."""
        entry = AuditEntry(_naive(self._clock()), who, verb, what, before, after)
        self.audit.add(entry)

    @property
    def paused(self) -> Pause | None:
        """The pause that goes on, if there is one."""
        return self._paused

    def pause(self, reason: str) -> Pause:
        """Answer nothing from now on."""
        self._paused = self._pauses.begin(reason, _naive(self._clock()))
        return self._paused

    def resume(self) -> bool:
        """Answer again; False when nothing was paused."""
        self._paused = None
        return self._pauses.end(_naive(self._clock()))

    # ---- time

    @property
    def moment(self) -> datetime:
        """Now, in UTC, as the database keeps it."""
        return _naive(self._clock())

    @property
    def today(self) -> date:
        """The operator's day."""
        return _day(self._clock())

    def tick(self) -> None:
        """Once a day, delete what is older than it may be; to be called now and then."""
        today = self.today
        if self._tidied == today:
            return
        gone = self._forget_old()
        if gone:
            self._database.clean_up()
            _log.info("%d entries are deleted after their time", gone)
        self._tidied = today

    def close(self) -> None:
        """Write what is waiting; where no service runs, this is when old entries are deleted."""
        self._recorder.close()
        self.mailer.close()
        try:
            self.tick()
        except Exception as error:
            _log.warning("old entries are not deleted yet: %s", type(error).__name__)

    def _forget_old(self) -> int:
        now, settings = _naive(self._clock()), self._settings
        old = now - timedelta(days=settings.questions_days)
        if settings.questions_days:
            gone = self.questions.forget(old)
        else:
            gone = self.questions.forget(now - _RECEIPTS_FOR) + self.questions.forget_texts()
        gone += self.worklist.forget(WorkKind.QUESTION, old)
        gone += self.worklist.forget(
            WorkKind.CALLBACK, now - timedelta(days=settings.callbacks_days)
        )
        return gone + self.audit.forget(now - timedelta(days=settings.audit_days))

    def _enter(self, text: str, asked_at: datetime) -> None:
        wording = self.wording(text)
        if wording.model:
            self.worklist.join(wording, asked_at, self._scale_of(self._embedder()))
        else:
            self.worklist.join(wording, asked_at)

    def _scale_of(self, model: Embedder) -> BundledScale:
        """The scale of the model in use; another one's is made when a rebuild has changed it."""
        if self._scale is None or self._scale[0] != model.model_id:
            self._scale = model.model_id, BundledScale(model)
        return self._scale[1]


def _naive(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None)


def _day(now: datetime) -> date:
    return now.astimezone().date()


def _mail_on(item: WorkItem) -> Mail:
    person = item.person
    lines = [
        "Jemand bittet um einen Rückruf.",
        "",
        f"Name: {person['name']}",
        f"Telefon: {person['phone'] or '–'}",
        f"E-Mail: {person['email'] or '–'}",
        f"Gewünschte Zeit: {person['when'] or '–'}",
        "",
        "Frage:",
        item.title or "–",
        "",
        f"Eintrag {item.item_id} der Arbeitsliste; danach bitte dort abschließen oder löschen.",
    ]
    return Mail("Rückruf gewünscht", "\n".join(lines), person["email"])
