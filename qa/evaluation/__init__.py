"""Question set → how good the answers are: figures with intervals, every failure, and a report.

>>> from qa.evaluation import evaluate, load_questions, write_report
>>> evaluation = evaluate(bot, load_questions(path, documents=bot.library.documents))   # doctest: +SKIP
>>> write_report(evaluation, folder)                                                    # doctest: +SKIP
"""

from __future__ import annotations

from qa.evaluation.compare import Comparison, compare
from qa.evaluation.measures import MEASURES, Measure
from qa.evaluation.questions import BadLine, Example, Gold, QuestionFileError, QuestionSet, load_questions
from qa.evaluation.report import write_report
from qa.evaluation.run import Item, evaluate
from qa.evaluation.summary import Evaluation, Metric, summarize

__all__ = [
    "MEASURES",
    "BadLine",
    "Comparison",
    "Evaluation",
    "Example",
    "Gold",
    "Item",
    "Measure",
    "Metric",
    "QuestionFileError",
    "QuestionSet",
    "compare",
    "evaluate",
    "load_questions",
    "summarize",
    "write_report",
]
