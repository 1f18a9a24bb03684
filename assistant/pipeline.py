"""The answering pipeline: this file is the diagram and holds no logic."""

from haystack import Pipeline

from assistant.answer import Contact
from assistant.steps import EvidenceWeigher, ExtractiveComposer, Retriever, Verifier
from kb.search import Search
from kb.vocabulary import Vocabulary


def build_pipeline(
    search: Search, vocabulary: Vocabulary, contacts: tuple[Contact, ...], demo: bool
) -> Pipeline:
    """question → retriever → weigher → composer → verifier → answer."""
    pipeline = Pipeline()
    pipeline.add_component("retriever", Retriever(search))
    pipeline.add_component("weigher", EvidenceWeigher(vocabulary))
    pipeline.add_component("composer", ExtractiveComposer())
    pipeline.add_component("verifier", Verifier(contacts, demo))

    pipeline.connect("retriever.passages", "weigher.passages")
    pipeline.connect("retriever.passages", "composer.passages")
    pipeline.connect("weigher.evidence", "composer.evidence")
    pipeline.connect("retriever.passages", "verifier.passages")
    pipeline.connect("composer.composition", "verifier.composition")
    return pipeline
