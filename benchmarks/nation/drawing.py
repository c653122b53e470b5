"""Made-up people, figures, marks and votes, one block of rows at a time: the same seed, the same numbers.

A block has generators of its own, so a larger nation begins with the smaller one's rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

BLOCK = 65_536
SEED = 563_000
STREAMS = ("people", "facts", "marks", "votes", "gaps")

CATEGORY_SHARES = (0.45, 0.4, 0.15)
HOST_SIZE = 3
TOWNSHIP_HOSTS = (4, 20)
UNITS = 400

AROUND = {  # counts near a target: the target, and how far they scatter
    "policy_talks": (12, 3),
    "notice_boards": (6, 2),
    "party_meetings": (12, 2),
    "party_lectures": (4, 1),
    "members_developed": (3, 1),
    "household_visits": (240, 50),
    "people_employed": (14, 4),
    "deeds": (10, 3),
    "risk_screenings": (12, 2),
    "culture_events": (4, 1),
    "village_days": (225, 20),
    "study_sessions": (24, 4),
    "night_talks": (48, 8),
}
SELDOM = {  # events that count against a person, or for one: how many on average
    "unaware_households": 0.7,
    "household_record_errors": 1.2,
    "village_record_errors": 0.5,
    "county_petitions": 0.12,
    "city_petitions": 0.02,
    "province_petitions": 0.003,
    "hazards_left": 0.8,
    "absences": 0.03,
}
WHOLES = {  # a whole, its part, the most, the share that fails on average
    "cases_due": ("cases_cleared", 7, 0.2),
    "problems_received": ("problems_closed", 30, 0.1),
    "promises_made": ("promises_kept", 9, 0.15),
    "disputes_found": ("disputes_mediated", 18, 0.12),
}
SAMPLES = {"linked_households": (10, 13, 0.1), "callbacks": (6, 15, 0.12)}  # fewest, most, share that fails
DECIMALS = {  # scaled to whole numbers: middle, what quality adds, scatter, lowest, highest
    "village_facts_test": (600, 330, 80, 0, 1000),
    "income_growth": (200, 900, 400, -2000, 6000),
    "environment_score": (720, 220, 60, 0, 1000),
    "coverage_rate": (9200, 750, 200, 0, 10000),
    "residence_rate": (9300, 700, 200, 0, 10000),
    "awareness_rate": (9350, 650, 180, 0, 10000),
}
CHOICES = {"branch_standing": (0.35, 0.75, 0.96), "village_rules": (0.55, 0.92)}
"""How many have at least the first, the second ... word."""
SETS = {"project_progress": (0.97, 0.9, 0.8, 0.6), "documents": (0.97, 0.95, 0.93, 0.9, 0.96)}
"""How many have each of the options."""

MARKS = (4, 9)
"""The fewest and the most marks of a class."""
VOTES = (0.62, 0.85, 0.95, 0.975, 0.99)
"""How many ballots say at least the first, the second ... option; then abstentions; the rest are invalid."""
QUALITY_TELLS = (0.5, 0.2, 0.07, 0.02, 0.0)
FEWEST_BALLOTS = 5
"""Of a class: with fewer it might happen that none of them is valid."""

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
AnyArray: TypeAlias = NDArray[Any]
Generator = np.random.Generator


def generator(block: int, stream: str) -> Generator:
    return np.random.default_rng([SEED, block, STREAMS.index(stream)])


@frozen(eq=False)
class People:
    """Who is posted where: numbers, of which ids are made."""

    quality: FloatArray
    category: AnyArray
    township: AnyArray
    host: AnyArray
    """Its number in the township."""
    first: AnyArray
    """Is the first secretary."""
    unit: AnyArray
    begins: AnyArray
    trained: AnyArray
    """The target of the posting for ``people_trained``."""


def draw_people(block: int) -> People:
    random = generator(block, "people")
    hosts = random.integers(*TOWNSHIP_HOSTS, endpoint=True, size=BLOCK // HOST_SIZE)
    sizes = hosts * HOST_SIZE
    township = np.repeat(np.arange(len(sizes)), sizes)[:BLOCK]
    place = np.arange(BLOCK) - (np.cumsum(sizes) - sizes)[township]
    return People(
        quality=np.clip(random.normal(0.6, 0.25, BLOCK), 0, 1),
        category=random.choice(len(CATEGORY_SHARES), BLOCK, p=CATEGORY_SHARES),
        township=township,
        host=place // HOST_SIZE,
        first=place % HOST_SIZE == 0,
        unit=random.integers(0, UNITS, BLOCK),
        begins=np.datetime64("2024-03-01") + random.integers(0, 120, BLOCK),
        trained=random.integers(15, 61, BLOCK),
    )


def draw_facts(block: int, people: People) -> dict[str, AnyArray]:
    """Every fact as whole numbers: decimals scaled, a choice as the number of its word, a set as bits."""
    random, quality = generator(block, "facts"), people.quality
    facts: dict[str, AnyArray] = {}
    for name, (target, scatter) in AROUND.items():
        facts[name] = _around(random, quality, target, scatter)
    facts["people_trained"] = _around(random, quality, people.trained, people.trained / 5)
    for name, mean in SELDOM.items():
        facts[name] = random.poisson(mean * (1.8 - 1.3 * quality))
    facts["good_practices"] = random.poisson(4 * quality)
    for whole, (part, most, fails) in WHOLES.items():
        facts[whole] = random.integers(0, most, BLOCK, endpoint=True)
        facts[part] = facts[whole] - _failed(random, quality, facts[whole], fails)
    for name, (fewest, most, fails) in SAMPLES.items():
        checked = random.integers(fewest, most, BLOCK, endpoint=True)
        facts[f"{name}.checked"] = checked
        facts[f"{name}.passed"] = checked - _failed(random, quality, checked, fails)
    for name, (middle, slope, scatter, low, high) in DECIMALS.items():
        drawn = middle + slope * quality + random.normal(0, scatter, BLOCK)
        facts[name] = np.clip(np.rint(drawn), low, high)
    for name, shares in CHOICES.items():
        drawn = random.random(BLOCK) * (1.5 - 0.8 * quality)
        facts[name] = sum((drawn > share for share in shares), np.zeros(BLOCK, np.int8))
    for name, chances in SETS.items():
        facts[name] = _bits(random, quality, chances)
    facts["sanction"] = random.random(BLOCK) < 0.002
    return facts


def _around(random: Generator, quality: FloatArray, target: Any, scatter: Any) -> AnyArray:
    drawn = target * (0.72 + 0.38 * quality) + scatter * random.standard_normal(BLOCK)
    counts: AnyArray = np.maximum(np.rint(drawn), 0)
    return counts


def _failed(random: Generator, quality: FloatArray, whole: AnyArray, share: float) -> AnyArray:
    return np.minimum(random.poisson(whole * share * (1.6 - quality)), whole)


def _bits(random: Generator, quality: FloatArray, chances: tuple[float, ...]) -> AnyArray:
    bits = np.zeros(BLOCK, np.int8)
    for place, chance in enumerate(chances):
        bits |= (random.random(BLOCK) < chance * (0.75 + 0.4 * quality)).astype(np.int8) << place
    return bits


@frozen(eq=False)
class Cards:
    """Single marks or ballots, in the order of their postings: the row of the posting, the class, what it says."""

    row: AnyArray
    voter: AnyArray
    word: AnyArray

    def of(self, first: int, last: int) -> Cards:
        """Those of a range of rows."""
        cut = slice(*np.searchsorted(self.row, [first, last]))
        return Cards(self.row[cut] - first, self.voter[cut], self.word[cut])


def draw_marks(block: int, people: People, classes: int) -> Cards:
    random = generator(block, "marks")
    counts = random.integers(*MARKS, endpoint=True, size=BLOCK * classes)
    owner = np.repeat(np.arange(BLOCK * classes, dtype=np.int32), counts)
    row = owner // classes
    drawn = random.standard_normal(len(row), dtype=np.float32) * 5
    drawn += (70 + 24 * people.quality).astype(np.float32)[row]
    return Cards(row, (owner % classes).astype(np.int8), np.clip(np.rint(drawn), 0, 100).astype(np.int16))


def draw_ballots(block: int, people: People, each: int) -> Cards:
    """``each`` ballots for every posting: of the first class most, of the second the rest."""
    random = generator(block, "votes")
    drawn = random.random((BLOCK, each), dtype=np.float32)
    words = np.zeros((BLOCK, each), np.int8)
    for share, tells in zip(VOTES, QUALITY_TELLS, strict=True):
        limit = np.minimum(share + tells * (people.quality - 0.62), 0.99)
        words += drawn > limit.astype(np.float32)[:, None]
    split = each - np.maximum(FEWEST_BALLOTS, (each * random.uniform(0.2, 0.35, BLOCK)).astype(np.int64))
    voter = (np.arange(each) >= split[:, None]).astype(np.int8)
    return Cards(np.repeat(np.arange(BLOCK, dtype=np.int32), each), voter.ravel(), words.ravel())


def count_ballots(ballots: Cards, classes: int, options: int) -> AnyArray:
    """Votes by posting, class and option."""
    key = (ballots.row.astype(np.int64) * classes + ballots.voter) * options + ballots.word
    return np.bincount(key, minlength=BLOCK * classes * options).reshape(BLOCK, classes, options)


def draw_gaps(block: int, names: tuple[str, ...], share: float) -> Mapping[str, NDArray[np.bool_]]:
    """Which entries are missing."""
    random = generator(block, "gaps")
    return {name: random.random(BLOCK) < share for name in names}
