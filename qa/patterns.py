"""The words of askers and of reports as patterns: data only, one line to a pattern, by the module that reads it.

Every pattern is for folded text (half width, lower case, simplified script).
"""

from __future__ import annotations

import re
from typing import Literal

Want = Literal[
    "figure",
    "change",
    "share",
    "ordinal",
    "name",
    "when",
    "where",
    "list",
    "field",
    "problem",
    "term",
    "yesno",
]
"""The kind of answer that a question takes."""

# --- questions: what they ask ---

LONGEST_TERM = 12  # characters of the longest entry of the lexicon that is looked for
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
THING = r"[\u3400-\u9fffa-z0-9“”\"《》]{1,14}?"
THESE = r"[这那](?:些|[两三四五六几](?:[个块项类家样种大者]|方面))"
TOPICS = re.compile(
    rf"((?:{THING}(?:[、和与跟及]|以及))+{THING})(?={THESE}|等|,|各(?!项|类|级|地|界)|分别|哪|谁|在|的|(?:19|20)\d\d年)"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|\.\d)(?:\s*年|(?![座个家项户亿万台张所件宗亩公元人名]))")
BASIS_YEAR = re.compile(
    r"(?:比起?|较|相比于?|相较于?)((?:19|20)\d\d年?)[^,。]{0,6}?(?=[增降涨跌提减]|上升|下降|多了|少了)"
)
BEFORE_CHANGE = re.compile(
    r"(?<!\d)[一二三四五六七八九十]年前|(?:上调|提高|调整|提升|增加|扩大|下调|降低|改革)之?前|原来|原先|此前|期初|起初"
)
REPORT_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*年?(?:度|的)?[^,。?;\d]{0,10}?(?:政府)?(?:工作)?报告"
    r"|(?<!\d)((?:19|20)\d\d)\s+(?:[a-z']+\s+){0,4}?(?:work )?report"
)
SEVERAL_REPORTS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年?(?:[、和与及跟]|以及)((?:19|20)\d\d)年?(?:(?:[、和与及跟]|以及)((?:19|20)\d\d)年?)?[^,。?;\d]{0,8}?(?:政府)?(?:工作)?报告"
)
YEAR_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)年?\s*(?:-|到|至|~)\s*((?:19|20)\d\d)(?!\d)")
RELATIVE = {
    -2: r"前年|the year before last",
    -1: r"(?<![比较跟])(?:去年|上年|上一年|前一年)|过去一年|过去的一年|一年来|这一年|last year|past year",
    0: r"今年|本年|这一年度|this year",
    1: r"明年|next year",
}
PLAN_PERIOD = {
    "十一五": (2006, 2010),
    "十二五": (2011, 2015),
    "十三五": (2016, 2020),
    "十四五": (2021, 2025),
    "十五五": (2026, 2030),
}
FIVE_YEARS = re.compile(
    r"(?:过去|近|这|最近|前)五年|(?<![今后来])五年(?:来|间|里|以来|下来|累计|一共|总共|合计|共)|past five years|last five years|five-year"
)
NEXT_FIVE_YEARS = re.compile(r"(?:未来|今后|接下来|往后)五年|next five years|coming five years")
PLAN_NAME = rf"\"?(?:{'|'.join(PLAN_PERIOD)})\"?(?:时期|期间|规划|末|以来|前后)*"
PART = re.compile(
    r"[上下]半年|[一二三四1-4前]+(?:个)?季度|(?<!\d)\d{1,2}月(?!\d*日起)|前[一二三四五六七八九十\d]+个?月|首季|first half|second half|q[1-4]\b"
)
SAYS_STATE = re.compile(
    r"国务院(?!关于)[^,。]{0,12}(?:报告|去年|今年|(?:19|20)\d\d)|(?:19|20)\d\d年国务院|state council"
)
STATE_SIDE = re.compile(
    r"国务院|state council|中央(?:政府)?报告|(?:全国|我国)[和与跟、]|[和与跟、](?:全国|我国)"
)
PLANNED = re.compile(
    r"目标|(?<![动项])(?<![一二三四五两]年)(?<!年度)计划|打算|(?<!达到)(?<!不及)(?<!超)预期(?!寿命)|拟(?!态)|力争|今后|下一步|接下来|\btargets?\b|\bplans? to\b|\bplann(?:ed|ing)\b|\bwill\b|\baims?\b|\bgoals?\b|\bexpected\b"
)
SOUNDS_PLANNED = re.compile(
    r"准备|将|想要?|(?<![主重需首只])要(?![求])|(?:什么|哪些|啥)任务|任务(?:是|有)|怎么(?:安排|部署|要求)|(?:什么|哪些|啥)(?:安排|部署)|定了?(?:什么|多少|个)"
)
ACHIEVED = re.compile(
    r"实际|完成(?!.{0,4}目标)|实现了|达到了|做了|干了|取得|成效|成绩|成果|进展|回顾|完成得|做到|\bachieved?\b|\bactual"
)
COMPARE = re.compile(
    r"比较|对比(?!的是)|相比|不同|不一样|区别|差(?:了)?(?:多少|几)|谁(?:的|更)|更(?:高|低|大|多|快|小|少|慢)|分别(?=.*(?:多少|如何|怎么|几))|各(?:是|为|有)?(?:多少|几|百分)"
    r"|两份|两个报告|\bcompare|\bversus\b|\bvs\b|\bdifference|\bhigher\b|\bdiffer"
)
MORE, LESS = r"[高大多快强长好重]", r"[低小少慢弱短差轻]"
CONTRASTED = r"((?:19|20)\d\d年[^,。?!吗呢多几\d]{0,12}|[^,。?!吗呢多几\d]{1,12})"
CONTRASTS: tuple[tuple[Literal["more", "less"], str], ...] = (
    ("more", rf"(?<!不){MORE}于{CONTRASTED}|超过了?{CONTRASTED}"),
    ("less", rf"(?<!不){LESS}于{CONTRASTED}"),
    ("more", rf"(?:比(?![重例较])起?|相比于?){CONTRASTED}(?:更|要|还|来得)?{MORE}(?!于)"),
    ("less", rf"(?:比(?![重例较])起?|相比于?){CONTRASTED}(?:更|要|还|来得)?{LESS}(?!于)"),
    ("more", rf"(?:谁|哪[一]?[个家边方年省市]|更)[^,。?]{{0,10}}?{MORE}(?:一?[些点])?[了的]?[吗呢]?[?!。]*$"),
    ("less", rf"(?:谁|哪[一]?[个家边方年省市]|更)[^,。?]{{0,10}}?{LESS}(?:一?[些点])?[了的]?[吗呢]?[?!。]*$"),
    (
        "more",
        r"\b(?:higher|larger|bigger|faster|more)(?: than (?:that of |the |its )?([a-z][a-z' -]{2,60}?)(?= in (?:19|20)\d\d|[?,.]|$)|\?*$)",
    ),
    (
        "less",
        r"\b(?:lower|smaller|slower|less|fewer)(?: than (?:that of |the |its )?([a-z][a-z' -]{2,60}?)(?= in (?:19|20)\d\d|[?,.]|$)|\?*$)",
    ),
)
"""Which of two things is more: 高于X, 比X高, 谁更高; the group is what it is set against."""
BESIDE = re.compile(r"(?:[和与跟同]|比起|相比于?|相较于?)([^,。和与跟]{1,12}?)(?:相比|比较|比起来|比,|,)")
ABOVE = re.compile(rf"(?<!不){MORE}于|超过|领先|跑赢|好于|优于")
BELOW = re.compile(rf"(?<!不){LESS}于|落后")
SAME_AGAINST = {
    "年": ("上年", "去年", "同比", "前一年", "上一年"),
    "预期": ("预期目标", "年初预期", "年度目标"),
    "目标": ("预期目标", "年度目标", "年初目标"),
    "全国": ("全国平均", "国家平均"),
    "平均": ("平均水平",),
}
"""How reports name what something is set against, by a word in the asker's."""
UNIT = r"[家个项条枚部场户台张座所件处宗亩公里米元人岁次套辆列吨斤起例名位只种类批款期年天倍棵吨艘架栋间支]"
WANTS: tuple[tuple[Want, str], ...] = (
    (
        "yesno",
        r"吗[?!。]*$|是否|有没有|是不是|能不能|对不对|[对是]吧|吧\?*$|(?:了|过)?(?:没有?|不)\?*$|既然|难道|不是.*吗|对不\?*$|真有|属实|真的[吗?]|是真的|这么(?:回事|[多高大少快低小])[吗?!。]*$"
        r"|^(?:is|was|are|were|did|does|do|has|have|had|will|can)\b",
    ),
    (
        "problem",
        r"^(?!.*(?:\bhow m|多少)).*(?:困难(?!残疾|群众|家庭|职工|学生|儿童|老人|老年|人员|企业|地区|救助)|难题|不足|短板|挑战|难处|难点|薄弱|弱项|缺点|不够|欠缺|没做好|检讨|反思|做得不|承认|欠账|弱点|(?:哪些|什么|啥|存在|面临|突出|困难和|和|与)[^,。]{0,8}问题|问题(?:和|与|有哪)|(?:还有|存在|哪些|什么)[^,。]{0,6}差距|weakness|bottleneck|problems?\b|challenges?\b|shortcomings?\b|difficult)",
    ),
    (
        "share",
        r"占比|比重|份额|(?<!增长)(?<![涨降增跌升了])(?<!降低)(?<!提高)(?<!下降)百分之(?:几|多少)|占(?:了)?(?:全[市国省区])?.{0,12}(?:多少|几|百分)|(?<![了长降])几成|百分之几是|\bshare\b|\bproportion\b|(?<!by )what percent.* of\b",
    ),
    (
        "change",
        r"同比|增速|涨幅|增幅|降幅|跌幅|(?:增长|下降|上升|提高|减少|上涨|回落|降低|(?<!新)[涨降增跌升])了?(?:多少(?!家|个|座|人|亿|万|套|张|所|条|户|公里|平方|亩|元|项|处|台|辆|吨|件|场|间|棵)|百分之(?:几|多少)|几个(?:百分)?点|几成|多大)|几个(?:百分)?点|(?:[多少高快]了|增长|下降)(?:几成|百分之几)|(?:怎么|怎样|如何)(?:涨|增长|变)|\bgrow(?:th|n)?\b|\bgrew\b|\bincreased?\b|\brise\b|\bgrowth rate",
    ),
    (
        "when",
        r"哪[一]?年|哪几年|[什啥]么?时候|何时|几月|哪天|哪一天|几几年|^when\b|\bwhen (?:did|does|was|were|is|will)\b|which year|what year",
    ),
    (
        "where",
        r"哪里|哪儿|在哪(?![一]?[个些项种几类条次轮年])|哪[一]?(?:片|带|块(?:地|区域))(?!的?工作)|何处|哪[一]?个(?:镇|街道|区|市|省|县|村|地方|国家|片区|园区|地区|城市|流域|省份|岛)|什么地方|位于|\bwhere\b",
    ),
    (
        "figure",
        rf"(?:什么|怎样的|哪些|啥).{{0,6}}(?:目标|指标|增速)|(?:目标|指标|增速)(?:是|为|定为|定在|定成)?(?:什么|啥|怎样|如何)|多少|几[枚块颗]|几{UNIT}|第几[?!。]*$|多[大高长远重久宽深]|[^叫]什么水平|几何|规模有|\b(?:what|which) (?:level|percentage)\b|\bhow (?:many|much|long|large|big|high)\b|\bwhat(?:'s| is| was| were| are)\b.*\b(?:gdp|population|target|goal|rate|ratio|number|total|amount|value|volume|percentage|output|income|revenue|length|area|figure|intensity|expectancy|coverage)",
    ),
    (
        "name",
        r"叫(?:什么|啥|做什么)|什么名|名字|名称|是谁|哪位|哪[一]?(?:家|所|个|项|部|座|款|只|条|艘|位|种|类|支|本|份|场|首|件)(?!.{0,3}方面)|谁(?!更|的|[高低大小多少快慢强弱])|是什么[?!。]*$|是啥[?!。]*$|(?:什么|啥)(?!意思|时候|地方|样|(?:新)?(?:工作|举措|措施|进展|成效|成绩|成果|突破|动作|事|大事|实事|名堂|花样|招|变化|要求|安排|打算|部署|里程碑|亮点|计划|任务|不|区别|情况|水平|目标|用|好))[\u3400-\u9fff]{2}|\bwhat is the name|\bwhat was the name|\bname of\b|\bwhich\b(?!.*(?:areas|fields|functions|sectors|industries|districts|measures))|\bwho\b|\bcalled\b",
    ),
    (
        "term",
        r"什么意思|代表(?:着|了)?(?:什么|啥)|指的?是|是指|含义|全称|定义|为什么|怎么说|怎么讲|何谓|什么是|是什么$|是?(?:干嘛|干什么|做什么|干啥)的|\bwhat does .* (?:mean|stand)|\bmeaning\b|\bwhy\b",
    ),
    (
        "field",
        r"做了(?:哪些|什么|啥|些)|干了|怎么样|怎样|如何|怎么(?:做|搞|干|办|推|抓|建|发展|推进|促进|解决|加强|提升)|(?:哪些|什么|啥)(?:新的?|具体|重要|主要|重点)?(?:工作|举措|措施|进展|成效|成绩|成果|成就|突破|表现|动作|事|大事|实事|名堂|花样|招|变化|要求|安排|打算|部署|里程碑|亮点|做法|计划|任务)|(?:成果|成绩|成效|进展|举措|措施|突破|亮点)(?:都|主要)?(?:有|是)(?:哪些|什么|啥)|(?:什么|哪些|啥)[^,。的]{0,6}的?(?:成绩|成果|成效|进展|成就|突破|变化|进步|动静|数据)[?!。]*$|有(?:什么|啥|哪些)新|\bsummari[sz]e|\bwhat did\b|\bwhat has\b|\bhow did\b|\bwhat will\b|\bwhat (?:measures|steps|progress)|\bwhat are the\b.*\b(?:tasks|plans|measures|priorities|steps)",
    ),
    (
        "list",
        r"哪些|哪[几两三四五六七八九十\d]|有啥|有什么|包括|列举|分别是|都有|几大|哪\"|\bwhich\b|\blist\b|\bwhat are\b",
    ),
)
HEAD_AFTER = re.compile(
    r"(?:哪(?!一?年)|什么|啥)(?:些|[一几两三四五六七八九十\d]*[个家所项部座款只条艘位种类支本份场首件处块]?)(?:样的|新的?|[\u3400-\u9fff]{1,8}?方面的)?((?:[\u3400-\u9fff](?!是|的|叫|吗|呢|方面)){1,7}[\u3400-\u9fff])"
)
HEAD_BEFORE = re.compile(
    r"([\u3400-\u9fff]{2,8}?)(?:的)?(?:名字|名称|全称)?(?:是|叫|在|位于|设在|叫做|指的是|分别是|包括)?(?:哪[一]?[里儿个家所项部座款只条艘位种类支本份场首件处]|什么|啥)(?:名字|名称|号)?(?:的)?[?!。]*$"
)
FIGURE_HEAD = re.compile(r"(?:多少|几)(?:[万亿]|万亿)?" + UNIT + r"?([\u3400-\u9fff“”《》、和与的]{2,16})")
PLACE_HEAD = re.compile(r"哪[一]?[个些座]?(岛|镇|街道|片区|园区|流域|城市|地区|省份|国家|区|市|省|县|村|乡)")
ORDINAL = re.compile(r"第几([\u3400-\u9fff])|(?:多少|几)(周年|届)")
FIRST = re.compile(r"\bno\. ?1\b|\bnumber one\b|\branks? first\b|\bfirst place\b")
NO_AMOUNT = ("年", "轮", "届", "期", "号线", "月", "日", "岁以下", "字")
ASKED_UNIT = re.compile(
    r"(?:多少|几|how many )\s*((?:万|亿|万亿)?[\u3400-\u9fff]{1,4}(?:/[\u3400-\u9fff]+)?)"
)
UNITS = [
    "平方公里",
    "平方米",
    "立方米",
    "微克",
    "公顷",
    "公里",
    "标箱",
    "人次",
    "美元",
    "亿元",
    "万元",
    "元",
    "家",
    "个",
    "项",
    "条",
    "部",
    "场",
    "户",
    "台",
    "张",
    "座",
    "所",
    "件",
    "处",
    "宗",
    "亩",
    "米",
    "人",
    "岁",
    "次",
    "套",
    "辆",
    "列",
    "吨",
    "斤",
    "起",
    "例",
    "名",
    "位",
    "只",
    "种",
    "类",
    "批",
    "款",
    "期",
    "天",
    "倍",
    "棵",
    "艘",
    "架",
    "栋",
    "间",
    "支",
]
OF_QUANTITY = {
    r"面积": ("平方米", "平方公里", "亩", "公顷"),
    r"里程|长度|多长|how many (?:kilomet|km)": ("公里", "米", "千米"),
    r"金额|资金|投资(?=加起来|一?共|总共|合计|额|了?多少|有多少)|经费|投资额|花了|产值|收入|销售额|交易额|贷款|价值": (
        "元",
        "美元",
    ),
    r"多少(?:养老金|工资|补助|补贴|津贴|奖金|房租|学费|税)": ("元",),
    r"人数|多少人|how many people|的人(?:一共|总共)?(?:有|是)?多少": ("人", "名", "位", "人次"),
    r"人口(?![^,。?]{0,8}(?:率|比|占|寿命|密度|增|降))": ("人",),
}
FRAME = re.compile(
    r"(?:国务院|省|市|区|县)?政府工作报告|工作报告|报告(?:里|中|上|内)?(?:面)?(?:所)?(?:说|讲|提到|指出|披露|公布|提出|显示|总结|列举|认为|承认|坦承|点)?(?:了|的)?"
    r"|根据|按照|请问|请|告诉我?|有人说|(?:我)?听人说|网上说|都说|(?:是)?这么回事|硬杠杠|硬指标|盘点|成绩单|名堂|花样|拿得出手|叫得响|进步|动静|(?:请)?核对|[两三][地省市](?=20|的|各|，|,|分别|都)|一年(?=新|建|增|开|完)|来着|(?:别拿|别用|不要|不看|不算)[^,，。]{1,10}?(?:糊弄|忽悠|凑数)?(?=[,，。])|单看|我?想(?:知道|了解|问)|帮我|查一?下|你好|说说|讲讲|介绍(?:一下)?|列出|列举"
    r"|百分之多少|多少|百分之几|几成|几个百分点|几个点|哪几年|哪一年|哪年|什么时候|何时|怎么样|怎样|怎么|如何|为什么|什么|啥|办了?(?=哪|什么|啥|几)|(?:哪些|什么|啥)实事|哪些|哪里|哪儿|哪(?:一|几|两|三|四|五|六|七|八|九|十|\d+)?[个家所项部座款只条艘位种类支处块方面]?"
    rf"|几{UNIT}|多[大高长远重久宽深]|是不是|是否|有没有|对不对|对吗|[对是]吧|吗|呢|吧|啊|呀|啦|嘛|名字|名称|叫做?|指的是|是指|具体|分别|各自|一共|总共|大概|大约|到底|究竟|真正|没错|全部|所有|每个|各个|总结|算下来|统计|据说|听说|历年|从头|设想|当初|程度|盘子|整个|整条|[比较跟与]?(?:上一?年|前一年|去年)|[户人家个]数"
    r"|(?<!十)五年(?!计划|规划)|以及|已经|那么|还有|还要|这个|那个|这件事|那段|这块|方面|情况|什么水平|目前|现在|当年|年内|全年|期间|时候|打算|准备|年初|最后|实际|全称|含义|意思|定义|数额|口径|说法|提法|(?:总)?(?:面积|金额|人数|长度)|做了|干了|得怎样|到现在为止|加起来|总数|(?<!经济)总量|个数|数目"
)
STOP = frozenset(
    """
    的 了 着 过 是 有 在 和 与 及 或 对 于 关于 把 被 给 由 从 到 向 为 为了 以 之 其 其中 所 等 中 里 内 上 下 前 后 个 家 项 年 月 日 度 次 种 类 条 些
    我们 我国 自己 他们 它 它们 他 她 这 那 该 本 此 各 每 将 要 会 能 可以 可 应该 应 需要 想 还 再 更 最 很 太 不 没 没有 做 搞 弄 干 说 讲 提 去 来 说明 请
    说法 情况 方面 内容 事 大事 事情 东西 地方 时候 目标 任务 要求 计划 预期 主要 完成 达到 实现 取得 进行 开展 推进 加强 成效 成绩 成果 进展 问题 工作 举措 措施 动作 做法
    水平 数据 数字 指标 包括 属于 位于 存在 表述 得 地 儿 又 也 就 都 且 而 但 呢 吗 安排 拟 定 增长 同比 增速 多 少 大 小 高 低 新 全 一 二 三 四 五 六 七 八
    九 十 两 几 第 点 比 前一年 钱 名 号 样子 状态 招 部分 样 一下 一些 一样 不同 不一样 谁 更高 如何 比较 差 相比 区别 面积 数量 总数 个数 规模 总额
    """.split()
)
# Words that are weak because every report is full of them; they still tell two neighbours apart.
WEAK = frozenset(
    """
    总额 面积 数量 总数 规模 问题 增长 增速 增幅 涨幅 完成 达到 实现 目标 计划 项目 产业 建设 发展 成果 推进 水平 工作 举措 措施 领域 行动 方案 成效 资金 金额 人数 长度
    里程 里程碑 标准 层面 全市 全国 全省 全区 这些 突破 亮点 新 全 大 高 力度 变化 表述 事业 改革 治理 比重 占比 份额
    """.split()
)
FRAMING = frozenset("计划 目标 达到 完成 实现 打算 预期 力争".split())
ENGLISH_STOP = frozenset(
    """
    a an the of in on at to for and or by with from as is was were are be been did does do has have had
    how many much what which who when where why target targets goal goals plan planned plans that this
    these those it its their there new was new according report government work state council
    year last per each any did not s me tell please give name called than more most over under into out
    up about around set still many been would should could will
    province city actually already get percentage percent residents people inhabitants
    """.split()
)
NOUNS = ("n", "j", "eng", "l", "s", "vn", "i")

