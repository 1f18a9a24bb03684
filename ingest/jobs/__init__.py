"""Ingestion as durable jobs: `Work` does one, `Queue` wakes the worker, the state database remembers."""
