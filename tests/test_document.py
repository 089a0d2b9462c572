from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.datatypes import Document, Heading, Section
from qa.document import load_document, read_document
from qa.errors import DocumentError

PUDONG = Path(__file__).parent.parent / "seeds" / "pudong-2024.txt"

REPORT = """2026年青山县政府工作报告

2026年1月8日在青山县第十届人民代表大会第五次会议上
青山县县长 李 明
各位代表：
现在，我代表县人民政府，向大会报告工作，请予审议。
一、2025年和“十四五”时期工作回顾
过去一年，我们坚持稳中求进，生产总值增长5.1%。
（一）产业发展提质增效。工业增加值增长7.2%。建成投产项目36个。
（二）民生福祉持续改善。新增学位1200个。
各位代表！“十四五”时期是青山发展极不平凡的五年。五年来，公路里程增加300公里。
——综合实力稳步提升。生产总值由80亿元提高到120亿元。2025年财政收入9亿元。外贸年均增长6%。
——绿色底色更加鲜明。森林覆盖率达到61%。
这些成绩来之不易，是全县人民团结奋斗的结果。在此，我代表县人民政府，表示衷心的感谢！
我们也清醒认识到，发展中还存在不少问题：产业结构不优。去年未完成投资目标。
二、“十五五”时期主要目标
“十五五”时期，生产总值年均增长5%左右。
三、2026年重点工作
今年预期目标是：生产总值增长5.5%左右。过去一年，旅游业恢复较快。今年要办好旅游节。
（一）大力提振消费
实施消费行动。新建商圈2个。
（二）扩大有效投资。开工项目50个。
各位代表！蓝图已经绘就。让我们团结奋斗，再创佳绩！
附件1
2026年十件民生实事
一、改善办学条件
新建学校3所。
附件2
名词解释
1.“两新”：
大规模设备更新和消费品以旧换新。
"""


@pytest.fixture(scope="module")
def pudong() -> Document:
    return load_document(PUDONG)


@pytest.fixture(scope="module")
def report() -> Document:
    return read_document(REPORT, "青山-2026")


def told_at(document: Document, quote: str) -> Section:
    """The section that holds the quote, its span left out of the comparison."""
    return replace(document.section_at(document.text.index(quote)), start=0, end=0)


def test_a_report_knows_its_title_region_and_year(pudong: Document) -> None:
    assert (pudong.id, pudong.title) == ("pudong-2024", "2024年浦东新区政府工作报告")
    assert (pudong.region, pudong.year) == ("浦东新区", 2024)


def test_the_text_is_what_python_decodes(pudong: Document) -> None:
    assert pudong.text == PUDONG.read_bytes().decode("utf-8")


def test_the_figures_come_with_the_document(pudong: Document) -> None:
    assert pudong.figures[0].value == "16715.15亿元"


def test_the_contents_page_says_which_bodies_are_missing_or_cut_off(pudong: Document) -> None:
    plan = "二、2024年主要任务"
    assert [heading.path for heading in pudong.contents if heading.missing] == [
        (plan, "(三)大力推进新型工业化"),
        (plan, "(四)优化城市空间布局"),
        (plan, "(五)加强生态环境保护"),
        (plan, "(六)推动文化繁荣发展"),
        (plan, "(七)推动城乡高质量融合发展"),
        (plan, "(八)坚持发展为民"),
        ("三、全面推进服务型政府建设",),
    ]
    assert [heading.path for heading in pudong.contents if heading.truncated] == [
        (plan,),
        (plan, "(二)加快建设“五个中心”核心区"),
    ]


def test_a_heading_of_the_contents_page_knows_where_it_stands(pudong: Document) -> None:
    path = ("一、2023年工作回顾", "(二)聚力稳增长强功能")
    assert pudong.contents[2] == Heading(path, 26, 37, missing=False, truncated=False)
    assert pudong.text[26:37] == "(二)聚力稳增长强功能"


def test_a_report_without_contents_page_has_no_contents(report: Document) -> None:
    assert report.contents == ()