SAYS_CUMULATIVE = re.compile(
    r"累计|累积|[积攒]下|历年|总(?=里程|数|装机|户数|人数)|总共有|一共有|合计|总数|加起来|到现在|目前(?:共|一共|总共)?有|存量|有效期内|cumulative|in total|altogether|so far"
)
NOT_CUMULATIVE = re.compile(r"(?:不是|别拿|别用|不要|不看|不算|而非|并非).{0,8}(?:总数|总量|累计|存量)")
SAYS_NEW = re.compile(
    r"新增|新设|新认定|新评|新建|新开|新[冒来引]|又(?:有|多|来|增)|当年|多了|增加了|\bnew\b|\badded\b|\bnewly\b"
)

MEASURED = {"里程": ("公里", "千米"), "面积": ("平方米", "平方公里", "亩", "公顷"), "人数": ("人", "人次")}
"""What a unit says by itself: 高速公路增至9310公里 tells of 里程."""
OWN = re.compile(r"[全本][市省区国县]|地方|当地|我[市省区国县]")
"""What may be left out of a name in the report of the place itself."""
BARE = re.compile(r"总?(?:产[量值]|面积|增加值|投资额?|金额|规模|人数|数量|销售额|收入|产能|里程)")
"""An indicator that leaves to the one before it what it is of (粮食播种面积…、产量…)."""

