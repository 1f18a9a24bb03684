"""Which posts are for the bot, and what was said before in their thread.

Where the bot takes part in a thread, the next question there needs no mention. In doubt it stays
out: people talk to each other in threads too.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import phrases
from integrations.slack.errors import SLACK_ERRORS

Event = Mapping[str, Any]
#: as many posts of a thread as are read, and as many turns as the service takes
_POSTS, _TURNS, _LONGEST_TURN = 100, 12, 4_000
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
#: `<#C1|name>`, `<https://…|words>`, `<!subteam^S1|@group>`: what is read is kept
_LINK = re.compile(r"<(?:[#!@][^|<>]*\|?|[^|<>]*\|)([^<>]*)>")
_BARE = re.compile(r"<([a-z]+:[^|<>\s]+)>")
#: a reply that its author also sent to the channel is a post like any other
_WRITTEN = (None, "", "thread_broadcast")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_CITED = re.compile(r"(?:\s*\[\d+\])+")
_REQUEST = re.compile(
    r"(?:(?:und|aber|ok(?:ay)?|danke|also|gut)[,:;.!]?\s+)*"
    r"(?:bitte|w(?:er|as|ann|o|ie|em|en|essen|oher|ohin|ofür|omit|oran|orauf|arum|elche[mnrs]?|"
    r"ieviele?|ieso|eshalb)|gilt|gelten|gibt|kann|können|muss|müssen|darf|dürfen|nenn\w*|zeig\w*|"
    r"erklär\w*|such\w*|find\w*|sag\w*|brauch\w*|ab wann|bis wann|seit wann|für wen|von wem)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\w[^\w?]*\?(?!\w)")
_FEWEST_WORDS = 3


def is_question(event: Event) -> bool:
    """Whether a post is for the bot by itself: a person's mention, or a person's direct message."""
    return written_by_person(event) and (event["type"] == "app_mention" or kind_of(event) == "im")


def may_follow(event: Event) -> bool:
    """Whether a post in a thread may be a question to the bot, as far as it says so itself."""
    if not written_by_person(event) or event["type"] != "message" or not event.get("thread_ts"):
        return False
    return event["thread_ts"] != event["ts"] and asks(event.get("text", ""))


def asks(text: str) -> bool:
    """Whether a text that mentions nobody reads as a question or as a request."""
    if _MENTION.search(text):
        return False
    words = question_in(_EMOJI.sub(" ", text))
    return bool(_QUESTION.search(words)) or bool(
        _REQUEST.match(words) and len(words.split()) >= _FEWEST_WORDS
    )


def follows(event: Event, earlier: Sequence[Event], bot: str) -> bool:
    """Whether a post that may be a question continues the talk with the bot.

    `earlier` are the thread's posts before it. After another person's post that asks nothing,
    people are talking to each other.
    """
    if not any(post.get("user") == bot for post in earlier):
        return False
    last = earlier[-1]
    return last.get("user") in (bot, event["user"]) or asks(last.get("text", ""))


def turns(earlier: Sequence[Event], bot: str) -> list[dict[str, str]]:
    """The talk so far as the service takes it: what was asked of the bot, and what it said."""
    said: list[dict[str, str]] = []
    for number, post in enumerate(earlier):
        mine = post.get("user") == bot
        text = question_in(post.get("text", ""))
        if not text or phrases.is_sign(text) or not (mine or _was_asked(number, earlier, bot)):
            continue
        role = "assistant" if mine else "user"
        said.append(
            {"role": role, "text": (_CITED.sub("", text) if mine else text)[:_LONGEST_TURN]}
        )
    return said[-_TURNS:]


def question_in(text: str) -> str:
    """What was written, without mentions and with Slack's escapes undone."""
    plain = _LINK.sub(r" \1 ", _BARE.sub(r"\1", _MENTION.sub(" ", text)))
    for escape, character in _ENTITIES:
        plain = plain.replace(escape, character)
    return " ".join(plain.split())


def kind_of(event: Event) -> str:
    """`im`, `mpim`, `group` or `channel`; a mention does not say it, its channel's letter does."""
    known = "im" if event["channel"].startswith("D") else "channel"
    return str(event.get("channel_type") or known)


def written_by_person(event: Event) -> bool:
    """Not by a program, and no change of an earlier post."""
    written = event.get("subtype") in _WRITTEN and not event.get("bot_id")
    return written and bool(event.get("user"))


async def earlier_posts(client: AsyncWebClient, event: Event) -> list[Event]:
    """The posts of the thread before this one, oldest first; none without a thread.

    None either where a thread is too long to be read whole.
    Raises SlackClientError when Slack does not give them.
    """
    root = event.get("thread_ts")
    if not root or root == event["ts"]:
        return []
    found = await client.conversations_replies(
        channel=event["channel"], ts=root, latest=event["ts"], limit=_POSTS
    )
    if found.get("has_more"):
        return []
    return sorted(
        (post for post in found["messages"] if _moment(post["ts"]) < _moment(event["ts"])),
        key=lambda post: _moment(post["ts"]),
    )


async def said_before(client: AsyncWebClient, event: Event, bot: str) -> list[dict[str, str]]:
    """The turns before a post; none where Slack does not give them, as the question still stands."""
    try:
        return turns(await earlier_posts(client, event), bot)
    except (*SLACK_ERRORS, KeyError, TypeError):
        return []


def _was_asked(number: int, posts: Sequence[Event], bot: str) -> bool:
    """Whether the bot was meant: mentioned, or what it said next answers this."""
    named = bot in _MENTION.findall(posts[number].get("text", ""))
    after = posts[number + 1] if number + 1 < len(posts) else {}
    return named or after.get("user") == bot


def _moment(ts: str) -> tuple[int, str]:
    seconds, _, part = ts.partition(".")
    return int(seconds), part
