"""What ``excellent-rate-bands`` is told: the options that are counted, and the bands."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from cadre_eval.plugins.api import Place, Range, SurveyMethodParams, Unsigned, Word, place, setting

ANY = Range(None, None)


@frozen
class BandDoc:
    """A band: what the rates must be, and what it gives."""

    at: Place = place()
    rate: Range = setting(
        "rate_of 各选项合计所占比例（缺省不限）", "the share of rate_of together (default: any)", default=ANY
    )
    second: Range = setting(
        "second_rate_of 各选项合计所占比例（缺省不限）",
        "the share of second_rate_of together (default: any)",
        default=ANY,
    )
    points: Unsigned = setting("得分", "points")


@frozen
class BandsParams(SurveyMethodParams):
    """Points by the band of a rate, maybe with a condition on a second one."""

    rate_of: tuple[Word, ...] = setting("算比例的选项（如优秀）", "options whose share decides, such as excellent")
    second_rate_of: tuple[Word, ...] = setting(
        "另看比例的选项（如基本称职、不称职）", "options whose share is a second condition", default=()
    )
    bands: tuple[BandDoc, ...] = setting("各档：比例和得分", "the bands: rates and points")
    priority: Literal["first", "highest", "lowest"] | None = setting(
        "同时合乎几档时：按先写的、就高、就低",
        "when several bands fit: the first, the highest, the lowest",
        default=None,
    )

    def fitting(self, rate: Fraction, second: Fraction) -> list[BandDoc]:
        """The bands that fit, the one that counts first."""
        fits = [band for band in self.bands if rate in band.rate and second in band.second]
        if self.priority == "highest":
            return sorted(fits, key=lambda band: -band.points)
        return sorted(fits, key=lambda band: band.points) if self.priority == "lowest" else fits
