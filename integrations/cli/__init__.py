"""The command `auskunft`."""

from integrations.cli.main import main

__all__ = ["main"]
