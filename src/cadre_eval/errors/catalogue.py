"""Every problem code: what it says and how to cure it. Documented in ``docs/reference/problems.md``."""

from __future__ import annotations

from attrs import frozen

from cadre_eval.errors.text import Text


@frozen
class Entry:
    message: Text
    cure: Text


def _entry(zh: str, en: str, cure_zh: str, cure_en: str) -> Entry:
    return Entry(Text(zh, en), Text(cure_zh, cure_en))


_FILES = {
    "CE101": _entry(
        "文件有 {size} 字节，超过上限 {limit}",
        "the file has {size} bytes; at most {limit} are read",
        "拆成几个文件",
        "split it into several files",
    ),
    "CE102": _entry(
        "不是 UTF-8 文本（字节 {byte}）",
        "not UTF-8 text (byte {byte})",
        "用 UTF-8 编码另存",
        "save the file as UTF-8",
    ),
    "CE103": _entry(
        "不允许的字符 {character}",
        "the character {character} is not allowed",
        "删去这个看不见的控制字符",
        "remove this invisible control character",
    ),
    "CE104": _entry(
        "YAML 写法有误：{reason}",
        "not YAML: {reason}",
        "检查此处及上一行的缩进、冒号后的空格、引号和括号",
        "check indentation, the space after a colon, quotes and brackets here and one line above",
    ),
    "CE105": _entry(
        "文件是空的",
        "the file is empty",
        "写入内容，或删去文件",
        "write its content, or delete the file",
    ),
    "CE106": _entry(
        "键“{key}”写了两次",
        "the key '{key}' is written twice",
        "只留一处",
        "keep one of them",
    ),
    "CE107": _entry(
        "不接受{what}",
        "{what} is not accepted",
        "把内容直接写出来；规则之间的继承用 extends",
        "write the content out; rulesets inherit with extends",
    ),
    "CE108": _entry(
        "嵌套超过 {limit} 层",
        "nested deeper than {limit} levels",
        "检查括号是否漏了收尾",
        "look for a bracket that is never closed",
    ),
    "CE109": _entry(
        "键必须是一段文字",
        "a key must be plain text",
        "写成“键: 值”",
        "write it as 'key: value'",
    ),
    "CE110": _entry(
        "一段文字超过 {limit} 个字",
        "a text longer than {limit} characters",
        "检查引号是否漏了收尾",
        "look for a quote that is never closed",
    ),
    "CE111": _entry(
        "一个文件只能有一份文档",
        "a file holds one document only",
        "拆成两个文件（--- 之后的部分另存）",
        "move what follows '---' to a file of its own",
    ),
    "CE112": _entry(
        "找不到 {path}",
        "{path} cannot be found",
        "检查名称和所在文件夹",
        "check the name and the folder",
    ),
    "CE113": _entry(
        "{path} 在工作区之外，不读取",
        "{path} lies outside the workspace and is not read",
        "把文件放进工作区，用相对路径，不用 ..、绝对路径或链接",
        "put the file into the workspace and name it by a relative path without '..'",
    ),
    "CE114": _entry(
        "读不了 {path}：{reason}",
        "{path} cannot be read: {reason}",
        "检查文件权限，以及文件是否被其他程序占用",
        "check its permissions, and whether another program holds it",
    ),
}

