"""Telling the operator by mail: at once of sources that fail, now and then of files and documents.

Everything is told once. What was told is written down when the mail server has taken the mail, so a
restart sends nothing twice, and what could not be sent is tried again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from integrations.remembering.mail import Mail, Mailer
from integrations.remembering.news import Item, NewsKind, digest_of
from integrations.remembering.notice_options import NoticeOptions
from kb.state.jobs import Job
from kb.state.notices import Notices

_JOB, _DIGEST = "job", "digest"
_TOLD = 20
_LOOKING = timedelta(hours=1)

#: what there is to be told on a day
Things = Callable[[date], Sequence[Item]]


class Telling:
    """Thread-safe. `things` is looked through once an hour at most; `clock` gives UTC."""

    def __init__(
        self,
        options: NoticeOptions,
        notices: Notices,
        mailer: Mailer,
        things: Things,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._options = options
        self._notices = notices
        self._mailer = mailer
        self._things = things
        self._clock = clock
        self._lock = Lock()
        self._under_way: set[str] = set()
        self._looked_at: datetime | None = None

    def of_job(self, job: Job) -> None:
        """Tell at once of a job that could not read everything; of the same problems only once."""
        troubled = [one for one in (job.report or {}).get("sources", ()) if one["errors"]]
        problems = [job.error] if job.error else []
        problems += [error for one in troubled[:_TOLD] for error in one["errors"][:1]]
        if not problems:
            self._notices.forget(_JOB, job.label)
            return
        listed = "\n".join(f"- {problem}" for problem in problems)
        text = (
            f"Der Auftrag „{job.label}“ ist nicht ganz gelungen.\n\n{listed}\n\n"
            f"Mehr dazu: {self._options.address}/admin/auftraege/{job.job_id}\n"
            f"oder „auskunft jobs show {job.job_id}“.\n"
        )
        states = {job.label: "\n".join(problems)}
        if self._notices.news(_JOB, states):
            self._send(f"{_JOB} {job.label}", "Nicht alles eingelesen", text, {_JOB: states})

    def tick(self) -> None:
        """Send a digest when one is due and there is news; to be called every minute."""
        options, now = self._options, self._clock()
        waited = self._looked_at is None or now - self._looked_at >= _LOOKING
        if not options.every_days or not waited:
            return
        self._looked_at = now
        last = self._notices.last(_DIGEST)
        if last is not None and _naive(now) - last < timedelta(days=options.every_days):
            return
        news, told = self._news(now)
        if news:
            number = "1 Hinweis" if len(news) == 1 else f"{len(news)} Hinweise"
            told[_DIGEST] = {_DIGEST: _naive(now).isoformat()}
            text = digest_of(news, options)
            self._send(_DIGEST, f"{number} zu Ihren Dokumenten", text, told)

    def _news(self, now: datetime) -> tuple[list[Item], dict[str, Mapping[str, str]]]:
        """What was not told yet, and its states by kind; what is over is forgotten."""
        things = self._things(now.astimezone().date())
        news: list[Item] = []
        told: dict[str, Mapping[str, str]] = {}
        for kind in NewsKind:
            states = {item.subject: item.state for item in things if item.kind is kind}
            self._notices.settle(kind, states)
            fresh = self._notices.news(kind, states)
            news += [item for item in things if item.kind is kind and item.subject in fresh]
            told[kind] = {subject: states[subject] for subject in fresh}
        return news, told

    def _send(
        self, name: str, subject: str, text: str, told: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Unless the like of it is under way already."""
        with self._lock:
            if name in self._under_way:
                return
            self._under_way.add(name)

        def over(delivered: bool) -> None:
            try:
                if delivered:
                    self._notices.keep(told, _naive(self._clock()))
            finally:
                with self._lock:
                    self._under_way.discard(name)

        self._mailer.send(Mail(subject, text, to=self._options.recipient), over)


def _naive(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None)
