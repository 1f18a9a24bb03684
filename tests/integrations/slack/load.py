"""Many questions at once for bots in processes of their own, beside a real service."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from integrations.slack import phrases
from kb.roles import TokenScope
from tests import folders
from tests.integrations.forked import ForkedProcess
from tests.integrations.running import Service, begun_quickly, free_port, running
from tests.integrations.slack.server import APP, BOT, LocalSlack, local_slack
from tests.integrations.slack.test_bot import ASK, PUBLIC_TEXT, mention, until, workspace

_UNLIMITED = {f"AUSKUNFT_LIMIT_{name}": "0" for name in ("VISITOR_DAY", "ALL_DAY")}
_PATIENCE_S, _SECOND_ANSWER_S = 900, 0.3
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class Place:
    """A service with a document, and what a bot beside it needs to know."""

    data: Path
    service: Service
    settings: dict[str, str]
    slack_port: int
    bots: list[ForkedProcess] = field(default_factory=list)

    def bot(self, address: str = "") -> ForkedProcess:
        """One more process `auskunft slack run`, by default beside the service."""
        log = self.data.with_name(f"bot-{len(self.bots)}.log")
        arguments = ("slack", "run", "--service", address or self.service.url, "--data", self.data)
        self.bots.append(begun_quickly(*arguments, log=log, **self.settings))
        return self.bots[-1]

    def logs(self) -> str:
        """Everything the bots have said."""
        return "".join(log.read_text("utf-8") for log in sorted(self.data.parent.glob("bot-*.log")))


@contextmanager
def place() -> Iterator[Place]:
    """The service with its document, called by Slack over HTTP, and a token for bots beside it."""
    with folders.quick_folder() as folder:
        texts = folder / "texte"
        texts.mkdir()
        (texts / "zuschuss.md").write_text(PUBLIC_TEXT, "utf-8")
        data = folder / "daten"
        with folders.opened(data) as desk:
            assert desk.ingestion.run([texts], desk.ingest_options).complete
            _, token = desk.tokens.create("slack", [TokenScope.ASK_STAFF])
        port = free_port()
        slack = {"AUSKUNFT_SLACK_API": f"http://127.0.0.1:{port}/api/",
                 "AUSKUNFT_SLACK_BOT_TOKEN": BOT}  # fmt: skip
        secret = {"AUSKUNFT_SLACK_SIGNING_SECRET": SECRET}
        with running(data, **_UNLIMITED, **slack, **secret) as service:
            settings = {**slack, "AUSKUNFT_SLACK_APP_TOKEN": APP,
                        "AUSKUNFT_SLACK_SERVICE_TOKEN": token}  # fmt: skip
            yield Place(data, service, settings, port)


@asynccontextmanager
async def bots(where: Place, number: int, address: str = "") -> AsyncIterator[LocalSlack]:
    """A local Slack with so many processes connected, which end with it."""
    async with local_slack(where.slack_port) as slack:
        workspace(slack)
        for _ in range(number):
            where.bot(address)
        try:
            await until(lambda: len(slack.sockets) == number, 60)
            yield slack
        finally:
            for bot in where.bots:
                bot.send_signal(signal.SIGTERM)
            for bot in where.bots:
                await asyncio.to_thread(bot.wait, 30)
            where.bots.clear()
        assert slack.refused == []


@dataclass(frozen=True)
class Figures:
    """What came of posts: how many got exactly one end, how many of these an apology; seconds."""

    posts: int
    once: int
    apologies: int
    to_sign: list[float]
    seconds: float

    @property
    def share(self) -> float:
        return self.once / self.posts

    def sign_at(self, share: float) -> float:
        """The seconds within which this share of the posts had a first sign."""
        return sorted(self.to_sign)[min(int(len(self.to_sign) * share), len(self.to_sign) - 1)]


async def ask(
    slack: LocalSlack,
    events: int,
    *,
    again: float = 0.0,
    a_second: float = 0.0,
    kill: ForkedProcess | None = None,
) -> Figures:
    """Deliver events, of which the share `again` are redeliveries, and wait for every post's end.

    `a_second` spreads them; 0 is all at once. `kill` is killed once some answers are there.
    """
    names = set[str]()
    chance, sent = random.Random(7), dict[str, float]()
    posts = round(events * (1 - again))
    stamps = [f"{int(time.time() * 1000)}.{number:04}" for number in range(posts)]
    deliveries = stamps + [chance.choice(stamps) for _ in range(events - posts)]
    if again:
        chance.shuffle(deliveries)
    began = time.monotonic()
    for number, ts in enumerate(deliveries):
        retry = int(ts in sent)
        sent.setdefault(ts, time.monotonic())
        names.add(await slack.event(mention("COPEN", ASK, ts), f"E{ts}", retry, to=number))
        await asyncio.sleep(1 / a_second if a_second else 0)
    if kill is not None:
        await until(lambda: len(_ends(slack, sent)) > posts // 5, _PATIENCE_S)
        kill.kill()
        await asyncio.to_thread(kill.wait)
        await until(lambda: len(slack.sockets) == 1)
        # what nobody has acknowledged comes again
        names = {await slack.event(mention("COPEN", ASK, ts), f"E{ts}", 1) for ts in stamps}
    await until(lambda: len(_ends(slack, sent)) == posts, _PATIENCE_S)
    took = time.monotonic() - began
    # for second answers to show: whether a post is answered is known before it is acknowledged
    await until(lambda: names <= slack.acknowledged, _PATIENCE_S)
    await asyncio.sleep(_SECOND_ANSWER_S)
    ends = _ends(slack, sent)
    first = {ts: min(when for when, thread, _ in slack.written if thread == ts) for ts in stamps}
    return Figures(
        posts,
        sum(len(texts) == 1 for texts in ends.values()),
        sum(phrases.INTERRUPTED in texts for texts in ends.values()),
        [first[ts] - sent[ts] for ts in stamps],
        took,
    )


def _ends(slack: LocalSlack, sent: dict[str, float]) -> dict[str, list[str]]:
    """By post, every text that was shown as its end."""
    ends: dict[str, list[str]] = {}
    for _, thread, text in slack.written:
        if thread in sent and not phrases.is_sign(text):
            ends.setdefault(thread, []).append(text)
    return ends
