"""The command line: arguments, streams and exit codes; as a process of its own where that matters."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import qa.library
from embeddings.encoder import SentenceEncoder
from qa.cli import main

REPOSITORY = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "qa.cli"]

EAST = """2024年东湖区政府工作报告

一、2023年工作回顾
全区生产总值达到1200亿元，增长5.5%。新建公园12座。

二、2024年主要任务
新建学校3所，改造老旧小区40个。
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A user who has the embedded model and, as yet, no library."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "cache").mkdir()
    (folder / "cache" / "wenzheng").symlink_to(model_cache)
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("WENZHENG", "LC_", "LANG"))
    }
    return kept | {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }


@pytest.fixture(scope="module")
def east(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reports") / "east-2024.txt"
    path.write_text(EAST, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def process(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the command as users do, outside the repository; its output is UTF-8 and never a traceback."""
    folder = tmp_path_factory.mktemp("anywhere")

    def run(
        *arguments: str | bytes | Path, given: bytes = b"", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *arguments], cwd=folder, env=environment | variables, input=given, capture_output=True
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


@pytest.fixture(scope="module")
def run(
    environment: dict[str, str], encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """The same without a new process, which would take seconds to load the model: one encoder serves all."""
    folder = tmp_path_factory.mktemp("anywhere")

    def run(*arguments: str | Path, given: bytes = b"", **variables: str) -> subprocess.CompletedProcess[str]:
        out, err = io.BytesIO(), io.BytesIO()
        streams = [io.TextIOWrapper(stream, "ascii", write_through=True) for stream in (out, err)]
        log, interrupt = logging.getLogger("wenzheng"), signal.getsignal(signal.SIGINT)
        handlers, level = log.handlers[:], log.level
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "environ", environment | variables)
            patch.chdir(folder)
            patch.setattr(sys, "argv", ["wenzheng", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
            patch.setattr(sys, "stdout", streams[0])
            patch.setattr(sys, "stderr", streams[1])
            patch.setattr(qa.library, "load_encoder", lambda model, cache: encoder)
            try:
                with pytest.raises(SystemExit) as ended:
                    main()
            finally:
                log.handlers, log.level = handlers, level
                signal.signal(signal.SIGINT, interrupt)
        code = ended.value.code or 0
        assert isinstance(code, int)
        return subprocess.CompletedProcess(
            arguments, code, out.getvalue().decode("utf-8"), err.getvalue().decode("utf-8")
        )

    return run


@pytest.fixture(scope="module")
def home(run: Run, east: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one report, indexed by the embedded model."""
    folder = tmp_path_factory.mktemp("library")
    assert run("--home", folder, "add", east).stdout == "east-2024  2024年东湖区政府工作报告\n"
    return folder


# --- help and usage --------------------------------------------------------------------------------


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'faiss', 'gradio', 'numpy', 'jieba', 'rich'}"
    script = f"import sys, qa.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help_names_every_command_and_the_exit_codes(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    commands = [
        "ask",
        "add",
        "list",
        "remove",
        "figures",
        "chat",
        "mcp",
        "eval",
        "index",
        "doctor",
        "feedback",
    ]
    assert [
        line.split()[0] for line in done.stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    ] == commands
    assert "退出码：0 完成（答了，或如实说明答不了）；1 出错，原因已说明；2 用法有误。" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("ask",), ("nonsense",), ("list", "--nonsense"), ("chat", "--port", "70000")]
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")


# --- ask -------------------------------------------------------------------------------------------


def test_an_answer_is_cited_to_the_character(process: Run, home: Path) -> None:
    done = process("ask", "2023年新建公园多少座？", "--json", "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert [EAST[c["start"] : c["end"]] == c["quote"] for c in answer["citations"]] == [True] * len(
        answer["citations"]
    )
    assert "新建公园12座" in answer["citations"][0]["quote"]


def test_a_refusal_is_an_answer_too(run: Run, home: Path) -> None:
    done = run("ask", "2023年新建医院多少家？", "--json", "--home", home)
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "not_in_report"