# --- verdicts: how far something has come ---

NEGATION = re.compile(
    r"没有|不再|未(?!来)|尚未|并非|不是|不予|暂缓|暂停|取消|停止|退出|不设|不提|不搞|不采取|不得|(?<![是不])不(?!断|仅|少|低于|足|超过|同|确定|平凡|平衡|充分|高|多|够|动摇|忘|久|懈|负|含|等|可或缺|折不扣|法)[\u3400-\u9fff]|保持不变"
)
UP = re.compile(
    r"增长|上升|提高|增加|上涨|扩大|提升|回升|涨|改善|\brise|\brose|\bincrease|\bgr[eo]w|\bhigher|\bbigger|\blarger|\bwiden"
)
DOWN = re.compile(
    r"下降|减少|降低|回落|下滑|收窄|缩小|萎缩|跌|降|\bfall|\bfell|\bdrop|\bdecline|\bdecrease|\blower|\bsmaller|\bnarrow|\bshr[iau]nk"
)
DONE = re.compile(
    r"通车|建成|完成|竣工|完工|开业|投用|投入(?:运营|使用)|启用|收官|落成|开通|上线|实现|获批|贯通|挂牌|揭牌|开放|结束|全覆盖|交付|达产|全部"
)
BEGUN = re.compile(
    r"开工|启动|推进|在建|筹[建备]|加快建设|谋划|计划|研究|推动|开展前期|着手|试点|创建|申报|封顶|基本完成|过半|部分"
)
ASKING = re.compile(r"有没有|是不是|是否|[了过]?没有?[?!。]*$|[吗吧呢][?!。]*$")
ASKS_DONE = re.compile(r"已经|开始|[了过](?:没有?|吗|吧|么)?[?!。]*$|没有?[?!。]*$|\byet\b|\balready\b")
PARTIAL = re.compile(r"一半|半数|部分|少数|一小?部分|三分之|四分之|只[有占]|\bhalf\b|\bpartly\b|\bonly\b")
WHOLLY = re.compile(r"均|都|全部|全数|所有|悉数")
ALL = re.compile(r"全部|所有|全都|都(?:已|办|完|有|开|建|通|做|实)|每个|全面|全覆盖|\ball\b")
VERDICT_PART = re.compile(r"\d.{0,14}中\D{0,6}\d|过半|部分|其中|完成\d|基本")
PLACE = re.compile(r"第[一二三四五六七八九十\d]+(?:位|名|个|大)?|首位|首个|首次|唯一|榜首|no\. ?1")
RANK = re.compile(
    rf"(全国|全球|世界|全省|全市|亚洲|中西部|西部|东部|北方|南方|中部)?(?:的)?({PLACE.pattern})"
)
OVER = re.compile(r"超过|超|突破|大于|高于|多于|不止|达到|过(?=\d)|more than|over|exceed|above")
UNDER = re.compile(r"不到|低于|少于|不足|未达|没到|less than|under|below")

