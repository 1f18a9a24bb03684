"""Mail to the operator, sent in a thread; what cannot be sent is logged and stays in the work list."""

import logging
import smtplib
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from queue import Full, Queue

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
    """A mail to the operator; `reply_to` is empty or an address."""

    subject: str
    text: str
    reply_to: str = ""


class Mailer:
    """Thread-safe; the thread begins with the first mail."""

    def __init__(self, options: MailOptions) -> None:
        self._options = options
        self._queue: Queue[Mail | None] = Queue(_MOST_WAITING)
        self._ended = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def configured(self) -> bool:
        return bool(self._options.host and self._options.recipient)

    def send(self, mail: Mail) -> None:
        """Have a mail sent; neither waits nor raises. Nothing happens where no server is set."""
        if not self.configured:
            return
        try:
            self._queue.put_nowait(mail)
        except Full:
            _log.error("a mail is not sent: too many are waiting")
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
        while (mail := self._queue.get()) is not None:
            self._try(mail)

    def _try(self, mail: Mail) -> None:
        for pause in _PAUSES:
            if pause:
                self._ended.wait(pause)
            try:
                self._deliver(mail)
                return
            except (OSError, smtplib.SMTPException, ValueError) as error:
                _log.warning("a mail could not be sent: %s", type(error).__name__)
        _log.error("a mail is given up; what it says stands in the work list")

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
        message["To"] = self._options.recipient
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain="auskunft.invalid")
        message["Auto-Submitted"] = "auto-generated"
        if mail.reply_to:
            message["Reply-To"] = mail.reply_to
        message.set_content(mail.text)
        return message