_VALUES = {
    "CE201": _entry(
        "没有“{key}”这个键；可用：{allowed}",
        "there is no key '{key}'; allowed: {allowed}",
        "改成可用的键，或删去",
        "use one of the keys allowed, or remove it",
    ),
    "CE202": _entry(
        "这里是空的，应为{expected}",
        "nothing is written here; {expected} is needed",
        "写上值，或删去这个键",
        "write a value, or remove the key",
    ),
    "CE203": _entry(
        "缺少必填的键“{key}”",
        "the required key '{key}' is missing",
        "补上这个键",
        "add the key",
    ),
    "CE204": _entry(
        "形式不对，应为{expected}",
        "wrong form: {expected} is needed",
        "对照参考手册改写",
        "write it in the form the reference shows",
    ),
    "CE205": _entry(
        "“{text}”不在可选范围：{allowed}",
        "'{text}' is not one of: {allowed}",
        "从可选范围里选一个",
        "choose one of the words allowed",
    ),
    "CE206": _entry(
        "“{text}”不是数",
        "'{text}' is not a number",
        "用半角写，如 90、0.30、-2、30%、2/3",
        "write 90, 0.30, -2, 30% or 2/3",
    ),
    "CE207": _entry(
        "“{text}”不是整数（0、1、2……）",
        "'{text}' is not a whole number (0, 1, 2, …)",
        "写整数，不带小数点、百分号、单位",
        "write it without point, percent sign or unit",
    ),
    "CE208": _entry(
        "“{text}”不是日期，或日历上没有这一天",
        "'{text}' is not a date of the calendar",
        "写成 2025-06-30",
        "write it as 2025-06-30",
    ),
    "CE209": _entry(
        "“{text}”不是时长",
        "'{text}' is not a duration",
        "写成 6 months、30 days、2 years，或 6个月、30天、2年",
        "write 6 months, 30 days or 2 years",
    ),
    "CE210": _entry(
        "“{text}”不是 是/否",
        "'{text}' is neither yes nor no",
        "写 yes 或 no（或 是、否）",
        "write yes or no",
    ),
    "CE211": _entry(
        "“{text}”不能作代码",
        "'{text}' cannot be an id",
        "用文字、数字、-、_、. 组成，以文字或数字开头，不超过64个字，不含空格",
        "use letters, digits, '-', '_' and '.', at most 64, no spaces",
    ),
    "CE212": _entry(
        "“{text}”不是范围",
        "'{text}' is not a range",
        '写成 ">= 90"、"[75, 90)"、"< 60"（加引号）',
        'write ">= 90", "[75, 90)" or "< 60", in quotes',
    ),
    "CE213": _entry(
        "{text} 超出范围，应{limit}",
        "{text} is out of range: it must be {limit}",
        "核对原始材料后改正",
        "check the original record and correct it",
    ),
    "CE214": _entry(
        "应写一段文字（不空，不超过 {limit} 个字，不换行）",
        "a text is needed: not empty, at most {limit} characters, on one line",
        "写上文字",
        "write the text",
    ),
    "CE215": _entry(
        "“{text}”不是日（月-日），或每年并非都有这一天",
        "'{text}' is not a day of every year",
        "写成 06-30",
        "write it as 06-30",
    ),
}

_LAYERS = {
    "CE301": _entry(
        "继承成了圈：{cycle}",
        "the layers go round in a circle: {cycle}",
        "删去其中一处 extends",
        "remove one of these extends",
    ),
    "CE302": _entry(
        "继承超过 {limit} 层",
        "more than {limit} layers",
        "合并一些层",
        "merge some layers",
    ),
    "CE303": _entry(
        "两个上级办法对 {path} 的规定不同",
        "two parent layers disagree on {path}",
        "在本办法里写明取哪个值",
        "decide it in this ruleset",
    ),
    "CE304": _entry(
        "要删除的“{id}”在上级办法里不存在",
        "'{id}', which is to be removed, does not exist in any parent",
        "核对代码；用 effective 命令看上级有哪些",
        "check the id; the 'effective' command lists what the parents have",
    ),
    "CE305": _entry(
        "删除要写成 {{id: 代码, remove: yes}}，不能带别的键",
        "a removal is written {{id: …, remove: yes}}, with no other key",
        "删去其余的键，或删去 remove",
        "remove the other keys, or 'remove'",
    ),
    "CE306": _entry(
        "代码“{id}”用了两次",
        "the id '{id}' is used twice",
        "换一个代码",
        "choose another id",
    ),
    "CE307": _entry(
        "锁定的位置 {path} 不存在",
        "{path}, which is locked, does not exist",
        "写成 criteria.代码.键、quotas.代码.键 这样的路径",
        "write a path such as criteria.ID.KEY or quotas.ID.KEY",
    ),
    "CE308": _entry(
        "{path} 不能用 tighten-only：要写 towards，且被锁的值要是数",
        "tighten-only on {path} needs 'towards' and a number to compare",
        "加上 towards: higher 或 lower，或改用 rule: final",
        "add towards: higher or lower, or use rule: final",
    ),
    "CE309": _entry(
        "{path} 已被上级锁定，不得更改",
        "{path} is locked by a parent layer and may not change",
        "恢复上级的值，或请上级解除锁定",
        "restore the parent's value, or ask for the lock to be lifted",
    ),
    "CE310": _entry(
        "{path} 只许改得{towards}",
        "{path} may only become {towards}",
        "改成更严的值，或恢复上级的值",
        "choose a stricter value, or restore the parent's",
    ),
    "CE311": _entry(
        "没有随附的办法“{name}”；随附的有：{allowed}",
        "there is no shipped ruleset '{name}'; shipped: {allowed}",
        "核对名称；同一文件夹里的办法写成 ./文件名.yaml",
        "check the name; a file beside this one is written ./name.yaml",
    ),
}

