"""Measuring answers and retrieval against evaluation sets; gets functions, ingests nothing.

`questions` reads golden sets, `golden` scores answers and `retrieved` the passages under them, `ranking`
measures BEIR sets, `typing_errors` makes them harder, `comparison` says whether a figure changed by
more than its noise, `baseline` keeps the scores that it is compared with; `judging` says of single
questions whether they went right, and what changed since the time before.
"""

from assistant.evaluation.baseline import (
    Mismatch,
    SetState,
    digest_of,
    mismatch_of,
    read_baseline,
    write_baseline,
)
from assistant.evaluation.comparison import Comparison, Scores, Verdict, compare
from assistant.evaluation.golden import (
    Answering,
    ItemResult,
    Retrieving,
    evaluate_golden,
    golden_scores,
    measure_golden,
)
from assistant.evaluation.judging import Change, Judged, Reason, differences, judge, newly_wrong
from assistant.evaluation.questions import (
    ExpectedSource,
    GoldenQuestion,
    parse_golden,
    read_golden,
    require_patterns,
)
from assistant.evaluation.ranking import (
    Ranking,
    RetrievalSet,
    evaluate_retrieval,
    measure_retrieval,
    part_of,
    read_retrieval_set,
    retrieval_scores,
)
from assistant.evaluation.typing_errors import misspelt

__all__ = [
    "Answering",
    "Change",
    "Comparison",
    "ExpectedSource",
    "GoldenQuestion",
    "ItemResult",
    "Judged",
    "Mismatch",
    "Ranking",
    "Reason",
    "RetrievalSet",
    "Retrieving",
    "Scores",
    "SetState",
    "Verdict",
    "compare",
    "differences",
    "digest_of",
    "evaluate_golden",
    "evaluate_retrieval",
    "golden_scores",
    "judge",
    "measure_golden",
    "measure_retrieval",
    "mismatch_of",
    "misspelt",
    "newly_wrong",
    "parse_golden",
    "part_of",
    "read_baseline",
    "read_golden",
    "read_retrieval_set",
    "require_patterns",
    "retrieval_scores",
    "write_baseline",
]
