"""What only the server engine must do: collections beside others, and errors in our own words."""

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from kb.errors import IndexMismatchError, ServiceError
from kb.index.collections import CollectionGenerations
from kb.index.fingerprint import Fingerprint
from kb.index.server import ServerIndex, connect
from tests.kb.scripted import DIMENSION, entries, head

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


def test_two_aliases_on_one_server_do_not_touch_each_other(client: QdrantClient) -> None:
    first, second = CollectionGenerations(client, "eins"), CollectionGenerations(client, "zwei")
    kept = first.create("eins_g0001", BUILT)
    kept.write(entries(head("a.md"), "r1", ["Zuschuss"]))
    second.create("zwei_g0001", BUILT)
    second.mark("zwei_g0001")
    assert (first.names(), first.marked()) == (["eins_g0001"], None)
    second.drop("zwei_g0001")
    assert kept.total() == 1


def test_closing_an_index_leaves_the_client_to_the_others(client: QdrantClient) -> None:
    first, second = ServerIndex(client, "eins", BUILT), ServerIndex(client, "zwei", BUILT)
    first.close()
    assert second.total() == 0


def test_an_unreachable_server_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(ServiceError, match="AUSKUNFT_QDRANT_URL"):
        ServerIndex(connect("http://127.0.0.1:9"), "auskunft", BUILT)
