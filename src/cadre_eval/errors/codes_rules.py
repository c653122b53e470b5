"""CE3xx: layers of a ruleset; CE4xx: its rules; CE5xx: plugins."""

from __future__ import annotations

from cadre_eval.errors.entry import Entry, entry

LAYERS: dict[str, Entry] = {
    "CE301": entry(
        "继承成了圈：{cycle}",
        "the layers go round in a circle: {cycle}",
        "删去其中一处 extends",
        "remove one of these extends",
    ),
    "CE302": entry(
        "继承超过 {limit} 层",
        "more than {limit} layers",
        "合并一些层",
        "merge some layers",
    ),
    "CE303": entry(
        "两个上级办法对 {path} 的规定不同",
        "two parent layers disagree on {path}",
        "在本办法里写明取哪个值",
        "decide it in this ruleset",
    ),
    "CE304": entry(
        "要删除的“{id}”在上级办法里不存在",
        "'{id}', which is to be removed, does not exist in any parent",
        "核对代码；用 effective 命令看上级有哪些",
        "check the id; the 'effective' command lists what the parents have",
    ),
    "CE305": entry(
        "删除要写成 {{id: 代码, remove: yes}}，不能带别的键",
        "a removal is written {{id: …, remove: yes}}, with no other key",
        "删去其余的键，或删去 remove",
        "remove the other keys, or 'remove'",
    ),
    "CE306": entry(
        "代码“{id}”用了两次",
        "the id '{id}' is used twice",
        "换一个代码",
        "choose another id",
    ),
    "CE307": entry(
        "锁定的位置 {path} 不存在",
        "{path}, which is locked, does not exist",
        "写成 criteria.代码.键、quotas.代码.键 这样的路径",
        "write a path such as criteria.ID.KEY or quotas.ID.KEY",
    ),
    "CE308": entry(
        "{path} 不能用 tighten-only：要写 towards，且被锁的值要是数",
        "tighten-only on {path} needs 'towards' and a number to compare",
        "加上 towards: higher 或 lower，或改用 rule: final",
        "add towards: higher or lower, or use rule: final",
    ),
    "CE309": entry(
        "{path} 已被上级锁定，不得更改",
        "{path} is locked by a parent layer and may not change",
        "恢复上级的值，或请上级解除锁定",
        "restore the parent's value, or ask for the lock to be lifted",
    ),
    "CE310": entry(
        "{path} 只许改得{towards}",
        "{path} may only become {towards}",
        "改成更严的值，或恢复上级的值",
        "choose a stricter value, or restore the parent's",
    ),
    "CE311": entry(
        "没有随附的办法“{name}”；随附的有：{allowed}",
        "there is no shipped ruleset '{name}'; shipped: {allowed}",
        "核对名称；同一文件夹里的办法写成 ./文件名.yaml",
        "check the name; a file beside this one is written ./name.yaml",
    ),
}

