"""CE8xx: tables in files of their own."""

from __future__ import annotations

from cadre_eval.errors.entry import Entry, entry

TABLE_FILES: dict[str, Entry] = {
    "CE801": entry(
        "{path} 里没有表格文件；能读的：{allowed}",
        "there is no table file in {path}; these are read: {allowed}",
        "把表格另存为其中一种格式，放进这个文件夹",
        "save the tables in one of these formats, in this folder",
    ),
    "CE802": entry(
        "{path} 不是能读的表格文件；能读的：{allowed}",
        "{path} is no table file that can be read; these are read: {allowed}",
        "用表格软件另存为 .csv，或导出为其中另一种格式",
        "save it as .csv, or export it in another of these formats",
    ),
    "CE803": entry(
        "文件损坏，或不是 {kind} 格式：{reason}",
        "the file is damaged, or not {kind}: {reason}",
        "重新导出或重新传一次；后缀要与格式一致",
        "export or transfer it again; its suffix must say its format",
    ),
    "CE804": entry(
        "列“{column}”有两个",
        "there are two columns '{column}'",
        "删去一列，或改正列名",
        "remove one of them, or correct its name",
    ),
    "CE805": entry(
        "表里一列也没有",
        "the table has no columns",
        "第一行写列名，以下每行一条；不需要这张表，就删去文件",
        "write the names of the columns into the first line, one record a line below; delete the file if it is not needed",
    ),
    "CE806": entry(
        "第 {number} 列没有列名",
        "column {number} has no name",
        "写上列名；整列是空的，就删去",
        "write its name; delete the column if it is empty",
    ),
    "CE807": entry(
        "列数超过 {limit}",
        "more than {limit} columns",
        "核对表是不是导出错了：行和列是否颠倒",
        "check the export: rows and columns may be swapped",
    ),
    "CE808": entry(
        "一行超过 {limit} 个字",
        "a row longer than {limit} characters",
        "检查换行和引号；一行只写一条记录",
        "look for line breaks and quotes that are missing; a row is one record",
    ),
    "CE809": entry(
        "既不是 UTF-8 文本，也不是 GB18030（字节 {byte}）",
        "neither UTF-8 nor GB18030 text (byte {byte})",
        "用表格软件另存为“CSV UTF-8”",
        "save the file as 'CSV UTF-8'",
    ),
    "CE810": entry(
        "这一行有 {given} 格，表头有 {expected} 列",
        "this row has {given} cells, the header has {expected} columns",
        "内容里有逗号的，整格加双引号；核对有没有漏格、多格",
        "put a cell with a comma in double quotes; look for a cell too many or too few",
    ),
    "CE811": entry(
        "引号或回车用得不对：{reason}",
        "a quote or carriage return is out of place: {reason}",
        '整格用双引号括起来，里面的双引号写成两个：""',
        'put the whole cell in double quotes, and write a double quote inside it twice: ""',
    ),
    "CE812": entry(
        "这一行不是一条 JSON 记录：{reason}",
        "this line is not a JSON record: {reason}",
        "每行一条完整的记录，在一对花括号里写键和值，键加双引号",
        "write one whole record a line: keys in double quotes and their values, in one pair of braces",
    ),
    "CE813": entry(
        "“{key}”的值是{what}；一格只能是一个值，或一串值",
        "the value of '{key}' is {what}; a cell is one value, or a list of values",
        "每个值写成单独的一列",
        "give each value a column of its own",
    ),
    "CE814": entry(
        "列“{column}”在这里是{here}，在 {other} 是{there}",
        "the column '{column}' holds {here} here, but {there} in {other}",
        "各文件、各行的同一列用同一种类型",
        "use one type for a column, in all files and lines",
    ),
    "CE815": entry(
        "文件在打开之后被改动了",
        "the file was changed since it was opened",
        "等写完再读一次",
        "read it again once it is complete",
    ),
    "CE821": entry(
        "列“{column}”是二进制浮点数（{type}），不是准确的数",
        "the column '{column}' holds binary floats ({type}), which are not exact",
        "导出为定点小数（decimal），或文字，如 0.30、98.5%",
        "export it as decimals, or as text such as 0.30 or 98.5%",
    ),
    "CE822": entry(
        "列“{column}”是{type}，应为{expected}",
        "the column '{column}' holds {type}; it is read from {expected}",
        "导出时改变这一列的类型",
        "change the type of the column in the export",
    ),
    "CE823": entry(
        "名册里没有派驻“{posting}”",
        "there is no posting '{posting}' on the roster",
        "改正代码；名册没有 posting 列的，派驻的代码就是干部的代码",
        "correct the id; where the roster has no column 'posting', it is the id of the cadre",
    ),
    "CE824": entry(
        "{folder} 里没有名册表 roster；每张表按名称放：{allowed}",
        "there is no table 'roster' in {folder}; tables are found by name: {allowed}",
        "把名册存为 roster.parquet、roster.csv 等，放进这个文件夹",
        "save the roster as roster.parquet, roster.csv or the like in that folder",
    ),
    "CE825": entry(
        "没有“{name}”这张表；可用：{allowed}",
        "there is no table '{name}'; known: {allowed}",
        "改正文件名；不是表格的，移出这个文件夹",
        "correct the name of the file; move what is no table out of the folder",
    ),
    "CE826": entry(
        "表 {table} 有两处，另一处是 {other}",
        "the table '{table}' is there twice, the other time as {other}",
        "留一处；几个文件合成一张表的，放进一个用表名命名的文件夹",
        "keep one of them; files that make up a table together lie in a folder called by its name",
    ),
}
