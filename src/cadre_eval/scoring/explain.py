"""The account of a result: every number with its rule, its records and what it contributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from cadre_eval.errors import Lang, PluginFailure, Text, as_text
from cadre_eval.errors.span import Span
from cadre_eval.errors.suggest import closest
from cadre_eval.numbers.decimals import decimal_text, number_text
from cadre_eval.numbers.exact import round_fraction
from cadre_eval.numbers.interval import Interval, Number
from cadre_eval.ruleset.kind import Naming
from cadre_eval.ruleset.plan import Leaf, Rounding, Rule
from cadre_eval.scoring.lacking import lacking
from cadre_eval.scoring.proposals import proposal_text
from cadre_eval.scoring.result import GroupAdjustment, PostingScore, Result
from cadre_eval.scoring.states import ScoreState, waiting_for
from cadre_eval.scoring.subject import Lack, Used
from cadre_eval.scoring.tree import NodeScore, contribution

MOST_CHANGES = 6

STATES = {
    ScoreState.SCORED: Text("", ""),
    ScoreState.OPEN: Text("待定", "open"),
    ScoreState.ZERO: Text("缺记录，按办法记0分", "no record: 0 by the rule"),
    ScoreState.EXCLUDED: Text("不计入，其余部分按比例折算", "left out, the rest rescaled"),
    ScoreState.POOL_MEAN: Text("取池内平均", "mean of the pool"),
}


@frozen
class Account:
    """One statement, and what it rests on."""

    text: Text
    parts: tuple[Account, ...] = ()
    failure: PluginFailure | None = None
    """Why a plugin could not say it."""

    @property
    def failures(self) -> Iterator[PluginFailure]:
        """What plugins failed to say, here and below."""
        if self.failure is not None:
            yield self.failure
        for part in self.parts:
            yield from part.failures

    def lines(self, lang: Lang, depth: int = 0) -> Iterator[str]:
        yield "  " * depth + self.text.in_(lang)
        for part in self.parts:
            yield from part.lines(lang, depth + 1)


def exact_text(x: Number | None) -> str:
    """The exact number where six decimals suffice; else four decimals, and the quotient if it is short."""
    if x is None:
        return "—"
    if isinstance(x, Interval):
        ends = ["…" if end is None else exact_text(end) for end in (x.low, x.high)]
        return f"{ends[0]} ～ {ends[1]}"
    if (10**6 * x).denominator == 1:
        return number_text(x)
    near = decimal_text(round_fraction(x, 4, "half-up"), 4)
    if near.endswith(("50", "00")):  # it would look like the exact half it is not
        near = decimal_text(round_fraction(x, 8, "half-up"), 8)
    quotient = number_text(x)
    return f"≈{near}" if len(quotient) > 14 else f"≈{near}（{quotient}）"


def explain_result(result: Result, criterion: str | None = None) -> Account:
    """The whole account, or that of one criterion.

    Raises:
        KeyError: there is no such criterion; the argument of the error is the nearest id, or "".
    """
    if criterion is not None:
        return _criterion(result, criterion)
    parts = [*_headlines(result), *_total(result)]
    parts += [Account(Text(n.text("zh"), n.text("en"))) for n in result.notes]
    parts += [Account(proposal_text(proposal)) for proposal in result.proposals]
    parts += [*_gates(result), *_lacking(result)]
    for score in result.scores:
        if len(result.scores) > 1:
            name = f"{score.subject.posting.host.name} {score.days}"
            parts.append(Account(Text(f"派驻：{name} 天", f"Posting: {name} days"), tuple(_posting(score))))
        else:
            parts += _posting(score)
    return Account(_who(result), tuple(parts))


def explain_total(result: Result) -> Account:
    """What the result rests on, one line for each criterion of the first level: the total, notes, gates, adjustments."""
    first, *rest = [
        *_total(result),
        *(Account(Text(n.text("zh"), n.text("en"))) for n in result.notes),
        *_gates(result),
    ]
    parts = [Account(part.text) for score in result.scores for part in _posting(score)]
    return Account(first.text, (*first.parts, *rest, *parts))


def explain_adjustment(result: Result, group: str) -> Account | None:
    """The account of an adjustment group; None if there is none."""
    groups = result.main.adjustments if result.main else ()
    return next((_adjustment(found) for found in groups if found.group.id == group), None)


def _criterion(result: Result, criterion: str) -> Account:
    main = result.main
    ids = [node.node.id for node in main.tree.walk()] if main else []
    if main is None or criterion not in ids:
        raise KeyError(closest(criterion, ids) or "")
    parents = {part.node.id: group for group in main.tree.walk() for part in group.parts}
    node = main.tree.find(criterion)
    if node is None:
        raise KeyError("")
    return _node(node, parents.get(criterion))


def _who(result: Result) -> Text:
    cadre, posting = result.cadre, result.posting
    subject = result.main.subject if result.main else None
    period = f"  {subject.period.id}" if subject else ""
    name = f"{cadre.name}（{cadre.id}）  {posting.host.name}{period}"
    return Text(name, name)


def _headlines(result: Result) -> Iterator[Account]:
    if result.main is not None:
        rules, as_of = result.main.subject.rules, result.main.subject.as_of.isoformat()
        name = f"{rules.title}（{rules.id}，sha256 {rules.digest[:12]}）"
        yield Account(Text(f"依据：{name}，截至 {as_of}", f"Rules: {name}, as of {as_of}"))


def _total(result: Result) -> Iterator[Account]:
    state = {
        "final": Text("", ""),
        "pending": Text("待定", "pending"),
        "not-assessed": Text("不考核", "not assessed"),
    }
    if result.total is None:
        yield Account(state["not-assessed"])
        return
    zh = [
        f"总分 {result.total_text}",
        "或".join(result.grades_possible),
        f"第 {result.rank} 名" if result.rank else "",
        state[result.state].zh,
    ]
    en = [
        f"Total {result.total_text}",
        " or ".join(result.grades_possible),
        f"rank {result.rank}" if result.rank else "",
        state[result.state].en,
    ]
    yield Account(
        Text("，".join(filter(None, zh)), ", ".join(filter(None, en))),
        tuple(_combination(result)),
    )


def _combination(result: Result) -> Iterator[Account]:
    main = result.main
    if main is None:
        return
    plan = main.subject.rules.periods[main.subject.period.key]
    rounding = plan.root.rounding or main.subject.rules.rounding
    if len(result.earlier) > 1:
        sources = {
            "assessed": Text("本系统", "assessed here"),
            "recorded": Text("档案记载", "recorded in the dossier"),
            "absent": Text("没有成绩", "no total"),
            "own": Text("本期", "this period"),
        }
        for part in result.earlier:
            source = sources[part.source]
            shown, weight = exact_text(part.total), number_text(part.weight)
            yield Account(
                Text(
                    f"{part.title} {shown} × 权重 {weight}（{source.zh}）",
                    f"{part.title} {shown} × weight {weight} ({source.en})",
                )
            )
    if result.exact != result.total:
        yield Account(
            Text(
                f"精确值 {exact_text(result.exact)}，{_rounding(rounding).zh}",
                f"exactly {exact_text(result.exact)}, {_rounding(rounding).en}",
            )
        )


def _rounding(rounding: Rounding) -> Text:
    zh = {"half-up": "四舍五入", "half-even": "四舍六入五成双", "up": "进一", "down": "舍去"}[rounding.mode]
    return Text(f"{zh}到 {rounding.places} 位小数", f"rounded {rounding.mode} to {rounding.places} places")


def _posting(score: PostingScore) -> Iterator[Account]:
    for part in score.tree.parts:
        yield _node(part, score.tree)
    for group in score.adjustments:
        yield _adjustment(group)


def _node(node: NodeScore, group: NodeScore | None) -> Account:
    """A criterion: score, scale, contribution, rule; below it its parts or its formula and records."""
    score, scale = exact_text(node.score), number_text(node.node.points)
    state = STATES[node.state]
    added = contribution(group, node) if group is not None else None
    zh = f"{node.node.title} {score} / {scale}"
    en = f"{node.node.title} {score} / {scale}"
    if added is not None and group is not None and added != node.score:
        zh, en = f"{zh}，计 {exact_text(added)} 分", f"{en}, counts {exact_text(added)}"
    if state.zh:
        zh, en = f"{zh}（{state.zh}）", f"{en} ({state.en})"
    where = rule_text(node.node.rule)
    return Account(Text(f"{zh}　{where.zh}", f"{en}  {where.en}"), tuple(_below(node)))


def rule_text(rule: Rule) -> Text:
    """Where a rule stands, and its clause."""
    return Text(f"〔{rule.shown}〕", f"[{rule.shown}]")


def _below(node: NodeScore) -> Iterator[Account]:
    for part in node.parts:
        yield _node(part, node)
    outcome = node.outcome
    if outcome is None:
        return
    leaf: Leaf = outcome.leaf
    if outcome.numbers and node.state in {ScoreState.SCORED, ScoreState.OPEN}:
        naming = outcome.naming
        account, failure = _account_of(leaf, outcome.numbers, naming)
        plugin = " ".join(leaf.kind.provider or ())
        by = Text(f"，插件 {plugin}", f", plugin {plugin}") if plugin else Text("", "")
        yield Account(
            Text(
                f"算法（{leaf.kind.title.zh}{by.zh}）：{account.zh}",
                f"how ({leaf.kind.title.en}{by.en}): {account.en}",
            ),
            failure=failure,
        )
    if leaf.rounding is not None:
        yield Account(_rounding(leaf.rounding))
    yield from records(outcome.reading.used, outcome.reading.lacks)


def _account_of(leaf: Leaf, numbers: Mapping[str, Any], naming: Naming) -> tuple[Text, PluginFailure | None]:
    """The formula with its numbers; where a plugin cannot say, how it failed."""
    try:
        account = leaf.kind.guarded(leaf.id, lambda: leaf.kind.account(leaf.params, numbers, leaf.points, naming))
    except PluginFailure as failure:
        return failure.text, failure
    return account, None


def records(used: tuple[Used, ...], lacks: tuple[Lack, ...]) -> Iterator[Account]:
    """The records a number rests on, and those it lacks."""
    for item in used:
        what, shown, place = as_text(item.what), as_text(item.shown), _place(item.span)
        zh = f"{what.zh}：{shown.zh}{place}" + (f"，佐证 {'、'.join(item.evidence)}" if item.evidence else "")
        en = f"{what.en}: {shown.en}{place}" + (f", evidence {', '.join(item.evidence)}" if item.evidence else "")
        yield Account(Text(zh, en))
    states = {
        "pending": Text("等待", "waiting for"),
        "missing": Text("缺记录", "no record"),
        "excused": Text("免予", "excused"),
        "not-applicable": Text("不适用", "not applicable"),
    }
    for lack in waiting_for(lacks):
        state, what, reason = states[lack.state.value], as_text(lack.what), as_text(lack.reason or "")
        place = _place(lack.span)
        zh = f"{state.zh}：{what.zh}" + (f"（{reason.zh}）" if reason.zh else "")
        en = f"{state.en}: {what.en}" + (f" ({reason.en})" if reason.en else "")
        yield Account(Text(zh + place, en + place))


def _place(span: Span | None) -> str:
    return f"〔{span.short}〕" if span is not None else ""


def _adjustment(group: GroupAdjustment) -> Account:
    where = rule_text(group.group.rule)
    items = []
    for item in group.items:
        points = exact_text(item.points)
        cap = f"，上限 {number_text(item.item.cap)}" if item.item.cap is not None else ""
        rule = rule_text(item.item.rule)
        below = tuple(records(item.used, item.lacks))
        items.append(
            Account(
                Text(f"{item.item.title} {points}{cap}　{rule.zh}", f"{item.item.title} {points}{cap}  {rule.en}"),
                below,
            )
        )
    title = f"{group.group.title} {exact_text(group.points)}"
    return Account(Text(f"{title}　{where.zh}", f"{title}  {where.en}"), tuple(items))


def _gates(result: Result) -> Iterator[Account]:
    for outcome in result.gates:
        where = rule_text(outcome.gate.rule)
        state = Text("触发", "triggered") if outcome.certain else Text("待定", "open")
        below = tuple(records(outcome.finding.used, outcome.finding.lacks))
        title = outcome.gate.title
        yield Account(Text(f"{state.zh}：{title}　{where.zh}", f"{state.en}: {title}  {where.en}"), below)


def _lacking(result: Result) -> Iterator[Account]:
    found = lacking(result)
    if found is None:
        return
    gap, label, threshold = number_text(found.gap), found.label, number_text(found.threshold)
    zh, en = f"离“{label}”（{threshold}）差 {gap} 分", f"{gap} below '{label}' ({threshold})"
    if found.limited:
        zh, en = f"{zh}（够分之后还看名额）", f"{en} (a quota limits it besides)"
    if found.changes:
        changes = tuple(Account(change) for change in found.changes[:MOST_CHANGES])
        yield Account(Text(f"{zh}；以下任一项即可", f"{en}; any one of these would have done"), changes)
        return
    lost = [(title, exact_text(points)) for title, points in found.losses]
    zh_lost = "、".join(f"{title} {points}" for title, points in lost)
    en_lost = ", ".join(f"{title} {points}" for title, points in lost)
    yield Account(
        Text(
            f"{zh}；单独改善一项不够，失分最多的是：{zh_lost}",
            f"{en}; no single change would do; most was lost in: {en_lost}",
        )
    )


def explanation(result: Result, lang: Lang, criterion: str | None = None) -> str:
    """The account as indented text."""
    return account_text(explain_result(result, criterion), lang)


def account_text(account: Account, lang: Lang) -> str:
    """An account as indented text."""
    return "\n".join(account.lines(lang))