@pytest.mark.parametrize(
    ("quote", "path", "kind", "years"),
    [
        ("(五)社会保障提质增效\n", (), "other", ()),
        ("现在,我代表浦东新区", (), "other", ()),
        ("总体完成了区七届人大", ("一、2023年工作回顾",), "achieved", (2023,)),
        ("新设各类市场主体", ("一、2023年工作回顾", "二是发展活力持续增强"), "achieved", (2023,)),
        (
            "扎实推动《中共中央国务院",
            ("一、2023年工作回顾", "(一)改革开放持续攻坚突破"),
            "achieved",
            (2023,),
        ),
        (
            "全国首个“丝路电商”",
            ("一、2023年工作回顾", "(一)改革开放持续攻坚突破", "开放水平不断提高"),
            "achieved",
            (2023,),
        ),
        (
            "推动生产性互联网服务平台建设。",
            ("一、2023年工作回顾", "(二)聚力稳增长强功能", "硬核产业集聚提升"),
            "achieved",
            (2023,),
        ),
        ("表示诚挚的感谢!", ("一、2023年工作回顾",), "other", (2023,)),
        ("城市精细化管理还存在不少短板", ("一、2023年工作回顾",), "other", (2023,)),
        ("地区生产总值增长6%左右", ("二、2024年主要任务",), "planned", (2024,)),
        (
            "研究制定浦东新区放宽市场准入",
            ("二、2024年主要任务", "(一)全力打造社会主义现代化建设引领区", "深化集成改革取得新突破"),
            "planned",
            (2024,),
        ),
        (
            "促进产业智能化、绿色化、",
            ("二、2024年主要任务", "(二)加快建设“五个中心”核心区", "着力提升经济中心竞争力"),
            "planned",
            (2024,),
        ),
    ],
)
def test_where_a_sentence_of_the_seed_stands_and_what_it_tells(
    pudong: Document, quote: str, path: tuple[str, ...], kind: str, years: tuple[int, ...]
) -> None:
    section = told_at(pudong, quote)
    assert (section.path, section.kind, section.years) == (path, kind, years)


REVIEW = "一、2025年和“十四五”时期工作回顾"
FIVE = (2021, 2022, 2023, 2024, 2025)


@pytest.mark.parametrize(
    ("quote", "path", "kind", "years"),
    [
        ("青山县县长", (), "other", ()),
        ("生产总值增长5.1%", (REVIEW,), "achieved", (2025,)),
        ("建成投产项目36个", (REVIEW, "（一）产业发展提质增效"), "achieved", (2025,)),
        ("公路里程增加300公里", (REVIEW,), "achieved", FIVE),
        ("由80亿元提高到120亿元", (REVIEW, "综合实力稳步提升"), "achieved", FIVE),
        ("2025年财政收入9亿元", (REVIEW, "综合实力稳步提升"), "achieved", (2025,)),
        ("外贸年均增长6%", (REVIEW, "综合实力稳步提升"), "achieved", FIVE),
        ("表示衷心的感谢", (REVIEW,), "other", (2025,)),
        ("产业结构不优", (REVIEW,), "other", (2025,)),
        ("去年未完成投资目标", (REVIEW,), "other", (2025,)),
        ("年均增长5%左右", ("二、“十五五”时期主要目标",), "planned", (2026, 2027, 2028, 2029, 2030)),
        ("生产总值增长5.5%左右", ("三、2026年重点工作",), "planned", (2026,)),
        ("旅游业恢复较快", ("三、2026年重点工作",), "achieved", (2025,)),
        ("今年要办好旅游节", ("三、2026年重点工作",), "planned", (2026,)),
        ("新建商圈2个", ("三、2026年重点工作", "（一）大力提振消费"), "planned", (2026,)),
        ("开工项目50个", ("三、2026年重点工作", "（二）扩大有效投资"), "planned", (2026,)),
        ("让我们团结奋斗", ("三、2026年重点工作",), "other", ()),
        ("新建学校3所", ("附件1", "2026年十件民生实事", "一、改善办学条件"), "planned", (2026,)),
        ("大规模设备更新", ("附件2", "名词解释", "1.“两新”"), "other", ()),
    ],
)
def test_where_a_sentence_stands_and_what_it_tells(
    report: Document, quote: str, path: tuple[str, ...], kind: str, years: tuple[int, ...]
) -> None:
    section = told_at(report, quote)
    assert (section.path, section.kind, section.years) == (path, kind, years)


def test_width_and_script_make_no_difference() -> None:
    text = (
        "2024年青山縣政府工作報告\n一、2023年工作回顧\n過去一年，糧食豐收。\n"
        "二、２０２４年主要任務\n今年要擴大綠化。"
    )
    document = read_document(text, "青山")
    assert [(section.path, section.kind, section.years) for section in document.sections] == [
        ((), "other", ()),
        (("一、2023年工作回顧",), "achieved", (2023,)),
        (("二、２０２４年主要任務",), "planned", (2024,)),
    ]


