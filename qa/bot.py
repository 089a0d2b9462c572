"""Bot.ask: the whole path from a question to a cited answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa.answer import look
from qa.datatypes import Answer, Document, Heading, Kind
from qa.evidence import Evidence
from qa.followup import standalone
from qa.intent import likely_section, named_section, out_of_scope
from qa.match import Matcher
from qa.question import Question, Term, clean
from qa.reply import compose, refuse
from qa.retrieve import search, tokens
from qa.scope import NoDocument, Side, is_home, sides
from qa.spelling import Speller
from qa.text import fold

if TYPE_CHECKING:
    from qa.library import Library, Snapshot


class Bot:
    """Answers questions from a library of reports; keeps no conversation, safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._spelling: tuple[Snapshot, Speller] | None = None

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
        asked = standalone(self._speller(snapshot).correct(clean(question)), history)
        if out_of_scope(asked):
            return refuse(asked, "out_of_scope", "这个问题不在政府工作报告的范围内。我只回答报告中写到的内容。")
        chosen = sides(asked, allowed, kind=kind)
        if isinstance(chosen, NoDocument):
            return refuse(asked, "no_such_document", f"资料库中没有{chosen.wanted}。{_holdings(allowed)}")
        answer, trace = self._answer(asked, chosen, snapshot)
        if answer.status != "answered" and kind is None and asked.kinds:
            # a frame that only the words suggest is not worth a refusal
            loose = sides(replace(asked, kinds=()), allowed)
            if not isinstance(loose, NoDocument):
                second, trace2 = self._answer(asked, loose, snapshot)
                if second.status == "answered":
                    answer, trace = second, trace2
        return replace(answer, trace=trace) if explain else answer

    def _answer(self, asked: Question, chosen: Sequence[Side], snapshot: Snapshot) -> tuple[Answer, dict[str, Any]]:
        ids = list(dict.fromkeys(side.document.id for side in chosen))
        asked = _with_places(asked, [side.document for side in chosen])
        for side in chosen:
            heading = named_section(asked, side.document, ahead=_ahead(side))
            if heading:
                return _section_missing(asked, side.document, heading), {}
        vector = self.library.encoder.encode_query([asked.text])
        hits = search(_query(asked), vector, snapshot, documents=ids)
        matcher = Matcher(asked.terms, [fold(p.text) for p in snapshot.passages if p.document_id in ids])
        looked = [look(asked, side, hits, matcher) for side in chosen]
        findings = [finding for finding, _ in looked if finding]
        near = [e for _, es in looked for e in es]
        trace = _trace(asked, chosen, near, hits, matcher)
        if findings:
            return compose(asked, findings), trace
        for side in chosen:
            if _ahead(side) and any(h.missing for h in side.document.contents):
                titles = [h.path[-1] for h in side.document.contents]
                scores = (self.library.encoder.encode_document(titles) @ vector[0]).tolist()
                heading = likely_section(scores, side.document, matcher)
                if heading:
                    return _section_missing(asked, side.document, heading, near), trace
        return refuse(asked, "not_in_report", "报告没有提到。", near), trace

    def _speller(self, snapshot: Snapshot) -> Speller:
        known = self._spelling
        if known is None or known[0] is not snapshot:
            known = self._spelling = snapshot, Speller(fold(d.text) for d in snapshot.documents.values())
        return known[1]


def _with_places(question: Question, documents: Sequence[Document]) -> Question:
    """Places other than the report's own are terms that the evidence must hold."""
    abroad = [
        Term(fold(region.aliases[0] if region.aliases else region.name), (fold(region.name),), must=True)
        for region in question.regions
        if not is_home(region, documents)
    ]
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
