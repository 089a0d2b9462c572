"""Bot.ask: the whole path from a question to a cited answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.about import about_report
from qa.answer import Finding, aligned, look
from qa.datatypes import Answer, Document, Heading, Hit, Kind
from qa.errors import DocumentError, QuestionError
from qa.evidence import Evidence
from qa.followup import opposed, standalone
from qa.intent import likely_section, named_section, out_of_scope
from qa.lexicon import load_lexicon
from qa.match import Matcher
from qa.question import Question, Term, clean, contrasted, figures_of, topics
from qa.reader import Reader, load_reader
from qa.reply import citation, compose, refuse
from qa.retrieve import search, tokens
from qa.scope import NoDocument, Side, is_home, is_of, sides, with_local_places
from qa.spelling import Speller
from qa.text import fold

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from qa.library import Library, Snapshot


_NEAR = 0.3  # share of the question that a passage must hold to be offered as near


class Bot:
    """Answers questions from a library of reports; keeps no conversation, safe to share between threads."""

    def __init__(self, library: Library, reader: Callable[[], Reader] | None = load_reader) -> None:
        """``reader`` is called once, when something has first to be read; without one nothing is."""
        self.library = library
        self._reader = _once(reader) if reader else None
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
        """Answer a question, with citations that hold, or say that the reports do not tell.

        ``history`` holds the chat messages before it (``role``, ``content``), oldest first; ``kind``
        restricts the answer to what was achieved or what is planned, ``documents`` to some ids; ``explain``
        adds ``Answer.trace``. Refusing is an ordinary answer. Raises QuestionError for what cannot be a
        question, DocumentError for an unknown id, LibraryError where the library cannot be read.
        """
        asked = self.understand(question, history, kind=kind, documents=documents)
        return self.answer(asked, kind=kind, documents=documents, explain=explain)

    def understand(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] | None = None,
        *,
        kind: Kind | None = None,
        documents: Sequence[str] | None = None,
    ) -> Question:
        """The first half of ``ask``: the question as it stands alone. Raises what ``ask`` raises."""
        cleaned = clean(question)
        if kind not in (None, "achieved", "planned"):
            raise QuestionError(f"不认识的 kind：{kind!r}。可用 achieved（成效）或 planned（计划）。")
        snapshot = self.library.snapshot()
        allowed = _allowed(snapshot.documents, documents)
        known = self._known(snapshot)
        asked = standalone(known.speller.correct(cleaned), history, known.names, known.lexicon)
        return with_local_places(asked, allowed)

    def answer(
        self,
        asked: Question,
        vector: NDArray[np.float32] | None = None,
        *,
        kind: Kind | None = None,
        documents: Sequence[str] | None = None,
        explain: bool = False,
    ) -> Answer:
        """The second half of ``ask``: what the reports say to a question that is understood.

        Who asks many questions encodes them many at a time: ``vector`` is the unit vector of ``asked.text``,
        shape (1, dim); without it the question is encoded where it has to be searched for.
        """
        if out_of_scope(asked):
            return refuse(
                asked, "out_of_scope", "这个问题不在政府工作报告的范围内：这里只回答报告写到的内容。"
            )
        snapshot = self.library.snapshot()
        allowed = _allowed(snapshot.documents, documents)
        known = self._known(snapshot)

        @cache
        def encoded() -> NDArray[np.float32]:
            return self.library.encoder.encode_query([asked.text]) if vector is None else vector

        answer = self._in_frame(asked, encoded, allowed, kind, known, chosen=documents is not None)
        if answer.status != "answered" and kind is None and asked.kinds:
            # a frame that only the words suggest is not worth a refusal; the reply says what it is
            second = self._in_frame(
                replace(asked, kinds=()), encoded, allowed, None, known, chosen=documents is not None
            )
            if second.status == "answered" and not _is_outcome_for_target(asked, second):
                answer = second
        return answer if explain else replace(answer, trace=None)

    def _in_frame(
        self,
        asked: Question,
        encoded: Callable[[], NDArray[np.float32]],
        allowed: Mapping[str, Document],
        kind: Kind | None,
        known: _Knowledge,
        *,
        chosen: bool,
    ) -> Answer:
        """The answer in the frame that the question sets: which reports, which years, achieved or planned."""
        found = sides(asked, allowed, kind=kind, chosen=chosen)
        if isinstance(found, NoDocument) or not found:
            wanted = found.wanted if isinstance(found, NoDocument) else "可用的报告"
            return refuse(asked, "no_such_document", f"资料库中没有{wanted}。{_holdings(allowed)}")
        told = about_report(asked, found[0].document)
        if told is not None:
            return _about(asked, found[0].document, *told)
        asked = contrasted(asked, known.lexicon, several=len(found) > 1)
        asked = known.worded(asked, [side.document for side in found])
        for side in found:
            heading = named_section(asked, side.document, ahead=_ahead(side))
            if heading:
                return _section_missing(asked, side.document, heading)
        search_ = self._search(asked, encoded(), found, known)
        pair = opposed(figures_of(asked), known.lexicon) if asked.contrast and len(found) == 1 else ()
        if not search_.findings and len(pair) > 1:
            search_ = self._search(figures_of(asked), encoded(), found, known, pair)
        return replace(self._from(search_, known), trace=_trace(search_))

    def _search(
        self,
        asked: Question,
        vector: NDArray[np.float32],
        found: Sequence[Side],
        known: _Knowledge,
        parts: tuple[Question, ...] = (),
    ) -> _Search:
        """What the reports of the sides hold of the question, or of its ``parts``."""
        ids = list(dict.fromkeys(side.document.id for side in found))
        hits = search(query(asked), vector, known.snapshot, documents=ids)
        texts = [text for document_id, text in known.folded if document_id in ids]
        matcher = Matcher(asked.terms, texts)
        parts = parts or (topics(asked, known.lexicon) if len(found) == 1 else (asked,))
        matchers = [matcher] if len(parts) == 1 else [Matcher(part.terms, texts) for part in parts]
        looked = [
            look(part, side, hits, each, self._reader)
            for side in found
            for part, each in zip(parts, matchers, strict=True)
        ]
        unsaid = [
            part for part, (finding, _) in zip(parts * len(found), looked, strict=True) if finding is None
        ]
        if len(parts) > 1 and len(unsaid) == len(looked):  # its things are told of together
            looked += [look(asked, side, hits, matcher, self._reader) for side in found]
        findings = aligned([finding for finding, _ in looked if finding])
        if len(findings) > 1 and not asked.compares and not any(f.side.label for f in findings):
            findings = [max(findings, key=lambda f: f.evidence[0].score)]  # one of several reports tells it
        near = [evidence for _, nearest in looked for evidence in nearest if evidence.coverage >= _NEAR]
        told = {finding.side.label for finding in findings}
        silent = tuple(side for side in found if side.label and side.label not in told)
        if len(parts) > 1:
            silent = tuple(replace(found[0], label=part.subject) for part in unsaid) if findings else ()
        return _Search(asked, tuple(found), hits, matcher, vector, findings, near, silent)

    def _from(self, found: _Search, known: _Knowledge) -> Answer:
        """The answer that the search carries: composed, or refused for the reason that fits."""
        for side in found.sides:
            if not _ahead(side) or not any(h.missing for h in side.document.contents):
                continue
            scores = known.nearness(side.document, found, self.library.encoder)
            heading = likely_section(scores, side.document, found.matcher, lost=not found.findings)
            gone = heading is not None and (heading.missing or heading.truncated)
            if heading and gone and (not found.findings or _thin(found.question, found.findings)):
                return _section_missing(found.question, side.document, heading, found.near)
        if found.question.whether and len(found.findings) < 2:
            reason = "报告没有给出可供比较的两边数字。"
            return refuse(found.question, "not_in_report", reason, found.near)
        if found.findings:
            several = len(known.snapshot.documents) > 1
            return compose(found.question, found.findings, found.silent, named=several)
        return refuse(found.question, "not_in_report", _not_found(found.question, found.sides), found.near)

    def _known(self, snapshot: Snapshot) -> _Knowledge:
        known = self._knowledge
        if known is None or known.snapshot is not snapshot:
            known = self._knowledge = _Knowledge(snapshot, self.library.home / "lexicon.tsv")
        return known


@dataclass(frozen=True, slots=True)
class _Search:
    """A question, where it was looked for, and what was found."""

    question: Question
    sides: tuple[Side, ...]
    hits: list[Hit]
    matcher: Matcher
    vector: NDArray[np.float32]
    findings: list[Finding]
    near: list[Evidence]
    silent: tuple[Side, ...]
    """Sides of a comparison of which the report tells nothing."""


class _Knowledge:
    """What is read off the texts of a snapshot once: how words are written, names, contents pages."""

    def __init__(self, snapshot: Snapshot, own: Path) -> None:
        """``own`` is where a user's lexicon stands, if there is one; raises QAError where it is faulty."""
        self.lexicon = load_lexicon(own if own.exists() else None)
        texts = [fold(document.text) for document in snapshot.documents.values()]
        self.snapshot = snapshot
        self.folded = [(passage.document_id, fold(passage.text)) for passage in snapshot.passages]
        self.speller = Speller(texts, self.lexicon)
        found = {name for text in texts for name in re.findall(r'"([^"\n,。、;]{2,12})"', text)}
        self.names = tuple(sorted(found, key=lambda name: (-len(name), name)))
        self._headings: dict[str, NDArray[np.float32]] = {}

    def headings(self, document: Document, encoder: Encoder) -> NDArray[np.float32]:
        """Vectors of the lines of a document's contents page, in order."""
        if document.id not in self._headings:
            self._headings[document.id] = encoder.encode_document([h.path[-1] for h in document.contents])
        return self._headings[document.id]

    def nearness(self, document: Document, found: _Search, encoder: Encoder) -> list[float]:
        """How near each line of the contents page is: to the question, and to the section of the best hit."""
        vectors = self.headings(document, encoder)
        scores = vectors @ found.vector[0]
        for hit in found.hits:
            path = hit.passage.path[:2]
            rows = [i for i, heading in enumerate(document.contents) if heading.path == path]
            if hit.passage.document_id == document.id and rows:
                return [float(score) for score in scores + 0.5 * (vectors @ vectors[rows[0]])]
        return [float(score) for score in scores]

    def worded(self, question: Question, documents: Sequence[Document]) -> Question:
        """The question with words that sound alike in the texts, and places that the evidence must hold."""
        terms = [
            replace(term, alternatives=(*term.alternatives, *self.speller.alike(term.text)))
            for term in question.terms
        ]
        return replace(question, terms=(*terms, *_places(question, documents)))


