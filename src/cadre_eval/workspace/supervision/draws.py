"""Files of draws to records, with everything they refer to checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cadre_eval.errors import Span, Text
from cadre_eval.model.draws import Draw, Drawn, Skill, SoftRule, Team
from cadre_eval.reading.scalars import PlacedWord
from cadre_eval.reading.settings import Place
from cadre_eval.workspace.supervision.draw_documents import DrawDoc, DrawnDoc, SkillDoc, SoftRuleDoc
from cadre_eval.workspace.supervision.reading import Reading

MOST = 1000
MOST_HOUSEHOLDS = 100_000
MOST_WEIGHT = 1_000_000
SOMEBODY = {
    "hosts": Text("社区（村）的代码", "a host"),
    "inspectors": Text("当天派驻的干部或经办人员", "a cadre posted that day or an official"),
}


def read_draw(doc: DrawDoc, reading: Reading) -> Iterator[Draw]:
    """The draw; problems for whatever in it cannot be."""
    reading.once("draw", doc.draw, doc.at.value("draw"))
    before = len(reading.problems)
    made = _Reader(doc, reading).draw()
    if len(reading.problems) == before:
        yield made


class _Reader:
    def __init__(self, doc: DrawDoc, reading: Reading) -> None:
        self.doc, self.reading, self.at = doc, reading, doc.at

    def draw(self) -> Draw:
        doc, at = self.doc, self.at
        before = len(self.reading.problems)
        hosts, inspectors = self._hosts(), self._inspectors()
        for key, found in (("hosts", hosts), ("inspectors", inspectors)):
            if not found and len(self.reading.problems) == before:
                self.reading.problems.add("CE202", at.value(key), expected=SOMEBODY[key])
        within(doc.cover, 1, MOST, at.value("cover"), self.reading)
        within(doc.most_apart, 0, MOST, at.value("most_apart"), self.reading)
        self._at_hosts("cover_at", doc.cover_at, hosts, at, 0, MOST)
        self._at_hosts("households", doc.households, hosts, at, 0, MOST_HOUSEHOLDS)
        if doc.sample is not None:
            within(doc.sample, 1, MOST, at.value("sample"), self.reading)
            for host in sorted(set(hosts) - set(doc.households)):
                self.reading.problems.add("CE203", at.key("households"), key=f"households: {{{host}: …}}")
        skills = sorted(((self._skill(s, hosts), s) for s in doc.skills), key=lambda pair: _skill_order(pair[0]))
        soft = sorted((self._soft(s) for s in doc.soft), key=lambda s: (s.rule, s.weight, s.earlier))
        return Draw(
            doc.draw, doc.title or doc.draw, doc.on, inspectors, hosts, doc.cover, doc.most_apart, doc.reciprocal,
            doc.former, doc.seed, dict(sorted(doc.cover_at.items())), tuple(s for s, _ in skills), tuple(soft),
            dict(sorted(doc.households.items())), doc.sample, at.value("draw"), self._places([s for _, s in skills]),
        )  # fmt: skip

    def _hosts(self) -> tuple[str, ...]:
        named = self.doc.hosts
        if named == "all" and isinstance(named, str):
            return tuple(sorted(self.reading.roster.hosts))
        self._once_each(named)
        return tuple(sorted({str(h) for h in named if self.reading.host(h, h.span)}))

    def _inspectors(self) -> tuple[str, ...]:
        """Ids; ``all`` in the place of an id stands for every cadre posted on the day."""
        named = self.doc.inspectors
        words = (PlacedWord("all"),) if isinstance(named, str) else named
        every = {c for c in self.reading.roster.by_cadre if self._posted(c)} if "all" in words else set()
        listed = [word for word in words if word != "all"]
        found = every | {str(w) for w in listed if self._known(w)}
        self._once_each(w for w in listed if w not in every)
        for word in self.doc.without:
            if self.reading.inspector(word, word.span) and word not in found:
                what = Text("这次的检查人员", "inspector of this draw")
                self.reading.known(word, found, word.span, what)
        found -= {str(w) for w in self.doc.without}
        self._each_person_once(found, {str(w): w.span for w in listed})
        return tuple(sorted(found))

    def _known(self, word: PlacedWord) -> bool:
        """Whether this is an official, or a cadre posted on the day."""
        if not self.reading.inspector(word, word.span):
            return False
        if word in self.reading.roster.officials or self._posted(word):
            return True
        name = self.reading.roster.cadres[word].name
        self.reading.problems.add("CE701", word.span, cadre=name, day=self.doc.on.isoformat())
        return False

    def _posted(self, cadre: str) -> bool:
        """Whether a cadre is posted on the day, as known that day: what comes out later makes no other draw of it."""
        day = self.doc.on
        known = (posting.as_known(day) for posting in self.reading.roster.postings_of(cadre))
        return any(day in posting.days for posting in known if posting is not None)

    def _once_each(self, words: Iterable[PlacedWord]) -> None:
        seen: dict[str, Span] = {}
        for word in words:
            first = seen.setdefault(word, word.span)
            if first is not word.span:
                self._twice(word, word.span, first)

    def _each_person_once(self, found: set[str], places: Mapping[str, Span]) -> None:
        """An official who is a cadre too may not be named under both ids."""
        for official in self.reading.roster.officials.values():
            if official.id in found and official.cadre in found:
                span = places.get(official.id, self.at.value("inspectors"))
                self._twice(official.id, span, places.get(official.cadre or ""))

    def _twice(self, name: str, span: Span, first: Span | None) -> None:
        also = [(Text("同一个人先列在这里", "the same first listed here"), first)] if first is not None else []
        self.reading.problems.add("CE306", span, id=str(name), also=also)

    def _at_hosts(
        self, key: str, values: Mapping[str, int], hosts: Iterable[str], at: Place, low: int, high: int
    ) -> None:
        known = list(hosts)
        for host, number in values.items():
            if known:
                self.reading.known(host, known, at.entry(key, host), Text("受检的社区/村", "host of this draw"))
            within(number, low, high, at.value(key, host), self.reading)

    def _skill(self, doc: SkillDoc, hosts: Iterable[str]) -> Skill:
        if (doc.role is None) == (doc.people is None):
            self.reading.problems.add("CE751", doc.at.span)
        for word in doc.people or ():
            self.reading.inspector(word, word.span)
        within(doc.at_least, 0, MOST, doc.at.value("at_least"), self.reading)
        self._at_hosts("at_least_at", doc.at_least_at, hosts, doc.at, 0, MOST)
        people = tuple(sorted({str(word) for word in doc.people or ()}))
        return Skill(doc.at_least, doc.role, people, doc.title, dict(sorted(doc.at_least_at.items())))

    def _soft(self, doc: SoftRuleDoc) -> SoftRule:
        within(doc.weight, 1, MOST_WEIGHT, doc.at.value("weight"), self.reading)
        if doc.rule == "same-host-before" and not doc.with_:
            self.reading.problems.add("CE203", doc.at.value("rule"), key="with")
        if doc.rule != "same-host-before" and doc.with_:
            known = "rule, weight"
            self.reading.problems.add("CE201", doc.at.key("with"), key="with", allowed=known)
        return SoftRule(doc.rule, doc.weight, tuple(sorted({str(word) for word in doc.with_})))

    def _places(self, skills: list[SkillDoc]) -> dict[str, Span]:
        at = self.at
        found = {key: at.value(key) for key in ("cover", "most_apart", "reciprocal", "former", "hosts", "seed")}
        found |= {f"cover_at/{host}": at.value("cover_at", host) for host in self.doc.cover_at}
        found |= {f"with/{word}": word.span for soft in self.doc.soft for word in soft.with_}
        for k, skill in enumerate(skills):
            found[f"skills/{k}"] = skill.at.value("at_least")
            found |= {f"skills/{k}/{host}": skill.at.value("at_least_at", host) for host in skill.at_least_at}
        return found


def _skill_order(skill: Skill) -> tuple[Any, ...]:
    return (skill.role or "", skill.people, skill.at_least, sorted(skill.at_least_at.items()), skill.title or "")


def within(number: int, low: int, high: int, span: Span, reading: Reading) -> bool:
    """Whether a number lies in its range; a problem is noted if not."""
    if not low <= number <= high:
        limit = Text(f"在 {low} 到 {high} 之间", f"from {low} to {high}")
        reading.problems.add("CE213", span, text=str(number), limit=limit)
    return low <= number <= high


def read_drawn(doc: DrawnDoc, reading: Reading) -> Iterator[Drawn]:
    """The result on record of a draw; people and hosts in it must be known."""
    reading.once("drawn", doc.drawn, doc.at.value("drawn"))
    made = drawn_of(doc, reading)
    if made is not None:
        yield made


def drawn_of(doc: DrawnDoc, reading: Reading) -> Drawn | None:
    """The result that a file holds; None with problems noted if it names nobody's host or person."""
    before = len(reading.problems)
    teams = []
    for host, team in sorted(doc.teams.items()):
        span = doc.at.entry("teams", host)
        reading.host(host, span)
        for word in team.inspectors:
            reading.inspector(word, word.span)
        people = tuple(sorted(str(word) for word in team.inspectors))
        teams.append(Team(host, people, tuple(sorted(team.households)), span))
    if len(reading.problems) > before:
        return None
    keys = ("on", "seed", "digest", "tickets", "program", "teams")
    places = {key: doc.at.value(key) for key in keys} | {"draw": doc.at.value("drawn")}
    places |= {f"teams/{team.host}": team.span for team in teams if team.span is not None}
    return Drawn(
        doc.drawn, doc.on, doc.seed, doc.digest, doc.tickets, doc.program, tuple(teams), doc.at.value("drawn"), places
    )
