"""The lexicon of people's words and report terms, and a user's own rows over it."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.errors import QAError
from qa.lexicon import load_lexicon
from qa.text import fold

HEADER = "say\treport\tsource\n"


def own(folder: Path, rows: str) -> Path:
    path = folder / "own.tsv"
    path.write_text(rows, "utf-8")
    return path


def rows() -> list[list[str]]:
    text = (Path(qa.__file__).parent / "data" / "lexicon.tsv").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")][1:]


def test_every_row_has_a_word_terms_and_a_source() -> None:
    assert [row for row in rows() if len(row) != 3 or not all(field.strip() for field in row)] == []


def test_no_word_stands_twice() -> None:
    words = [fold(say) for say, _, _ in rows()]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("say", "terms"),
    [
        ("gdp", ("地区生产总值", "国内生产总值", "生产总值")),
        (
            "外贸",
            (
                "外贸进出口总额",
                "进出口总额",
                "货物进出口总额",
                "外贸进出口",
                "进出口总值",
                "货物进出口",
                "对外贸易",
            ),
        ),
        ("外资", ("实到外资", "实际使用外资", "实际利用外资", "利用外资")),
        ("社零", ("社会消费品零售总额",)),
        ("高企", ("高新技术企业",)),
        ("市场主体", ("经营主体",)),
        ("经营主体", ("市场主体",)),
        ("芯片", ("集成电路",)),
        ("装电梯", ("加装电梯",)),
        ("保租房", ("保障性租赁住房",)),
        ("green space", ("绿地", "公园绿地")),
        ("hectares", ("公顷",)),
        ("forest coverage", ("森林覆盖率",)),
        ("life expectancy", ("人均预期寿命",)),
        ("licensed financial institutions", ("持牌类金融机构", "持牌金融机构")),
    ],
)
def test_words_lead_to_the_terms_that_reports_print(say: str, terms: tuple[str, ...]) -> None:
    assert load_lexicon()[say] == terms


def test_terms_are_folded_like_the_text_they_are_sought_in() -> None:
    assert load_lexicon()["c919"][0] == "大型客机"
    assert load_lexicon()["大飞机"][0] == "c919"


@pytest.mark.parametrize(
    ("say", "not_this"),
    [
        ("外贸", "实际使用外资"),
        ("外资", "进出口总额"),
        ("出口额", "进出口总额"),
        ("gdp", "工业总产值"),
        ("社零", "商品销售总额"),
        ("小巨人企业", "专精特新"),
        ("开工", "完成"),
        ("竣工", "开工"),
        ("民生实事", "民心工程"),
        ("绿化率", "森林覆盖率"),
        ("export", "进出口"),
        ("foreign trade", "实到外资"),
    ],
)
def test_no_word_leads_to_a_neighbouring_indicator(say: str, not_this: str) -> None:
    assert not_this not in load_lexicon()[say]


def test_rows_of_the_user_are_laid_over_the_built_in_ones(tmp_path: Path) -> None:
    lexicon = load_lexicon(
        own(tmp_path, HEADER + "# 自用\n\nGDP\t经济总量\t本单位\n蓝印户口\t居住证\t旧称\n")
    )
    assert lexicon["gdp"] == ("经济总量",)
    assert lexicon["蓝印户口"] == ("居住证",)
    assert lexicon["社零"] == ("社会消费品零售总额",)
    assert load_lexicon()["gdp"][0] == "地区生产总值"


def test_the_header_may_be_left_out_and_terms_keep_their_order(tmp_path: Path) -> None:
    assert load_lexicon(own(tmp_path, "Ｘ光\t乙|甲\t自用\n"))["x光"] == ("乙", "甲")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("地铁\t轨道交通", "这里有 2 栏"),
        ("地铁 轨道交通 自用", "这里有 1 栏"),
        ("地铁\t\t自用", "有一栏或一个词是空的"),
        ("地铁\t轨道交通|\t自用", "有一栏或一个词是空的"),
        ("地铁\t轨道交通\t", "有一栏或一个词是空的"),
        ("地铁\t轨交|轨交\t自用", "“地铁”一行里有重复的词"),
        ("GDP\tgdp\t自用", "“GDP”一行里有重复的词"),
        ("机场\t航站楼\t自用", "“机场”前面已有一行，请合并"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_reason(tmp_path: Path, line: str, reason: str) -> None:
    path = own(tmp_path, f"{HEADER}机场\t航空港\t自用\n{line}\n")
    with pytest.raises(QAError) as caught:
        load_lexicon(path)
    assert str(caught.value).startswith(f"词表 {path} 第 3 行不能使用：")
    assert reason in str(caught.value)


def test_a_file_in_another_encoding_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_bytes(HEADER.encode() + "地铁\t轨交\t自用\n".encode("gb18030"))
    with pytest.raises(QAError, match="第 2 行不能使用：不是 UTF-8 编码"):
        load_lexicon(path)


def test_a_file_that_is_not_there_is_an_error_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(QAError, match="读不到词表"):
        load_lexicon(tmp_path / "none.tsv")