def test_the_reply_for_people_shows_where_it_stands(run: Run, home: Path) -> None:
    done = run("--home", home, "ask", "2023年新建公园多少座？")
    assert "[1] 2024年东湖区政府工作报告 › 一、2023年工作回顾 › 2023年 › 已完成（字符 " in done.stdout
    assert "12座" in done.stdout


def test_explain_adds_the_trace(run: Run, home: Path) -> None:
    done = run("ask", "2023年新建公园多少座？", "--json", "--explain", WENZHENG_HOME=str(home))
    assert json.loads(done.stdout)["trace"]


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_any_locale_speaks_utf8(process: Run, east: Path, tmp_path: Path, variables: dict[str, str]) -> None:
    (tmp_path / "别处" / "documents").mkdir(parents=True)
    shutil.copy(east, tmp_path / "别处" / "documents" / "报告.txt")
    done = process("figures", "报告", "--home", tmp_path / "别处", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[3].split()[:3] == ["报告", "公园", "12座"]


def test_a_question_may_come_from_standard_input(run: Run, home: Path) -> None:
    done = run("ask", "-", "--json", "--home", home, given="2023年新建公园多少座？\n".encode())
    assert json.loads(done.stdout)["status"] == "answered"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (b"", "问题是空的"),
        (b"  \n\t ", "问题是空的"),
        (b"\x00\x07\x1b\x7f", "问题是空的"),
        (b"\xff\xfe\xed\xa0\x80", "无法识别的字符"),
        ("问" * 100_000, "问题太长"),
        (b"x" * 5_000_000, "问题太长"),
    ],
    ids=["empty", "blank", "control characters", "lone surrogates", "100,000 characters", "5 MB"],
)
def test_an_unusable_question_is_explained(run: Run, home: Path, question: bytes | str, message: str) -> None:
    given = question.encode() if isinstance(question, str) else question
    done = run("ask", "-", "--home", home, given=given)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("错误：")
    assert message in done.stderr


def test_broken_bytes_in_an_argument_are_explained(process: Run, home: Path) -> None:
    done = process("--home", home, "ask", b"\xff\xfe\xb9\xab")
    assert (done.returncode, done.stdout) == (1, "")
    assert "无法识别的字符" in done.stderr


def test_an_unknown_model_is_named(process: Run, home: Path) -> None:
    done = process("--home", home, "--model", "no/such-model", "ask", "公园")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no/such-model" in done.stderr


# --- the library -----------------------------------------------------------------------------------


def test_the_default_library_holds_the_shipped_report(run: Run) -> None:
    assert "pudong-2024" in [document["id"] for document in json.loads(run("list", "--json").stdout)]


def test_a_named_library_starts_empty(run: Run, tmp_path: Path) -> None:
    done = run("list", WENZHENG_HOME=str(tmp_path / "new"))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "资料库是空的。加入报告：wenzheng add 文件\n"


def test_list_shows_what_is_known_of_a_report(run: Run, home: Path) -> None:
    assert json.loads(run("list", "--json", "--home", home).stdout) == [
        {
            "id": "east-2024",
            "title": "2024年东湖区政府工作报告",
            "region": "东湖区",
            "year": 2024,
            "characters": len(EAST),
            "figures": 5,
        }
    ]


def test_a_removed_report_is_gone(run: Run, east: Path, tmp_path: Path) -> None:
    run("add", east, "--home", tmp_path)
    assert run("remove", "east-2024", "--home", tmp_path).stdout == "east-2024\n"
    assert run("list", "--home", tmp_path).stdout == ""


def test_removing_an_unknown_report_names_those_there_are(run: Run, home: Path) -> None:
    done = run("remove", "north", "--home", home)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "错误：库中没有文档“north”。现有：east-2024。\n"


