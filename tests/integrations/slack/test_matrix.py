"""Who may see what in Slack: every place, person and kind of document, and no leak."""

import asyncio
from pathlib import Path
from typing import Any

from integrations.catalogue import correct_documents, find_documents
from integrations.desk import Desk
from kb.state.slack_mappings import SlackMappings
from tests.integrations.slack.server import LocalSlack
from tests.integrations.slack.test_bot import (
    ASK,
    ASK_STAFF,
    PLAIN,
    answered,
    desk,
    direct,
    mention,
    running,
    until,
)

__all__ = ["desk"]
BOARD_TEXT = "# Beschlussbuch Salamander\n\nDie Rücklage des Gremiums beträgt 4711 Euro.\n"
#: what is asked, and what only the audience's readers may find in anything they get
QUESTIONS = {
    "public": (ASK, "750 Euro"),
    "staff": (ASK_STAFF, "Zinnober"),
    "gremium": ("Wie hoch ist die Rücklage des Gremiums?", "4711"),
    "title": ("Worum geht es in „Beschlussbuch Salamander“?", "Die Rücklage des Gremiums"),
}
AUDIENCE = {"public": "public", "staff": "staff", "gremium": "gremium", "title": "gremium"}
#: what each person may see alone, and each channel whoever asks there
ALONE = {
    "UBOARD": {"public", "staff", "gremium"}, "USTAFF": {"public", "staff"},
    "UPLAIN": {"public"}, "UGUEST": {"public"}, "UEXT": {"public"},
}  # fmt: skip
PLACES = {
    "COPEN": {"public"}, "CSTAFF": {"public", "staff"}, "GSTAFF": {"public", "staff"},
    "CGUEST": {"public"}, "CSHARED": {"public"},
    "GGUEST": {"public"}, "GSHARED": {"public"}, "GMPIM": {"public"},
}  # fmt: skip
#: mapped to staff, and public all the same: a private channel with a guest, a shared one, a group
MIXED = {
    "GGUEST": {"is_private": True},
    "GSHARED": {"is_private": True, "is_ext_shared": True},
    "GMPIM": {"is_private": True, "is_mpim": True},
}
_FEWEST_OFFERS = 10
OUTSIDE = {"UGUEST": ("CGUEST", "GGUEST"), "UEXT": ("CSHARED", "GSHARED")}
HIDDEN = {
    "staff": ("Zinnober", "Vermerk"),
    "gremium": ("4711", "beschluss.md", "] Beschlussbuch Salamander", "Beschlussbuch Salamander>"),
}


class Matrix:
    """Cells looked at, and those in which somebody got what they may not see or missed theirs."""

    def __init__(self) -> None:
        self.cells = 0
        self.leaks: list[str] = []
        self.missing: list[str] = []

    def look(self, name: str, seen: Any, allowed: set[str], what: str = "") -> None:
        self.cells += 1
        text = str(seen)
        # the title stands in what its asker wrote, and nowhere else
        titled = () if what or "gremium" in allowed else ("Salamander",)
        secrets = [
            *titled,
            *(mark for audience in HIDDEN.keys() - allowed for mark in HIDDEN[audience]),
        ]
        self.leaks += [f"{name}: {mark}" for mark in secrets if mark in text]
        if what and AUDIENCE[what] in allowed and QUESTIONS[what][1] not in text:
            self.missing.append(f"{name}: {text[:300]}")


async def _private(slack: LocalSlack, matrix: Matrix) -> None:
    for user, allowed in ALONE.items():
        for number, (what, (question, _)) in enumerate(QUESTIONS.items()):
            got = await answered(slack, direct(question, f"21.{number}{user}", user))
            matrix.look(f"im {user} {what}", got, allowed, what)
            _, way = await slack.command(question, OUTSIDE.get(user, ("COPEN",))[0], user)
            await until(lambda way=way: slack.private[way])
            matrix.look(f"ephemeral {user} {what}", slack.private[way], allowed, what)
        await slack.event({"type": "app_home_opened", "user": user, "tab": "home"}, f"H{user}")
        await until(lambda user=user: user in slack.homes)
        own = [one for one in slack.homes[user]["blocks"] if "accessory" not in one]
        matrix.look(f"home {user}", own, allowed)
        pane = {"channel_id": f"D{user}", "thread_ts": f"22.{user}"}
        await slack.event({"type": "assistant_thread_started", "assistant_thread": pane}, user)


async def _channels(slack: LocalSlack, matrix: Matrix) -> None:
    for user in ALONE:
        for place, allowed in PLACES.items():
            if user in OUTSIDE and place not in OUTSIDE[user]:
                continue
            for number, (what, (question, _)) in enumerate(QUESTIONS.items()):
                got = await answered(
                    slack, mention(place, question, f"23.{number}{place}{user}", user)
                )
                matrix.look(f"{place} {user} {what}", got, allowed, what)


def test_the_whole_matrix_has_no_leak(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "beschluss.md").write_text(BOARD_TEXT, "utf-8")
    assert desk.ingestion.run([tmp_path], desk.ingest_options).complete
    correct_documents(desk, find_documents(desk, ["beschluss.md"]), {"audience": "gremium"})
    SlackMappings(desk.parts.database).put("S2", ["gremium", "staff"])
    for place in MIXED:
        SlackMappings(desk.parts.database).put(place, ["staff"])
    matrix = Matrix()

    async def course() -> None:
        async with running(desk) as slack:
            slack.users["UBOARD"] = PLAIN
            slack.groups["S2"] = ["UBOARD"]
            slack.channels |= MIXED
            insiders = slack.members["CSTAFF"]
            slack.members |= {**dict.fromkeys(MIXED, insiders), "GGUEST": slack.members["CGUEST"]}
            await _private(slack, matrix)
            await _channels(slack, matrix)
            await until(lambda: len(slack.ephemeral) >= _FEWEST_OFFERS)
            for offer in slack.ephemeral:
                matrix.look(f"offer {offer['user']}", offer["text"], {"public"})
                assert offer["user"] in ("UBOARD", "USTAFF")
            for thread, pane in slack.panes.items():
                if "prompts" in pane:
                    matrix.look(f"suggestion {thread}", pane["prompts"], {"public"})

    asyncio.run(course())
    print(f"cells {matrix.cells}, leaks {len(matrix.leaks)}, missing {len(matrix.missing)}")
    assert matrix.leaks == [] and matrix.missing == [] and matrix.cells > 100
