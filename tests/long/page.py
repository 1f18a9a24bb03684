"""The figures of both checks as a page of the documentation."""

from collections import Counter

from tests.long.kills import Kills
from tests.long.mutations import FINDINGS, Mutations

_BEGIN = "<!-- figures: written by `make check-long` -->"
_END = "<!-- end of figures -->"
_SLOWEST = 5


def with_figures(page: str, kills: Kills, mutations: Mutations) -> str:
    """The page with new figures in the place of the former ones."""
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    figures = "\n\n".join((*_kills(kills), *_mutations(mutations)))
    return f"{before}{_BEGIN}\n\n{figures}\n\n{_END}{after}"


def _kills(kills: Kills) -> list[str]:
    lines = [
        f"### Kills (seed {kills.seed})",
        f"{kills.total} kills; {kills.acknowledged} changes acknowledged before, "
        f"{kills.interrupted} begun and not acknowledged; {kills.compared} documents compared after. "
        f"A start after a kill was ready in {max(kills.restart_seconds):.1f} s at most. "
        f"Findings: {len(kills.findings)}.",
        _table(("what was killed", "kills"), sorted(kills.kills.items())),
    ]
    return lines + [f"- {finding}" for finding in kills.findings]


def _mutations(found: Mutations) -> list[str]:
    cases = found.cases
    times = sorted(case.seconds for case in cases)
    by_format = Counter(case.original.rpartition(".")[2].lower() for case in cases)
    lines = [
        f"### Mutations (seed {found.seed})",
        f"{len(cases)} files: {found.endings['blocks']} read as text, {found.endings['error']} refused "
        f"with an error in German. Median {times[len(times) // 2]:.2f} s, slowest {times[-1]:.1f} s; "
        f"peak memory of the reading process {max(case.megabytes for case in cases):.0f} MiB. "
        f"Findings: {len(found.with_ending(*FINDINGS))}.",
        "Files by format: "
        + ", ".join(f"{name} {n}" for name, n in sorted(by_format.items()))
        + ".",
        "Exceptions of libraries, named in „beschädigt oder ungewöhnlich aufgebaut“: "
        + ", ".join(f"`{name}` {n}" for name, n in found.named.most_common())
        + ".",
        _table(
            ("slowest", "what was done", "ending", "seconds"),
            [
                (f"{case.number}: {case.original}", case.done, case.ending, f"{case.seconds:.1f}")
                for case in sorted(cases, key=lambda case: -case.seconds)[:_SLOWEST]
            ],
        ),
    ]
    bad = found.with_ending(*FINDINGS)
    return lines + [
        f"- {case.ending}: case {case.number}, {case.original}: {case.done}" for case in bad
    ]


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
