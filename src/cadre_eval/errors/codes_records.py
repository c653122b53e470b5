"""CE6xx: rosters and records."""

from __future__ import annotations

from cadre_eval.errors.entry import Entry, entry

RECORDS: dict[str, Entry] = {
    "CE601": entry(
        "离任日期不在任期之内（{first} 至 {last}）",
        "the last day is not within the term ({first} to {last})",
        "核对到任、届满和离任日期",
        "check the first day, the term and the last day",
    ),
    "CE602": entry(
        "{cadre} 的党组织关系与是否党员不符",
        "the party relation of {cadre} does not agree with 'party_member'",
        "非党员写 party: not-applicable，党员写划转情况",
        "write party: not-applicable for a cadre who is no Party member, else the transfer",
    ),
    "CE603": entry(
        "划转日期不在派驻期间（{first} 至 {last}）",
        "the transfer does not take effect within the posting ({first} to {last})",
        "核对到任日期和划转日期",
        "check the first day of the posting and the transfer",
    ),
    "CE604": entry(
        "{cadre} 的两个派驻时间重叠（前一个到 {last}）",
        "two postings of {cadre} overlap (the first lasts to {last})",
        "前一个派驻写上 ended",
        "write 'ended' in the first posting",
    ),
    "CE605": entry(
        "有内容的记录状态应为 present，没有内容的要写明状态",
        "a record with content is present; one without must say why not",
        "删去 state，或删去内容",
        "remove 'state', or the content",
    ),
    "CE606": entry(
        "收回 {cast} 票，多于发出的 {issued} 票",
        "{cast} ballots were cast, more than the {issued} issued",
        "核对票数",
        "check the counts",
    ),
    "CE607": entry(
        "{period} 不是考核期；可用：{allowed}",
        "{period} is not a period; known: {allowed}",
        "写成 年份-考核期，考核期用列出的",
        "write year and period, one of those listed",
    ),
    "CE608": entry(
        "{cadre} 在 {period} 没有派驻",
        "{cadre} has no posting in {period}",
        "核对名册的到任、离任日期，或删去这份档案",
        "check the dates in the roster, or remove the dossier",
    ),
    "CE609": entry(
        "{cadre} 在 {period} 有多个派驻（{allowed}），要写明 posting",
        "{cadre} has several postings in {period} ({allowed}): name one under 'posting'",
        "加上 posting: 派驻代码；每个派驻一份档案",
        "add posting: ID, one dossier for each",
    ),
    "CE610": entry(
        "这个派驻在本期的档案重复",
        "there is another dossier of this posting in this period",
        "合并成一份",
        "merge them into one",
    ),
    "CE611": entry(
        "{period} 没有施行中的考核办法",
        "no ruleset is in force in {period}",
        "核对 effective_from、effective_until，或在 ruleset 里列上相应版本",
        "check effective_from and effective_until, or list the version in force",
    ),
    "CE612": entry(
        "{a} 和 {b} 在 {period} 同时施行",
        "both {a} and {b} are in force in {period}",
        "给旧版写上 effective_until",
        "give the older version an effective_until",
    ),
    "CE613": entry(
        "这张选票有 {marks} 个评分，被评的有 {people} 人",
        "this ballot has {marks} marks for {people} people",
        "每人一个，没有评的写 -",
        "one for each person; write - where nothing was marked",
    ),
    "CE614": entry(
        "这份多人选票和另一份逐票相同：大概是重复登记",
        "this ballot sheet is the same as another, ballot by ballot: it was probably entered twice",
        "去掉一份；真是两次投票、结果相同的，合在一份里",
        "remove one; two votes that really came out alike go into one sheet",
    ),
}