EXCLUSIVE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:[ivxⅰⅱⅲⅳⅴⅵⅠⅡⅢⅣⅤⅥ]+|劣[ⅤvⅴV])类",
        r"冠军|亚军|季军",
        r"金[牌奖]|银[牌奖]|铜[牌奖]",
        r"[特一二三]等奖",
        r"\da级",
        r"[甲乙丙]级",
        r"国家级|省级|市级|区级|县级",
        r"宽松|稳健|从紧|紧缩",
        r"上半年|下半年",
    )
)
"""Each holds words of which a thing is one and not another."""

CAME_ABOUT = re.compile(
    r"(?:完成|实现|达到|达成|做到|建成|开通|落实|兑现|[干办做搞]成)了?(?:没有?|吗|么)[?!。]*$|(?:完成|实现|达到|达成|做到|建成|开通|兑现|[干办做搞]成)了|已经?(?:完成|实现|达到|建成|开通|落地)|\b(?:achieved|met|reached|completed|finished|already)\b"
)

CHANGED = re.compile(
    rf"{UP.pattern}|{DOWN.pattern}|增|减|[多少快慢高低](?:了|出)|变化|幅|速|growth|\bmore\b|\bchange"
)
IN_WORDS = re.compile(
    r"指标|控制|以内|同步|[高低多少]于|持平|稳|保持|区间|全覆盖|翻番|倍|进一步[下降提]|力争"
)
PER_HEAD = re.compile(r"人均|户均|每人|每户|平均|per capita|average")
IN_ALL = re.compile(r"总[量额值产数]|总规模|一共|总共|合计|加起来|\btotal\b|in all")

