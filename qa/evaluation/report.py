"""Evaluation → a folder with its report."""

from __future__ import annotations

import json
from pathlib import Path

from qa.evaluation.summary import Evaluation


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Write the report into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = evaluation.to_dict()
    (folder / "report.json").write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")