def test_a_file_in_another_encoding_is_explained(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gbk.txt"
    path.write_bytes(EAST.encode("gb18030"))
    done = run("add", path, "--home", tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert "不是 UTF-8 编码" in done.stderr


def test_a_missing_file_is_explained(run: Run, tmp_path: Path) -> None:
    done = run("add", tmp_path / "missing.txt", "--home", tmp_path / "home")
    assert done.returncode == 1
    assert "无法读取文件" in done.stderr


def test_a_home_that_is_a_file_is_explained(run: Run, east: Path) -> None:
    done = run("list", "--home", east)
    assert done.returncode == 1
    assert done.stderr.startswith("错误：无法读取资料库")


# --- figures ---------------------------------------------------------------------------------------


def test_figures_as_csv_hold_every_field(run: Run, home: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("figures", "east-2024", "--csv", "--home", home).stdout)))
    assert [(row["value"], row["years"], row["kind"]) for row in rows] == [
        ("1200亿元", "2023", "achieved"),
        ("5.5%", "2023", "achieved"),
        ("12座", "2023", "achieved"),
        ("3所", "2024", "planned"),
        ("40个", "2024", "planned"),
    ]
    assert [EAST[int(row["start"]) : int(row["end"])] == row["value"] for row in rows] == [True] * 5


def test_figures_as_a_table_name_indicator_and_value(run: Run, home: Path) -> None:
    lines = run("figures", "--home", home).stdout.splitlines()
    assert lines[0].split() == ["报告", "指标", "数值", "年份", "类别", "位置"]
    assert lines[3].split()[:5] == ["east-2024", "公园", "12座", "2023", "已完成"]


def test_figures_of_an_unknown_report_are_refused(run: Run, home: Path) -> None:
    done = run("figures", "north", "--home", home)
    assert (done.returncode, done.stderr) == (1, "错误：库中没有文档“north”。现有：east-2024。\n")


def test_a_closed_pipe_is_no_error(environment: dict[str, str]) -> None:
    script = f"{sys.executable} -m qa.cli figures --csv | head -n 1"
    done = subprocess.run(["bash", "-c", script], cwd=REPOSITORY, env=environment, capture_output=True)
    assert done.stdout.startswith(b"document_id,")
    assert b"Error" not in done.stderr


# --- doctor ----------------------------------------------------------------------------------------


def test_doctor_finds_a_sound_library_sound(run: Run, home: Path) -> None:
    done = run("doctor", "--home", home)
    assert done.returncode == 0
    assert done.stdout.endswith("一切正常。\n")
    assert "1 份报告" in done.stdout


def test_doctor_names_what_is_broken_and_index_mends_it(run: Run, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(home, broken)
    (vectors,) = broken.glob("index/*/*/vectors.faiss")
    vectors.write_bytes(b"")
    done = run("doctor", "--home", broken)
    assert done.returncode == 1
    assert "✗ 索引文件缺失或损坏（vectors.faiss）：运行 wenzheng index 会重建\n" in done.stdout
    assert run("index", "--home", broken).returncode == 0
    assert run("doctor", "--home", broken).returncode == 0


def test_doctor_of_a_new_library_is_content(run: Run, tmp_path: Path) -> None:
    done = run("doctor", "--home", tmp_path / "new")
    assert done.returncode == 0
    assert "索引尚未建立" in done.stdout


# --- chat ------------------------------------------------------------------------------------------


@pytest.fixture
def chat(environment: dict[str, str], home: Path) -> Iterator[subprocess.Popen[str]]:
    """The page, served on a free port."""
    command = [*COMMAND, "--home", str(home), "chat", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_ctrl_c_ends_the_page_quietly(chat: subprocess.Popen[str]) -> None:
    assert chat.stdout is not None
    assert "问政已就绪：http://127.0.0.1:" in chat.stdout.readline()
    chat.send_signal(signal.SIGINT)
    _, err = chat.communicate(timeout=60)
    assert chat.returncode in (0, 130, -signal.SIGINT)
    assert err == "正在打开页面……（资料库中有 1 份报告）\n"


def test_a_port_that_is_taken_is_named(run: Run, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("chat", "--home", home, "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"端口{port}已被占用" in done.stderr