# --- names, places, times and lists ---

QUOTED = re.compile(r"《[^《》]{2,60}》|“[^“”]{1,24}”|\"[^\"]{1,24}\"")
EXTRACT_YEAR = r"(?:19|20)\d\d"
TIME = re.compile(
    rf"{EXTRACT_YEAR}\s*(?:-|—|－|~|至|到)\s*{EXTRACT_YEAR}年?|{EXTRACT_YEAR}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?|(?=末|底|初))?|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}月(?:底|末|初)?"
    r"|[“\"]?十[二三四五]五[”\"]?(?:时期|期间)?|[上下]半年|年底|第[一二三四]季度"
)
EXTRACT_PLACE = re.compile(
    r"[\u3400-\u9fff]{1,6}?(?:自治区|新区|地区|街道|省|市|区|县|镇|乡|村|港|岛|湾|园区|片区|基地|科学城|新城)(?![级区属镇])"
)
# Where a name ends or begins: what joins, what places, what counts, and the verbs that this genre lives on.
NAMING = ("n", "j", "l", "i", "s", "eng", "vn", "t", "b", "f", "a", "x", "m")
BORDER_TAGS = ("p", "c", "u", "r", "x", "y", "m")
ADVERBS = frozenset(
    """
    首次 正式 已 已经 均 都 全面 累计 再次 又 也 还 不断 持续 等 共 将 仍 更加 更 进一步 顺利 成功 圆满 全线
    """.split()
)
PREDICATES = frozenset(
    """
    推动 推进 推出 创建 获批 获评 获得 制定 研究制定 研究 发布 举办 举行 召开 承办 实现 开启 打造 聚焦 围绕 成立 揭牌 挂牌 投入 建成 开工 竣工 完成 达到 出台 印发 启动
    开展 落地 引进 落户 新增 入选 成功 投用 投运 投入运营 运营 开业 开放 上线 运行 通车 贯通 启用 首飞 入轨 总装 首发 亮相 问世 交付 下线 签约 设立 建立 组建 形成 成为
    称为 命名 叫 是 为 即 有 在 将 把 要求 办好 抓好 做好 筹办 加快 支持 配合 深化 实施 落实 扩大 提升 提高 加强 持续 促进 优化 培育 壮大 发展 突破 攻克 研发 研制 建设
    开通 开行 纳入 列入 举行 荣获 夺得 位居 居 位列 跃居 迎来 引发 引爆 火爆 出圈 走红 新设 新建 首创 率先 基本 全面 扎实 积极 圆满
    """.split()
)
EXTRACT_ORDINAL = re.compile(
    r"首[个家批次条座艘架款项单部例台届]?|第[一二三四五六七八九十\d]+[个家批次条座艘架款项单部例台届]?|最大|唯一|我国"
)
INNER = frozenset("-—·•()（）")
BODY = re.compile(
    r".*(?:中心|委员会|办公室|基金|公司|集团|平台|示范区|试验区|协会|联盟|研究院|实验室|基地|大会|论坛)$"
)
OBJECT_VERB = re.compile(
    r"^.*?(?:分别是|分别为|主要是|发挥|包括|涵盖|围绕|聚焦|瞄准|推出|开展|开通|完成|推进|推动|建设|实施|举办|打造|发展|培育|壮大|支持|加快|抓好|办好|落实|深化|强化|提升|集聚|引进|获批|新增|建成|发布|制定|出台|形成|突破|增强|拓展|构建|深入|大力|积极|全面|加强|优化|做[强优大]|巩固|促进|服务|面向|依托|通过|统筹|坚持|扩大到|配置|是|为|在|对|向|到|把|将|以|与)"
)
TAIL = re.compile(
    r"^(?:等|[两三四五六七八九十\d]+(?:大|个|项|条|类|种|家|座|款)|分别|均|都|全部|正式|成功|获评|入选|建成|建设|启用|投入|开工|竣工|揭牌|领域|方面|实现|开启|基本|持续|扎实|稳步|全面|率先|优质|产业|行业|核心功能|三大|四大|五大|六大)"
)
PERSON = re.compile(r"谁|哪[一]?位|(?:长|书记|主席|总理|主任|人)(?:的)?(?:叫什么|名字|姓名|姓什么)")
COUNTED_UP = re.compile(r"([两三四五六七八九十\d]+)(?:大|个|项|条|类|种|家|座|款|所)")
"""After the last item of a list, how many there were: 安阳、商丘、信阳三个城市."""
COUNTED = re.compile(r"^[^“《]*\d[\d.,]*\s*(?:%|％|[万亿]|[\u3400-\u9fff]{1,2}$)")

