"""Mail to the operator, sent in a thread; what cannot be sent is logged and stays in the work list."""

import logging
import smtplib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from queue import Full, Queue

#: told whether a mail was taken by the server
Over = Callable[[bool], None]
_log = logging.getLogger(__name__)
_MOST_WAITING = 200
_PAUSES = (0.0, 10.0, 60.0)
_TIMEOUT = 20.0
_END_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class MailOptions:
    """Where mail is handed in; `tls` is `starttls`, `tls` or `none`. Without a host none is sent."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to the operator; `reply_to` is empty or an address, `to` that of another recipient."""

    subject: str
    text: str
    reply_to: str = ""
    to: str = ""


def _nothing(delivered: bool) -> None:
    """Nobody wants to know what became of a mail."""


class Mailer:
    """Thread-safe; the thread begins with the first mail."""

    def __init__(self, options: MailOptions) -> None:
        self._options = options
        self._queue: Queue[tuple[Mail, Over] | None] = Queue(_MOST_WAITING)
        self._ended = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def configured(self) -> bool:
        return bool(self._options.host and self._options.recipient)

    def send(self, mail: Mail, over: Over = _nothing) -> None:
        """Have a mail sent; neither waits nor raises. Nothing is sent where no server is set.

        `over` is called once it is sent or given up; not when the program ends before that.
        """
        if not self._options.host or not (mail.to or self._options.recipient):
            over(False)
            return
        try:
            self._queue.put_nowait((mail, over))
        except Full:
            _log.error("a mail is not sent: too many are waiting")
            over(False)
        with self._beginning:
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._work, name="mail", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Send what is waiting, as far as that is a matter of seconds."""
        with self._beginning:
            self._ended.set()
            thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join(_END_WITHIN)

    def _work(self) -> None:
        while (order := self._queue.get()) is not None:
            mail, over = order
            try:
                over(self._tried(mail))
            except Exception as error:
                _log.error("what became of a mail is not noted: %s", type(error).__name__)

    def _tried(self, mail: Mail) -> bool:
        """Whether the server took it."""
        for pause in _PAUSES:
            if pause:
                self._ended.wait(pause)
            try:
                self._deliver(mail)
                return True
            except (OSError, smtplib.SMTPException, ValueError) as error:
                _log.warning("a mail could not be sent: %s", type(error).__name__)
        _log.error("a mail is given up; what it says stands in the admin's desk")
        return False

    def _deliver(self, mail: Mail) -> None:
        options = self._options
        context = ssl.create_default_context()
        if options.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                options.host, options.port, timeout=_TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(options.host, options.port, timeout=_TIMEOUT)
        with server:
            if options.tls == "starttls":
                server.starttls(context=context)
            if options.user:
                server.login(options.user, options.password)
            server.send_message(self._message(mail))

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(mail.subject.split())
        message["From"] = self._options.sender
        message["To"] = mail.to or self._options.recipient
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain="auskunft.invalid")
        message["Auto-Submitted"] = "auto-generated"
        if mail.reply_to:
            message["Reply-To"] = mail.reply_to
        message.set_content(mail.text)
        return message
