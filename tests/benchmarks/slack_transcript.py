"""Ten conversations on the sample documents as they read in Slack, for a person to read.

`python -m tests.benchmarks.slack_transcript > docs/slack-conversations.md` writes them: the real bot
against the local Slack.
"""

import asyncio
import re
from html import unescape
from pathlib import Path
from typing import Any

from kb.state.slack_mappings import SlackMappings
from tests import folders
from tests.integrations.slack.server import LocalSlack
from tests.integrations.slack.test_bot import answers_to, mention, running, until

_LINK = re.compile(r"<[^|>]+\|([^>]*)>")
SAMPLES = Path(__file__).parents[2] / "samples" / "documents"
TALKS = (
    ("Wie hoch ist der Weiterbildungsscheck?", "Und wer bekommt ihn?"),
    ("Wann muss ich den Antrag auf den Digitalbonus stellen?", "Und wie hoch ist der?"),
    ("Was bedeutet De-minimis?",),
    ("Wer ist im Beispielrevier für die Anerkennung ausländischer Abschlüsse zuständig?",),
    ("Welche Ziele hat das Umsetzungskonzept?",),
    ("Was wurde im Lenkungskreis beschlossen?",),
    ("Wer trägt die Kosten der Fachkräfteallianz?",),
    ("Was macht der Ausbildungslotse?", "Gilt das schon?"),
    ("Welche Rolle hat das Willkommenszentrum?", "danke!"),
    ("Wer hat 1954 die Weltmeisterschaft gewonnen?",),
)

_HEAD = """# Zehn Gespräche in Slack

So liest man den Bot in einem Kanal, der den Beschäftigten zugeordnet ist, mit den Beispielunterlagen
(alle Stellen und Zahlen sind erfunden): Fragen mit „>“, Verweise als ihr Text, Knöpfe in Klammern.
Erzeugt mit `python -m tests.benchmarks.slack_transcript`."""


def rendered(message: dict[str, Any]) -> str:
    """A message as lines of text."""
    lines = _grown(message)
    for block in message.get("blocks") or []:
        if block["type"] == "actions":
            lines.append("  ".join(f"({each['text']['text']})" for each in block["elements"]))
            continue
        texts = [block["text"]] if block["type"] == "section" else block["elements"]
        button = f"  ({block['accessory']['text']['text']})" if "accessory" in block else ""
        lines += [_shown(each["text"]) + button for each in texts]
    return "\n".join(lines or [_shown(message["text"])])


def _grown(message: dict[str, Any]) -> list[str]:
    """The text that grew above the blocks; a message that was sent as a whole has it in its blocks."""
    sections = [one["text"]["text"] for one in message.get("blocks") or [] if "text" in one]
    text = message["text"].strip()
    grew = "streaming" in message and not any(text[:40] in one for one in sections)
    return [_shown(text).replace("\n\n", "\n")] if grew else []


def _shown(text: str) -> str:
    """Links by their label, without what keeps Slack from reading marks into a text."""
    return unescape(_LINK.sub(r"\1", text.replace("\u2060", "")))


async def talk(slack: LocalSlack, number: int, texts: tuple[str, ...]) -> None:
    """Ask in the staff's channel and print what is to be seen."""
    root = f"{100 + number}.000001"
    slack.threads[root] = []
    for turn, text in enumerate(texts):
        before = len(answers_to(slack, root))
        event = mention("CSTAFF", text, root)
        if turn:
            event = {**event, "type": "message", "text": text, "thread_ts": root,
                     "ts": f"{100 + number + turn * 100}.000001"}  # fmt: skip
        slack.threads[root].append(event)
        print(f"\n> {text}\n", flush=True)
        await slack.event(event, f"{number}-{turn}")
        try:
            await until(lambda before=before: len(answers_to(slack, root)) > before, 20)
        except AssertionError:
            print("(der Bot schweigt)")
            continue
        print(rendered(answers_to(slack, root)[-1]).replace("\n", "  \n"))


async def _all(desk: Any) -> None:
    async with running(desk) as slack:
        for number, texts in enumerate(TALKS):
            print(f"\n## {number + 1}")
            await talk(slack, number, texts)


def main() -> None:
    """Read the samples, talk, print."""
    contact = {"contact_name": "Leitstelle", "contact_phone": "0351 1234"}
    with folders.quick_folder() as folder, folders.opened(folder / "daten", **contact) as desk:
        desk.ingestion.run([SAMPLES], desk.ingest_options)
        SlackMappings(desk.parts.database).put("CSTAFF", ["staff"])
        print(_HEAD)
        asyncio.run(_all(desk))


if __name__ == "__main__":
    main()
