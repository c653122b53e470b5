"""Words for people: units, numbers of findings, what is still open."""

from __future__ import annotations

from collections.abc import Mapping

from cadre_eval.plugins.api import Text
from cadre_eval_joint_liability.counting import Counted, Tally

TARGETS: Mapping[str, Text] = {
    "township": Text("乡镇/街道", "township"),
    "sending-unit": Text("派出单位", "sending unit"),
    "host": Text("村/社区", "host"),
    "cadre": Text("干部", "cadre"),
}
"""Whom a measure may be for, units first."""
UNITS = tuple(target for target in TARGETS if target != "cadre")


def counted(of: Counted, found: Tally, *, named: bool = True) -> Text:
    """The findings, with whose they are if ``named``: ``脱岗 3 次（甲 2、乙 1）``."""
    zh = "、".join(f"{share.name} {share.certain}" for share in found.found)
    en = ", ".join(f"{share.name} {share.certain}" for share in found.found)
    whose = Text(f"（{zh}）", f" ({en})") if named else Text("", "")
    return Text(f"{of.title} {found.certain} {of.unit}{whose.zh}", f"{of.title}: {found.certain}{whose.en}")


def waiting(of: Counted, found: Tally) -> Text:
    """Whose findings are not known yet; empty if all are."""
    if not found.open:
        return Text("", "")
    zh = "、".join(share.name for share in found.open)
    en = ", ".join(share.name for share in found.open)
    return Text(f"{zh} 的“{of.title}”还没有定数，未计入", f"'{of.title}' of {en} is not settled and not counted")


def joined(*parts: Text) -> Text:
    """Parts of a reason, those that are empty left out."""
    said = [part for part in parts if part.zh]
    return Text("；".join(part.zh for part in said), "; ".join(part.en for part in said))
