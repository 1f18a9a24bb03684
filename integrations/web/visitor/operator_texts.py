"""The operator's own texts: Markdown files in a folder, read anew whenever a page is asked for.

`impressum.md` is the German text, `impressum.en.md` the English one; without the latter the German one
is shown on English pages, too. For two texts there is an honest text of ours, which says that the
operator has to complete it. Raw HTML in a file stays text.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from integrations.desk import Desk
from integrations.web.pages import TEMPLATE_DIR
from integrations.web.phrases import Language
from kb.errors import NotFoundError

#: names of the texts, which are also their addresses, in the order of the footer
NAMES = ("impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "gebaerdensprache")
_DEFAULTS = TEMPLATE_DIR / "texts"
_LONGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class TextPage:
    """A text ready to be shown; `ours` when the operator has not written one."""

    title: str
    html: Markup
    language: Language
    ours: bool


class OperatorTexts:
    """The texts of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, desk: Desk) -> "OperatorTexts":
        """Those of the folder in the settings, else of `texte` in the data folder."""
        return cls(desk.settings.texts or desk.folder.path / "texte")

    def available(self) -> tuple[str, ...]:
        """Names of the texts that there are, our own ones included."""
        return tuple(name for name in NAMES if self._file(name, "de") is not None)

    def page(self, name: str, language: Language) -> TextPage:
        """A text in this language where there is one. Raises NotFoundError."""
        path = self._file(name, language) if name in NAMES else None
        if path is None:
            raise NotFoundError("Diesen Text hat der Betreiber der Website nicht hinterlegt.")
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                written = file.read(_LONGEST)
        except OSError as error:
            raise NotFoundError("Dieser Text lässt sich zurzeit nicht lesen.") from error
        title, html = _rendered(written)
        spoken: Language = "en" if path.name.endswith(".en.md") else "de"
        return TextPage(title, html, spoken, ours=path.parent == _DEFAULTS)

    def _file(self, name: str, language: Language) -> Path | None:
        """The operator's file; ours only where the operator has none in any language."""
        names = [f"{name}.{language}.md", f"{name}.md"] if language != "de" else [f"{name}.md"]
        candidates = [folder / each for folder in (self._folder, _DEFAULTS) for each in names]
        return next((path for path in candidates if path.is_file()), None)


@lru_cache(maxsize=16)
def _rendered(written: str) -> tuple[str, Markup]:
    """Title (the first heading of the first level) and the rest as HTML, its headings below that."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(written.removeprefix("\ufeff"))
    title = ""
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = "".join(child.content for child in tokens[1].children or ())
        tokens = tokens[3:]
    _lower_headings(tokens)
    # the parser escapes all text, and makes no link to what is no web, mail or phone address
    return title, Markup(parser.renderer.render(tokens, parser.options, {}))


def _lower_headings(tokens: list[Token]) -> None:
    """No second heading of the first level, and none that skips a level on the way down."""
    depth = 1
    for token in tokens:
        if token.type == "heading_open":
            depth = max(2, min(int(token.tag[1]), depth + 1))
            token.tag = f"h{depth}"
        elif token.type == "heading_close":
            token.tag = f"h{depth}"
