"""The files that ingestion is measured on, and small documents made by the thousand."""

import io
import os
from pathlib import Path

from docx import Document

REPOSITORY = Path(__file__).resolve().parents[3]
#: another corpus than `../shared/corpus`: a folder whose files are read one by one
_CHOSEN = os.environ.get("BENCH_CORPUS", "")
_SHARED = Path(_CHOSEN) if _CHOSEN else REPOSITORY.parent / "shared" / "corpus"
_FOLDERS = ("laws", "pdf", "html")


def corpus() -> list[Path]:
    """The samples, and laws, PDFs and pages of the shared corpus where it is there."""
    shared = [_SHARED / name for name in _FOLDERS if (_SHARED / name).is_dir()]
    return [REPOSITORY / "samples" / "documents", *shared]


def sheets() -> Path | None:
    """Real workbooks with tens of thousands of rows, where they are there."""
    folder = _SHARED / "xlsx"
    return folder if folder.is_dir() else None


def write_small_documents(folder: Path, count: int) -> None:
    """Markdown, HTML and Word in turn, a hundred in each folder, no two alike."""
    word = Document()
    word.add_heading("Merkblatt", 1)
    paragraph = word.add_paragraph()
    for number in range(count):
        below = folder / f"{number // 100:03d}"
        below.mkdir(parents=True, exist_ok=True)
        name, text = f"Merkblatt {number}", f"Das Merkblatt {number} regelt den Zuschuss."
        if number % 3 == 0:
            (below / f"m{number}.md").write_text(f"# {name}\n\n{text}\n", "utf-8")
        elif number % 3 == 1:
            page = f"<html><body><h1>{name}</h1><p>{text}</p></body></html>"
            (below / f"m{number}.html").write_text(page, "utf-8")
        else:
            paragraph.text = text
            stream = io.BytesIO()
            word.save(stream)
            (below / f"m{number}.docx").write_bytes(stream.getvalue())
