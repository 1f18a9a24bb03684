"""An index that lost its passages is refused with the remedy, and the remedy works."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.integrations import documents
from tests.integrations.running import Outcome


def test_a_lost_index_is_refused_and_rebuilt(
    cli: Callable[..., Outcome], data: Path, tmp_path: Path
) -> None:
    given = documents.write(tmp_path / "unterlagen")
    assert cli("ingest", "--data", data, given).code == 0
    search = ("search", "--data", data, documents.PUBLIC_QUESTION, "--json")
    before = cli(*search).json
    shutil.rmtree(data / "index")
    refused = cli("ask", "--data", data, documents.PUBLIC_QUESTION)
    assert refused.code == 1
    said = " ".join(refused.err.split())
    assert "nicht (mehr) da" in said
    assert "auskunft rebuild" in said
    assert cli("rebuild", "--data", data).code == 0
    after = cli(*search).json
    assert [p["text"] for p in after["passages"]] == [p["text"] for p in before["passages"]]