# --- questions that no report answers ---

TASK = re.compile(
    r"(?:用|以)?python|(?:编写|写|作|编|创作|生成|画|唱|讲|说)(?:一|1|个|首|篇|段|几|点|出).{0,14}(?:函数|算法|诗|词|歌|绝句|律诗|文章|作文|故事|笑话|小说|代码|程序|脚本|文案|对联|情书|广告|邮件|画)"
    r"|翻译成|(?:[帮给教替]我|请你?)(?:写|做|订|买|抢|约|算|翻译|画|编|挑|选|找|讲|唱)|请?计算|推荐(?:一|几|个|下)|(?:系统|内部)?提示词|忽略.{0,8}(?:指令|要求|规则|提示|内容)|初始设定|你的(?:设定|规则|指令|身份)|(?:解释|讲解|科普).{0,14}(?:原理|定理|公式)|扮演|假装|你(?:现在)?是一个"
    r"|ignore .{0,30}(?:instruction|prompt|rule)|system prompt|\bwrite (?:me )?(?:a|an|some)\b|\btranslate\b|\btell me a (?:joke|story)|\bpoem\b"
)
SMALL_TALK = re.compile(
    r"(?:今天|今晚|明天|后天|现在|这周|周末)[^,。]{0,8}(?:天气|气温|几度|下雨|股价|星期几|心情)|天气(?:怎么样|如何|好吗|好不好)|几点了|星期几|你(?:是谁|叫什么|会什么|好吗|多大|喜欢)|你好[呀啊!,]|^(?:谢谢|再见|早上好|晚安|你好)"
    r"|讲[^,。]{0,4}笑话|炒股|(?:买|选|挑|推荐|会涨)[^,。]{0,8}股票|菜谱|怎么(?:做|烧|炒|炖|煮|腌)(?:菜|饭|才|好吃|最好吃)|星座|运势|电影推荐|好吃的|点外卖|[去到路][^,。]{0,8}怎么走|比分|歌词|减肥|感冒|吃什么"
    r"|\bweather\b|\bjoke\b|\bwho are you\b|\brecipe\b|\bstock price\b|\bhow are you\b"
)
ARITHMETIC = re.compile(
    r"^[\d\s.()]+(?:[+\-*/×÷]|乘以?|加上?|减去?|除以)[\d\s+\-*/×÷().=乘除加减以去上等于几多少?是]+$"
)

