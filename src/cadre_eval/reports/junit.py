"""Cases as JUnit XML, which CI systems show: a suite for each file, a test for each case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from attrs import field, frozen

from cadre_eval.cases.outcomes import CaseOutcome
from cadre_eval.errors import Lang, Problem
from cadre_eval.errors.render import problem_text
from cadre_eval.reports.case_failures import failure_text, headline


@frozen
class Suite:
    """A file of cases: how they went, what is wrong with the file itself, and what else there is to say of it."""

    name: str
    outcomes: Sequence[CaseOutcome] = ()
    problems: Sequence[Problem] = ()
    properties: Mapping[str, str] = field(factory=dict)


def junit_xml(suites: Iterable[Suite], lang: Lang) -> str:
    """The document. Times are 0: the same cases give the same bytes."""
    root = Element("testsuites", name="cadre-eval")
    for suite in suites:
        _add_suite(root, suite, lang)
    _count(root, root)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, suite: Suite, lang: Lang) -> None:
    found = SubElement(root, "testsuite", name=_clean(suite.name))
    if suite.properties:
        held = SubElement(found, "properties")
        for name, value in suite.properties.items():
            SubElement(held, "property", name=name, value=_clean(value))
    for outcome in suite.outcomes:
        _add_case(found, outcome, lang)
    for problem in suite.problems:
        case = _test(found, problem.code, suite.name, problem.span.line)
        _add_verdict(case, "error", problem.message(lang), problem_text(problem, lang))
    _count(found, found)


def _add_case(suite: Element, outcome: CaseOutcome, lang: Lang) -> None:
    case = _test(suite, outcome.title, outcome.file, outcome.span.line)
    if not outcome.passed:
        verdict = "error" if outcome.problems else "failure"
        _add_verdict(case, verdict, headline(outcome, lang), failure_text(outcome, lang))


def _test(suite: Element, name: str, file: str, line: int) -> Element:
    place = {"classname": _clean(file), "file": _clean(file), "line": str(line), "time": "0"}
    return SubElement(suite, "testcase", {"name": _clean(name), **place})


def _add_verdict(case: Element, verdict: str, message: str, text: str) -> None:
    kind = "problem" if verdict == "error" else "mismatch"
    SubElement(case, verdict, message=_clean(message), type=kind).text = _clean(text)


def _count(holder: Element, below: Element) -> None:
    counts = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for name, tag in counts.items():
        holder.set(name, str(sum(1 for _ in below.iter(tag))))
    holder.set("time", "0")


def _clean(text: str) -> str:
    """The text with whatever XML cannot hold shown as a mark."""
    return "".join(char if _allowed(ord(char)) else "�" for char in text)


def _allowed(code: int) -> bool:
    return code in {0x9, 0xA} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
