"""Words for people: units, numbers of findings, what is still open."""

from __future__ import annotations

from collections.abc import Mapping

from cadre_eval.plugins.api import Text
from cadre_eval_joint_liability.counting import Tally

TARGETS: Mapping[str, Text] = {
    "township": Text("乡镇/街道", "township"),
    "sending-unit": Text("派出单位", "sending unit"),
    "host": Text("村/社区", "host"),
    "cadre": Text("干部", "cadre"),
}
"""Whom a measure may be for, units first."""
UNITS = tuple(target for target in TARGETS if target != "cadre")


def counted(title: str, found: Tally) -> Text:
    """The findings with whose they are: ``脱岗 3 次（甲 2、乙 1）``."""
    zh = "、".join(f"{share.name} {share.certain}" for share in found.found)
    en = ", ".join(f"{share.name} {share.certain}" for share in found.found)
    return Text(f"{title} {found.certain} 次（{zh}）", f"{title}: {found.certain} ({en})")


def waiting(title: str, found: Tally) -> Text:
    """Whose findings are not known yet; empty if all are."""
    if not found.open:
        return Text("", "")
    zh = "、".join(share.name for share in found.open)
    en = ", ".join(share.name for share in found.open)
    return Text(f"{zh} 的“{title}”还没有定数，未计入", f"'{title}' of {en} is not settled and not counted")


def joined(*parts: Text) -> Text:
    """Parts of a reason, those that are empty left out."""
    said = [part for part in parts if part.zh]
    return Text("；".join(part.zh for part in said), "; ".join(part.en for part in said))
