"""The ingestion pipeline: this file is the diagram and holds no logic."""

from haystack import Pipeline

from ingest.parsing.parser import Parser
from ingest.progress import Watch
from ingest.steps import Chunker, Classifier, Converter, Destination, PassageEmbedder, Writer
from kb.embedding.port import Embedder


def build_pipeline(
    destination: Destination, embedder: Embedder, parser: Parser, watch: Watch
) -> Pipeline:
    """source → converter → classifier, chunker → embedder → writer → document."""
    pipeline = Pipeline()
    pipeline.add_component("converter", Converter(parser, watch))
    pipeline.add_component("classifier", Classifier())
    pipeline.add_component("chunker", Chunker())
    pipeline.add_component("embedder", PassageEmbedder(embedder, watch))
    pipeline.add_component("writer", Writer(destination))

    pipeline.connect("converter.conversion", "classifier.conversion")
    pipeline.connect("converter.conversion", "chunker.conversion")
    pipeline.connect("converter.conversion", "embedder.conversion")
    pipeline.connect("classifier.classified", "embedder.classified")
    pipeline.connect("chunker.chunked", "embedder.chunked")
    pipeline.connect("converter.conversion", "writer.conversion")
    pipeline.connect("classifier.classified", "writer.classified")
    pipeline.connect("chunker.chunked", "writer.chunked")
    pipeline.connect("embedder.passages", "writer.passages")
    return pipeline
