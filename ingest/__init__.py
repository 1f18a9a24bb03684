"""From files to indexed passages: sources, conversion, classification, chunking, pipeline."""

import kb  # noqa: F401 (switches telemetry off before any library is imported)
