"""The answering pipelines: this file is the diagram and holds no logic.

A question has one part or several; each goes through the first pipeline, all through the second:

    part → retriever → weigher → composer → composed
    every composed part → joiner → verifier → answer
"""

from haystack import Pipeline

from assistant.answer import Contact
from assistant.steps import EvidenceWeigher, ExtractiveComposer, Joiner, Retriever, Verifier
from kb.search import Search
from kb.vocabulary import Vocabulary


def build_part_pipeline(search: Search, vocabulary: Vocabulary) -> Pipeline:
    """part → retriever → weigher → composer → composed."""
    pipeline = Pipeline()
    pipeline.add_component("retriever", Retriever(search))
    pipeline.add_component("weigher", EvidenceWeigher(vocabulary))
    pipeline.add_component("composer", ExtractiveComposer())

    pipeline.connect("retriever.retrieved", "weigher.retrieved")
    pipeline.connect("retriever.retrieved", "composer.retrieved")
    pipeline.connect("weigher.evidence", "composer.evidence")
    return pipeline


def build_answer_pipeline(contacts: tuple[Contact, ...], demo: bool) -> Pipeline:
    """composed parts → joiner → verifier → answer."""
    pipeline = Pipeline()
    pipeline.add_component("joiner", Joiner())
    pipeline.add_component("verifier", Verifier(contacts, demo))

    pipeline.connect("joiner.joined", "verifier.joined")
    return pipeline