def test_a_chapter_whose_line_break_was_lost_is_found() -> None:
    text = (
        "2012年青山县政府工作报告\n请予审议一、2011年工作回顾过去的一年，粮食丰收。\n"
        "二、2012年主要任务\n扩大绿化。"
    )
    section = told_at(read_document(text, "青山"), "粮食丰收")
    assert (section.path, section.kind) == (("一、2011年工作回顾",), "achieved")


def test_years_in_chinese_digits_are_years() -> None:
    text = "二〇二四年青山县政府工作报告\n一、二〇二三年主要工作\n粮食丰收。"
    section = told_at(read_document(text, "青山"), "粮食丰收")
    assert (section.path, section.kind, section.years) == (("一、二〇二三年主要工作",), "achieved", (2023,))


def test_a_title_may_stand_above_the_contents_page() -> None:
    text = (
        "2024年青山县政府工作报告\n目  录\n一、2023年工作回顾……1\n二、2024年主要任务……5\n三、自身建设……9\n"
        "一、2023年工作回顾\n粮食丰收。\n二、2024年主要任务\n扩大绿化。\n三、自身建设\n依法行政。"
    )
    document = read_document(text, "青山")
    assert document.title == "2024年青山县政府工作报告"
    assert [heading.path for heading in document.contents] == [
        ("一、2023年工作回顾",),
        ("二、2024年主要任务",),
        ("三、自身建设",),
    ]
    assert [section.path for section in document.sections] == [
        (),
        (),
        ("一、2023年工作回顾",),
        ("二、2024年主要任务",),
        ("三、自身建设",),
    ]
    assert not any(heading.missing or heading.truncated for heading in document.contents)


def test_below_named_parts_the_numbers_begin_again() -> None:
    text = (
        "2024年青山县政府工作报告\n第一部分 2023年工作回顾\n一、农业\n粮食丰收。\n二、工业\n生产增长。\n"
        "第二部分 2024年工作安排\n一、农业\n扩大绿化。"
    )
    document = read_document(text, "青山")
    assert told_at(document, "生产增长").path == ("第一部分 2023年工作回顾", "二、工业")
    assert told_at(document, "扩大绿化") == Section(
        ("第二部分 2024年工作安排", "一、农业"), 0, 0, "planned", (2024,)
    )


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("一、砥砺奋进的一年", "achieved"),
        ("一、过去五年工作回顾", "achieved"),
        ("一、今后五年的奋斗目标", "planned"),
        ("一、存在的困难和问题", "other"),
        ("一、2024年重点工作", "planned"),
        ("一、2023年主要工作", "achieved"),
    ],
)
def test_a_chapter_title_says_what_the_chapter_tells(heading: str, kind: str) -> None:
    document = read_document(f"2024年青山县政府工作报告\n{heading}\n农业稳定发展。", "青山")
    assert told_at(document, "农业稳定发展").kind == kind


@pytest.mark.parametrize(
    ("chapter", "sentence", "kind", "years"),
    [
        ("二、2026年重点工作", "去年出台的政策，今年要继续落实。", "planned", (2026,)),
        ("二、2026年重点工作", "今后的五年，要保持定力。", "planned", (2026,)),
        ("二、2026年重点工作", "五年来，粮食连年丰收。", "achieved", FIVE),
        ("二、2026年重点工作", "“十五五”时期，要扩大绿化。", "planned", (2026, 2027, 2028, 2029, 2030)),
        ("二、2026年重点工作", "我们也清醒看到，发展还面临不少困难。", "other", (2026,)),
        ("一、2025年工作回顾", "这为“十五五”时期发展打下基础。", "achieved", (2025,)),
        ("一、2025年工作回顾", "今年，我们将继续努力。", "planned", (2026,)),
        ("一、2025年工作回顾", "一年来的实践，我们有以下体会：", "other", (2025,)),
        ("一、２０２５ 年工作回顾", "过去五年，粮食连年丰收。", "achieved", FIVE),
    ],
)
def test_the_first_words_of_a_sentence_may_tell_of_another_time(
    chapter: str, sentence: str, kind: str, years: tuple[int, ...]
) -> None:
    document = read_document(f"2026年青山县政府工作报告\n{chapter}\n农业发展。{sentence}", "青山")
    section = told_at(document, sentence)
    assert (section.kind, section.years) == (kind, years)


def test_an_annex_may_have_its_title_on_its_line() -> None:
    text = "一、2023年工作回顾\n粮食丰收。\n附件：名词解释\n1.“两新”：大规模设备更新。"
    section = told_at(read_document(text, "a"), "大规模")
    assert (section.path[0], section.kind) == ("附件：名词解释", "other")