_RULES = {
    "CE401": _entry(
        "没有登记事实“{fact}”；已登记：{allowed}",
        "there is no fact '{fact}'; declared: {allowed}",
        "在 facts 里登记它，或改正名称",
        "declare it under 'facts', or correct the name",
    ),
    "CE402": _entry(
        "事实“{fact}”是 {type} 类型，这里要 {allowed}",
        "the fact '{fact}' is a {type}; needed here: {allowed}",
        "换一个事实，或改它的 type",
        "use another fact, or change its type",
    ),
    "CE403": _entry(
        "“{criterion}”的目标是 0 或负数，无法计分",
        "the target of '{criterion}' is 0 or less, so nothing can be scored",
        "写大于 0 的目标；本期不考核的指标用 periods 限定",
        "write a target above 0; use 'periods' for a criterion that does not count in a period",
    ),
    "CE404": _entry(
        "“{word}”不是这个事实的选项；可选：{allowed}",
        "'{word}' is not an option of this fact; options: {allowed}",
        "改成已有的选项，或在 facts 里加上它",
        "use an option, or add it under 'facts'",
    ),
    "CE405": _entry(
        "没有规定这些选项的分值：{words}",
        "no points are given for: {words}",
        "每个选项都要有分值",
        "give every option its points",
    ),
    "CE406": _entry(
        "写法不成套，需要：{needed}",
        "these keys do not go together; needed: {needed}",
        "对照参考手册写成其中一种",
        "write one of the forms in the reference",
    ),
    "CE407": _entry(
        "必须写明 {key}（{allowed}）：不同的选择结果不同，没有缺省",
        "'{key}' must be declared ({allowed}): the choice changes results, so it has no default",
        "按办法原文选定并写上",
        "choose what the rule says and write it",
    ),
    "CE408": _entry(
        "各档没有覆盖所有数值：{value} 不在任何一档",
        "the bands leave a gap: {value} is in none of them",
        "补上缺的范围，注意区间端点",
        "add the missing range; mind which ends are closed",
    ),
    "CE409": _entry(
        "两档重叠：{value} 同时属于两档",
        "two bands overlap: {value} is in both",
        "改区间端点，如 [80, 90) 和 >= 90",
        "change the ends, as in [80, 90) and >= 90",
    ),
    "CE410": _entry(
        "each 必须同为正或同为负，且不为 0",
        "the values of 'each' must all be positive or all negative, and none 0",
        "加分和扣分拆成两个指标",
        "make two criteria of it, one adding and one deducting",
    ),
    "CE411": _entry(
        "各项分值合计 {sum}，与满分 {points} 不符",
        "the items add up to {sum}, not to the {points} points of the criterion",
        "改分值或满分",
        "change the items or the points",
    ),
    "CE412": _entry(
        "去掉最高最低后可能没有评分：when_more_than 至少为 {least}",
        "trimming could leave no mark: when_more_than must be at least {least}",
        "提高 when_more_than",
        "raise when_more_than",
    ),
    "CE413": _entry(
        "权重合计 {sum}，应为 100（或 100%）",
        "the weights sum to {sum}; they must sum to 100 (or to 100%)",
        "改权重；确实要按比例时写 weights: relative",
        "correct the weights; if they are meant as proportions, write weights: relative",
    ),
    "CE414": _entry(
        "选项最高分 {top} 与满分 scale {scale} 不同",
        "the highest option is {top}, but the scale is {scale}",
        "写上 scale，使全部选最好时得满分",
        "write 'scale', so that all best answers give all points",
    ),
    "CE415": _entry(
        "“{word}”专指{word}票，不能作选项",
        "'{word}' stands for such a ballot and cannot be an option",
        "换一个词；弃权和无效用 abstain、invalid 规定",
        "use another word; 'abstain' and 'invalid' say how they count",
    ),
    "CE416": _entry(
        "没有“{kind}”这种计分方法；可用：{allowed}",
        "there is no kind '{kind}'; known: {allowed}",
        "改正名称，或在 plugins 里写上提供它的插件",
        "correct the name, or name the plugin that brings it under 'plugins'",
    ),
    "CE417": _entry(
        "指标既没有 kind 也没有 parts",
        "a criterion needs a 'kind' (a leaf) or 'parts' (a group)",
        "写上计分方法，或下级指标",
        "add one of them",
    ),
    "CE418": _entry(
        "“{id}”在 {period} 没有任何指标",
        "'{id}' has no criterion in {period}",
        "加上指标，或用 periods 限定",
        "add a criterion, or limit it with 'periods'",
    ),
    "CE419": _entry(
        "同组有的指标写了权重，“{id}”没有写",
        "some criteria of the group have a weight and '{id}' has none",
        "同组要么都写 weight，要么都只写 points",
        "in one group all have 'weight', or none has",
    ),
    "CE420": _entry(
        "各部分合计 {sum} 分，与所写的 {points} 分不符",
        "the parts add up to {sum} points, not to {points}",
        "改各部分的分值，或改满分",
        "correct the parts or the points",
    ),
    "CE421": _entry(
        "没有{what}“{name}”；可用：{allowed}",
        "there is no {what} '{name}'; known: {allowed}",
        "改正名称，或先登记它",
        "correct the name, or declare it first",
    ),
    "CE422": _entry(
        "{key} 没有写 {period} 的值",
        "'{key}' has no value for {period}",
        "补上这个考核期的值；不考核的用 periods 限定",
        "add the value, or limit the criterion with 'periods'",
    ),
    "CE423": _entry(
        "“{id}”既没有 points 也没有 weight",
        "'{id}' has neither points nor weight",
        "写上满分（points）或权重（weight）",
        "write its points or its weight",
    ),
    "CE424": _entry(
        "没有规定这些人员类别的等次：{categories}",
        "no grades are declared for: {categories}",
        "为每个类别写等次，或写 any",
        "declare grades for each category, or 'any'",
    ),
    "CE425": _entry(
        "等次有空档：{category} 得 {score} 分时没有等次",
        "the grades leave a gap: for {category}, {score} has no grade",
        "补上缺的范围，注意区间端点",
        "add the missing range; mind which ends are closed",
    ),
    "CE426": _entry(
        "等次重叠：{score} 分既是{a}又是{b}",
        "the grades overlap: {score} is both {a} and {b}",
        "改区间端点，如 [75, 90) 和 >= 90",
        "change the ends, as in [75, 90) and >= 90",
    ),
    "CE427": _entry(
        "“{label}”由名额产生（by quota），但没有相应的 quotas，或它后面没有按分数的等次",
        "'{label}' is given by quota, but no quota gives it, or no grade by score follows it",
        "加上 quotas，或写成分数范围",
        "add a quota, or write a range",
    ),
    "CE428": _entry(
        "“{label}”没有人能达到：总分只在 {low} 到 {high} 之间",
        "nobody can reach '{label}': totals lie between {low} and {high}",
        "检查等次的范围、总分的满分",
        "check the range and the scale of the total",
    ),
    "CE429": _entry(
        "对 {category} 要恰好写一个等次；可用：{allowed}",
        "just one grade of {category} is needed; its grades: {allowed}",
        "每个人员类别的等次各写一个，如 [称职, 合格]",
        "name one grade for each scale, as in [称职, 合格]",
    ),
    "CE430": _entry(
        "名额比例 {share} 超过 100%",
        "a quota of {share} is more than 100%",
        "写成 25% 或 0.25",
        "write 25% or 0.25",
    ),
    "CE431": _entry(
        "终点早于或小于起点",
        "the end lies before the beginning",
        "对调或改正",
        "swap or correct them",
    ),
    "CE432": _entry(
        "并列处理必须以 open 结尾，open 只写一次",
        "the tie-break chain must end with 'open', and have it only there",
        "写成 ties: [指标代码, open]",
        "write ties: [criterion, open]",
    ),
    "CE433": _entry(
        "combine 里没有 {period} 自己的权重",
        "'combine' gives no weight to {period} itself",
        "补上本期的权重",
        "add this period's weight",
    ),
    "CE434": _entry(
        "不能与 {period} 合并计分：它要早于本期结束，且自己不再合并",
        "{period} cannot be combined: it must end earlier and combine nothing itself",
        "只合并同年更早的考核期",
        "combine earlier periods of the year only",
    ),
    "CE435": _entry(
        "最后一个等次不能限名额：名额之外没有下一等次",
        "the last grade cannot have a quota: there is no next grade for the others",
        "限制较好的等次",
        "limit a better grade",
    ),
    "CE436": _entry(
        "{value} 分超过本项最高 {ceiling} 分，会被截去",
        "{value} is more than the {ceiling} this criterion can give, and would be cut",
        "改分值或满分；确实可以超过时写 ceiling",
        "correct the value or the points; where it may be exceeded, write 'ceiling'",
    ),
}

