"""The table of regions, and finding their names in running text."""

from __future__ import annotations

from collections import Counter

import pytest

from qa.regions import Region, find_regions, load_regions


def found(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], region.name) for start, end, region in find_regions(text)]


def named(name: str) -> Region:
    (region,) = [region for region in load_regions() if region.name == name]
    return region


def test_a_province_has_its_short_name_and_its_english_name() -> None:
    assert named("广东省") == Region("广东省", ("广东", "粤"), "guangdong", "province", "全国")


def test_there_are_34_provinces_and_all_districts_of_shanghai() -> None:
    assert sum(region.level == "province" for region in load_regions()) == 34
    assert sum(region.parent == "上海市" for region in load_regions()) == 16


def test_no_two_regions_share_a_name() -> None:
    names = Counter(
        name for region in load_regions() for name in {region.name, *region.aliases, region.english}
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_only_the_country_has_no_parent_and_every_parent_is_in_the_table() -> None:
    names = {region.name for region in load_regions()}
    assert [region.name for region in load_regions() if region.parent not in names] == ["全国"]


def test_one_character_names_belong_to_provinces_and_stand_last() -> None:
    short = [region for region in load_regions() if any(len(alias) == 1 for alias in region.aliases)]
    assert {region.level for region in short} == {"province"}
    assert all(sorted(r.aliases, key=lambda alias: len(alias) == 1) == list(r.aliases) for r in short)


def test_every_row_is_filled() -> None:
    levels = {"state", "province", "prefecture", "district", "new area"}
    assert [r.name for r in load_regions() if not r.english or r.level not in levels] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("广东和浙江哪个高", [("广东", "广东省"), ("浙江", "浙江省")]),
        ("上海市浦东新区的GDP", [("上海市", "上海市"), ("浦东新区", "浦东新区")]),
        ("上海自贸试验区", [("上海", "上海市")]),
        ("廣東省去年", [("廣東省", "广东省")]),
        ("国务院2024年报告", [("国务院", "全国")]),
        ("海南州和海南省", [("海南州", "海南藏族自治州"), ("海南省", "海南省")]),
        ("吉林市属于吉林", [("吉林市", "吉林市"), ("吉林", "吉林省")]),
        ("沪2024年GDP、粤的呢", [("沪", "上海市"), ("粤", "广东省")]),
        ("四川路网", [("四川", "四川省")]),
        ("GDP of Guangdong", [("Guangdong", "广东省")]),
        ("Shaanxi, not Shanxi", [("Shaanxi", "陕西省"), ("Shanxi", "山西省")]),
        ("Xi’an or xian", [("Xi’an", "西安市"), ("xian", "西安市")]),
        ("Inner Mongolia's plan", [("Inner Mongolia", "内蒙古自治区")]),
    ],
)
def test_names_are_found_with_what_they_name(text: str, names: list[tuple[str, str]]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "沪深两市",
        "新增35台，和平发展",
        "发展中国家",
        "重大理论创新",
        "在合理均衡水平上基本稳定",
        "医保定点医院",
        "搬迁安置",
        "形成都市圈",
        "南京西路步行街",
        "黄浦江东岸",
        "苏州河沿岸",
        "a Beijinger",
    ],
)
def test_characters_of_a_name_inside_other_words_are_not_names(text: str) -> None:
    assert found(text) == []
