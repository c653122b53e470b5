"""Words of the reports in both languages."""

from __future__ import annotations

from cadre_eval.errors import Text
from cadre_eval.ruleset.plan import CompiledRuleset
from cadre_eval.scoring.quotas import pool_name
from cadre_eval.scoring.result import Result

COLUMNS = {
    "rank": Text("名次", "Rank"),
    "cadre": Text("代码", "Id"),
    "name": Text("姓名", "Name"),
    "host": Text("社区/村", "Host"),
    "role": Text("职务", "Role"),
    "total": Text("总分", "Total"),
    "grade": Text("等次", "Grade"),
    "notes": Text("说明", "Notes"),
    "pool": Text("排名范围", "Pool"),
    "state": Text("状态", "State"),
}
ROLES = {
    "first-secretary": Text("第一书记", "First secretary"),
    "team-member": Text("工作队员", "Team member"),
}
STATES = {
    "final": Text("已定", "final"),
    "pending": Text("待定", "pending"),
    "not-assessed": Text("不考核", "not assessed"),
}
EVERYBODY = Text("全部", "all")
OR = Text("或", " or ")


def pool_text(result: Result, rules: CompiledRuleset) -> str:
    """The pool as the JSON names it: its codes, or ``all``."""
    return "/".join(result.pool) or "all"


def pool_title(result: Result, rules: CompiledRuleset) -> Text:
    """The pool as people call it."""
    if not rules.pools:
        return EVERYBODY
    names = [pool_name(rules, result, key) for key in rules.pools]
    zh = [ROLES[n].zh if n in ROLES else n for n in names]
    en = [ROLES[n].en if n in ROLES else n for n in names]
    return Text("·".join(zh), " · ".join(en))
