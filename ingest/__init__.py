"""From files to indexed passages: sources, conversion, classification, chunking, pipeline."""
