"""make setup: the CPU build or none, and what is missing is said before anything is installed."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[1]
PINNED = re.findall(r"(?m)^torch==(\S+)$", (REPOSITORY / "constraints.txt").read_text(encoding="utf-8"))[0]

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """.ci/environment.py, for a checkout without an environment."""
    spec = importlib.util.spec_from_file_location("environment", REPOSITORY / ".ci" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    return module


def offering(**plans: list[str]) -> Callable[[str], list[str] | None]:
    """Stands for the package index: what it would install for the CPU build and for the plain version."""
    return lambda requirement: plans.get("cpu" if requirement.endswith("+cpu") else "plain")


def test_the_cpu_build_is_taken_where_there_is_one(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = offering(cpu=["torch", "sympy"], plain=["torch", "nvidia-cudnn-cu13"])
    monkeypatch.setattr(environment, "_planned", offered)
    assert environment._torch_requirement(any_torch=False) == f"torch=={PINNED}+cpu"


def test_a_plain_build_without_cuda_will_do(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_planned", offering(plain=["torch", "sympy"]))
    assert environment._torch_requirement(any_torch=False) == f"torch=={PINNED}"


@pytest.mark.parametrize("package", ["nvidia-cublas-cu12", "nvidia_cudnn_cu13", "cuda-bindings", "triton"])
def test_a_cuda_build_is_refused_with_the_way_out(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setattr(environment, "_planned", offering(plain=["torch", package]))
    with pytest.raises(SystemExit, match=r"(?s)CUDA.*PIP_EXTRA_INDEX_URL.*make setup ANY_TORCH=1"):
        environment._torch_requirement(any_torch=False)


def test_a_cuda_build_is_taken_on_request(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_planned", offering(plain=["torch", "triton"]))
    assert environment._torch_requirement(any_torch=True) == f"torch=={PINNED}"


def test_no_build_at_all_is_said(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_planned", offering())
    with pytest.raises(SystemExit, match="请检查网络"):
        environment._torch_requirement(any_torch=False)


def test_too_little_disk_is_said_with_what_is_needed(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10e9, 9e9, 1e9))
    with pytest.raises(SystemExit, match=r"(?s)还需 3\.0 GB，现有 1\.0 GB.*needs 3\.0 GB more"):
        environment._check_machine()


def test_a_python_without_ensurepip_is_said(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        environment._check_machine()


def test_a_python_that_is_too_old_is_said_in_both_languages(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sed").symlink_to(str(shutil.which("sed")))
    python = programs / "python3"
    python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\nexit 1\n')
    python.chmod(0o755)
    make = str(shutil.which("make"))
    done = subprocess.run(
        [make, "setup"], cwd=tmp_path, env={"PATH": str(programs)}, capture_output=True, encoding="utf-8"
    )
    assert done.returncode != 0
    assert "找不到 Python 3.11–3.14" in done.stderr
    assert "No Python from 3.11 to 3.14 was found" in done.stderr
    assert "python3: Python 3.9.2" in done.stderr
