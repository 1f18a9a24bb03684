"""Which prompts a model gets: the operator's, its own, its family's."""

import pytest

from kb.embedding.prompts import Prompts, choose

E5 = Prompts("query: ", "passage: ")


@pytest.mark.parametrize(
    "model",
    [
        "intfloat/multilingual-e5-large",
        "/srv/models/multilingual-e5-small/",
        "e5-base-v2",
        "jemand/intfloat-multilingual-e5-large:f16",
        "mixedbread-ai/deepset-mxbai-embed-de-large-v1",
    ],
)
def test_families_with_prefixes(model: str) -> None:
    assert choose(model) == E5


@pytest.mark.parametrize(
    "model",
    [
        "intfloat/multilingual-e5-large-instruct",
        "e5-mistral-7b-instruct",
        "Qwen/Qwen3-Embedding-0.6B",
        "qwen3-embedding:8b",
    ],
)
def test_families_with_an_instruction_for_queries(model: str) -> None:
    prompts = choose(model)
    assert prompts.query.startswith("Instruct: ") and "\nQuery:" in prompts.query
    assert prompts.passage == ""


@pytest.mark.parametrize(
    "model", ["BAAI/bge-m3", "me5-large", "e5-large/bge-m3", "all-MiniLM-L6-v2"]
)
def test_others_get_nothing(model: str) -> None:
    assert choose(model) == Prompts()


def test_declared_prompts_win_over_the_family_and_settings_over_both() -> None:
    own = Prompts("Frage: ", "")
    assert choose("multilingual-e5-large", declared=own) == own
    assert choose("multilingual-e5-large", "", "", own) == Prompts()
    assert choose("multilingual-e5-large", "Suche:\\n") == Prompts("Suche:\n", "passage: ")


def test_digest_tells_prompts_apart() -> None:
    several = [Prompts(), E5, Prompts("query: passage: "), Prompts("", "query: passage: ")]
    assert len({prompts.digest for prompts in several}) == 4
