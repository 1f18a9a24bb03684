"""What only the server engine must do: generations behind an alias, and errors in our own words."""

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from kb.audience import Viewer
from kb.errors import IndexMismatchError, ServiceError
from kb.index.fingerprint import Fingerprint
from kb.index.port import Scope
from kb.index.server import ServerIndex, connect
from tests.kb.scripted import DIMENSION, ScriptedEmbedder, entries, head

PUBLIC = Scope(Viewer.public())
BUILT = Fingerprint("scripted/1", DIMENSION, "de-3", "1")
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect:UserWarning"),
    pytest.mark.filterwarnings("error:Failed to obtain server version:UserWarning"),
]


@pytest.fixture
def client() -> QdrantClient:
    return QdrantClient(":memory:")


def test_opening_again_finds_the_same_collection(client: QdrantClient) -> None:
    ServerIndex(client, "auskunft", BUILT).write(entries(head("a.md"), "r1", ["Zuschuss"]))
    assert ServerIndex(client, "auskunft", BUILT).total() == 1
    assert len(client.get_collections().collections) == 1


def test_another_fingerprint_is_refused_with_the_remedy(client: QdrantClient) -> None:
    ServerIndex(client, "auskunft", BUILT)
    with pytest.raises(IndexMismatchError, match=r"Textanalyse.*auskunft rebuild"):
        ServerIndex(client, "auskunft", replace(BUILT, analyser="de-4"))


def test_a_new_generation_is_invisible_until_the_switch(client: QdrantClient) -> None:
    serving = ServerIndex(client, "auskunft", BUILT)
    serving.write(entries(head("a.md"), "r1", ["alt"]))
    wanted = replace(BUILT, chunker="2")
    rebuilt = ServerIndex(client, "auskunft", wanted, rebuild=True)
    rebuilt.write(entries(head("a.md"), "r2", ["neu eins", "neu zwei"]))
    query = ScriptedEmbedder().embed_query("alt")
    assert {hit.revision for hit in serving.dense(query, PUBLIC, 10)} == {"r1"}
    rebuilt.switch()
    assert {hit.revision for hit in serving.dense(query, PUBLIC, 10)} == {"r2"}
    assert ServerIndex(client, "auskunft", wanted).total() == 2
    assert len(client.get_collections().collections) == 1


def test_switching_twice_changes_nothing_more(client: QdrantClient) -> None:
    ServerIndex(client, "auskunft", BUILT)
    rebuilt = ServerIndex(client, "auskunft", BUILT, rebuild=True)
    rebuilt.write(entries(head("a.md"), "r1", ["Zuschuss"]))
    rebuilt.switch()
    rebuilt.switch()
    assert rebuilt.total() == ServerIndex(client, "auskunft", BUILT).total() == 1


def test_two_aliases_on_one_server_do_not_touch_each_other(client: QdrantClient) -> None:
    first, second = ServerIndex(client, "eins", BUILT), ServerIndex(client, "zwei", BUILT)
    first.write(entries(head("a.md"), "r1", ["Zuschuss"]))
    ServerIndex(client, "zwei", BUILT, rebuild=True).switch()
    assert (first.total(), second.total()) == (1, 0)


def test_an_unreachable_server_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(ServiceError, match="AUSKUNFT_QDRANT_URL"):
        ServerIndex(connect("http://127.0.0.1:9"), "auskunft", BUILT)
