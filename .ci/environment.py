"""`make setup`: .venv with the versions of constraints.txt, torch in its CPU build; needs only Python."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
NEEDED_BYTES = 3_000_000_000
"""The whole environment (2.2 GB) and room for what pip unpacks on the way."""

_GPU = re.compile(r"(nvidia|cuda|triton|pytorch[-_]triton)([-_.]|$)", re.IGNORECASE)


class _Stop(SystemExit):
    """Ends the process with a message in both languages."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"\n{chinese}\n{english}")


def main() -> None:
    """Make or complete the environment; ends the process with a message where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--any-torch", action="store_true", help="take a CUDA build where there is no other")
    any_torch = parser.parse_args().any_torch
    _check_machine()
    _say("[1/3] 建立环境 .venv", "creating .venv")
    if _run("-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))", quiet=True) != 0:
        _make_venv()
    _pip("install", "--quiet", "--upgrade", "pip")
    _say("[2/3] 安装 PyTorch（CPU 版）", "installing PyTorch, CPU build")
    _pip("install", _torch_requirement(any_torch))
    _say("[3/3] 安装问政及其余依赖", "installing Wenzheng and its other dependencies")
    _pip("install", "--editable", f"{ROOT}[dev]")
    if not any_torch and (gpu := _gpu_packages(path.name for path in VENV.glob("lib/*/site-packages/*"))):
        raise _Stop(
            f".venv 里混进了显卡（CUDA）软件包：{'、'.join(gpu)}。请运行 make clean 后再 make setup。",
            f"CUDA packages came into .venv: {', '.join(gpu)}. Run `make clean`, then `make setup`.",
        )


def _check_machine() -> None:
    if find_spec("ensurepip") is None:
        raise _Stop(
            f"{sys.executable} 缺少 ensurepip。Debian、Ubuntu 请先运行：apt-get install python3-venv",
            f"{sys.executable} lacks ensurepip. On Debian or Ubuntu: apt-get install python3-venv",
        )
    present = sum(path.lstat().st_size for path in VENV.rglob("*")) if VENV.is_dir() else 0
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES - present:
        need, have = f"{(NEEDED_BYTES - present) / 1e9:.1f} GB", f"{free / 1e9:.1f} GB"
        raise _Stop(
            f"磁盘空间不足：{ROOT} 所在磁盘还需 {need}，现有 {have}。请腾出空间后再运行。",
            f"Not enough disk: {ROOT} needs {need} more, {have} are free. Free some space and run again.",
        )


def _make_venv() -> None:
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)]).returncode != 0:
        raise _Stop(
            f"{sys.executable} 未能建立 {VENV}，原因见上。",
            f"{sys.executable} could not create {VENV}, see above.",
        )


def _torch_requirement(any_torch: bool) -> str:
    """The pinned torch whose dependencies hold no CUDA package, found before anything is downloaded.

    On Linux x86-64 the plain version may be a CUDA build of several GB, depending on where pip looks.
    """
    pinned = re.search(r"(?m)^torch==(\S+)$", CONSTRAINTS.read_text(encoding="utf-8"))
    assert pinned, "constraints.txt pins torch"  # noqa: S101
    plain = f"torch=={pinned[1]}"
    for requirement in (f"{plain}+cpu", plain):
        planned = _planned(requirement)
        if planned is not None and (any_torch or not _gpu_packages(planned)):
            return requirement
    if planned is None:
        raise _Stop(
            f"pip 找不到 {plain}：请检查网络，或换用 Python 3.11–3.13（PYTHON=… make setup）。",
            f"pip finds no {plain}: check the network, or use Python 3.11-3.13 (PYTHON=... make setup).",
        )
    raise _Stop(
        f"pip 只找得到 {plain} 的显卡（CUDA）版，有数 GB 之大，未安装。\n"
        "  请把 PyTorch 官网安装页上 CPU 版的 --index-url 地址设为环境变量 PIP_EXTRA_INDEX_URL，"
        "或把下载好的 CPU 版 wheel 所在目录设为 PIP_FIND_LINKS，再运行 make setup；\n"
        "  一定要用 CUDA 版，请运行：make setup ANY_TORCH=1",
        f"pip finds {plain} only as a CUDA build of several GB; it was not installed.\n"
        "  Set PIP_EXTRA_INDEX_URL to the --index-url that PyTorch's install page gives for CPU, or\n"
        "  PIP_FIND_LINKS to a folder with the CPU wheel, and run `make setup` again;\n"
        "  to take the CUDA build all the same: make setup ANY_TORCH=1",
    )


def _planned(requirement: str) -> list[str] | None:
    """Names of what pip would install for ``requirement``; None where it finds no such thing."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--quiet", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report)]
        if _run("-m", "pip", "install", *options, "-c", str(CONSTRAINTS), requirement, quiet=True) != 0:
            return None
        return [item["metadata"]["name"] for item in json.loads(report.read_bytes())["install"]]


def _gpu_packages(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if _GPU.match(name)})


def _pip(*arguments: str) -> None:
    if _run("-m", "pip", *arguments, "--constraint", str(CONSTRAINTS)) != 0:
        raise _Stop(
            f"pip {' '.join(arguments)} 未能完成，原因见上。排除后再运行一次即可，已装好的不会重装。",
            f"pip {' '.join(arguments)} failed, see above. Mend it and run again; what is there is kept.",
        )


def _run(*arguments: str, quiet: bool = False) -> int:
    """The exit code of the environment's Python; 127 where there is none."""
    if not PYTHON.exists():
        return 127
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}
    hidden = subprocess.DEVNULL if quiet else None
    return subprocess.run([PYTHON, *arguments], env=environment, stdout=hidden, stderr=hidden).returncode


def _say(chinese: str, english: str) -> None:
    print(f"{chinese} ({english})", flush=True)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    main()
