"""Bot.ask: the whole path from a question to a cited answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.answer import Finding, aligned, look
from qa.datatypes import Answer, Document, Heading, Kind
from qa.evidence import Evidence
from qa.followup import standalone
from qa.intent import likely_section, named_section, out_of_scope
from qa.match import Matcher
from qa.question import Question, Term, clean, topics
from qa.reply import compose, refuse
from qa.retrieve import search, tokens
from qa.scope import NoDocument, Side, is_home, is_of, sides
from qa.spelling import Speller
from qa.text import fold

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from qa.library import Library, Snapshot


class Bot:
    """Answers questions from a library of reports; keeps no conversation, safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._knowledge: _Knowledge | None = None

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] | None = None,
        *,
        kind: Kind | None = None,
        documents: Sequence[str] | None = None,
        explain: bool = False,
    ) -> Answer:
        """Answer a question."""
        snapshot = self.library.snapshot()
        allowed = {k: d for k, d in snapshot.documents.items() if documents is None or k in documents}
        known = self._known(snapshot)
        asked = standalone(known.speller.correct(clean(question)), history, known.names)
        if out_of_scope(asked):
            return refuse(asked, "out_of_scope", "这个问题不在政府工作报告的范围内。我只回答报告中写到的内容。")
        chosen = sides(asked, allowed, kind=kind, chosen=documents is not None)
        if isinstance(chosen, NoDocument):
            return refuse(asked, "no_such_document", f"资料库中没有{chosen.wanted}。{_holdings(allowed)}")
        answer, trace = self._answer(asked, chosen, snapshot)
        if answer.status != "answered" and kind is None and asked.kinds:
            # a frame that only the words suggest is not worth a refusal
            loose = sides(replace(asked, kinds=()), allowed, chosen=documents is not None)
            if not isinstance(loose, NoDocument):
                second, trace2 = self._answer(asked, loose, snapshot)
                if second.status == "answered":
                    answer, trace = second, trace2
        return replace(answer, trace=trace) if explain else answer

    def _answer(self, asked: Question, chosen: Sequence[Side], snapshot: Snapshot) -> tuple[Answer, dict[str, Any]]:
        ids = list(dict.fromkeys(side.document.id for side in chosen))
        known = self._known(snapshot)
        asked = _with_places(asked, [side.document for side in chosen])
        asked = replace(asked, terms=tuple(replace(t, alternatives=(*t.alternatives, *known.speller.alike(t.text))) for t in asked.terms))
        for side in chosen:
            heading = named_section(asked, side.document, ahead=_ahead(side))
            if heading:
                return _section_missing(asked, side.document, heading), {}
        vector = self.library.encoder.encode_query([asked.text])
        hits = search(_query(asked), vector, snapshot, documents=ids)
        texts = [fold(p.text) for p in snapshot.passages if p.document_id in ids]
        matcher = Matcher(asked.terms, texts)
        parts = [(part, Matcher(part.terms, texts)) for part in topics(asked)] if len(chosen) == 1 else [(asked, matcher)]
        looked = [look(part, side, hits, matching) for side in chosen for part, matching in parts]
        if len(parts) > 1 and sum(finding is not None for finding, _ in looked) < len(parts):
            looked += [look(asked, side, hits, matcher) for side in chosen]  # its things are told of together
        findings = aligned([finding for finding, _ in looked if finding])
        if len(findings) > 1 and not asked.compares and not any(f.side.label for f in findings):
            findings = [max(findings, key=lambda f: f.evidence[0].score)]  # one of several reports tells it
        near = [e for _, es in looked for e in es]
        trace = _trace(asked, chosen, near, hits, matcher)
        for side in chosen:
            if _ahead(side) and any(h.missing for h in side.document.contents):
                scores = (known.headings(side.document, self.library.encoder) @ vector[0]).tolist()
                heading = likely_section(scores, side.document, matcher)
                if heading and (heading.missing or heading.truncated) and _thin(asked, findings):
                    return _section_missing(asked, side.document, heading, near), trace
                if not findings:
                    heading = likely_section(scores, side.document, matcher, lost=True)
                    if heading:
                        return _section_missing(asked, side.document, heading, near), trace
        if findings:
            return compose(asked, findings), trace
        return refuse(asked, "not_in_report", "报告没有提到。", near), trace

    def _known(self, snapshot: Snapshot) -> _Knowledge:
        known = self._knowledge
        if known is None or known.snapshot is not snapshot:
            known = self._knowledge = _Knowledge(snapshot)
        return known