# --- problems and numbered words ---

PROBLEM = re.compile(
    r"困难|问题|不足|短板|挑战|差距|仍需|还需|有待|亟需|不强|不够|不确定|压力|薄弱|制约|矛盾|风险|下滑|偏[低高弱小]|不高|不多|不平衡|不能满足|需要进一步|不及预期|未能"
)
NO_PROBLEM = re.compile(r"面对|对此|对这些|在看到|同时,我们|成绩来之不易")
EXPLAINED = re.compile(r"代表(?:着|了)?(?:什么|啥)|什么意思|含义|指的?是?什么|何谓|怎么解释|什么是")
ENTRY = r"(?m)^(?:[［\[【(（]?\d{{1,3}}[］\]】)）.、．]?)\s*[“\"]?{}[”\"]?\s*(?:[:：]|——|是指)\s*(\S.*\S)\s*$"
NUMBERED = re.compile(r"([二三四五六七八九十])([\u3400-\u9fff])")

# --- follow-ups ---

OPENING = re.compile(r"^(?:那么?|那|还有|另外|其中|然后|再|and |what about |how about )[,，]?\s*")
CLOSING = re.compile(r"呢?[?？!！。]*$")
PRONOUN = re.compile(
    r"它们?|他们?|她们?|这(?:个|些|项|家|部|件|一)|那(?:个|些|项|家|部|件)|该|其(?!他|中|余)|上述|\b(?:it|its|they|their|that|those|this)\b"
)
FOLLOWUP_ASKING = re.compile(
    r"(?:分别|具体|一共|总共)?(?:是|为|有|达到|达|叫)?(?:了|过)?(?:多少|几(?=[家个项条部场户台张座所件人])|什么|啥|哪些|哪[个家所项部座]?|怎么样|如何|多[大高长])"
    r"[家个项条部场户台张座所件处宗亩人元公里亿万]{0,3}"
)
FRAGMENT = 14  # characters; a question of fewer leans on the turn before where it names little itself