def _once(load: Callable[[], Reader]) -> Callable[[], Reader]:
    """The same reader at every call; ``load`` runs once, also where threads ask for it together."""
    lock, held = Lock(), cache(load)

    def reader() -> Reader:
        with lock:
            return held()

    return reader


def query(question: Question) -> dict[str, float]:
    """Weighted tokens of a question: its terms, at half weight their other names, at little the rest.

    The rest of a question (2016年国务院政府工作报告…) stands in the title, not where the answer is.
    """
    weights = dict.fromkeys(tokens(question.text), 0.2)
    for term in question.terms:
        for name, weight in ((term.text, 1.0), *((name, 0.5) for name in term.alternatives)):
            for token in tokens(name):
                weights[token] = max(weights.get(token, 0.0), weight)
    return weights


def _places(question: Question, documents: Sequence[Document]) -> list[Term]:
    """Places other than the reports' own as terms; the reports' own are in no sentence of theirs."""
    own = any(is_of(d, region) for region in question.regions for d in documents)
    terms = []
    for region in question.regions:
        names = tuple(fold(name) for name in (region.name, *region.aliases) if len(name) > 1)
        if not is_home(region, documents):
            terms.append(Term(names[-1] if names else fold(region.name), names, must=True))
        elif not own and (region.level != "state" or question.want in ("figure", "change", "share")):
            # 上海去年GDP is not told by the report of a district, unless it says so (上海自贸试验区)
            wider = ("国内", "全球", "首个", "首家") if region.level == "state" else ("全市", "全省")
            terms.append(Term(names[-1], (*names, *wider), weight=0.2, must=True))
    return terms


