"""`python -m tests.long`: many kills and many spoilt files; exit code 1 when something was found."""

import argparse
import sys
from pathlib import Path

from tests import folders
from tests.long import mutations
from tests.long.kills import Kills, Rounds
from tests.long.mutations import FINDINGS, Case
from tests.long.originals import originals
from tests.long.page import with_figures


def main() -> int:
    """Both checks, and the page with their figures where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--mutations", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="one spoilt file alone, by its number")
    parser.add_argument(
        "--shared", type=Path, help="a folder with corpus/ and seeds/, if there is one"
    )
    parser.add_argument("--page", type=Path)
    chosen = parser.parse_args()
    files = originals(chosen.shared)
    if chosen.case is not None:
        mutations.run(range(chosen.case, chosen.case + 1), chosen.seed, files, _tell_all)
        return 0
    read = mutations.run(range(chosen.mutations), chosen.seed, files, _tell)
    killed = _kill(chosen.kills, chosen.seed)
    if chosen.page is not None:
        text = chosen.page.read_text("utf-8")
        chosen.page.write_text(with_figures(text, killed, read), "utf-8")
    print(f"{killed.total} kills, findings: {killed.findings}")
    print(f"{len(read.cases)} mutations: {dict(read.endings)}")
    return int(bool(killed.findings or read.with_ending(*FINDINGS)))


def _kill(kills: int, seed: int) -> Kills:
    with folders.quick_folder() as place:
        return Rounds(place, seed).run(kills, lambda line: print(line, flush=True))


def _tell(case: Case) -> None:
    if case.number % 100 == 0 or case.ending in FINDINGS:
        _tell_all(case)


def _tell_all(case: Case) -> None:
    print(f"{case.number:5} {case.original}: {case.done}: {case.ending}", flush=True)
    if case.ending != "blocks":
        print(f"      {case.detail}")


if __name__ == "__main__":
    sys.exit(main())
