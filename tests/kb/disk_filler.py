"""The process that fills a small disk: writes until it is full and says what was acknowledged."""

import random
import string
import sys
from functools import cache
from pathlib import Path

import kb.index.edge
from kb.errors import StorageFullError
from tests.kb.scripted import Opened, Revision, head, opened, revision

PASSAGES = 30


@cache
def version(number: int) -> Revision:
    """A document that takes about a megabyte, with words of its own."""
    chance = random.Random(number)
    noise = "".join(chance.choices(string.ascii_lowercase, k=9_000))
    texts = [f"Kennwort{number} Absatz {part} {noise[part:]}" for part in range(PASSAGES)]
    return revision(head(f"dokument{number}.md"), texts, f"r{number}")


def fill(base: Opened) -> None:
    """Print the number of each document that was acknowledged; then `full` and the message."""
    number = 0
    try:
        while True:
            version(number).write_to(base.knowledge)
            print("done", number, flush=True)
            number += 1
    except StorageFullError as error:
        print("full", error, flush=True)


def main() -> None:
    """Arguments: the folder, and `unguarded` when the index must not look at the free room."""
    if "unguarded" in sys.argv:
        kb.index.edge._ROOM_TO_WRITE_MB = kb.index.edge._ROOM_TO_CHANGE_MB = 0
    base = opened(Path(sys.argv[1]))
    fill(base)
    print("live", len(base.registry.all()), flush=True)
    base.knowledge.remove(version(0).document_id)
    print("removed", 0, flush=True)
    base.close()


if __name__ == "__main__":
    main()
