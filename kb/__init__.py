"""The knowledge base: domain types, German text analysis, embedding, index, search and state.

The lowest of the four layers; it imports none of the others. Telemetry of third-party libraries
is switched off here, because this package is imported before any of them; and numpy's products
stay in the thread that asks, because ours are too small to be worth waking others.
"""

import os

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime 1.29 on writes a device id, too
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
