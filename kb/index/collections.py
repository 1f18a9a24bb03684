"""Generations of an index on a Qdrant server: collections, the one in use behind an alias.

The alias is for people and other programs; our readers stay with the collection they began with,
so that a question never meets two generations.
"""

from qdrant_client import QdrantClient, models

from kb.errors import DataFolderError, IndexMismatchError
from kb.index.fingerprint import Fingerprint
from kb.index.generations import following
from kb.index.port import Index
from kb.index.server import ServerIndex, translated


class CollectionGenerations:
    """The collections `<alias>_g0001`, … of a client, which is closed with them."""

    def __init__(self, client: QdrantClient, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._prefix = f"{alias}_g"

    @translated
    def names(self) -> list[str]:
        found = [entry.name for entry in self._client.get_collections().collections]
        return sorted(
            name
            for name in found
            if name.startswith(self._prefix) and name.removeprefix(self._prefix).isdigit()
        )

    def next_name(self, taken: list[str]) -> str:
        return following([*self.names(), *taken], self._prefix)

    def create(self, name: str, fingerprint: Fingerprint) -> Index:
        self.drop(name)
        return ServerIndex(self._client, name, fingerprint)

    @translated
    def open(self, name: str, fingerprint: Fingerprint) -> Index:
        if not self._client.collection_exists(name):
            raise DataFolderError(
                f"Die Qdrant-Sammlung {name!r} ist nicht (mehr) da. Bitte den Suchindex mit "
                "„auskunft rebuild“ aus den Originalen neu aufbauen."
            )
        return ServerIndex(self._client, name, fingerprint)

    @translated
    def fingerprint(self, name: str) -> Fingerprint:
        metadata = self._client.get_collection(name).config.metadata
        if not metadata:
            raise IndexMismatchError(
                f"In der Qdrant-Sammlung {name!r} fehlt die Angabe, womit sie gebaut wurde. "
                "Bitte mit „auskunft rebuild“ aus den Originalen neu aufbauen."
            )
        return Fingerprint.from_dict(metadata)

    @translated
    def marked(self) -> str | None:
        aliases = self._client.get_aliases().aliases
        return next((a.collection_name for a in aliases if a.alias_name == self._alias), None)

    @translated
    def mark(self, name: str) -> None:
        changes: list[models.CreateAliasOperation | models.DeleteAliasOperation] = []
        if self.marked() is not None:
            changes.append(
                models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=self._alias))
            )
        changes.append(
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=name, alias_name=self._alias)
            )
        )
        self._client.update_collection_aliases(change_aliases_operations=changes)

    @translated
    def drop(self, name: str) -> None:
        if self._client.collection_exists(name):
            self._client.delete_collection(name)

    def bytes_on_disk(self, name: str) -> int | None:
        """The server does not say."""
        return None

    def close(self) -> None:
        self._client.close()
