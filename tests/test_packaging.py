"""The wheel: what users install holds the program, its data and the shipped report, and nothing else."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from email import message_from_string
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]
SOURCES = ["qa", "embeddings", "seeds", "pyproject.toml", "README.md", "LICENSE"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        ".",
    ]
    subprocess.run(command, cwd=folder, check=True)
    (path,) = folder.glob("wenzheng-*.whl")
    return zipfile.ZipFile(path)


def metadata(wheel: zipfile.ZipFile, name: str) -> str:
    (path,) = (entry for entry in wheel.namelist() if entry.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


def test_the_wheel_holds_every_source_file(wheel: zipfile.ZipFile) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "qa", "embeddings"], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert set(listed.stdout.split()) - set(wheel.namelist()) == set()


def test_the_wheel_holds_the_shipped_report_byte_for_byte(wheel: zipfile.ZipFile) -> None:
    report = (REPOSITORY / "seeds" / "pudong-2024.txt").read_bytes()
    assert wheel.read("qa/seeds/pudong-2024.txt") == report


@pytest.mark.parametrize("name", ["qa/py.typed", "embeddings/py.typed"])
def test_the_wheel_tells_type_checkers_of_its_types(wheel: zipfile.ZipFile, name: str) -> None:
    assert name in wheel.namelist()


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    rooms = {path.split("/")[0] for path in wheel.namelist()}
    assert {room for room in rooms if not re.fullmatch(r"wenzheng-[\d.]+\.dist-info", room)} == {
        "qa",
        "embeddings",
    }


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    assert "wenzheng = qa.cli:main" in metadata(wheel, "entry_points.txt")


def test_the_wheel_names_its_licence(wheel: zipfile.ZipFile) -> None:
    assert (
        message_from_string(metadata(wheel, "METADATA"))["License-Expression"]
        == "Apache-2.0 AND CC-BY-SA-4.0"
    )


def project() -> dict[str, Any]:
    content = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(content["project"])


def names(requirements: Iterable[str]) -> set[str]:
    """Names of packages in one spelling."""
    return {
        re.sub(r"[-_.]+", "-", re.split(r"[<>=\[]", requirement)[0]).lower() for requirement in requirements
    }


def test_every_import_is_declared() -> None:
    imported = set()
    for path in [*(REPOSITORY / "qa").rglob("*.py"), *(REPOSITORY / "embeddings").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"qa", "embeddings"}
    packages = packages_distributions()
    declared = names(project()["dependencies"])
    assert {name for name in foreign if not names(packages[name]) & declared} == set()


def test_constraints_pin_every_dependency() -> None:
    needed = names([*project()["dependencies"], *project()["optional-dependencies"]["dev"]])
    pinned = re.findall(r"(?m)^\S+==\S+$", (REPOSITORY / "constraints.txt").read_text(encoding="utf-8"))
    assert needed - names(pinned) == set()
