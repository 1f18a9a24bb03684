"""Commands that a running service carries out start quickly: nothing heavy is imported for them."""

import subprocess
import sys

_HEAVY = ("haystack", "sqlalchemy", "numpy", "onnxruntime", "qdrant_edge", "fastapi", "torch")


def test_the_command_line_imports_nothing_heavy() -> None:
    code = f"import sys, integrations.cli; print([n for n in {_HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