class _Knowledge:
    """What is read off the texts of a snapshot once: how words are written, names, contents pages."""

    def __init__(self, snapshot: Snapshot) -> None:
        texts = [fold(document.text) for document in snapshot.documents.values()]
        self.snapshot = snapshot
        self.speller = Speller(texts)
        found = {name for text in texts for name in re.findall(r'"([^"\n,。、;]{2,12})"', text)}
        self.names = tuple(sorted(found, key=lambda name: (-len(name), name)))
        self._headings: dict[str, NDArray[np.float32]] = {}

    def headings(self, document: Document, encoder: Encoder) -> NDArray[np.float32]:
        """Vectors of the lines of a document's contents page, in order."""
        if document.id not in self._headings:
            self._headings[document.id] = encoder.encode_document([h.path[-1] for h in document.contents])
        return self._headings[document.id]


def _with_places(question: Question, documents: Sequence[Document]) -> Question:
    """Places other than the report's own are terms that the evidence must hold."""
    own = [r for r in question.regions if any(is_of(d, r) for d in documents)]
    abroad = []
    for region in question.regions:
        names = tuple(fold(name) for name in (region.name, *region.aliases) if len(name) > 1)
        if not is_home(region, documents):
            abroad.append(Term(names[-1], names, must=True))
        elif not own and (region.level != "state" or question.want in ("figure", "change", "share")):
            # 上海去年GDP is not told by a district's report, unless its words are there (上海自贸试验区)
            wider = ("全国", "国内", "我国", "国家", "全球", "首个", "首家") if region.level == "state" else ("全市", "全省")
            abroad.append(Term(names[-1], (*names, *wider), weight=0.2, must=True))
    return replace(question, terms=(*question.terms, *abroad))


def _query(question: Question) -> dict[str, float]:
    """Weighted tokens of a question: its own words, and at half weight what reports print for them."""
    query: dict[str, float] = dict(Counter(tokens(question.text)))
    for term in question.terms:
        for name in term.alternatives:
            for token in tokens(name):
                query.setdefault(token, 0.5)
    return query


def _ahead(side: Side) -> bool:
    """Whether a side asks of what is planned, which the missing sections would tell."""
    year = side.document.year
    return side.kind == "planned" or (side.kind is None and year is not None and bool(side.years) and min(side.years) >= year)


def _thin(question: Question, findings: Sequence[Finding]) -> bool:
    """Whether what was found is no more than a mention, in a question that asks for more."""
    if question.want not in ("field", "list") or question.follows or len(findings) != 1:
        return False
    return max(e.coverage for e in findings[0].evidence) < 0.6


def _section_missing(question: Question, document: Document, heading: Heading, near: Sequence[Evidence] = ()) -> Answer:
    name = " ".join(heading.path)
    told = "目录列有这一节，但所提供的文本没有它的正文" if heading.missing else "所提供的文本在这一节中途断开，后面的内容没有收录"
    return refuse(question, "section_missing", f"问题涉及“{name}”：《{document.title}》{told}，因此无法回答。", near)


def _holdings(documents: Mapping[str, Document]) -> str:
    return "现有：" + "、".join(f"《{d.title}》" for d in documents.values()) + "。" if documents else "资料库是空的。"


def _trace(question, chosen, near, hits, matcher):
    return {
        "want": question.want, "kinds": question.kinds, "units": question.units, "measure": question.measure,
        "terms": [(t.text, round(w, 2), t.noun, t.alternatives[:2]) for t, w in zip(matcher.terms, matcher.weights)],
        "sides": [(s.document.id, s.years, s.kind, s.label) for s in chosen],
        "near": [(e.quote[:60], e.figure.value if e.figure else "", round(e.score, 2), round(e.coverage, 2), [t.text for t in e.missing]) for e in near[:6]],
        "hits": [(h.passage.text[:30], h.score) for h in hits[:3]],
    }
