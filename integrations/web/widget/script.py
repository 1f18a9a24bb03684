"""The script as it is served: readable sources put together, shortened, compressed, once a process.

words.py, source/widget.css ─┐
source/service.js            ├─ one function ─ minified ─ gzip
source/stream.js, answer.js  │
source/widget.js            ─┘
"""

import gzip
import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha384
from pathlib import Path

from integrations.web.widget.words import LANGUAGES, WORDS
from kb.errors import ServiceError

_SOURCE = Path(__file__).parent / "source"
#: In this order: each uses what stands in the ones before it.
_PARTS = ("service.js", "stream.js", "answer.js", "widget.js")
_MINIFIER = (sys.executable, "-m", "integrations.web.widget.minifier")
_PATIENCE_S = 60
NAME = "auskunft.js"


@dataclass(frozen=True, slots=True)
class WidgetScript:
    """The served bytes; `digest` is their SHA-384."""

    plain: bytes
    packed: bytes
    digest: bytes

    @property
    def integrity(self) -> str:
        """For the `integrity` attribute of a page that pins exactly this script."""
        return "sha384-" + b64encode(self.digest).decode()

    @property
    def pinned_name(self) -> str:
        """A file name that never stands for other bytes."""
        return f"auskunft-{self.digest.hex()[:16]}.js"


@cache
def widget_script() -> WidgetScript:
    """The script; raises ServiceError when it cannot be made."""
    plain = _minified("application/javascript", _program()).encode()
    return WidgetScript(plain, gzip.compress(plain, 9, mtime=0), sha384(plain).digest())


def _program() -> str:
    """All sources as one function, so that nothing becomes visible in the page that includes it."""
    style = _minified("text/css", _read("widget.css"))
    texts = {name: [word[index] for word in WORDS.values()] for index, name in enumerate(LANGUAGES)}
    constants = {"STYLE": style, "NAMES": list(WORDS), "WORDS": texts}
    first = [
        f"const {name} = {json.dumps(value, ensure_ascii=False)};"
        for name, value in constants.items()
    ]
    body = "\n".join([*first, *(_read(part) for part in _PARTS)])
    return f'(() => {{ "use strict"; {body} }})();'


def _read(name: str) -> str:
    return (_SOURCE / name).read_text(encoding="utf-8")


def _minified(media_type: str, source: str) -> str:
    done = subprocess.run(
        [*_MINIFIER, media_type],
        input=source.encode(),
        capture_output=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if done.returncode:
        complaint = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ServiceError(f"Das Skript des Widgets lässt sich nicht verkleinern: {complaint}")
    return done.stdout.decode()
