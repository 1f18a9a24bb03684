"""Runs a module of this package as in an installation without the tests' extras.

`python -m tests.benchmarks.scale.as_installed measure FOLDER`: Haystack imports torch wherever it is
there, which takes 215 MB that a service without the extra `transformers` does not need.
"""

import runpy
import sys

import kb  # noqa: F401 - before numpy, as in the service: it sets the number of threads

if __name__ == "__main__":
    sys.modules["torch"] = None  # type: ignore[assignment]
    del sys.argv[0]
    runpy.run_module(f"tests.benchmarks.scale.{sys.argv[0]}", run_name="__main__", alter_sys=True)
