"""What was lacking for the next grade: single changes of a record that would have been enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve, frozen

from cadre_eval.errors import Text
from cadre_eval.model.records import Count, Dossier, Fact, FactState, Sample, SurveyRecord, Tally
from cadre_eval.numbers.decimals import number_text
from cadre_eval.numbers.interval import Number
from cadre_eval.numbers.ranges import Range
from cadre_eval.ruleset.document import FactDoc
from cadre_eval.ruleset.kind import fact_bounds
from cadre_eval.ruleset.plan import Leaf
from cadre_eval.scoring.ballots import VotesOf, class_count, smallest_class
from cadre_eval.scoring.inputs import NumberOf, SampleOf, WordOf, WordsOf
from cadre_eval.scoring.result import Result
from cadre_eval.scoring.states import ScoreState, score_leaf
from cadre_eval.scoring.subject import Subject
from cadre_eval.scoring.totals import cadre_own, combined_total, posting_score
from cadre_eval.scoring.tree import contribution, score_tree

MOST_STEPS = 100_000


@frozen
class Lacking:
    """The next better grade, how far away it was, and single changes that would have reached its score. Nothing is
    said where a gate stands in the way.
    """

    label: str
    threshold: Fraction
    gap: Fraction
    changes: tuple[Text, ...]
    losses: tuple[tuple[str, Fraction], ...]
    """Where most points of the total were lost: title of the criterion, points."""
    limited: bool
    """True if a quota limits the grade, so that points alone do not give it."""


@frozen(eq=False)
class Lever:
    """A record that could have been ``steps`` better: how the dossier would then look, and how to say so."""

    steps: int
    changed: Callable[[int], Dossier]
    said: Callable[[int], Text]


def lacking(result: Result) -> Lacking | None:
    """None without a certain grade, with the best one, or where the next one is given by quota."""
    scale, total = result.scale, result.total
    if result.grade is None or scale is None or not isinstance(total, Fraction) or result.main is None:
        return None
    index = scale.index_of(total)
    better = [i for i in range(index) if isinstance(scale.bands[i], Range)]
    if not better:
        return None
    target = scale.bands[better[-1]]
    if not isinstance(target, Range) or target.low is None or result.best_allowed > better[-1]:
        return None
    changes = tuple(_changes(result, target)) if len(result.scores) == 1 else ()
    subject = result.main.subject
    quotas = subject.rules.periods[subject.period.key].quotas
    limited = any(scale.level(quota.grade) == better[-1] for quota in quotas)
    return Lacking(scale.labels[better[-1]], target.low, target.low - total, changes, losses(result), limited)


def losses(result: Result, most: int = 5) -> tuple[tuple[str, Fraction], ...]:
    """The leaves that cost most points of the total, most first."""
    found: list[tuple[Fraction, str]] = []
    weights = sum((p.weight for p in result.earlier if p.total is not None), Fraction(0))
    own = next((p.weight / weights for p in result.earlier if p.source == "own" and weights), Fraction(1))
    ahead = [(result.scores[0].tree, own)]
    while ahead:
        node, worth = ahead.pop()
        lost = (node.node.points - node.score) * worth if isinstance(node.score, Fraction) else Fraction(0)
        if isinstance(node.node, Leaf) and lost > 0:
            found.append((lost, node.node.title))
        for part in node.parts:
            full = contribution(node, evolve(part, score=part.node.points))
            if isinstance(full, Fraction) and part.score is not None:
                ahead.append((part, worth * full / part.node.points))
    return tuple((title, lost) for lost, title in sorted(found, key=lambda x: (-x[0], x[1]))[:most])


def _changes(result: Result, target: Range) -> Iterator[Text]:
    main = result.scores[0]
    told: set[Text] = set()
    for node in main.tree.walk():
        if not isinstance(node.node, Leaf) or node.state is not ScoreState.SCORED or node.node.pooled:
            continue
        for lever in levers(node.node, main.subject):
            steps = _least_steps(result, node.node, lever, target)
            said = None if steps is None else lever.said(steps)
            if said is not None and said not in told:
                told.add(said)
                yield said


def _least_steps(result: Result, leaf: Leaf, lever: Lever, target: Range) -> int | None:
    """The fewest steps that reach the grade; the score never falls along a lever, so halving finds them."""

    def enough(steps: int) -> bool:
        total = _total_with(result, leaf, lever.changed(steps))
        return isinstance(total, Fraction) and target.above_low(total)

    high = lever.steps
    if high < 1 or not enough(high):
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _total_with(result: Result, leaf: Leaf, dossier: Dossier) -> Number | None:
    """The total with the changed dossier: every leaf that reads the same records is scored again."""
    main = result.scores[0]
    rules = main.subject.rules
    plan = rules.periods[main.subject.period.key]
    subject = evolve(main.subject, dossier=dossier)
    outcomes = {s.outcome.leaf.id: s.outcome for s in main.tree.walk() if s.outcome is not None}
    for other in [o.leaf for o in outcomes.values() if _records(o.leaf) & _records(leaf)]:
        outcomes[other.id] = score_leaf(other, subject)
    changed = posting_score(subject, main.days, score_tree(plan.root, outcomes), plan.adjustments)
    own = cadre_own((changed,), "longest", plan)
    earlier = {part.period: part.total for part in result.earlier if part.source != "own"}
    return combined_total(own, plan, rules, subject, {}, fixed=earlier).shown


def _records(leaf: Leaf) -> set[tuple[str, str]]:
    """The facts and other records a leaf reads."""
    named = [(kind, getattr(source, kind, None)) for source in leaf.inputs for kind in ("fact", "record")]
    return {(kind, name) for kind, name in named if name is not None}


def levers(leaf: Leaf, subject: Subject) -> Iterator[Lever]:
    """The levers of a leaf's inputs."""
    facts = subject.rules.facts
    for source in leaf.inputs:
        if isinstance(source, NumberOf):
            yield from _number_levers(source.fact, facts[source.fact], subject)
        elif isinstance(source, SampleOf):
            yield from _sample_levers(source.fact, subject)
        elif isinstance(source, WordsOf):
            yield from _words_levers(source, subject)
        elif isinstance(source, WordOf):
            yield from _word_levers(source, subject)
        elif isinstance(source, VotesOf):
            yield from _vote_levers(leaf, source, subject)


