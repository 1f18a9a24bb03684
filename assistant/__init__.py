"""From a question to a checked answer: understanding, search, composition, verification."""

import kb  # noqa: F401 (switches telemetry off before any library is imported)
