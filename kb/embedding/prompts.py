"""What a model wants in front of a query and of a passage, so that both meet in the same space.

An operator's own words win, then what the model itself declares, then what its family is known to
have been trained with.
"""

import hashlib
import re
from dataclasses import dataclass

#: the setting that leaves the choice to the model
AUTO = "auto"

_TASK = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The text put before a query and before a passage; empty: nothing."""

    query: str = ""
    passage: str = ""

    @property
    def digest(self) -> str:
        """Eight hex digits; other prompts give other vectors, so this is part of a model's id."""
        return hashlib.sha256(f"{self.query}\0{self.passage}".encode()).hexdigest()[:8]

    def __bool__(self) -> bool:
        return bool(self.query or self.passage)


#: by model name, first match wins; from the model cards of intfloat, Qwen and mixedbread
_FAMILIES = (
    (re.compile(r"(^|[-_])e5[-_].*instruct"), Prompts(_TASK + " ")),
    (re.compile(r"(^|[-_])e5[-_](small|base|large)"), Prompts("query: ", "passage: ")),
    (re.compile(r"qwen3[-_]embedding"), Prompts(_TASK)),
    (re.compile(r"mxbai[-_]embed[-_]de"), Prompts("query: ", "passage: ")),
)


def choose(
    model: str, query: str = AUTO, passage: str = AUTO, declared: Prompts = Prompts()
) -> Prompts:
    """The prompts of `model` (a name or folder); `query` and `passage` as the settings give them.

    A setting may say `\\n` for a line break, which an environment file cannot hold.
    """
    found = declared or _family(model)
    return Prompts(
        found.query if query == AUTO else query.replace("\\n", "\n"),
        found.passage if passage == AUTO else passage.replace("\\n", "\n"),
    )


def _family(model: str) -> Prompts:
    name = model.rstrip("/").rpartition("/")[2].lower()
    return next((prompts for pattern, prompts in _FAMILIES if pattern.search(name)), Prompts())