RULES: dict[str, Entry] = {
    "CE401": entry(
        "没有登记事实“{fact}”；已登记：{allowed}",
        "there is no fact '{fact}'; declared: {allowed}",
        "在 facts 里登记它，或改正名称",
        "declare it under 'facts', or correct the name",
    ),
    "CE402": entry(
        "事实“{fact}”是 {type} 类型，这里要 {allowed}",
        "the fact '{fact}' is a {type}; needed here: {allowed}",
        "换一个事实，或改它的 type",
        "use another fact, or change its type",
    ),
    "CE403": entry(
        "“{criterion}”的目标是 0 或负数，无法计分",
        "the target of '{criterion}' is 0 or less, so nothing can be scored",
        "写大于 0 的目标；本期不考核的指标用 periods 限定",
        "write a target above 0; use 'periods' for a criterion that does not count in a period",
    ),
    "CE404": entry(
        "“{word}”不是这个事实的选项；可选：{allowed}",
        "'{word}' is not an option of this fact; options: {allowed}",
        "改成已有的选项，或在 facts 里加上它",
        "use an option, or add it under 'facts'",
    ),
    "CE405": entry(
        "没有规定这些选项的分值：{words}",
        "no points are given for: {words}",
        "每个选项都要有分值",
        "give every option its points",
    ),
    "CE406": entry(
        "写法不成套，需要：{needed}",
        "these keys do not go together; needed: {needed}",
        "对照参考手册写成其中一种",
        "write one of the forms in the reference",
    ),
    "CE407": entry(
        "必须写明 {key}（{allowed}）：不同的选择结果不同，没有缺省",
        "'{key}' must be declared ({allowed}): the choice changes results, so it has no default",
        "按办法原文选定并写上",
        "choose what the rule says and write it",
    ),
    "CE408": entry(
        "各档没有覆盖所有数值：{value} 不在任何一档",
        "the bands leave a gap: {value} is in none of them",
        "补上缺的范围，注意区间端点",
        "add the missing range; mind which ends are closed",
    ),
    "CE409": entry(
        "两档重叠：{value} 同时属于两档",
        "two bands overlap: {value} is in both",
        "改区间端点，如 [80, 90) 和 >= 90",
        "change the ends, as in [80, 90) and >= 90",
    ),
    "CE410": entry(
        "each 必须同为正或同为负，且不为 0",
        "the values of 'each' must all be positive or all negative, and none 0",
        "加分和扣分拆成两个指标",
        "make two criteria of it, one adding and one deducting",
    ),
    "CE411": entry(
        "各项分值合计 {sum}，与满分 {points} 不符",
        "the items add up to {sum}, not to the {points} points of the criterion",
        "改分值或满分",
        "change the items or the points",
    ),
    "CE412": entry(
        "去掉最高最低后可能没有评分：when_more_than 至少为 {least}",
        "trimming could leave no mark: when_more_than must be at least {least}",
        "提高 when_more_than",
        "raise when_more_than",
    ),
    "CE413": entry(
        "权重合计 {sum}，应为 100（或 100%）",
        "the weights sum to {sum}; they must sum to 100 (or to 100%)",
        "改权重；确实要按比例时写 weights: relative",
        "correct the weights; if they are meant as proportions, write weights: relative",
    ),
    "CE414": entry(
        "选项最高分 {top} 与满分 scale {scale} 不同",
        "the highest option is {top}, but the scale is {scale}",
        "写上 scale，使全部选最好时得满分",
        "write 'scale', so that all best answers give all points",
    ),
    "CE415": entry(
        "“{word}”专指{word}票，不能作选项",
        "'{word}' stands for such a ballot and cannot be an option",
        "换一个词；弃权和无效用 abstain、invalid 规定",
        "use another word; 'abstain' and 'invalid' say how they count",
    ),
    "CE416": entry(
        "没有“{kind}”这种计分方法；可用：{allowed}",
        "there is no kind '{kind}'; known: {allowed}",
        "改正名称，或在 plugins 里写上提供它的插件",
        "correct the name, or name the plugin that brings it under 'plugins'",
    ),
    "CE417": entry(
        "指标既没有 kind 也没有 parts",
        "a criterion needs a 'kind' (a leaf) or 'parts' (a group)",
        "写上计分方法，或下级指标",
        "add one of them",
    ),
    "CE418": entry(
        "“{id}”在 {period} 没有任何指标",
        "'{id}' has no criterion in {period}",
        "加上指标，或用 periods 限定",
        "add a criterion, or limit it with 'periods'",
    ),
    "CE419": entry(
        "同组有的指标写了权重，“{id}”没有写",
        "some criteria of the group have a weight and '{id}' has none",
        "同组要么都写 weight，要么都只写 points",
        "in one group all have 'weight', or none has",
    ),
    "CE420": entry(
        "各部分合计 {sum} 分，与所写的 {points} 分不符",
        "the parts add up to {sum} points, not to {points}",
        "改各部分的分值，或改满分",
        "correct the parts or the points",
    ),
    "CE421": entry(
        "没有{what}“{name}”；可用：{allowed}",
        "there is no {what} '{name}'; known: {allowed}",
        "改正名称，或先登记它",
        "correct the name, or declare it first",
    ),
    "CE422": entry(
        "{key} 没有写 {period} 的值",
        "'{key}' has no value for {period}",
        "补上这个考核期的值；不考核的用 periods 限定",
        "add the value, or limit the criterion with 'periods'",
    ),
    "CE423": entry(
        "“{id}”既没有 points 也没有 weight",
        "'{id}' has neither points nor weight",
        "写上满分（points）或权重（weight）",
        "write its points or its weight",
    ),
    "CE424": entry(
        "没有规定这些人员类别的等次：{categories}",
        "no grades are declared for: {categories}",
        "为每个类别写等次，或写 any",
        "declare grades for each category, or 'any'",
    ),
    "CE425": entry(
        "等次有空档：{category} 得 {score} 分时没有等次",
        "the grades leave a gap: for {category}, {score} has no grade",
        "补上缺的范围，注意区间端点",
        "add the missing range; mind which ends are closed",
    ),
    "CE426": entry(
        "等次重叠：{score} 分既是{a}又是{b}",
        "the grades overlap: {score} is both {a} and {b}",
        "改区间端点，如 [75, 90) 和 >= 90",
        "change the ends, as in [75, 90) and >= 90",
    ),
    "CE427": entry(
        "“{label}”由名额产生（by quota），但没有相应的 quotas，或它后面没有按分数的等次",
        "'{label}' is given by quota, but no quota gives it, or no grade by score follows it",
        "加上 quotas，或写成分数范围",
        "add a quota, or write a range",
    ),
    "CE428": entry(
        "“{label}”没有人能达到：总分只在 {low} 到 {high} 之间",
        "nobody can reach '{label}': totals lie between {low} and {high}",
        "检查等次的范围、总分的满分",
        "check the range and the scale of the total",
    ),
    "CE429": entry(
        "对 {category} 要恰好写一个等次；可用：{allowed}",
        "just one grade of {category} is needed; its grades: {allowed}",
        "每个人员类别的等次各写一个，如 [称职, 合格]",
        "name one grade for each scale, as in [称职, 合格]",
    ),
    "CE430": entry(
        "名额比例 {share} 超过 100%",
        "a quota of {share} is more than 100%",
        "写成 25% 或 0.25",
        "write 25% or 0.25",
    ),
    "CE431": entry(
        "终点早于或小于起点",
        "the end lies before the beginning",
        "对调或改正",
        "swap or correct them",
    ),
    "CE432": entry(
        "并列处理必须以 open 结尾，open 只写一次",
        "the tie-break chain must end with 'open', and have it only there",
        "写成 ties: [指标代码, open]",
        "write ties: [criterion, open]",
    ),
    "CE433": entry(
        "combine 里没有 {period} 自己的权重",
        "'combine' gives no weight to {period} itself",
        "补上本期的权重",
        "add this period's weight",
    ),
    "CE434": entry(
        "不能与 {period} 合并计分：它要早于本期结束，且自己不再合并",
        "{period} cannot be combined: it must end earlier and combine nothing itself",
        "只合并同年更早的考核期",
        "combine earlier periods of the year only",
    ),
    "CE435": entry(
        "最后一个等次不能限名额：名额之外没有下一等次",
        "the last grade cannot have a quota: there is no next grade for the others",
        "限制较好的等次",
        "limit a better grade",
    ),
    "CE436": entry(
        "{value} 分超过本项最高 {ceiling} 分，会被截去",
        "{value} is more than the {ceiling} this criterion can give, and would be cut",
        "改分值或满分；确实可以超过时写 ceiling",
        "correct the value or the points; where it may be exceeded, write 'ceiling'",
    ),
    "CE437": entry(
        "“{fact}”可以是负数，与最好值相比没有意义",
        "'{fact}' may be negative, so a share of the best means nothing",
        "给这个事实写 at_least: 0",
        "declare at_least: 0 for the fact",
    ),
    "CE438": entry(
        "这个条件总是{outcome}：值只在 {low} 到 {high} 之间",
        "this condition is always {outcome}: the value lies between {low} and {high}",
        "改比较的数；比率要写百分号",
        "correct the number; a rate is written with a percent sign",
    ),
}

PLUGINS: dict[str, Entry] = {
    "CE501": entry(
        "没有安装插件“{plugin}”；已安装：{allowed}",
        "the plugin '{plugin}' is not installed; installed: {allowed}",
        "用 pip 安装它，或改正名称",
        "install it with pip, or correct the name",
    ),
    "CE502": entry(
        "{a} 和 {b} 都提供计分方法“{kind}”",
        "{a} and {b} both bring the kind '{kind}'",
        "只用其中一个插件",
        "use only one of the plugins",
    ),
}
