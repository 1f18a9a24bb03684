"""The edges: settings, wiring, command line, web."""

import kb  # noqa: F401 (switches telemetry off before any library is imported)