# --- the report itself ---

ASKS_PARTS = re.compile(
    r"报告[^,。]{0,6}(?:分|有|共|包括|由)[^,。]{0,4}(?:几|哪几?|多少|什么)[个大]?(?:部分|章|大块)|(?:几|哪几)[个大]?(?:部分|章)(?:组成|构成)?[?!。]*$"
)
ASKS_SPEAKER = re.compile(
    r"谁(?:来)?(?:作|做|写|宣读|发表)[^,。]{0,6}报告|报告(?:是|由)?(?:谁|哪位)[^,。]{0,6}(?:作|做|写|宣读)?|报告人|作报告的(?:人|是谁)"
)
ASKS_DATE = re.compile(
    r"报告[^,。]{0,8}(?:哪[一]?天|几月几[日号]|什么时候|何时|哪年哪月|日期)|(?:哪[一]?天|什么时候|何时|几月几[日号])[^,。]{0,6}(?:作|做|发表|宣读)[^,。]{0,4}报告"
)
SPEAKER_LINE = re.compile(
    r"(?m)^\s*((?:国务院总理|[\u3400-\u9fff]{2,12}(?:省长|市长|区长|州长|县长|主席|盟长))\s*[\u3400-\u9fff][\u3400-\u9fff\s]{1,4})\s*$"
)
DATE_LINE = re.compile(r"((?:19|20)\d\d年\d{1,2}月\d{1,2}日)")
