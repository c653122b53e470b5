"""A small workspace with everything accountability needs: two streets, three hosts, four cadres, officials, rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from build import yaml_text
from small_workspace import write

CONFIG = """\
workspace: small
title: 青岚区驻村干部
district: {id: qinglan, name: 青岚区}
ruleset: rules.yaml
roster: roster.yaml
records: records
supervision: supervision
"""

ROSTER = """\
roster: 2025
townships:
  - {id: t-1, name: 云桥街道, kind: street}
  - {id: t-2, name: 松岚街道, kind: street}
hosts:
  - {id: h-1, name: 安和社区, township: t-1, kind: community}
  - {id: h-2, name: 乐川社区, township: t-1, kind: community}
  - {id: h-3, name: 新禾社区, township: t-2, kind: community}
sending_units:
  - {id: u-1, name: 区财政局}
  - {id: u-2, name: 区水务局}
cadres:
  - {id: c-1, name: 林知远, category: any, party_member: yes, relatives: [o-4]}
  - {id: c-2, name: 沈砚秋, category: any, party_member: yes}
  - {id: c-3, name: 秦牧川, category: any, party_member: yes}
  - {id: c-4, name: 贺云岫, category: any, party_member: yes}
postings:
  - {id: p-1, cadre: c-1, host: h-1, role: first-secretary, sending_unit: u-1, from: 2024-05-01, to: 2026-04-30,
     transfers: {management: {to: t-1, effective: 2025-03-01}, assessment: {to: t-1, effective: 2024-05-10}}}
  - {id: p-2, cadre: c-2, host: h-1, role: team-member, sending_unit: u-1, from: 2024-05-01, to: 2026-04-30,
     transfers: {management: {to: t-1, effective: 2024-05-10}, assessment: {to: t-1, effective: 2024-05-10}}}
  - {id: p-3, cadre: c-3, host: h-2, role: team-member, sending_unit: u-2, from: 2024-05-01, to: 2026-04-30,
     transfers: {management: {to: t-1, effective: 2024-05-10}, assessment: {to: t-1, effective: 2024-05-10}}}
  - {id: p-4, cadre: c-4, host: h-3, role: team-member, sending_unit: u-2, from: 2024-05-01, to: 2026-04-30,
     transfers: {management: {to: t-2, effective: 2024-05-10}, assessment: {to: t-2, effective: 2024-05-10}}}
officials:
  - {id: o-1, name: 秦若谷, offices: [{unit: t-1, title: 党工委副书记, from: 2023-01-01, to: 2025-08-31}]}
  - {id: o-2, name: 柳成荫, offices: [{unit: qinglan, title: 区委组织部副部长, from: 2023-01-01}]}
  - {id: o-3, name: 苏北辰, offices: [{unit: u-1, title: 副局长, from: 2023-01-01}]}
  - {id: o-4, name: 林晚舟, offices: [{unit: qinglan, title: 区驻村办主任, from: 2023-01-01}]}
  - {id: o-5, name: 沈砚秋, cadre: c-2, offices: [{unit: t-1, title: 党工委委员, from: 2024-05-01}]}
"""

RULES = """\
ruleset: small
title: 青岚区考核办法
facts:
  talks: {title: 宣讲, type: count}
  absent_found: {title: 督查不在岗, type: count, unit: 次, from: {findings: [absent]}}
  recalled: {title: 决定召回, type: count, unit: 次, from: {measures: [recall]}}
  barred: {title: 不得评优, type: flag, from: {effect: no-excellent}}
policies: {missing: block}
periods:
  mid-year: {from: 01-01, to: 06-30}
  year-end: {from: 01-01, to: 12-31}
criteria:
  - {id: talks, weight: 100, kind: target, points: 100, fact: talks, target: 100}
gates:
  - {id: recall, title: 已决定召回, when: {fact: recalled, at_least: 1}, effect: {force_grade: [不合格]}}
  - {id: barred, title: 处理影响期内, when: {fact: barred, is: yes}, effect: {cap_grade: [合格]}}
  - {id: few, title: 宣讲太少, when: {fact: talks, below: 20}, effect: {note: 宣讲太少}}
grades:
  any: {优秀: ">= 90", 合格: "[60, 90)", 不合格: "< 60"}
