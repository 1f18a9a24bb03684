"""One opened desk on the samples for the tests of answering; reading only."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from assistant.answer import Answer
from assistant.question import Turn, read_question
from integrations.desk import Desk
from kb.audience import Viewer
from tests import folders

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    with (
        folders.quick_folder() as folder,
        folders.opened(folders.copy_of_samples(folder / "daten")) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def ask(desk: Desk) -> Ask:
    """Ask the samples; `as_of` is an ISO day, `earlier` are the user's former questions."""

    def answer(
        question: str,
        *groups: str,
        as_of: str = folders.SAMPLE_DAY,
        earlier: tuple[str, ...] = (),
        **more: Any,
    ) -> Answer:
        asked = read_question(
            question,
            as_of=date.fromisoformat(as_of),
            viewer=Viewer.member_of(*groups),
            history=[Turn("user", text) for text in earlier],
            **more,
        )
        return asyncio.run(desk.assistant.answer(asked))

    return answer