def _with_fact(subject: Subject, name: str, value: object) -> Dossier:
    facts: Mapping[str, Fact] = {**subject.dossier.facts, name: Fact(FactState.PRESENT, value)}  # type: ignore[arg-type]
    return evolve(subject.dossier, facts=facts)


def _number_levers(name: str, doc: FactDoc, subject: Subject) -> Iterator[Lever]:
    value = subject.fact(name).value
    if isinstance(value, bool) or not isinstance(value, Fraction):
        return
    step = Fraction(1) if doc.type == "count" else Fraction(1, 1000) if doc.type == "rate" else Fraction(1, 10)
    low, top = fact_bounds(doc)
    bottom = low if low is not None else Fraction(0)
    title, unit, percent = subject.rules.fact_title(name), doc.unit or "", doc.type == "rate"

    def more(n: int) -> Text:
        shown = number_text(value + n * step, percent) + unit
        return Text(f"{title}达到 {shown}", f"{title} at {shown}")

    def fewer(n: int) -> Text:
        shown = number_text(value - n * step, percent) + unit
        return Text(f"{title}减到 {shown}", f"{title} down to {shown}")

    upward = MOST_STEPS if top is None else int((top - value) / step)
    yield Lever(min(upward, MOST_STEPS), lambda n: _with_fact(subject, name, value + n * step), more)
    downward = int((value - bottom) / step)
    yield Lever(min(downward, MOST_STEPS), lambda n: _with_fact(subject, name, value - n * step), fewer)


def _sample_levers(name: str, subject: Subject) -> Iterator[Lever]:
    value, title = subject.fact(name).value, subject.rules.fact_title(name)
    if isinstance(value, Sample):
        yield Lever(
            value.checked - value.passed,
            lambda n: _with_fact(subject, name, Sample(value.checked, value.passed + n)),
            lambda n: Text(f"{title}再有 {n} 个合格", f"{title}: {n} more passed"),
        )


def _words_levers(source: WordsOf, subject: Subject) -> Iterator[Lever]:
    value, title = subject.fact(source.fact).value, subject.rules.fact_title(source.fact)
    if not isinstance(value, frozenset):
        return
    for word in source.words:
        if word not in value:
            yield _word_lever(subject, source.fact, value | {word}, f"{title}：{word}")


def _word_lever(subject: Subject, name: str, value: object, said: str) -> Lever:
    return Lever(1, lambda n: _with_fact(subject, name, value), lambda n: Text(said, said))


def _word_levers(source: WordOf, subject: Subject) -> Iterator[Lever]:
    value, title = subject.fact(source.fact).value, subject.rules.fact_title(source.fact)
    for word in source.words:
        if word != value:
            yield _word_lever(subject, source.fact, word, f"{title}评为“{word}”")


def _vote_levers(leaf: Leaf, source: VotesOf, subject: Subject) -> Iterator[Lever]:
    """Ballots that could have had the best option instead; none is told where a class is too small to be shown."""
    record = subject.survey(source.record)
    if record.state is not FactState.PRESENT or smallest_class(record, source.question) < source.suppress_below:
        return
    values = getattr(leaf.params, "options", None)
    if not isinstance(values, Mapping):  # what an option is worth only the plugin's method knows
        return
    worst_first = sorted(source.options, key=lambda option: (values[option], option))
    best = worst_first[-1]
    own = class_count(record, source.voter_class, source.question)
    names = [subject.rules.name_of(n) for n in (source.record, source.voter_class, source.question) if n]

    def changed(n: int) -> Dossier:
        votes = dict(own.options)
        for option in worst_first[:-1]:
            moved = min(n, votes.get(option, 0))
            votes[option] = votes.get(option, 0) - moved
            votes[best] = votes.get(best, 0) + moved
            n -= moved
        grown = with_count(record, source.voter_class, source.question, evolve(own, options=votes))
        return evolve(subject.dossier, surveys={**subject.dossier.surveys, source.record: grown})

    def said(n: int) -> Text:
        who = "·".join(names)
        return Text(f"{who}有 {n} 票由最差的改为“{best}”", f"{n} of the worst ballots in {who} being '{best}'")

    yield Lever(sum(own.options.values()) - own.options.get(best, 0), changed, said)


def with_count(record: SurveyRecord, voter_class: str | None, question: str, count: Count) -> SurveyRecord:
    """The record with the votes of a class (None: of all) on one question replaced."""
    kept = []
    for tally in record.tallies:
        if voter_class is None or tally.voter_class == voter_class:
            others = {q: c for q, c in tally.questions.items() if q != question}
            tally = evolve(tally, questions=others)
        kept.append(tally)
    return evolve(record, tallies=(*kept, Tally(voter_class or "", {question: count})))
