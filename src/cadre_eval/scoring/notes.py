"""What a result says beside its numbers, in both languages."""

from __future__ import annotations

from cadre_eval.errors import Lang, Text, message_text
from cadre_eval.errors.text import Arg

_NOTES = {
    "no-relation": Text(
        "考核关系在{holder}，未划转到本区，不在本区考核",
        "the assessment relation is with {holder}, not with this district",
    ),
    "no-holder": Text(
        "考核关系没有单位持有，不在本区考核", "nobody holds the assessment relation, so not this district"
    ),
    "seconded-back": Text(
        "{relation}于 {day} 在任期内又转到派出单位：借调回去不是划转",
        "{relation} was moved to the sending unit again on {day}, within the term: called back is not transferred",
    ),
    "short-service": Text(
        "驻村 {days} 天，不足 {minimum}：{label}", "served {days} days, less than {minimum_en}: {label}"
    ),
    "excluded": Text("{title}：{label}", "{title}: {label}"),
    "maybe-excluded": Text(
        "可能不定等次（{title}），等待：{what}", "may not be graded ({title}), waiting for: {what}"
    ),
    "late-transfer": Text(
        "{relation}于 {day} 划转，超过派驻后 {limit}",
        "{relation} was transferred on {day}, later than {limit_en} after the start",
    ),
    "plugin-failed": Text("{text}；待定", "{text}; pending"),
    "no-dossier": Text("没有本期档案", "no dossier for the period"),
    "waiting": Text("等待：{what}", "waiting for: {what}"),
    "missing": Text("缺记录：{what}", "no record: {what}"),
    "waiting-because": Text("等待：{what}（{reason}）", "waiting for: {what} ({reason})"),
    "missing-because": Text("缺记录：{what}（{reason}）", "no record: {what} ({reason})"),
    "undeclared": Text(
        "{what}：状态为{state}，办法没有规定怎么处理，待定",
        "{what} is {state}; the ruleset declares no policy, so it stays open",
    ),
    "several-postings": Text(
        "考核期内有多个派驻：{postings}；{rule}", "several postings in the period: {postings}; {rule}"
    ),
    "by-days": Text("按天数加权", "weighted by days"),
    "longest": Text("按时间最长的派驻考核", "assessed by the longest"),
    "blocked-postings": Text(
        "办法没有规定多个派驻怎么算，待定", "the ruleset declares no rule for several postings, so it stays open"
    ),
    "earlier": Text("{period}成绩 {total}，权重 {weight}", "{period} {total}, weight {weight}"),
    "no-earlier-block": Text("没有{period}成绩，待定", "no total for {period}, so it stays open"),
    "no-earlier-renormalise": Text("没有{period}成绩，按本期成绩计", "no total for {period}; the others count alone"),
    "no-earlier-zero": Text("没有{period}成绩，按0分计", "no total for {period}; it counts as 0"),
    "all-excluded": Text("所有指标都不适用，没有总分", "every criterion is excluded, so there is no total"),
    "gate-cap": Text("{gate}：等次不高于{grade}", "{gate}: no better than {grade}"),
    "gate-force": Text("{gate}：定为{grade}", "{gate}: graded {grade}"),
    "gate-refer": Text("{gate}：移交{to}", "{gate}: referred to {to}"),
    "gate-note": Text("{gate}：{note}", "{gate}: {note}"),
    "gate-also": Text("{unit}（{gate}）：{note}", "{unit} ({gate}): {note}"),
    "gate-open": Text("{gate}是否触发待定，等待：{what}", "{gate} is open, waiting for: {what}"),
    "quota-cut": Text(
        "{quota}：{pool} {base} 人，名额 {places} 个（末位 {last} 分），排名在名额之外，改为{grade}",
        "{quota}: {places} places for {base} in {pool} (the last at {last}); beyond the places, so {grade}",
    ),
    "quota-none": Text(
        "{quota}：{pool} {base} 人，没有名额，改为{grade}", "{quota}: no place for {base} in {pool}, so {grade}"
    ),
    "quota-in": Text(
        "{quota}：{pool} {base} 人，名额 {places} 个，在名额之内",
        "{quota}: {places} places for {base} in {pool}; within the places",
    ),
    "quota-tie": Text(
        "{quota}：名额 {places} 个，与{others}在末位并列，并列处理未能区分，等次待定",
        "{quota}: {places} places; tied with {others} for the last, left open by the tie-break chain",
    ),
    "quota-open": Text(
        "{quota}：名额 {places} 个，池内尚有未定成绩，等次待定",
        "{quota}: {places} places; open while scores in the pool are",
    ),
    "quota-excluded": Text("{quota}：有不得占用名额的情形，改为{grade}", "{quota}: may not take a place, so {grade}"),
    "quota-minimum": Text("{quota}：总分低于 {minimum}，改为{grade}", "{quota}: total below {minimum}, so {grade}"),
    "tie-broken": Text("与{others}总分相同，按{by}定先后", "same total as {others}; order decided by {by}"),
    "tie-open": Text("与{others}并列，名次相同", "tied with {others}, same rank"),
    "rank-open": Text(
        "名次在 {best} 到 {worst} 之间，等待他人成绩", "rank between {best} and {worst} while others are open"
    ),
    "corrected": Text(
        "复核更正（{appeal}，{day}）：{changes}", "corrected on re-examination ({appeal}, {day}): {changes}"
    ),
    "corrected-earlier": Text(
        "{period}复核更正（{appeal}，{day}）：{changes}",
        "{period}, corrected on re-examination ({appeal}, {day}): {changes}",
    ),
    "left": Text("{day} 已离任：{reason}", "left on {day}: {reason}"),
    "joined": Text("{day} 到任", "joined on {day}"),
}
"""Every note: key and wording."""


def note_text(key: str, args: dict[str, Arg], lang: Lang) -> str:
    return message_text(_NOTES[key], args, lang)
