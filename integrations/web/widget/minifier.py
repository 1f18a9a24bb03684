"""The process that shortens JavaScript or CSS: `python -m integrations.web.widget.minifier TYPE`.

Reads source and writes it shortened. The minifier is a Go program in a shared library; in here its
threads and signal handlers stay out of the service, which never imports this module.
"""

import sys

import minify  # type: ignore[import-untyped]

if __name__ == "__main__":
    source = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(minify.string(sys.argv[1], source).encode())
