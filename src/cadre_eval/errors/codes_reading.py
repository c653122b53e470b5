"""CE1xx: files; CE2xx: values."""

from __future__ import annotations

from cadre_eval.errors.entry import Entry, entry

FILES: dict[str, Entry] = {
    "CE101": entry(
        "文件有 {size} 字节，超过上限 {limit}",
        "the file has {size} bytes; at most {limit} are read",
        "拆成几个文件",
        "split it into several files",
    ),
    "CE102": entry(
        "不是 UTF-8 文本（字节 {byte}）",
        "not UTF-8 text (byte {byte})",
        "用 UTF-8 编码另存",
        "save the file as UTF-8",
    ),
    "CE103": entry(
        "不允许的字符 {character}",
        "the character {character} is not allowed",
        "删去这个看不见的控制字符；制表符换成空格",
        "remove this invisible control character; replace a tab by spaces",
    ),
    "CE104": entry(
        "YAML 写法有误：{reason}",
        "not YAML: {reason}",
        "检查此处及上一行的缩进、冒号后的空格、引号和括号",
        "check indentation, the space after a colon, quotes and brackets here and one line above",
    ),
    "CE105": entry(
        "文件是空的",
        "the file is empty",
        "写入内容，或删去文件",
        "write its content, or delete the file",
    ),
    "CE106": entry(
        "键“{key}”写了两次",
        "the key '{key}' is written twice",
        "只留一处",
        "keep one of them",
    ),
    "CE107": entry(
        "不接受{what}",
        "{what} is not accepted",
        "把内容直接写出来；规则之间的继承用 extends",
        "write the content out; rulesets inherit with extends",
    ),
    "CE108": entry(
        "嵌套超过 {limit} 层",
        "nested deeper than {limit} levels",
        "检查括号是否漏了收尾",
        "look for a bracket that is never closed",
    ),
    "CE109": entry(
        "键必须是一段文字",
        "a key must be plain text",
        "写成“键: 值”",
        "write it as 'key: value'",
    ),
    "CE110": entry(
        "一段文字超过 {limit} 个字",
        "a text longer than {limit} characters",
        "检查引号是否漏了收尾",
        "look for a quote that is never closed",
    ),
    "CE111": entry(
        "一个文件只能有一份文档",
        "a file holds one document only",
        "拆成两个文件（--- 之后的部分另存）",
        "move what follows '---' to a file of its own",
    ),
    "CE112": entry(
        "找不到 {path}",
        "{path} cannot be found",
        "检查名称和所在文件夹",
        "check the name and the folder",
    ),
    "CE113": entry(
        "{path} 在工作区之外，不读取",
        "{path} lies outside the workspace and is not read",
        "把文件放进工作区，用相对路径，不用 ..、绝对路径或链接",
        "put the file into the workspace and name it by a relative path without '..'",
    ),
    "CE114": entry(
        "读不了 {path}：{reason}",
        "{path} cannot be read: {reason}",
        "检查文件权限，以及文件是否被其他程序占用",
        "check its permissions, and whether another program holds it",
    ),
    "CE115": entry(
        "这里是全角的“{mark}”，键后面要用半角冒号加空格",
        "here stands a full-width '{mark}'; a key ends with a plain colon and a space",
        "把全角冒号改成半角冒号和一个空格；逗号、括号也要用半角",
        "write ': ', and plain commas and brackets too",
    ),
}

VALUES: dict[str, Entry] = {
    "CE201": entry(
        "没有“{key}”这个键；可用：{allowed}",
        "there is no key '{key}'; allowed: {allowed}",
        "改成可用的键，或删去",
        "use one of the keys allowed, or remove it",
    ),
    "CE202": entry(
        "这里是空的，应为{expected}",
        "nothing is written here; {expected} is needed",
        "写上值，或删去这个键",
        "write a value, or remove the key",
    ),
    "CE203": entry(
        "缺少必填的键“{key}”",
        "the required key '{key}' is missing",
        "补上这个键",
        "add the key",
    ),
    "CE204": entry(
        "形式不对，应为{expected}",
        "wrong form: {expected} is needed",
        "对照参考手册改写",
        "write it in the form the reference shows",
    ),
    "CE205": entry(
        "“{text}”不在可选范围：{allowed}",
        "'{text}' is not one of: {allowed}",
        "从可选范围里选一个",
        "choose one of the words allowed",
    ),
    "CE206": entry(
        "“{text}”不是数",
        "'{text}' is not a number",
        "用半角写，如 90、0.30、-2、30%、2/3",
        "write 90, 0.30, -2, 30% or 2/3",
    ),
    "CE207": entry(
        "“{text}”不是整数（0、1、2……）",
        "'{text}' is not a whole number (0, 1, 2, …)",
        "写整数，不带小数点、百分号、单位",
        "write it without point, percent sign or unit",
    ),
    "CE208": entry(
        "“{text}”不是日期，或日历上没有这一天",
        "'{text}' is not a date of the calendar",
        "写成 2025-06-30 这样的日期",
        "write it as 2025-06-30",
    ),
    "CE209": entry(
        "“{text}”不是时长",
        "'{text}' is not a duration",
        "写成 6 months、30 days、2 years，或 6个月、30天、2年；监督的时限也可以写 10 workdays、10个工作日",
        "write 6 months, 30 days or 2 years; a time allowed in supervision also 10 workdays",
    ),
    "CE210": entry(
        "“{text}”不是 是/否",
        "'{text}' is neither yes nor no",
        "写 yes 或 no（或 是、否）",
        "write yes or no",
    ),
    "CE211": entry(
        "“{text}”不能作代码",
        "'{text}' cannot be an id",
        "用文字、数字、-、_ 组成，以文字或数字开头，不超过64个字，不含空格",
        "use letters, digits, '-' and '_', a letter or digit first, at most 64, no spaces",
    ),
    "CE212": entry(
        "“{text}”不是范围",
        "'{text}' is not a range",
        '写成 ">= 90"、"[75, 90)"、"< 60"（加引号）',
        'write ">= 90", "[75, 90)" or "< 60", in quotes',
    ),
    "CE213": entry(
        "{text} 超出范围，应{limit}",
        "{text} is out of range: it must be {limit}",
        "核对原始材料后改正",
        "check the original record and correct it",
    ),
    "CE214": entry(
        "应写一段文字（不空，不超过 {limit} 个字，不换行）",
        "a text is needed: not empty, at most {limit} characters, on one line",
        "写上文字",
        "write the text",
    ),
    "CE215": entry(
        "“{text}”不是日（月-日），或每年并非都有这一天",
        "'{text}' is not a day of every year",
        "写成 06-30",
        "write it as 06-30",
    ),
}