def _allowed(documents: Mapping[str, Document], ids: Sequence[str] | None) -> dict[str, Document]:
    if ids is None:
        return dict(documents)
    unknown = [document_id for document_id in ids if document_id not in documents]
    if unknown:
        present = "、".join(documents) or "（空）"
        raise DocumentError(f"资料库中没有文档“{'、'.join(unknown)}”。现有：{present}。")
    return {key: document for key, document in documents.items() if key in ids}


def _about(asked: Question, document: Document, short: str, lines: Sequence[Evidence]) -> Answer:
    """The reply to a question about the report itself."""
    if not lines:
        return refuse(asked, "not_in_report", f"《{document.title}》的文本没有写明这一点。")
    text = "\n".join(f"{line.quote}[{number}]" for number, line in enumerate(lines, 1))
    return Answer("answered", text, short, tuple(citation(line) for line in lines), asked.text)


def _ahead(side: Side) -> bool:
    """Whether a side asks of what is planned, which the missing sections would tell."""
    year = side.document.year
    if side.kind is not None:
        return side.kind == "planned"
    return year is not None and bool(side.years) and min(side.years) >= year


def _is_outcome_for_target(asked: Question, answer: Answer) -> bool:
    """Whether a figure that lies ahead is asked for in so many words, and the answer is of what was."""
    told = {citation.kind for citation in answer.citations}
    named = asked.kinds == ("planned",) and re.search(
        "目标|计划|预期|未来|今后|接下来|target|goal|next", fold(asked.text)
    )
    return bool(named) and asked.want in ("figure", "change", "share") and told == {"achieved"}


