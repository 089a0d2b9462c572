"""Questions that no report can answer, and questions on sections whose text is not there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.datatypes import Document, Heading
from qa.match import Matcher
from qa.numerals import numeral
from qa.question import Question
from qa.text import fold

_TASK = re.compile(
    r"(?:用|以)?python|(?:编写|写|作|编|创作|生成|画|唱|讲|说)(?:一|1|个|首|篇|段|几|点|出).{0,14}(?:函数|算法|诗|词|歌|绝句|律诗|文章|作文|故事|笑话|小说|代码|程序|脚本|文案|对联|情书|广告|报告|总结|邮件|画)"
    r"|翻译成|帮我(?:写|做|订|买|算|翻译|画|编|挑|选|找)|推荐(?:一|几|个|下)|(?:系统|内部)?提示词|忽略.{0,8}(?:指令|要求|规则|提示|内容)|初始设定|你的(?:设定|规则|指令|身份)|(?:解释|讲解|科普).{0,14}(?:原理|定理|公式)|扮演|假装|你(?:现在)?是一个|角色"
    r"|ignore .{0,30}(?:instruction|prompt|rule)|system prompt|\bwrite (?:me )?(?:a|an|some)\b|\btranslate\b|\btell me a (?:joke|story)|\bpoem\b"
)
_SMALL_TALK = re.compile(
    r"天气|气温|下雨|几点了|星期几|你(?:是谁|叫什么|会什么|好吗|多大|喜欢)|谢谢|再见|早上好|晚安|笑话|彩票|心情|你好[呀啊!,]|股票|股价|炒股|菜谱|怎么做(?:菜|饭)|星座|运势|电影推荐"
    r"|好吃的|外卖|路线怎么走|怎么去|门票|快递|世界杯|比分|歌词|做法|减肥|感冒|吃什么|\bweather\b|\bjoke\b|\bwho are you\b|\brecipe\b|\bstock price\b|\bhow are you\b"
)
_ARITHMETIC = re.compile(r"^[\d\s+\-*/×÷().=等于几多少?是]+$")


def out_of_scope(question: Question) -> bool:
    """Whether it asks for something that no government work report tells: a task, small talk, the weather."""
    folded = fold(question.text)
    return bool(_TASK.search(folded) or _SMALL_TALK.search(folded) or _ARITHMETIC.match(folded))


def named_section(question: Question, document: Document, *, ahead: bool) -> Heading | None:
    """The missing section that the question names by its title or number, if any.

    Most of a title is enough in a question that looks ahead, as what was done has sections of like names.
    """
    folded = fold(question.text)
    chapters = [heading for heading in document.contents if len(heading.path) == 1]
    number = re.search(r"第([一二三四五六七八九\d])(?:大?部分|章)|(最后)一?(?:个)?(?:大?部分|章)", folded)
    if number and chapters:
        which = -1 if number[2] else int(numeral(number[1]) or 0) - 1
        if -1 <= which < len(chapters) and chapters[which].missing:
            return chapters[which]
    for heading in document.contents:
        title = _title(heading)
        if heading.missing and (title in folded or (ahead and _half(title, folded))):
            return heading
    return None


def _half(title: str, folded: str) -> bool:
    """Whether a question holds most of a long title as one run."""
    size = max(6, int(len(title) * 0.7))
    return any(title[at : at + size] in folded for at in range(len(title) - size + 1))


def likely_section(
    scores: Sequence[float], document: Document, matcher: Matcher, *, lost: bool = False
) -> Heading | None:
    """The planned section whose heading is nearest to the question by words and vectors.

    With ``lost`` only those whose text is missing or broken off.

    ``scores`` holds the cosine of the question to each heading of the contents page, in order.
    """
    best: tuple[float, Heading | None] = (0.0, None)
    for heading, score in zip(document.contents, scores, strict=True):
        inner = any(h.path[:-1] == heading.path for h in document.contents)
        gone = heading.missing or heading.truncated
        if not inner and (gone if lost else gone or _is_planned(document, heading)):
            weight = score + 0.2 * matcher((fold(_title(heading)), 1.0))
            if weight > best[0]:
                best = (weight, heading)
    return best[1]


def _is_planned(document: Document, heading: Heading) -> bool:
    return any(s.kind == "planned" and s.path[: len(heading.path)] == heading.path for s in document.sections)


def _title(heading: Heading) -> str:
    return re.sub(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))", "", fold(heading.path[-1]))