OWN_LINES = """一、2023年工作回顾
过去一年，我们坚持稳中求进，圆满完成全年目标任务。
农业稳定发展。
粮食产量12万吨，建成高标准农田3万亩，农民收入增长7%。
工业提质增效。
工业增加值增长8%，新开工项目36个，技改投资增长两成。
民生持续改善。
新增学位1200个，新建养老院3所，改造老旧小区12个。
"""


def test_a_theme_on_a_line_of_its_own_holds_for_the_next_paragraph() -> None:
    document = read_document(OWN_LINES, "a")
    assert told_at(document, "新开工项目").path == ("一、2023年工作回顾", "工业提质增效")


def test_a_short_paragraph_now_and_then_is_no_theme() -> None:
    text = (
        "一、2023年工作回顾\n农业稳定发展。\n" + "粮食产量12万吨，建成高标准农田3万亩，农民收入增长7%。\n" * 3
    )
    assert told_at(read_document(text, "a"), "高标准农田").path == ("一、2023年工作回顾",)


def test_a_paragraph_broken_within_a_sentence_is_one_paragraph() -> None:
    text = "一、2023年工作回顾\n——经济平稳运行。产值达到74.4\n万亿元。\n——民生持续改善。"
    section = told_at(read_document(text, "青山"), "万亿元")
    assert section.path == ("一、2023年工作回顾", "经济平稳运行")


def test_a_byte_order_mark_and_windows_line_ends_stay_in_the_text(tmp_path: Path) -> None:
    file = tmp_path / "青山.txt"
    file.write_bytes("\ufeff2024年青山县政府工作报告\r\n一、2023年工作回顾\r\n粮食丰收。\r\n".encode())
    document = load_document(file)
    assert document.text == "\ufeff2024年青山县政府工作报告\r\n一、2023年工作回顾\r\n粮食丰收。\r\n"
    assert (document.title, document.year) == ("2024年青山县政府工作报告", 2024)
    assert told_at(document, "粮食丰收").path == ("一、2023年工作回顾",)


@pytest.mark.parametrize(
    ("title", "region", "year"),
    [
        ("2020年国务院政府工作报告", "国务院", 2020),
        ("政府工作报告\n——2023年1月5日在青山县第十届人民代表大会第二次会议上", "青山县", 2023),
        ("青山县人民政府工作报告（2022年）", "青山县", 2022),
        ("二〇二四年青山县政府工作报告", "青山县", 2024),
        ("青 山 县 政 府 工 作 报 告\n（2024 年 1 月 9 日）", "青山县", 2024),
        ("在青山县第十届人民代表大会第二次会议上的政府工作报告（2023年1月5日）", "青山县", 2023),
        (
            "政府工作报告\n2023年12月28日在青山县第十届人民代表大会第三次会议上\n一、2023年工作回顾",
            "青山县",
            2024,
        ),
    ],
)
def test_region_and_year_are_found_in_the_head(title: str, region: str, year: int) -> None:
    document = read_document(f"{title}\n各位代表：\n现在，我代表县人民政府，向大会报告工作。", "a")
    assert (document.region, document.year) == (region, year)


def test_a_text_without_any_heading_is_one_section() -> None:
    document = read_document("今天下雨。\n明天天晴。", "天气")
    assert document.sections == (Section((), 0, 11, "other", ()),)
    assert document.year is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"没有.txt"):
        load_document(tmp_path / "没有.txt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空"),
        (" \r\n\u3000".encode(), "空"),
        ("政府工作报告".encode("gb18030"), "GB18030"),
        ("政府工作报告".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00", "不是文本文件"),
    ],
)
def test_a_file_that_holds_no_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(data)
    with pytest.raises(DocumentError, match=message):
        load_document(file)


@pytest.mark.parametrize(
    "document_id", ["", " ", ".", "..", "../a", "a/b", "a\\b", "a#1", "-a", "a\n", "\ud800", "县" * 100]
)
def test_an_id_that_is_no_safe_file_name_is_refused(document_id: str) -> None:
    with pytest.raises(DocumentError, match="文件名"):
        read_document("今天下雨。", document_id)


LINES = st.lists(
    st.sampled_from(REPORT.split("\n"))
    | st.text("一二三、（）()是——今年要过去五年来了。，；：\n\r 5%各位代表！附件1.［］“”十", max_size=40),
    min_size=1,
    max_size=30,
)


@settings(deadline=None)
@given(LINES)
def test_sections_cover_the_text_without_gap_or_overlap(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not text.strip():
        return
    sections = read_document(text, "a").sections
    assert [sections[0].start, *(section.end for section in sections)] == [
        *(section.start for section in sections),
        len(text),
    ]
    assert all(section.start < section.end for section in sections)
