"""Codes of plugins: finding them, trusting them, what they bring."""

from __future__ import annotations

from cadre_eval.errors.entry import Entry, entry

PLUGIN_CODES: dict[str, Entry] = {
    "CE501": entry(
        "没有插件“{plugin}”；找得到的：{allowed}",
        "there is no plugin '{plugin}'; found: {allowed}",
        "用 pip 安装它，或放进工作区的 plugins/ 文件夹，或改正名称",
        "install it with pip, put it into the workspace's plugins/ folder, or correct the name",
    ),
    "CE502": entry(
        "{a} 和 {b} 都提供{what}“{key}”",
        "{a} and {b} both bring the {what} '{key}'",
        "只用其中一个插件",
        "use only one of the plugins",
    ),
    "CE503": entry(
        "插件“{plugin}”的版本是 {version}，这里要求 {wanted}",
        "the plugin '{plugin}' has version {version}; {wanted} is asked for",
        "安装合乎要求的版本，或改版本范围",
        "install a version in the range, or change the range",
    ),
    "CE504": entry(
        "看不懂插件的写法“{text}”",
        "'{text}' does not name a plugin",
        "写成：名称，或 名称 >=0.2, <1",
        "write: name, or name >=0.2, <1",
    ),
    "CE505": entry(
        "插件 {plugin} {version} 禁止使用：{where}",
        "the plugin {plugin} {version} is blocked: {where}",
        "去掉办法对它的要求，或从 blocked_plugins 里去掉它",
        "drop what asks for it, or take it out of blocked_plugins",
    ),
    "CE506": entry(
        "插件 {plugin} {version} 的 {hook} 不是挂接点：{reason}",
        "{hook} of the plugin {plugin} {version} is not a hook: {reason}",
        "改正名称，并加上 @hookimpl",
        "correct the name, and mark it with @hookimpl",
    ),
    "CE507": entry(
        "插件 {plugin} {version} 的挂接点 {hook} 参数不对：写的是 {given}，应为 {signature}",
        "the hook {hook} of the plugin {plugin} {version} has the arguments {given}; it should be {signature}",
        "照文档改参数",
        "use the arguments the documentation gives",
    ),
    "CE508": entry(
        "插件 {plugin} {version} 出错（{hook}）：{reason}",
        "the plugin {plugin} {version} failed ({hook}): {reason}",
        "把这一行告诉插件的作者；退出码是 3",
        "tell the plugin's author this line; the exit code is 3",
    ),
    "CE509": entry(
        "插件 {plugin} {version} 不同意：{reason}",
        "the plugin {plugin} {version} objects: {reason}",
        "照它说的改，或不用这个插件",
        "change what it says, or do without the plugin",
    ),
    "CE510": entry(
        "插件 {plugin} {version} 与 plugins.lock 不符：{reason}",
        "the plugin {plugin} {version} is not as plugins.lock has it: {reason}",
        "确认改动后用 cadre-eval plugins --lock 重新锁定",
        "once the change is understood, lock anew with cadre-eval plugins --lock",
    ),
    "CE511": entry(
        "plugins.lock 这一行看不懂：“{text}”",
        "this line of plugins.lock cannot be read: '{text}'",
        "每行是：名称 版本 sha256；用 cadre-eval plugins --lock 重新生成",
        "each line is: name version sha256; make it anew with cadre-eval plugins --lock",
    ),
}