supervision:
  severities: {minor: 一般, serious: 严重}
  findings:
    absent: {title: 无故不在岗, severity: serious, rectify_within: 15 days}
    diary: {title: 日志不全, severity: minor}
  measures:
    talk: {title: 提醒谈话, decided_by: management, decide_within: 10 days, carry_out_within: 7 days}
    admonition: {title: 诫勉, decided_by: district, decide_within: 20 days,
      effects: [{effect: no-excellent, title: 当年不得评优, for: this-year}]}
    recall: {title: 召回撤换, decided_by: district,
      effects: [{effect: no-excellent, title: 当年不得评优, for: this-year}, {effect: no-promotion, title: 不得提拔, for: 2 years}]}
    notice: {title: 通报单位, decided_by: district}
accountability:
  - {id: absence, rule: finding-ladder, findings: [absent], within: year, beyond: repeat,
     steps: {1: talk, 2: admonition, 3: recall}, basis: 第十三条}
  - {id: unit, rule: finding-ladder, of: sending-unit, findings: [absent], within: year, beyond: repeat, steps: {2: notice}}
  - {id: street-points, rule: finding-points, of: township, findings: [absent, diary], item: 党建考核, per: visit,
     each: -0.1, item_points: 1, periods: [year-end]}
  - {id: unit-points, rule: finding-points, of: sending-unit, findings: [absent, diary], item: 党建考核, per: finding,
     each: -0.1, item_points: 0.25, periods: [year-end]}
  - {id: veto, rule: gate-measure, gates: [few], measure: admonition, periods: [year-end]}
  - {id: veto-unit, rule: gate-measure, of: sending-unit, gates: [few], measure: notice, periods: [year-end]}
  - {id: low, rule: grade-measure, grades: [不合格], running: 2, measure: recall, periods: [year-end]}
  - {id: last, rule: bottom-rank, last: 1, running: 2, measure: talk, periods: [year-end]}
"""


def dossiers(talks: Mapping[str, int], period: str = "2025-year-end") -> dict[str, str]:
    """A dossier for each cadre, by file."""
    return {
        f"records/{period}-{cadre}.yaml": yaml_text({"dossier": cadre, "period": period, "facts": {"talks": str(n)}})
        for cadre, n in talks.items()
    }


def inspection(number: int, on: str, *findings: Mapping[str, object], **more: object) -> dict[str, str]:
    """A district's inspection of one day by 柳成荫, with findings that need only say what is particular."""
    hosts = {"c-1": "h-1", "c-2": "h-1", "c-3": "h-2", "c-4": "h-3"}
    told = [
        {
            "kind": "absent",
            "host": hosts.get(str(f.get("cadre")), "h-1"),
            "on": on,
            "text": "不在岗",
            "evidence": ["照片"],
            **f,
        }
        for f in findings
    ]
    visits = [{"host": host, "on": on, "by": ["o-2"]} for host in sorted({str(f["host"]) for f in told} or {"h-1"})]
    doc = {
        "inspection": f"i-{number}", "title": f"第{number}次督查", "kind": "district", "from": on, "to": on,
        "team": ["o-2"], "visits": visits, "findings": told, **more,
    }  # fmt: skip
    return {f"supervision/i-{number}.yaml": yaml_text(doc)}


def decision(name: str, proposal: str, on: str, measure: str, by: str = "o-2", **more: str) -> dict[str, str]:
    return {
        "id": name,
        "proposal": proposal,
        "on": on,
        "measure": measure,
        "by": by,
        "outcome": "confirm",
        "reason": "属实",
        **more,
    }


def decisions(*decided: Mapping[str, str]) -> dict[str, str]:
    return {"supervision/decisions.yaml": yaml_text({"decisions": "2025", "decided": list(decided)})}


def supervised(folder: Path, *files: Mapping[str, str], rules: str = RULES, roster: str = ROSTER) -> Path:
    """The workspace with these files besides, in the folder."""
    base = {"cadre-eval.yaml": CONFIG, "rules.yaml": rules, "roster.yaml": roster}
    (folder / "records").mkdir(parents=True, exist_ok=True)
    (folder / "supervision").mkdir(exist_ok=True)
    for part in (base, *files):
        write(folder, part)
    return folder
