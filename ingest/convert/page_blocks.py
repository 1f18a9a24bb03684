"""Pages to blocks: lines, without running heads, to tables, paragraphs, headings and list items.

For pages with text and for recognised ones alike.
"""

from collections.abc import Iterator, Sequence

from ingest.convert.blocks import Block
from ingest.convert.pdf_footnotes import Part, footnotes_ahead
from ingest.convert.pdf_furniture import without_furniture
from ingest.convert.pdf_headings import blocks as paragraph_blocks
from ingest.convert.pdf_lines import Line, PageText
from ingest.convert.pdf_paragraphs import Paragraph, Typesetting, paragraphs, whole_words
from ingest.convert.pdf_tables import FoundTable, TableRows

#: pages that one file may have
MAX_PAGES = 3_000


def page_blocks(pages: Sequence[PageText], tables: Sequence[FoundTable]) -> Iterator[Block]:
    """All pages' blocks, each table's rows where the table stands."""
    without_furniture(pages)
    typesetting = Typesetting([line for page in pages for line in page.lines])
    by_page = [list(_parts(page, tables, typesetting)) for page in pages]
    footnotes_ahead(by_page, typesetting)
    parts = [part for page in by_page for part in page]
    running = [part for part in parts if isinstance(part, Paragraph)]
    whole_words(running)
    texts = iter(paragraph_blocks([part for part in running if part.text], typesetting))
    rows = TableRows()
    above: int | None = 0
    page = 0
    for part in parts:
        above, page = (above if part.page == page else 0), part.page
        if isinstance(part, FoundTable):
            yield from rows.blocks(part, above)
            above = None
        elif part.text:
            yield next(texts)
            above = above + len(part.text) if above is not None else None


def _parts(
    page: PageText, tables: Sequence[FoundTable], typesetting: Typesetting
) -> Iterator[Part]:
    """A page's paragraphs and tables in reading order."""
    on_page = [table for table in tables if table.page == page.number]
    waiting = list(on_page)
    lines: list[Line] = []
    for line in page.lines:
        inside = next((table for table in on_page if table.holds(line)), None)
        if inside is None:
            lines.append(line)
        elif inside in waiting:
            yield from paragraphs(lines, typesetting)
            lines = []
            yield inside
            waiting.remove(inside)
    yield from paragraphs(lines, typesetting)
