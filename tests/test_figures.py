"""The figure ledger: each figure keeps to its own indicator, measure, period and clause."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Document, Figure, Kind, Section
from qa.document import read_document
from qa.figures import find_figures

SEED = (Path(__file__).parents[1] / "seeds" / "pudong-2024.txt").read_bytes().decode()


def ledger(
    text: str, kind: Kind = "achieved", years: tuple[int, ...] = (2023,), year: int | None = 2024
) -> tuple[Figure, ...]:
    section = Section(("一、回顾",), 0, len(text), kind, years)
    return find_figures(Document("report", text, "报告", "某市", year, (), (section,)))


def only(text: str, kind: Kind = "achieved", years: tuple[int, ...] = (2023,)) -> Figure:
    (figure,) = ledger(text, kind, years)
    return figure


def rows(text: str, kind: Kind = "achieved") -> list[tuple[str, str, str, str]]:
    return [(row.value, row.name, row.action, row.measure) for row in ledger(text, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "全年地区生产总值达到16715.15亿元。",
            [("16715.15亿元", "地区生产总值", "", "level")],
        ),
        (
            "一般公共预算收入1300.81亿元、同比增长9.1%。",
            [
                ("1300.81亿元", "一般公共预算收入", "", "level"),
                ("9.1%", "一般公共预算收入", "", "change"),
            ],
        ),
        (
            "投资总额3452亿元、同比增长14.1%，其中民间投资同比增长37.4%。",
            [
                ("3452亿元", "投资总额", "", "level"),
                ("14.1%", "投资总额", "", "change"),
                ("37.4%", "民间投资", "", "change"),
            ],
        ),
        (
            "全年新增持牌类金融机构35家、累计达到1208家。",
            [("35家", "持牌类金融机构", "新增", "new"), ("1208家", "持牌类金融机构", "", "cumulative")],
        ),
        (
            "在生态环境等领域出台3部地方法规、累计达到18部，在设备等领域出台9部管理措施、累计达到22部。",
            [
                ("3部", "地方法规", "出台", "new"),
                ("18部", "地方法规", "", "cumulative"),
                ("9部", "管理措施", "出台", "new"),
                ("22部", "管理措施", "", "cumulative"),
            ],
        ),
        (
            "新增公园36座、绿地310公顷、绿道45公里、森林5600亩。",
            [
                ("36座", "公园", "新增", "new"),
                ("310公顷", "绿地", "新增", "new"),
                ("45公里", "绿道", "新增", "new"),
                ("5600亩", "森林", "新增", "new"),
            ],
        ),
        (
            "确定了四大类1355个项目,年内已开工558个、完成226个。",
            [
                ("1355个", "四大类项目", "确定了", "level"),
                ("558个", "四大类项目", "开工", "level"),
                ("226个", "四大类项目", "完成", "level"),
            ],
        ),
        (
            "实施老旧小区综合整新、卫生站改造提升等项目，累计开工238个、完成190个。",
            [
                ("238个", "老旧小区综合整新、卫生站改造提升等项目", "开工", "cumulative"),
                ("190个", "老旧小区综合整新、卫生站改造提升等项目", "完成", "cumulative"),
            ],
        ),
        (
            "集成电路销售收入达到2464亿元、约占全市75%。",
            [
                ("2464亿元", "集成电路销售收入", "", "level"),
                ("75%", "集成电路销售收入", "", "share"),
            ],
        ),
        (
            "拆除存量违法建筑10582处共136.8万平方米。",
            [
                ("10582处", "存量违法建筑", "拆除", "level"),
                ("136.8万平方米", "存量违法建筑", "拆除", "level"),
            ],
        ),
        (
            "区实施方案450项具体任务中423项已完成或基本完成。",
            [
                ("450项", "区实施方案具体任务", "", "level"),
                ("423项", "区实施方案具体任务", "已完成或基本完成", "level"),
            ],
        ),
        (
            "集成电路、生物医药、人工智能三大先导产业规模达到7300亿元。",
            [("7300亿元", "集成电路、生物医药、人工智能三大先导产业规模", "", "level")],
        ),
        (
            "新增5962个公共(含专用)充电桩、2180个电动自行车集中充电桩。",
            [
                ("5962个", "公共(含专用)充电桩", "新增", "new"),
                ("2180个", "电动自行车集中充电桩", "新增", "new"),
            ],
        ),
        (
            "征收安置房开工151万平方米、竣工150万平方米。",
            [
                ("151万平方米", "征收安置房", "开工", "level"),
                ("150万平方米", "征收安置房", "竣工", "level"),
            ],
        ),
        (
            "城镇和农村居民人均可支配收入分别超过8万元、4.5万元。",
            [
                ("超过8万元", "城镇居民人均可支配收入", "", "level"),
                ("4.5万元", "农村居民人均可支配收入", "", "level"),
            ],
        ),
        (
            "进出口、出口分别增长7.5%、9%。",
            [("7.5%", "进出口", "", "change"), ("9%", "出口", "", "change")],
        ),
        (
            "新能源汽车、工业机器人产量分别增长49.8%和36.4%。",
            [("49.8%", "新能源汽车产量", "", "change"), ("36.4%", "工业机器人产量", "", "change")],
        ),
        (
            "生产安全事故起数和死亡人数分别下降49.9%、45%。",
            [
                ("49.9%", "生产安全事故起数", "", "change"),
                ("45%", "生产安全事故死亡人数", "", "change"),
            ],
        ),
        (
            "研发投入强度从2.77%提高到3.3%左右。",
            [("2.77%", "研发投入强度", "", "base"), ("3.3%左右", "研发投入强度", "", "level")],
        ),
        (
            "将制造业等行业现行16%的税率降至13%。",
            [("16%", "制造业等行业税率", "", "base"), ("13%", "制造业等行业税率", "", "level")],
        ),
        (
            "生活、护理补贴标准分别从每人每月209元、280元提高到217元、290元。",
            [
                ("209元", "生活补贴标准", "", "base"),
                ("280元", "护理补贴标准", "", "base"),
                ("217元", "生活补贴标准", "", "level"),
                ("290元", "护理补贴标准", "", "level"),
            ],
        ),
        (
            "规上工业企业达7.6万家、增加值增长3%。",
            [("7.6万家", "规上工业企业", "", "level"), ("3%", "规上工业企业增加值", "", "change")],
        ),
        (
            "地区生产总值10.3万亿元、总量连续37年居全国首位。",
            [
                ("10.3万亿元", "地区生产总值", "", "level"),
                ("37年", "地区生产总值总量", "", "level"),
                ("首位", "地区生产总值总量", "", "rank"),
            ],
        ),
        (
            "集群总数达8个、居全国第2位。",
            [("8个", "集群总数", "", "level"), ("第2位", "集群总数", "", "rank")],
        ),
        ("服务业占比近一半。", [("近一半", "服务业占比", "", "share")]),
        ("万元GDP能耗下降3%。", [("3%", "万元gdp能耗", "", "change")]),
        (
            "海关村等8个村成功创建示范村。",
            [("8个", "村", "成功创建示范村", "level")],
        ),
        (
            "公共场馆延时服务实现36个街镇全覆盖。",
            [("36个", "公共场馆延时服务街镇", "实现", "level")],
        ),
        ("城镇新增就业115.8万人。", [("115.8万人", "城镇就业", "新增", "new")]),
        ("90%以上的矛盾纠纷化解在基层。", [("90%以上", "矛盾纠纷", "化解在基层", "share")]),
        (
            "首期规模500亿元的社保科创基金签约落地。",
            [("500亿元", "社保科创基金首期规模", "", "level")],
        ),
        ("工业许可证种类压减三分之一以上。", [("三分之一以上", "工业许可证种类", "", "change")]),
        ("货运周转量实现翻番。", [("翻番", "货运周转量", "实现", "change")]),
        ("近1亿农村贫困人口实现脱贫。", [("近1亿", "农村贫困人口", "实现脱贫", "level")]),
        (
            "中央财政安排1000亿元专项奖补资金。",
            [("1000亿元", "中央财政专项奖补资金", "安排", "level")],
        ),
        (
            "农村自来水、卫生户厕普及率超过98%、85%。",
            [("超过98%", "农村自来水普及率", "", "level"), ("85%", "卫生户厕普及率", "", "level")],
        ),
        (
            "出口增长7.2%，进出口总值创历史新高，达到5379亿元。",
            [("7.2%", "出口", "", "change"), ("5379亿元", "进出口总值", "", "level")],
        ),
        (
            "新能源装机达4091万千瓦、占比达44.7%。",
            [("4091万千瓦", "新能源装机", "", "level"), ("44.7%", "新能源占比", "", "share")],
        ),
        (
            "单位国内生产总值能耗和二氧化碳排放分别降低13.5%、18%。",
            [
                ("13.5%", "单位国内生产总值能耗", "", "change"),
                ("18%", "单位国内生产总值二氧化碳排放", "", "change"),
            ],
        ),
        (
            "连续4年获评全国营商环境最佳口碑省份。",
            [("4年", "获评全国营商环境最佳口碑省份", "", "level")],
        ),
        (
            "五年累计减税5.4万亿元、降费2.8万亿元。",
            [("5.4万亿元", "减税", "", "cumulative"), ("2.8万亿元", "降费", "", "cumulative")],
        ),
        (
            "城镇居民收入17000元，农村居民收入5000元，实际增长9.8%和8.5%。",
            [
                ("17000元", "城镇居民收入", "", "level"),
                ("5000元", "农村居民收入", "", "level"),
                ("9.8%", "城镇居民收入", "", "change"),
                ("8.5%", "农村居民收入", "", "change"),
            ],
        ),
        (
            "城乡居民养老金标准分别提高9%和14%。",
            [("9%", "城镇居民养老金标准", "", "change"), ("14%", "农村居民养老金标准", "", "change")],
        ),
        (
            "城乡特困补助分别提高9%和14%。",
            [("9%", "城市特困补助", "", "change"), ("14%", "农村特困补助", "", "change")],
        ),
        (
            "金融机构本外币存贷款余额分别增长9%、8%。",
            [("9%", "金融机构本外币存款余额", "", "change"), ("8%", "金融机构本外币贷款余额", "", "change")],
        ),
        (
            "全区存、贷款余额分别达5亿元、4亿元。",
            [("5亿元", "存款余额", "", "level"), ("4亿元", "贷款余额", "", "level")],
        ),
        (
            "涉农、科技贷款增速比全部贷款平均增速分别高3.1和0.8个百分点。",
            [("3.1", "涉农贷款增速", "", "change"), ("0.8个百分点", "科技贷款增速", "", "change")],
        ),
        (
            "玉米、大豆每斤分别提高3分和1角钱。",
            [("3分", "玉米每斤", "", "change"), ("1角钱", "大豆每斤", "", "change")],
        ),
        (
            "蔬菜产量30万吨，连续6年增产。",
            [("30万吨", "蔬菜产量", "", "level"), ("6年", "蔬菜产量", "增产", "level")],
        ),
        (
            "护理补贴连续5年增加，去年又人均提高10%。",
            [("5年", "护理补贴", "", "level"), ("10%", "护理补贴", "", "change")],
        ),
        (
            "连续第7年提高护理补贴，全年人均增加160元。",
            [("160元", "护理补贴", "", "change")],
        ),
        ("贸易逆差连续两年下降，比上年减少6.4%。", [("6.4%", "贸易逆差", "", "change")]),
        ("实施两年新增4万亿元的投资计划。", [("4万亿元", "投资计划", "实施", "new")]),
        (
            "新建、改扩建停车场 35个，取消或停征收费12项。",
            [("35个", "停车场", "新建、改扩建", "new"), ("12项", "收费", "取消或停征", "level")],
        ),
        (
            "安排20亿元技改资金支持44个技改项目。",
            [("20亿元", "技改资金", "安排", "level"), ("44个", "技改项目", "支持", "level")],
        ),
        ("区里已设立4亿元创业基金。", [("4亿元", "区里创业基金", "已设立", "level")]),
        ("养老服务设施新安排74处。", [("74处", "养老服务设施", "", "level")]),
        (
            "护理补贴标准统一由55元提高到70元。",
            [("55元", "护理补贴标准", "", "base"), ("70元", "护理补贴标准", "", "level")],
        ),
        ("经济增长预期7%左右。", [("7%左右", "经济", "", "change")]),
        ("贷款和社会融资规模增长均为12%。", [("12%", "贷款和社会融资规模", "", "change")]),
        ("全年减少2/5审批事项。", [("2/5", "审批事项", "全年减少", "change")]),
        (
            "将比改革前减轻企业负担50多亿元。",
            [("50多亿元", "企业负担", "减轻", "level")],
        ),
        (
            "7个重点街镇细颗粒物年均浓度下降9%。",
            [
                ("7个", "重点街镇细颗粒物年均浓度", "", "level"),
                ("9%", "重点街镇细颗粒物年均浓度", "", "change"),
            ],
        ),
        ("退出水泥产能超过60万吨。", [("超过60万吨", "水泥产能", "退出", "level")]),
        ("降低90多万个体工商户税负。", [("90多万", "个体工商户税负", "降低", "level")]),
        (
            "企业开办时间从一个月以上压缩到目前的平均4个工作日以内。",
            [("4个工作日以内", "企业开办时间", "", "level")],
        ),
        (
            "有效应对22轮强降水和“海葵”等15个台风。",
            [("22轮", "强降水", "应对", "level"), ("15个", "台风", "应对", "level")],
        ),
        ("新增8个整县推进改革试点。", [("8个", "整县推进改革试点", "新增", "new")]),
        ("9位科学家增选为院士。", [("9位", "科学家", "增选为院士", "level")]),
        ("三次产业比重为4.0∶37.7∶58.3。", [("4.0∶37.7∶58.3", "三次产业比重", "", "share")]),
        (
            "林下经济面积20万亩、产值突破百亿。",
            [
                ("20万亩", "林下经济面积", "", "level"),
                ("突破百亿", "林下经济产值", "", "level"),
            ],
        ),
        ("水泥、焦化行业70%以上产能完成改造。", [("70%以上", "水泥、焦化行业产能", "完成改造", "share")]),
        ("建设用地规模减量约50平方公里。", [("约50平方公里", "建设用地规模", "", "change")]),
        (
            "建设总投资2亿元的38个区重点项目。",
            [
                ("2亿元", "区重点项目总投资", "建设", "level"),
                ("38个", "区重点项目", "", "level"),
            ],
        ),
        (
            "试点从15个县（市）扩大到57个县（市）。",
            [("15个", "试点", "", "base"), ("57个", "试点", "", "level")],
        ),
        ("创新水平指数排名提升6位。", [("6位", "创新水平指数排名", "", "change")]),
        (
            "成功应对5轮强降水，完成植树造林12万亩。",
            [("5轮", "强降水", "应对", "level"), ("12万亩", "植树造林", "完成", "level")],
        ),
        (
            "形成173项创新案例，82项获国家认可、37项向全国推广。",
            [
                ("173项", "创新案例", "形成", "level"),
                ("82项", "创新案例", "获国家认可", "level"),
                ("37项", "创新案例", "向全国推广", "level"),
            ],
        ),
        ("“十四五”规划共设置26项指标。", [("26项", "十四五规划指标", "设置", "level")]),
        ("因地制宜新建标准塑胶跑道20公里。", [("20公里", "标准塑胶跑道", "新建", "new")]),
        ("救助标准不低于当地低保标准的1.6倍。", [("1.6倍", "救助标准", "", "level")]),
        (
            "地表水、近岸海域水质优良比例分别达96%、99%。",
            [("96%", "地表水水质优良比例", "", "share"), ("99%", "近岸海域水质优良比例", "", "share")],
        ),
        (
            "蔬菜播种面积30万亩、产量12万吨。",
            [("30万亩", "蔬菜播种面积", "", "level"), ("12万吨", "蔬菜产量", "", "level")],
        ),
        (
            "首期规模50亿元，建成国内领先的数字领航企业18家、工业互联网平台46家，均居全国首位。",
            [
                ("50亿元", "首期规模", "", "level"),
                ("18家", "国内领先的数字领航企业", "建成", "level"),
                ("46家", "工业互联网平台", "建成", "level"),
                ("首位", "国内领先的数字领航企业、工业互联网平台", "", "rank"),
            ],
        ),
        (
            "区域贸易试验区清单压减51%，进出口分别增长5%、7%。",
            [
                ("51%", "区域贸易试验区清单", "", "change"),
                ("5%", "进口", "", "change"),
                ("7%", "出口", "", "change"),
            ],
        ),
        (
            "改造提升超500个已建成自然村的治理设施。",
            [("超500个", "已建成自然村的治理设施", "改造提升", "level")],
        ),
        ("提请制定或修改法规30余件。", [("30余件", "法规", "提请制定或修改", "level")]),
        ("试点范围覆盖24%的县。", [("24%", "试点范围县", "覆盖", "share")]),
    ],
)
def test_figures_keep_to_their_own_indicator(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "加快“五个中心”建设，三大先导产业引领发展。",
        "第八轮环保三年行动计划完成，“十四五”规划推进。",
        "“12345”热线、12345热线都接通，2023年C919首航。",
        "推进一体化，推出一批措施，贯彻十九大精神，落实中央1号文件。",
        "成功举办第19届亚运会，获批4A级景区。",
        "推出“1+1+N”政策，实施“6G”计划和方案6.0版。",
        "贷款支持总投资亿元以上的项目和60岁以上老人。",
        "建设“15分钟生活圈”和30万吨级航道。",
        "稳妥推进承包到期后再延长30年试点。",
        "本区成为5个改革试点地区之一。",
        "某机场成为全省第4个吞吐量超千万人次的机场。",
        "规划从创新、绿色等6个维度展开。",
    ],
)
def test_names_and_limits_are_no_figures(text: str) -> None:
    assert rows(text) == []


def test_a_planned_level_is_a_target_and_a_planned_change_stays_one() -> None:
    assert rows("地区生产总值增长6%左右，工业总产值达到1.4万亿元左右。", "planned") == [
        ("6%左右", "地区生产总值", "", "change"),
        ("1.4万亿元左右", "工业总产值", "", "target"),
    ]


def test_the_number_is_multiplied_out_and_the_unit_bare() -> None:
    figure = only("工业总产值达到1.4万亿元左右。")
    assert (figure.number, figure.upper, figure.unit) == (1_400_000_000_000.0, None, "元")


def test_a_range_keeps_both_ends() -> None:
    figure = only("国内生产总值增长6%－6.5%。", "planned", (2024,))
    assert (figure.value, figure.number, figure.upper) == ("6%－6.5%", 6.0, 6.5)


@pytest.mark.parametrize(
    ("text", "basis", "direction"),
    [
        ("收入1300亿元，同比增长9.1%。", "同比", "up"),
        ("警情相比2021年下降25.2%。", "相比2021年", "down"),
        ("增加值增长7.6%，高于全国1.7个百分点。", "高于全国", "up"),
        ("赤字率为2.8%，比去年预算高0.2个百分点。", "比去年预算", "up"),
        ("生产总值年均增长5.9%。", "年均", "up"),
        ("安排专项债券2.15万亿元，比去年增加8000亿元。", "比去年", "up"),
        ("贷款利率较五年前下降1.5个百分点。", "较五年前", "down"),
    ],
)
def test_a_change_has_direction_and_basis(text: str, basis: str, direction: str) -> None:
    figure = ledger(text)[-1]
    assert (figure.measure, figure.basis, figure.direction) == ("change", basis, direction)


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("力争研发投入强度达到3.35%左右。", "力争…左右"),
        ("安排项目400项以上。", "以上"),
        ("参股比例不低于10%。", "不低于"),
    ],
)
def test_wishes_and_hedges_of_a_plan_are_told(text: str, hedge: str) -> None:
    assert only(text, "planned", (2024,)).hedge == hedge


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("生产总值增长5%。", (2023,)),
        ("2022年生产总值增长5%。", (2022,)),
        ("去年生产总值增长5%。", (2023,)),
        ("五年来，生产总值增长30%。", (2019, 2020, 2021, 2022, 2023)),
        ("生产总值五年增长30%。", (2019, 2020, 2021, 2022, 2023)),
        ("“十三五”时期，生产总值增长30%。", (2016, 2017, 2018, 2019, 2020)),
        ("警情相比2021年下降25.2%。", (2023,)),
        ("《三年计划（2021—2023年）》落地，生产总值增长5%。", (2023,)),
        ("连续第7年提高养老金，人均增加20元。", (2023,)),
        ("截至2022年底，公园达到50座。", (2022,)),
        ("工业利润由上年下降2.3%转为增长8.5%。", (2023,)),
    ],
)
def test_years_come_from_the_words_or_else_from_the_section(text: str, years: tuple[int, ...]) -> None:
    assert ledger(text)[-1].years == years


def test_each_end_of_a_rise_keeps_its_year() -> None:
    before, after = ledger("人均生产总值从2018年的10.5万元提高到2023年的14万元左右。")
    assert (before.measure, before.years) == ("base", (2018,))
    assert (after.measure, after.years) == ("level", (2023,))


def test_the_year_before_is_that_before_the_year_told() -> None:
    assert ledger("工业利润由上年下降2.3%转为增长8.5%。")[0].years == (2022,)


def test_a_year_inside_a_sentence_holds_up_to_the_semicolon() -> None:
    text = "园区建设加快，2022年收入5亿元、利润1亿元；入驻企业26家。"
    rows = ledger(text, years=(2020, 2021, 2022, 2023))
    assert [row.years[0] for row in rows] == [2022, 2022, 2020]


def test_a_base_without_a_year_has_none() -> None:
    assert ledger("财政收入从7248亿元提高到8865亿元。")[0].years == ()


def test_part_of_a_year_is_told() -> None:
    assert only("上半年生产总值增长5%。").period == "上半年"
    assert only("前三季度生产总值增长5%。").period == "前三季度"
    assert only("上半年投资回升，全年生产总值增长5%。").period == ""
    assert only("截至去年底，公园达到50座。").period == ""
    assert only("生产总值增长5%。").period == ""


@pytest.mark.parametrize(
    ("text", "kind", "expected", "years"),
    [
        ("到2030年，城镇化率达到78%左右。", "achieved", "planned", (2030,)),
        ("去年财政收入达到800亿元。", "planned", "achieved", (2023,)),
        ("老龄人口已达2.5亿。", "planned", "achieved", ()),
        ("全市有130万人口，发展潜力巨大。", "planned", "achieved", ()),
        ("已开工的57个项目要加快建设。", "planned", "achieved", ()),
    ],
)
def test_words_turn_the_kind_of_a_section(
    text: str, kind: Kind, expected: Kind, years: tuple[int, ...]
) -> None:
    figure = only(text, kind, (2023,) if kind == "achieved" else (2024,))
    assert (figure.kind, figure.years) == (expected, years)


def test_the_clause_is_the_smallest_run_that_holds_indicator_and_value() -> None:
    text = "城区更加绿色。确定了四大类1355个项目,年内已开工558个、完成226个,其他工作有序推进。"
    figure = ledger(text)[1]
    assert (
        text[figure.clause_start : figure.clause_end] == "确定了四大类1355个项目,年内已开工558个、完成226个"
    )


def test_the_indicator_is_a_span_of_the_text() -> None:
    text = "全年新增持牌类金融机构35家、累计达到1208家。"
    assert [text[row.indicator_start : row.indicator_end] for row in ledger(text)] == ["持牌类金融机构"] * 2


def test_the_contents_page_has_no_figures() -> None:
    document = read_document(SEED, "pudong-2024")
    first_chapter = SEED.index("一、2023年工作回顾", 20)
    assert all(figure.start > first_chapter for figure in find_figures(document))


def check_invariants(text: str, figures: tuple[Figure, ...]) -> None:
    at = 0
    for row in figures:
        assert row.value == text[row.start : row.end]
        assert row.indicator == text[row.indicator_start : row.indicator_end]
        assert row.indicator
        assert at <= row.start < row.end
        assert row.clause_start <= min(row.start, row.indicator_start)
        assert row.clause_end >= max(row.end, row.indicator_end)
        at = row.end


def test_the_report_keeps_the_invariants_and_gives_the_same_rows_each_time() -> None:
    document = read_document(SEED, "pudong-2024")
    figures = find_figures(document)
    check_invariants(SEED, figures)
    assert len(figures) == 147
    assert find_figures(document) == figures


PIECES = [
    "新增", "累计达到", "其中", "企业", "公园", "地区生产总值", "收入", "占全市", "分别", "从",
    "提高到", "同比增长", "下降", "3家", "5.3万户", "约75%", "6%—6.5%", "1.4万亿元左右", "第2位", "首位",
    "一半", "2023年", "“十四五”时期", "的", "等", "中", "和", "、", "，", "。",
    "；", "：", "（", "）", "“", "”", "《", "》", "\n", "已",
    "完成",
]  # fmt: skip


def test_a_run_of_linking_words_does_not_run_away() -> None:
    assert ledger("达到" * 200 + "项3家。" + "增长提高" * 100 + "乐5%。")


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_text_keeps_the_invariants(pieces: list[str]) -> None:
    text = "".join(pieces)
    if text:
        check_invariants(text, ledger(text))
