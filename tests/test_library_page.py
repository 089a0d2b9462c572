"""The page 资料库: what it takes in and refuses, and how it works in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from embeddings.encoder import SentenceEncoder
from qa.bot import Bot
from qa.errors import DocumentError
from qa.library import Library, seed_folder
from qa.web.library_page import LARGEST, add_report, page_html, remove_report
from tests.browser import OpenPage, ScriptedBot, Visit, serve
from tests.hashing import HashingEncoder
from tests.invented import TONGLING_2023, ZHOUSHAN_2023, ZHOUSHAN_2024


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with one report."""
    library = Library(tmp_path / "home", HashingEncoder)
    add_report(library, "zhoushan-2024.txt", ZHOUSHAN_2024.encode())
    return library


def test_a_report_is_kept_byte_for_byte_under_the_name_of_its_file(library: Library) -> None:
    content = ("\ufeff" + ZHOUSHAN_2023.replace("\n", "\r\n")).encode()
    assert add_report(library, "舟山 2023.txt", content) == "已加入《2023年舟山市政府工作报告》：10个数字。"
    assert list(library.documents) == ["zhoushan-2024", "舟山 2023"]
    assert (library.home / "documents" / "舟山 2023.txt").read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.docx", b"PK", "不是 .txt 文件"),
        ("a.txt", "报告".encode("gbk"), "不是 UTF-8 编码.*GBK"),
        ("a.txt", "报告".encode("utf-16"), "UTF-16"),
        ("a.txt", b"\x89PNG\x00\x01", "不是文本文件"),
        ("a.txt", b"", "空|没有"),
        ("a.txt", b" \n ", "空|没有"),
        ("a.txt", b"x" * (LARGEST + 1), "太大：每个文件不能超过2 MB"),
        ("zhoushan-2024.txt", ZHOUSHAN_2023.encode(), "已有名为“zhoushan-2024”的报告，内容不同"),
        ("b.txt", ZHOUSHAN_2024.encode(), "与资料库中的“zhoushan-2024”内容相同，没有加入"),
        ("../../evil.txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        ("/etc/evil.txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        ("...txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        (".txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        ("a\x00.txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        ("\ud800.txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        ("长" * 300 + ".txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
        ("<img src=x onerror=alert(1)>.txt", ZHOUSHAN_2023.encode(), "不能用作文件名"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(
    library: Library, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(DocumentError, match=message):
        add_report(library, name, content)
    assert list(library.documents) == ["zhoushan-2024"]


def test_the_same_report_again_changes_nothing(library: Library) -> None:
    assert "内容相同" in add_report(library, "zhoushan-2024.txt", ZHOUSHAN_2024.encode())


def test_a_report_is_taken_out(library: Library) -> None:
    assert remove_report(library, "zhoushan-2024") == "已移出“zhoushan-2024”。"
    assert "资料库里还没有报告" in page_html(library.documents)


@pytest.mark.parametrize("document_id", ["nowhere", "../documents/zhoushan-2024", ""])
def test_only_what_is_there_can_be_taken_out(library: Library, document_id: str) -> None:
    with pytest.raises(DocumentError, match="库中没有文档"):
        remove_report(library, document_id)
    assert list(library.documents) == ["zhoushan-2024"]


def test_the_shipped_report_stays_out_once_it_was_taken_out(tmp_path: Path) -> None:
    library = Library(tmp_path / "home", HashingEncoder, seeds=seed_folder())
    remove_report(library, "pudong-2024")
    assert dict(Library(tmp_path / "home", HashingEncoder, seeds=seed_folder()).documents) == {}


def test_titles_are_escaped_and_missing_sections_told(library: Library) -> None:
    hostile = TONGLING_2023.replace(
        "2023年铜陵市政府工作报告", "2023年<img src=x onerror=alert(1)>市政府工作报告"
    )
    add_report(library, "a&b.txt", hostile.encode())
    html = page_html(library.documents)
    assert "<img" not in html
    assert "a&amp;b" in html
    assert "目录所列的2节没有正文" in html


# --- in the browser -----------------------------------------------------------------------------------


@pytest.fixture
def shelf(visit: OpenPage, encoder: SentenceEncoder, tmp_path: Path) -> Visit:
    """The page over a library of its own with one report."""
    library = Library(tmp_path / "home", lambda: encoder)
    add_report(library, "zhoushan-2024.txt", ZHOUSHAN_2024.encode())
    opened = visit(serve(cast(ScriptedBot, Bot(library))), width=390, height=844)
    opened.page.get_by_role("tab", name="资料库").click()
    opened.page.wait_for_selector(".wz-held")
    return opened


def test_reports_are_uploaded_told_of_and_taken_out(shelf: Visit, tmp_path: Path) -> None:
    (tmp_path / "zhoushan-2023.txt").write_text(ZHOUSHAN_2023, encoding="utf-8")
    (tmp_path / "旧编码.txt").write_bytes(ZHOUSHAN_2023.encode("gb18030"))
    shelf.page.locator(".wz-drop input").set_input_files(
        [tmp_path / "zhoushan-2023.txt", tmp_path / "旧编码.txt"]
    )
    shelf.page.wait_for_selector(".wz-bad")
    assert shelf.texts(".wz-good") == ["已加入《2023年舟山市政府工作报告》：10个数字。"]
    assert "文件“旧编码.txt”不是 UTF-8 编码" in shelf.texts(".wz-bad")[0]
    assert shelf.texts(".wz-held code") == ["zhoushan-2023", "zhoushan-2024"]
    assert shelf.page.evaluate("document.documentElement.scrollWidth") == 390

    assert shelf.findings() == []
    shelf.page.get_by_role("button", name="移出 zhoushan-2024").click()
    shelf.page.keyboard.press("Enter")  # the focus is on 取消
    assert shelf.texts(".wz-held code") == ["zhoushan-2023", "zhoushan-2024"]
    shelf.page.get_by_role("button", name="移出 zhoushan-2024").click()
    shelf.page.get_by_role("button", name="确认移出").click()
    shelf.page.wait_for_function("document.querySelectorAll('.wz-held li').length === 1")
    assert shelf.texts(".wz-good") == ["已移出“zhoushan-2024”。"]

    shelf.page.get_by_role("tab", name="对话").click()
    shelf.ask("2022年新建学校多少所？")
    assert "4所" in shelf.texts(".wz-text")[0]


def test_too_many_and_too_large_files_are_not_sent(shelf: Visit, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(21)]
    for path in files:
        path.write_text("报告", encoding="utf-8")
    drop = shelf.page.locator(".wz-drop input")
    drop.set_input_files(files)
    assert shelf.texts(".wz-bad") == ["一次不能超过20个文件，这里有21个。"]
    files[0].write_bytes(b"x" * (LARGEST + 1))
    drop.set_input_files(files[:1])
    assert shelf.texts(".wz-bad") == ["“0.txt”太大：每个文件不能超过2 MB。"]
