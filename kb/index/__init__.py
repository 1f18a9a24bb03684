"""The passage index: one port, two engines (Qdrant Edge in this process, Qdrant through its client)."""
