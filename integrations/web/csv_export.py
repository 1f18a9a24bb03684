"""Tables for German Excel: UTF-8 with a byte order mark, semicolons, and nothing that it would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from fastapi.responses import Response, StreamingResponse
from starlette.requests import Request

_BYTE_ORDER_MARK = "\ufeff"
#: what makes a spreadsheet take a cell for a formula, also in full width
_FORMULA = tuple("=+-@＝＋－＠")
_CONTROL = ("\t", "\r", "\n")

Cell = str | int | None


def wants_csv(request: Request) -> bool:
    """Whether the caller asked for CSV, by the address or by `Accept`."""
    return request.url.path.endswith(".csv") or "text/csv" in request.headers.get("accept", "")


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The rows as a file to be saved under a name; they are read while they are sent."""
    return StreamingResponse(
        _lines(heads, rows),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="{name}.csv"',
            "cache-control": "no-store",
        },
    )


def harmless(cell: Cell) -> str:
    """A cell's text that no spreadsheet takes for a formula: an apostrophe stands before such."""
    if cell is None or isinstance(cell, int):
        return "" if cell is None else str(cell)
    text = cell.replace("\0", "\ufffd")
    risky = text.startswith(_CONTROL) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if risky else text


def as_typed(cell: str) -> str:
    """What a text was before `harmless` made a cell of it."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _lines(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    yield (_BYTE_ORDER_MARK + _line(heads)).encode()
    for row in rows:
        yield _line(row).encode()


def _line(cells: Sequence[Cell]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([harmless(one) for one in cells])
    return out.getvalue()
