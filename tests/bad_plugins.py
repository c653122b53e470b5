"""What bad plugins do: for each fault its claim, the code that goes to a line ``# here: …`` of the good plugin, and a part
of the reason that must be given. Each table is one moment at which other people's code runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen
class Fault:
    """A misbehaviour: ``code`` stands at ``where``, and ``said`` is told of it."""

    claim: str
    where: str
    code: str
    said: str


def _table(where: str, *rows: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(Fault(f"{where}: {claim}", where, code, said) for claim, code, said in rows)


_OTHER_LOCALE = """
utf = "UTF" in locale.setlocale(locale.LC_CTYPE)
locale.setlocale(locale.LC_CTYPE, "C" if utf else "C.UTF-8")
"""
_OWN_FOLDER = """
import tempfile
gone = tempfile.mkdtemp()
os.chdir(gone)
os.rmdir(gone)
"""
ANYWHERE: tuple[tuple[str, str, str], ...] = (
    ("raises an exception", 'raise ValueError("thirteen is not lucky")', "ValueError: thirteen is not lucky"),
    ("raises an exception of its own that cannot be shown", """
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError("no words")
        raise Odd
        """, "Odd: …"),
    ("raises an exception with a message of a million characters", 'raise ValueError("长" * 1_000_000)', "长长…"),
    ("raises an exception whose message spans lines and colours", r'raise ValueError("a\n\x1b[31mb")', "ValueError: a [31mb"),
    ("raises a bare BaseException", 'raise BaseException("base")', "BaseException: base"),
    ("calls sys.exit(0)", "sys.exit(0)", "SystemExit: 0"),
    ("calls quit", "builtins.exit(3) if hasattr(builtins, 'exit') else sys.exit(3)", "SystemExit: 3"),
    ("raises KeyboardInterrupt itself", "raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("raises GeneratorExit", "raise GeneratorExit", "GeneratorExit"),
    ("raises StopIteration", "next(iter(()))", "StopIteration"),
    ("recurses without end", "def again():\n    return again()\nagain()", "RecursionError"),
    ("runs out of memory", "raise MemoryError", "MemoryError"),
    ("prints", 'print("hello")', "printed something"),
    ("prints to stderr", 'print("hello", file=sys.stderr)', "printed something"),
    ("writes a line and lines to stdout", 'sys.stdout.write("{}"); sys.stdout.writelines(["{", "}"])', "printed something"),
    ("writes bytes below stdout", 'sys.stdout.buffer.write(b"bytes")', "standard output"),
    ("writes bytes below stdout and hides it", """
        with contextlib.suppress(Exception):
            sys.stdout.buffer.write(b"bytes")
        """, "printed something"),
    ("closes stdout", "sys.stdout.close()", "standard output"),
    ("puts another stdout in the place", "sys.stdout = io.StringIO()", "replaced sys.stdout"),
    ("deletes stdout", "del sys.stdout", "replaced sys.stdout"),
    ("changes the locale", _OTHER_LOCALE, "changed the locale"),
    ("changes the precision of decimals", "decimal.getcontext().prec = 3", "changed the decimal context"),
    ("puts another decimal context in the place", "decimal.setcontext(decimal.Context(rounding=decimal.ROUND_UP))", "changed the decimal context"),
    ("changes the decimal context of all threads to come", "decimal.DefaultContext.prec = 3", "changed the decimal context"),
    ("makes inexact decimals an error for all", "decimal.DefaultContext.traps[decimal.Inexact] = True", "changed the decimal context"),
    ("changes the working folder", 'os.chdir("/")', "changed the working folder"),
    ("deletes the working folder it went to", _OWN_FOLDER, "changed the working folder"),
    ("sets an environment variable", 'os.environ["CADRE_EVAL_LANG"] = "en"', "changed environment variables"),
    ("clears the environment", "os.environ.clear()", "changed environment variables"),
    ("changes the recursion limit", "sys.setrecursionlimit(sys.getrecursionlimit() + 1)", "changed the recursion limit"),
    ("lets numbers of any length become text", "sys.set_int_max_str_digits(0)", "changed the limit on digits"),
    ("changes several things at once", 'os.chdir("/"); os.environ["NEW"] = "1"', "changed the working folder, environment variables"),
)  # fmt: skip
"""What code can do wherever it runs."""

_OFTEN = {
    "raises an exception", "calls sys.exit(0)", "recurses without end", "prints", "closes stdout",
    "puts another stdout in the place", "changes the locale", "changes the precision of decimals",
    "changes the working folder", "sets an environment variable",
}  # fmt: skip
OFTEN = tuple(row for row in ANYWHERE if row[0] in _OFTEN)
"""Those of them that are tried at every moment."""

LOADING = (
    *_table("load", *ANYWHERE),
    *_table(
        "load",
        ("is not Python", "def broken(:", "SyntaxError"),
        ("is indented wrongly", "x = 1\n    y = 2", "IndentationError"),
        ("imports what is not there", "import no_such_module_at_all", "ModuleNotFoundError: No module named 'no_such_module_at_all'"),
        ("imports a name the contract does not have", "from cadre_eval.plugins.api import evaluate", "ImportError"),
        ("fails to define a class", "class Wrong(int, str): pass", "TypeError"),
        ("nests brackets without end", "x = " + "(" * 5000 + ")" * 5000, "MemoryError|SyntaxError|RecursionError"),
        ("asserts", "assert False, 'not here'", "AssertionError: not here"),
    ),
    *_table(
        "end",
        ("has a name that raises when it is looked up", """
            class Shy:
                def __getattr__(self, name):
                    raise OSError("do not look")
                def __call__(self):
                    return []
            cadre_eval_shy = Shy()
            """, "OSError: do not look"),
    ),
)  # fmt: skip
"""While the file is loaded: named at the place that names the plugin, hook ``load``."""

_EMPTY = ("returns None", "return None", "returned NoneType, not a list")
_NO_LISTS: tuple[tuple[str, str, str], ...] = (
    _EMPTY,
    ("returns a text", 'return "fickle"', "returned str, not a list"),
    ("returns bytes", 'return b"fickle"', "returned bytes, not a list"),
    ("returns a mapping", "return {}", "returned dict, not a list"),
    ("returns a number", "return 3", "returned int, not a list"),
    ("returns a million records", "return [None] * 1_000_000", "more than 1000 records"),
    ("returns an endless generator", "return itertools.repeat(None)", "more than 1000 records"),
    ("returns records of another type", "return [object()]", "returned object, not"),
    ("returns a generator that raises", "return (1 // 0 for _ in range(3))", "ZeroDivisionError"),
    ("returns an iterable that raises when asked", """
        class Bad(list):
            def __iter__(self):
                raise RuntimeError("not today")
        return Bad()
        """, "RuntimeError: not today"),
)  # fmt: skip


def _lists(*rest: tuple[str, str, str]) -> tuple[tuple[str, str, str], ...]:
    return (*_NO_LISTS, *rest)


_RAISES = ANYWHERE[0]
_ODD_RECORD = "attrs.define(slots=False)(type('Params', (), {'__annotations__': {'x': 'int'}}))"
REGISTERING: Mapping[str, tuple[Fault, ...]] = {
    "cadre_eval_register_criterion_kinds": _table(
        "kinds",
        *OFTEN,
        *_lists(
            ("returns one kind that is not in a list", "return kind", "returned CriterionKind, not a list"),
            ("returns a subclass of CriterionKind", """
                class Own(CriterionKind):
                    pass
                own = object.__new__(Own)
                return [own]
                """, "returned Own, not CriterionKind"),
            ("brings a kind with capitals in its name", 'kind = attrs.evolve(kind, name="Fickle")', "the name 'Fickle'"),
            ("brings a kind with no name", 'kind = attrs.evolve(kind, name="")', "the name ''"),
            ("brings a kind whose name is no text", "kind = attrs.evolve(kind, name=None)", "the name None"),
            ("brings a kind with a million characters in its name", 'kind = attrs.evolve(kind, name="长" * 1_000_000)', "the name '长"),
            ("brings a kind whose title is one text for both languages", 'kind = attrs.evolve(kind, title="多变")', "a title must be a Text, not str"),
            ("brings a kind whose title is a Text of bytes", 'kind = attrs.evolve(kind, title=Text(b"a", b"b"))', "must be a Text or a str"),
            ("brings a kind whose title has a million characters", 'kind = attrs.evolve(kind, title=Text("长" * 1_000_000, "x"))', "a title must be one short line"),
            ("brings a kind whose title has two lines", r'kind = attrs.evolve(kind, title=Text("甲\n乙", "x"))', "a title must be one short line"),
            ("brings parameters that are no class", "kind = attrs.evolve(kind, params={})", "params is not an attrs class"),
            ("brings parameters that are not an attrs class", "kind = attrs.evolve(kind, params=dict)", "params is not an attrs class"),
            ("brings parameters without a place", f"kind = attrs.evolve(kind, params={_ODD_RECORD})", "has no field at: Place = place()"),
            ("brings parameters that use a key of every criterion", """
                @frozen
                class Greedy:
                    at: Place = place()
                    points: Number = setting("分", "points")
                    weight: Number = setting("权", "weight")
                kind = attrs.evolve(kind, params=Greedy)
                """, "Greedy uses keys that are taken: points, weight"),
            ("brings parameters of a type that does not exist", """
                @frozen
                class Vague:
                    at: Place = place()
                    fact: "Nowhere" = setting("事实", "the fact")
                kind = attrs.evolve(kind, params=Vague)
                """, "Nowhere"),
            ("brings parameters that are binary floats", """
                @frozen
                class Rough:
                    at: Place = place()
                    share: float = setting("比例", "share")
                kind = attrs.evolve(kind, params=Rough)
                """, "share: float cannot be read"),
            ("brings parameters nested in a type that cannot be read", """
                @frozen
                class Inner:
                    at: Place = place()
                    many: list[set[bytes]] = setting("若干", "some")
                @frozen
                class Outer:
                    at: Place = place()
                    inner: dict[Word, Inner] = setting("里", "inner")
                kind = attrs.evolve(kind, params=Outer)
                """, "many: list[set[bytes]] cannot be read"),
            ("brings parameters with a key that is no setting", """
                @frozen
                class Half:
                    at: Place = place()
                    fact: Id
                kind = attrs.evolve(kind, params=Half)
                """, "Half.fact is not a setting"),
            ("brings a formula that is no function", "kind = attrs.evolve(kind, formula=13)", "formula of fickle is not a function"),
            ("brings inputs that are a list", "kind = attrs.evolve(kind, inputs=[])", "inputs of fickle is not a function"),
            ("brings an account that is missing", "kind = attrs.evolve(kind, account=None)", "account of fickle is not a function"),
            ("brings a preparation that is missing", "kind = attrs.evolve(kind, prepare=None)", "prepare of fickle is not a function"),
        ),
    ),
    "cadre_eval_register_review_methods": _table(
        "reviews",
        _EMPTY,
        ("returns a kind instead", "return [plain_kind('nod', Text('a', 'b'), FickleParams, inputs, fickle)]", "returned CriterionKind, not ReviewMethod"),
        ("brings parameters of another sort", "method = attrs.evolve(method, params=FickleParams)", "params is not a subclass of ReviewMethodParams"),
        ("brings a score that is no function", "method = attrs.evolve(method, score=None)", "score of nod is not a function"),
        ("brings words instead of a function of words", "method = attrs.evolve(method, marks=('好', '差'))", "marks of nod is not a function"),
    ),
    "cadre_eval_register_survey_methods": _table(
        "surveys",
        _EMPTY,
        ("brings parameters of another sort", "method = attrs.evolve(method, params=NodParams)", "params is not a subclass of SurveyMethodParams"),
        ("brings a score that is no function", "method = attrs.evolve(method, score=13)", "score of hands is not a function"),
        ("brings a preparation that is no function", "method = attrs.evolve(method, prepare={})", "prepare of hands is not a function"),
    ),
    "cadre_eval_register_accountability_rules": _table(
        "rules",
        _EMPTY,
        ("returns a class", "return [AccountabilityRule]", "returned type, not AccountabilityRule"),
        ("brings a rule with a space in its name", "rule = attrs.evolve(rule, name='to watch')", "the name 'to watch'"),
        ("brings a rule without a title", "rule = attrs.evolve(rule, title=None)", "a title must be a Text, not NoneType"),
        ("brings a rule that proposes nothing", "rule = attrs.evolve(rule, propose=None)", "propose of watch is not a function"),
        ("brings a rule whose parameters use a key of every rule", """
            @frozen
            class Greedy:
                at: Place = place()
                basis: Word = setting("依据", "basis")
            rule = attrs.evolve(rule, params=Greedy)
            """, "Greedy uses keys that are taken: basis"),
    ),
    "cadre_eval_register_report_formats": _table(
        "formats",
        _EMPTY,
        ("brings a format that cannot be rendered", "form = attrs.evolve(form, render=None)", "render of lines is not a function"),
        ("brings a format with a path for its suffix", "form = attrs.evolve(form, suffix='../../txt')", "the name '../../txt'"),
    ),
    "cadre_eval_register_commands": _table(
        "commands",
        _EMPTY,
        ("brings a command that cannot be run", "command = attrs.evolve(command, run=None)", "run of count is not a function"),
        ("brings a command with an option for its name", "command = attrs.evolve(command, name='--period')", "the name '--period'"),
    ),
    "cadre_eval_check_ruleset": _table(
        "ruleset",
        *_lists(
            _RAISES,
            ("objects to a place of its own making", "return [Objection(Span(None, 1, 1), Text('a', 'b'))]", "AttributeError|not in the ruleset"),
            ("objects without a place", "return [Objection(None, Text('a', 'b'))]", "objected to a place that is in no file"),
            ("objects without words", "return [Objection(ruleset.span, None)]", "a reason must be a Text or a str, not NoneType"),
            ("changes the ruleset it is shown", "ruleset.title = 'mine'", "FrozenInstanceError"),
            ("changes a mapping of the ruleset it is shown", "ruleset.facts['talks'] = None", "TypeError"),
        ),
    ),
}  # fmt: skip
"""While it is asked what it brings: named at the place that names the plugin."""

READING: Mapping[str, tuple[Fault, ...]] = {
    "kind fickle, params": (
        *_table(
            "params",
            ("has a validator that raises", "extra: Number = attrs.field(default=Fraction(1), validator=lambda *_: 1 // 0, metadata={'doc': Text('多', 'more')}, kw_only=True)", "ZeroDivisionError"),
            ("has a converter that raises", "extra: Number = attrs.field(default=Fraction(1), converter=lambda _: [].pop(), metadata={'doc': Text('多', 'more')}, kw_only=True)", "IndexError"),
            ("has a default that raises", "extra: Number = setting('多', 'more', factory=lambda: {}['x'])", "KeyError: 'x'"),
            ("prints when it is made", "def __attrs_post_init__(self):\n    print('made')", "printed something"),
            ("leaves when it is made", "def __attrs_post_init__(self):\n    sys.exit(1)", "SystemExit: 1"),
        ),
    ),
    "kind fickle, visit": (
        *_table(
            "prepare",
            *OFTEN,
            ("returns None", "return None", "prepare returned NoneType, not FickleParams"),
            ("returns other parameters", "return WatchParams(at=params.at, fact=params.fact)", "prepare returned WatchParams, not FickleParams"),
            ("changes a mapping in its parameters", "params.factors['times'] = Fraction(0)", "changed its parameters"),
            ("changes a frozen parameter", "object.__setattr__(params, 'fact', 'talks')", "changed its parameters"),
            ("changes what is declared of facts", "ctx.facts['visits'] = None", "TypeError"),
            ("reports a problem with an unknown code", "ctx.problems.add('CE999', params.at.span)", "CE999"),
            ("reports a problem without what its text needs", "ctx.problems.add('CE401', params.at.span)", "KeyError: 'fact'"),
            ("reports a problem at no place", "ctx.object(None, Text('a', 'b'))", "AttributeError"),
            ("objects without words", "ctx.object(params.at.span, 13)", "a reason must be a Text or a str, not int"),
        ),
        *_table(
            "inputs",
            _RAISES,
            ("returns None", "return None", "inputs must be a list"),
            ("returns an endless generator", "return itertools.repeat(NumberOf('number', params.fact))", "inputs must be a list"),
            ("declares an input of its own", """
                class Own:
                    pooled = may_exclude = False
                    def domain(self, facts):
                        return {"number": (Fraction(0), None)}
                    def read(self, subject):
                        subject.dossier.facts.clear()
                return [Own()]
                """, "inputs must be a list of the inputs that cadre_eval offers"),
            ("declares a subclass of an input", """
                class Own(NumberOf):
                    pass
                return [Own("number", params.fact)]
                """, "inputs must be a list of the inputs that cadre_eval offers"),
            ("declares an input of a fact that is no name", "return [NumberOf('number', ['visits'])]", "TypeError"),
            ("declares an input of a fact that is not declared", "return [NumberOf('number', 'nowhere')]", "an input of the fact 'nowhere', which is not declared"),
            ("declares an input with a name that is none", "return [NumberOf(['number'], params.fact)]", "TypeError"),
            ("changes its parameters while it declares", "params.factors.clear()\nreturn [NumberOf('number', params.fact)]", "changed its parameters"),
        ),
    ),
    "kind steep": _table(
        "any formula",
        ("branches on an interval", "if x['number'] > 10: return points", "TypeError"),
        ("returns a binary float of anything", "return 0.5", "must be an int, a Fraction or a Decimal, not float"),
        ("returns a text for an interval", "return 'much'", "must be an int, a Fraction or a Decimal, not str"),
        ("returns an interval with an end that is no number", "return Interval(Fraction(0), 'high')" , "NameError|must be an int"),
        ("returns an interval the wrong way round", "from cadre_eval.numbers.interval import Interval\nreturn Interval(Fraction(5), Fraction(1))", "the wrong way round"),
        ("asks for a number it did not declare", "return x['visits']", "KeyError: 'visits'"),
    ),
    "kind nod, debrief": _table(
        "words",
        _RAISES,
        ("returns no words", "return None", "marks must be words or the highest number"),
        ("returns one word as letters", "return '好差'", "marks must be words or the highest number"),
        ("returns an endless generator", "return itertools.cycle(['好'])", "marks must be words or the highest number"),
        ("returns a binary float for a scale", "return 100.0", "marks must be words or the highest number"),
        ("returns words that are none", "return (1, 2)", "marks must be words or the highest number"),
    ),
    "accountability rule watch, params": _table(
        "rule params",
        ("has a default that raises", "extra: Number = setting('多', 'more', factory=lambda: {}['x'])", "KeyError: 'x'"),
    ),
    "accountability rule watch, reminder": (
        *_table(
            "rule prepare",
            _RAISES,
            ("returns None", "return None", "prepare returned NoneType, not WatchParams"),
        ),
        *_table(
            "of",
            _RAISES,
            ("says it is about nobody", "return None", "of returned None, not one of cadre, sending-unit, township, host"),
            ("says it is about the world", "return 'world'", "of returned 'world', not one of"),
        ),
    ),
}  # fmt: skip
"""While the rules are read: named at the criterion or the rule of accountability."""

SCORES: tuple[tuple[str, str, str], ...] = (
    ("returns None", "return None", "a Score or Open must be returned, not NoneType"),
    ("returns a bare number", "return points", "a Score or Open must be returned, not Fraction"),
    ("returns a text", "return '40'", "a Score or Open must be returned, not str"),
    ("returns a tuple", "return (points, 'why')", "a Score or Open must be returned, not tuple"),
    ("returns a class", "return Score", "a Score or Open must be returned, not type"),
    ("returns a Score of its own class", """
        class Mine(Score):
            pass
        return Mine(points, "why")
        """, "a Score or Open must be returned, not Mine"),
    ("scores with a binary float", "return Score(12.5, 'why')", "must be an int, a Fraction or a Decimal, not float"),
    ("scores with the float that is no number", "return Score(float('nan'), 'why')", "not float"),
    ("scores with a truth value", "return Score(True, 'why')", "not bool"),
    ("scores with a complex number", "return Score(1j, 'why')", "not complex"),
    ("scores with text", "return Score('12.5', 'why')", "not str"),
    ("scores with nothing", "return Score(None, 'why')", "not NoneType"),
    ("scores with a Decimal that is no number", "return Score(Decimal('NaN'), 'why')", "a score must be a number, not NaN"),
    ("scores with a signalling Decimal", "return Score(Decimal('sNaN'), 'why')", "a score must be a number, not sNaN"),
    ("scores without bounds", "return Score(Decimal('-Infinity'), 'why')", "a score must be a number, not -Infinity"),
    ("scores with a fraction of its own class", """
        class Mine(Fraction):
            pass
        return Score(Mine(1, 2), "why")
        """, "not Mine"),
    ("scores with a million digits", "return Score(10 ** 1_000_000, 'why')", "thousands of digits"),
    ("scores with a million decimals", "return Score(Fraction(1, 7 ** 10_000), 'why')", "thousands of digits"),
    ("scores with a Decimal of a huge exponent", "return Score(Decimal('1e999999999'), 'why')", "thousands of digits"),
    ("scores with a Decimal of a million digits", "return Score(Decimal('1.' + '1' * 1_000_000), 'why')", "thousands of digits"),
    ("gives a number for a reason", "return Score(points, 13)", "a reason must be a Text or a str, not int"),
    ("gives no reason", "return Score(points, None)", "a reason must be a Text or a str, not NoneType"),
    ("gives bytes for a reason", "return Score(points, b'why')", "a reason must be a Text or a str, not bytes"),
    ("gives a Text of numbers for a reason", "return Score(points, Text(1, 2))", "a reason must be a Text or a str, not Text"),
    ("keeps a score open without words", "return Open(None)", "a reason must be a Text or a str, not NoneType"),
    ("returns a coroutine", """
        async def later():
            return Score(points, "why")
        found = later()
        found.close()
        return found
        """, "a Score or Open must be returned, not coroutine"),
    ("returns a generator", "return (Score(points, 'why') for _ in range(1))", "a Score or Open must be returned, not generator"),
)  # fmt: skip
"""What an ordinary function may return in the place of a score."""

FORMULAS: Mapping[str, tuple[Fault, ...]] = {
    "visit": _table(
        "formula",
        *ANYWHERE,
        *SCORES,
        ("adds to a mapping in its parameters", "params.factors['odd'] = Fraction(13)", "changed its parameters"),
        ("empties a mapping in its parameters", "params.factors.clear(); params.factors['times'] = Fraction(2)", "changed its parameters"),
        ("assigns to a parameter", "params.fact = 'talks'", "FrozenInstanceError"),
        ("assigns to a parameter by force", "object.__setattr__(params, 'fact', 'talks')", "changed its parameters"),
        ("changes the values it is given", "values['number'] = Fraction(20)", "TypeError: 'mappingproxy'"),
        ("deletes the values it is given", "del values['number']", "TypeError: 'mappingproxy'"),
        ("asks for a value it did not declare", "return Score(values['talks'], 'why')", "KeyError: 'talks'"),
        ("divides by zero", "return Score(points / 0, 'why')", "ZeroDivisionError"),
        ("takes too few arguments", "return (lambda a: a)()", "TypeError"),
    ),
    "talk": _table(
        "exact formula",
        _RAISES,
        ("returns a binary float", "return 0.5", "must be an int, a Fraction or a Decimal, not float"),
        ("returns None", "return None", "must be an int, a Fraction or a Decimal, not NoneType"),
        ("returns an interval of exact numbers", "from cadre_eval.numbers.interval import Interval\nreturn Interval(Fraction(0), Fraction(30))", "an interval of exact numbers"),
        ("prints", "print(x)", "printed something"),
        ("holds the score open without words", "from cadre_eval.ruleset.kind import StaysOpen\nraise StaysOpen(Text(1, 2))", "a reason must be a Text or a str"),
    ),
    "debrief": _table(
        "review formula",
        _RAISES,
        ("returns None", "return None", "a Score or Open must be returned, not NoneType"),
        ("scores with a binary float", "return Score(1.5, 'why')", "not float"),
        ("changes the marks it is given", "marks.values = ()", "FrozenInstanceError"),
        ("adds to the marks it is given", "marks.values.append('好')", "AttributeError"),
        ("sums words", "return Score(sum(marks.values), 'why')", "TypeError"),
    ),
    "show": _table(
        "survey formula",
        _RAISES,
        ("returns None", "return None", "a Score or Open must be returned, not NoneType"),
        ("scores with a binary float", "return Score(float(votes.share('满意')), 'why')", "not float"),
        ("counts an option that is none", "return Score(votes.options['弃权'], 'why')", "KeyError: '弃权'"),
    ),
}  # fmt: skip
"""While a criterion is scored: the unlucky are pending, with the reason."""

_BAD_WORDS: tuple[tuple[str, str, str], ...] = (
    ("gives ids that are one text", "return [{record}, evidence='e-1')]", "must be tuples of ids"),
    ("gives ids that are numbers", "return [{record}, evidence=(1, 2))]", "must be tuples of ids"),
    ("gives a million ids", "return [{record}, evidence=('e',) * 1_000_000)]", "more than 1000 ids"),
)  # fmt: skip


def _proposing(where: str, record: str, *rest: tuple[str, str, str]) -> tuple[Fault, ...]:
    words = [(claim, code.replace("{record}", record), said) for claim, code, said in _BAD_WORDS]
    return _table(where, *_NO_LISTS, *words, *rest)


HOOKS: Mapping[str, tuple[Fault, ...]] = {
    "cadre_eval_check_evidence": (
        *_table("evidence", *ANYWHERE),
        *_proposing(
            "evidence",
            "EvidenceRemark('visits', 'why'",
            ("returns what another hook may", "return [ReviewRequest('组织部', 'why')]", "returned ReviewRequest, not EvidenceRemark"),
            ("gives a reason that is no text", "return [EvidenceRemark('visits', None)]", "a reason must be a Text or a str, not NoneType"),
            ("names a record that is no text", "return [EvidenceRemark(13, 'why')]", "must be a Text or a str, not int"),
            ("assigns to the view", "cadre.total = Fraction(100)", "FrozenInstanceError"),
            ("changes a mapping of the view", "cadre.scores['visit'] = Fraction(40)", "TypeError: 'mappingproxy'"),
            ("changes a fact of the view", "cadre.postings[0].facts.clear()", "AttributeError"),
            ("changes the ruleset it is shown", "ruleset.facts.clear()", "AttributeError"),
        ),
    ),
    "cadre_eval_propose_adjustments": _proposing(
        "adjustments",
        "ProposedAdjustment('award', 1, 'why'",
        _RAISES,
        ("proposes an item the ruleset does not have", "return [ProposedAdjustment('medal', 1, 'why')]", "proposed the adjustment 'medal', which the ruleset does not have"),
        ("proposes an item that is no name", "return [ProposedAdjustment(['award'], 1, 'why')]", "proposed the adjustment ['award'], which the ruleset does not have"),
        ("proposes half of a binary float", "return [ProposedAdjustment('award', 0.5, 'why')]", "must be an int, a Fraction or a Decimal, not float"),
        ("proposes without bounds", "return [ProposedAdjustment('award', Decimal('Infinity'), 'why')]", "a score must be a number, not Infinity"),
    ),
    "cadre_eval_request_review": _proposing(
        "review",
        "ReviewRequest('组织部', 'why'",
        _RAISES,
        ("asks nobody", "return [ReviewRequest(None, 'why')]", "must be a Text or a str, not NoneType"),
    ),
}  # fmt: skip
"""While results are looked at: the unlucky are pending, and their numbers stand."""

RULES = _table(
    "rule",
    *OFTEN,
    *_lists(
        ("names a cadre it was not asked about", "return [ProposedMeasure('提醒', 'why', cadres=('c-01',))]", "cadres the rule was not asked about"),
        ("takes points as a binary float", "return [ProposedMeasure('提醒', 'why', -0.5)]", "must be an int, a Fraction or a Decimal, not float"),
        ("gives a measure that is no text", "return [ProposedMeasure(None, 'why')]", "must be a Text or a str, not NoneType"),
        ("gives cadres that are no ids", "return [ProposedMeasure('提醒', 'why', cadres=answerable.cadres)]", "must be tuples of ids"),
        ("gives evidence that is one text", "return [ProposedMeasure('提醒', 'why', evidence='e-1')]", "must be tuples of ids"),
        ("changes its parameters", "object.__setattr__(params, 'fact', 'talks')\nreturn []", "changed its parameters"),
        ("changes whom it is asked about", "answerable.cadres = ()", "FrozenInstanceError"),
        ("changes the days it is shown", "answerable.days.first = None", "FrozenInstanceError"),
        ("names a measure that is not declared", "return [ProposedMeasure('提醒', 'why', measure_id='exile')]", "the measure 'exile', which the ruleset does not declare"),
        ("names a measure by a list", "return [ProposedMeasure('提醒', 'why', measure_id=['talk'])]", "unhashable"),
        ("lets it arise on a text", "return [ProposedMeasure('提醒', 'why', on='2025-03-01')]", "must be a date"),
        ("lets it arise after the day of assessment", "import datetime\nreturn [ProposedMeasure('提醒', 'why', on=datetime.date.max)]", "after the day of assessment"),
        ("lets it follow from two things", "return [ProposedMeasure('提醒', 'why', follows_from='f-1/f-2')]", "must be an id, not 'f-1/f-2'"),
        ("lets it follow from nothing", "return [ProposedMeasure('提醒', 'why', follows_from=' ')]", "must be an id"),
        ("lets it follow from no text", "return [ProposedMeasure('提醒', 'why', follows_from=13)]", "must be an id"),
        ("waits for no text", "return [ProposedMeasure('提醒', 'why', waits_for=13)]", "must be a Text or a str, not int"),
        ("proposes two that follow from the period", "return [ProposedMeasure('提醒', 'why'), ProposedMeasure('通报', 'why', follows_from=answerable.period)]", "two measures that follow from the same"),
    ),
)  # fmt: skip
"""While a rule of accountability is asked about a unit: its cadres are pending."""

_NO_TEXT: tuple[tuple[str, str, str], ...] = (
    ("returns None", "return None", "returned NoneType, not text"),
    ("returns bytes", "return b'bytes'", "returned bytes, not text"),
    ("returns lines", "return ['a', 'b']", "returned list, not text"),
    ("returns half a character", r"return '\ud800'", "UnicodeEncodeError"),
    ("changes the results it is shown", "assessed.cadres[0].rank = 1", "FrozenInstanceError"),
)
FORMATS = _table("render", *OFTEN, *_NO_TEXT)
COMMANDS = _table("run", *OFTEN, *_NO_TEXT)
OBSERVERS: Mapping[str, tuple[Fault, ...]] = {
    "cadre_eval_assessment_recorded": _table(
        "recorded",
        *OFTEN,
        ("returns something", "return 'thanks'", "returned str, not None"),
        ("changes what was recorded", "assessment.cadres = ()", "FrozenInstanceError"),
    ),
    "cadre_eval_measure_recorded": _table(
        "measure recorded",
        _RAISES,
        ("returns something", "return measure", "returned MeasureView, not None"),
        ("changes the measure", "measure.points = None", "FrozenInstanceError"),
    ),
}
"""After everything is written."""

MISSHAPEN: tuple[tuple[str, str, str, str], ...] = (
    ("a hook is misspelt", "@hookimpl\ndef cadre_eval_check_evidences(cadre, ruleset):\n    return []", "CE506", "cadre_eval_check_evidences"),
    ("a hook of the right form has no such name", "@hookimpl\ndef check_everything():\n    return []", "CE506", "check_everything"),
    ("a misspelt hook says it may be", "@hookimpl(optionalhook=True)\ndef cadre_eval_check():\n    return []", "CE506", "cadre_eval_check"),
    ("a hook is not marked", "def cadre_eval_request_review(cadre, ruleset):\n    return []", "CE506", "cadre_eval_request_review"),
    ("a hook wraps those of others", "@hookimpl(wrapper=True)\ndef cadre_eval_check_evidence(cadre, ruleset):\n    return (yield)", "CE506", "cadre_eval_check_evidence"),
    ("a hook wraps those of others the old way", "@hookimpl(hookwrapper=True)\ndef cadre_eval_check_evidence(cadre, ruleset):\n    yield", "CE506", "cadre_eval_check_evidence"),
    ("a hook is there twice", "@hookimpl(specname='cadre_eval_check_evidence')\ndef again(cadre, ruleset):\n    return []", "CE506", "cadre_eval_check_evidence"),
    ("a hook takes what is not given", "@hookimpl\ndef cadre_eval_check_evidence(cadre, rules):\n    return []", "CE507", "cadre_eval_check_evidence"),
    ("a hook takes anything", "@hookimpl\ndef cadre_eval_check_evidence(*given):\n    return []", "CE507", "cadre_eval_check_evidence"),
    ("a hook takes any key", "@hookimpl\ndef cadre_eval_check_evidence(**given):\n    return []", "CE507", "cadre_eval_check_evidence"),
    ("a hook has a default", "@hookimpl\ndef cadre_eval_check_evidence(cadre, ruleset=None):\n    return []", "CE507", "cadre_eval_check_evidence"),
    ("a hook takes its argument by key only", "@hookimpl\ndef cadre_eval_check_evidence(*, cadre):\n    return []", "CE507", "cadre_eval_check_evidence"),
    ("a hook that takes nothing takes something", "@hookimpl\ndef cadre_eval_register_commands(assessed):\n    return []", "CE507", "cadre_eval_register_commands"),
    ("a hook is a method that was never bound", "class Home:\n    @hookimpl\n    def cadre_eval_check_evidence(self, cadre):\n        return []\ncadre_eval_check_evidence = Home.cadre_eval_check_evidence", "CE507", "cadre_eval_check_evidence"),
)  # fmt: skip
"""Hooks of the wrong shape: what stands at the end of the plugin, the code of the problem, and the hook named."""

HARMLESS: tuple[tuple[str, str], ...] = (
    ("gives more points than there are", "return Score(10_000, 'far too many')"),
    ("gives fewer points than none", "return Score(-10_000, 'far too few')"),
    ("gives a reason of a million characters", "return Score(points * 13 / 20, '因' * 1_000_000)"),
    ("gives a reason of many lines", r"return Score(points * 13 / 20, 'a\nb\x1b[31m')"),
    ("gives a number of another sort", "return Score(Decimal('26.00'), '13 次')"),
    ("warns", "warnings.warn('thirteen')\nwarnings.simplefilter('error')"),
    ("catches what it raises", "with contextlib.suppress(Exception):\n    raise ValueError"),
    (
        "computes in decimals of its own context",
        "with decimal.localcontext() as own:\n    own.prec = 3\n    Decimal(1) / 7",
    ),
    ("collects garbage", "gc.collect()"),
)
"""What looks odd, and is held by the core: nothing fails."""