_PLUGINS = {
    "CE501": _entry(
        "没有安装插件“{plugin}”；已安装：{allowed}",
        "the plugin '{plugin}' is not installed; installed: {allowed}",
        "用 pip 安装它，或改正名称",
        "install it with pip, or correct the name",
    ),
    "CE502": _entry(
        "{a} 和 {b} 都提供计分方法“{kind}”",
        "{a} and {b} both bring the kind '{kind}'",
        "只用其中一个插件",
        "use only one of the plugins",
    ),
}

_RECORDS = {
    "CE601": _entry(
        "离任日期不在任期之内（{first} 至 {last}）",
        "the last day is not within the term ({first} to {last})",
        "核对到任、届满和离任日期",
        "check the first day, the term and the last day",
    ),
    "CE602": _entry(
        "{cadre} 的党组织关系与是否党员不符",
        "the party relation of {cadre} does not agree with 'party_member'",
        "非党员写 party: not-applicable，党员写划转情况",
        "write party: not-applicable for a cadre who is no Party member, else the transfer",
    ),
    "CE603": _entry(
        "划转日期不在派驻期间（{first} 至 {last}）",
        "the transfer does not take effect within the posting ({first} to {last})",
        "核对到任日期和划转日期",
        "check the first day of the posting and the transfer",
    ),
    "CE604": _entry(
        "{cadre} 的两个派驻时间重叠（前一个到 {last}）",
        "two postings of {cadre} overlap (the first lasts to {last})",
        "前一个派驻写上 ended",
        "write 'ended' in the first posting",
    ),
    "CE605": _entry(
        "有内容的记录状态应为 present，没有内容的要写明状态",
        "a record with content is present; one without must say why not",
        "删去 state，或删去内容",
        "remove 'state', or the content",
    ),
    "CE606": _entry(
        "收回 {cast} 票，多于发出的 {issued} 票",
        "{cast} ballots were cast, more than the {issued} issued",
        "核对票数",
        "check the counts",
    ),
    "CE607": _entry(
        "{period} 不是考核期；可用：{allowed}",
        "{period} is not a period; known: {allowed}",
        "写成 年份-考核期，如 2025-mid-year",
        "write year and period, as in 2025-mid-year",
    ),
    "CE608": _entry(
        "{cadre} 在 {period} 没有派驻",
        "{cadre} has no posting in {period}",
        "核对名册的到任、离任日期，或删去这份档案",
        "check the dates in the roster, or remove the dossier",
    ),
    "CE609": _entry(
        "{cadre} 在 {period} 有多个派驻（{allowed}），要写明 posting",
        "{cadre} has several postings in {period} ({allowed}): name one under 'posting'",
        "加上 posting: 派驻代码；每个派驻一份档案",
        "add posting: ID, one dossier for each",
    ),
    "CE610": _entry(
        "这个派驻在本期的档案重复",
        "there is another dossier of this posting in this period",
        "合并成一份",
        "merge them into one",
    ),
    "CE611": _entry(
        "{period} 没有施行中的考核办法",
        "no ruleset is in force in {period}",
        "核对 effective_from、effective_until，或在 ruleset 里列上相应版本",
        "check effective_from and effective_until, or list the version in force",
    ),
    "CE612": _entry(
        "{a} 和 {b} 在 {period} 同时施行",
        "both {a} and {b} are in force in {period}",
        "给旧版写上 effective_until",
        "give the older version an effective_until",
    ),
}

CATALOGUE: dict[str, Entry] = _FILES | _VALUES | _LAYERS | _RULES | _PLUGINS | _RECORDS
