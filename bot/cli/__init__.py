"""The command line: ``huashu``. Each group of commands is a module, imported when it is used."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click

#: Command -> (module, attribute, one line of help).
_COMMANDS: Final = MappingProxyType(
    {
        "serve": ("bot.cli.serving", "serve", "启动网页服务（客户对话与建议话术）"),
        "suggest": ("bot.cli.talking", "suggest", "给出一条客户消息的建议话术"),
        "replay": ("bot.cli.talking", "replay", "重放一段会话，逐句给出状态、建议和质检"),
        "check": ("bot.cli.talking", "check", "检查一句要发出的话是否合规"),
        "mask": ("bot.cli.talking", "mask", "找出并遮盖个人信息"),
        "read": ("bot.cli.talking", "read", "读出一条客户消息中的情绪、类别和字段"),
        "kb": ("bot.cli.knowledge", "kb", "检查、加载、回滚话术与知识"),
        "ticket": ("bot.cli.tickets", "ticket", "查看、列出、导出工单和各种表单"),
        "store": ("bot.cli.storing", "store", "检查、备份、恢复、重建数据，更换密钥"),
        "quality": ("bot.cli.quality", "quality", "质检评分表、汇总和规则试算"),
        "user": ("bot.cli.people", "user", "账号、角色、登录会话和接口令牌"),
        "audit": ("bot.cli.auditing", "audit", "查看和核验操作审计"),
        "customer": ("bot.cli.customers", "customer", "导出或删除一位客户的全部数据"),
        "learn": ("bot.cli.learning", "learn", "用本台的问法和选择记录改进匹配与排序"),
        "eval": ("bot.cli.evaluating", "evaluate", "用自己的数据衡量检索与建议的质量"),
        "doctor": ("bot.cli.doctor", "doctor", "检查安装与环境，说明如何修复"),
    }
)


class _LazyGroup(click.Group):
    """Imports a command's module only when it is called or its own help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, text) for name, (_, _, text) in _COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='例：  huashu suggest "快递三天没动了，帮我催一下"',
)
@click.version_option(package_name="huashu", prog_name="huashu")
@click.option("--data", type=click.Path(path_type=Path), help="数据文件夹（默认为用户数据目录）")
@click.option(
    "--library",
    type=click.Path(exists=True, path_type=Path),
    help="另一个话术/知识库文件或文件夹，代替自带内容",
)
@click.option("--encoder", help="语义模型：shipped、模型文件夹或模型名")
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TOML 设置文件"
)
@click.pass_context
def cli(ctx: click.Context, /, **options: Any) -> None:
    """话术：读懂客户消息，按意思和字词匹配话术库与知识库，给出合适的规范回复。"""
    from bot.cli.common import Chosen

    ctx.obj = (ctx.obj or Chosen()).with_(**options)


def main() -> None:
    """Run the command line; every expected failure is one sentence and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    from bot.cli.common import told

    with told():
        cli(prog_name="huashu")