def _thin(question: Question, findings: Sequence[Finding]) -> bool:
    """Whether what was found is no more than a mention, in a question that asks for more."""
    if question.want not in ("field", "list") or question.follows or len(findings) != 1:
        return False
    return max(e.coverage for e in findings[0].evidence) < 0.6


def _section_missing(
    question: Question, document: Document, heading: Heading, near: Sequence[Evidence] = ()
) -> Answer:
    name = " ".join(heading.path)
    told = (
        "目录列有这一节，但所提供的文本到此之前就结束了，没有它的正文"
        if heading.missing
        else "所提供的文本在这一节中途断开，后面的内容没有收录"
    )
    reason = f"问题涉及“{name}”：《{document.title}》{told}，因此无法回答。"
    return refuse(question, "section_missing", reason, near)


def _not_found(question: Question, found: Sequence[Side]) -> str:
    titles = "、".join(dict.fromkeys(f"《{side.document.title}》" for side in found[:3]))
    years = sorted({year for side in found for year in side.years})
    when = f"（{'、'.join(f'{year}年' for year in years)}）" if years and not question.span else ""
    return f"{titles}没有给出这个问题{when}的答案。"


def _holdings(documents: Mapping[str, Document]) -> str:
    if not documents:
        return "没有选中报告，或资料库是空的：可用 wenzheng list 查看，用 wenzheng add 加入报告。"
    return "现有：" + "、".join(f"《{document.title}》" for document in documents.values()) + "。"


def _trace(found: _Search) -> dict[str, Any]:
    """How the answer came about, as plain JSON values."""
    asked = found.question
    return {
        "question": {
            "text": asked.text,
            "want": asked.want,
            "kinds": list(asked.kinds),
            "years": list(asked.years),
            "offsets": list(asked.offsets),
            "units": list(asked.units),
            "measure": asked.measure,
            "terms": [
                {"text": t.text, "weight": round(w, 3), "noun": t.noun, "alternatives": list(t.alternatives)}
                for t, w in zip(found.matcher.terms, found.matcher.weights, strict=True)
            ],
        },
        "sides": [
            {"document_id": s.document.id, "years": list(s.years), "kind": s.kind, "label": s.label}
            for s in found.sides
        ],
        "hits": [{"passage": hit.passage.id, "score": hit.score} for hit in found.hits],
        "evidence": [
            {
                **citation(e).to_dict(),
                "figure": e.figure.value if e.figure else None,
                "coverage": round(e.coverage, 3),
                "similarity": e.similarity,
                "missing": [term.text for term in e.missing],
            }
            for e in found.near
        ],
    }
