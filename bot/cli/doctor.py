"""``huashu doctor``: looks at a set-up and says what is wrong and how to mend it."""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import click

from bot.cli.common import Chosen, emit, place_options

_PACKAGES: Final = (
    ("faiss-cpu", "1.9"),
    ("jieba", "0.42.1"),
    ("aiohttp", "3.14.4"),
    ("sqlite-utils", "4.2.1"),
    ("python-telegram-bot", "22.5"),
    ("sentence-transformers", "5.0"),
)
#: First SQLite without the WAL-reset corruption bug.
_SQLITE: Final = (3, 51, 3)
_CJK_FONTS: Final = (
    "NotoSansCJK",
    "NotoSerifCJK",
    "wqy",
    "PingFang",
    "SourceHanSans",
    "msyh",
    "Hiragino",
)
_FONT_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``state`` is ok, note (works, worth knowing) or bad."""

    name: str
    state: str
    found: str
    mend: str = ""


@click.command(epilog="例：  huashu doctor")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，每行一项")
@place_options
def doctor(chosen: Chosen, *, as_json: bool) -> None:
    """检查 Python、依赖、模型、数据文件夹、字体和端口；有问题时退出状态为 1。"""
    marks = {"ok": "✓", "note": "·", "bad": "✗"}
    worst = False
    for check in _checks(chosen):
        worst = worst or check.state == "bad"
        if as_json:
            emit(asdict(check))
            continue
        click.echo(f"{marks[check.state]} {check.name}：{check.found}")
        if check.mend:
            click.echo(f"    {check.mend}")
    sys.exit(1 if worst else 0)


def _checks(chosen: Chosen) -> Iterator[Check]:
    yield _python()
    yield from map(_package, *zip(*_PACKAGES, strict=True))
    yield _sqlite()
    for look in (_settings, _data, _encoder, _library, _suggestion, _port):
        yield _safely(look, chosen)
    yield _fonts()


def _safely(look: Callable[[Chosen], Check], chosen: Chosen) -> Check:
    try:
        return look(chosen)
    except Exception as error:
        names = {
            "_settings": "设置",
            "_data": "数据文件夹",
            "_encoder": "语义模型",
            "_library": "话术与知识",
            "_suggestion": "建议话术",
            "_port": "端口",
        }
        return Check(names[look.__name__], "bad", str(error), "按上面的提示修复后重试")


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036 - the doctor looks where pip did not
        return Check("Python", "bad", version, "请安装 Python 3.11 或更高版本")
    return Check("Python", "ok", version)


def _package(name: str, least: str) -> Check:
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, "bad", "没有安装", f"请执行 pip install '{name}>={least}'")
    if _numbers(found) < _numbers(least):
        return Check(name, "bad", found, f"请执行 pip install -U '{name}>={least}'")
    return Check(name, "ok", found)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(p) for p in version.split("+")[0].split(".") if p.isdigit())


def _sqlite() -> Check:
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= _SQLITE:
        return Check("SQLite", "ok", found)
    return Check(
        "SQLite",
        "note",
        f"{found}（3.51.3 之前的 WAL 模式在多连接时有隐患）",
        "程序因此只用一个连接，无需处理",
    )


def _settings(chosen: Chosen) -> Check:
    settings = chosen.program().settings
    return Check("设置", "ok", f"公司“{settings.company}”，时区 {settings.zone}")


def _data(chosen: Chosen) -> Check:
    folder = chosen.program().settings.data
    existing = folder
    while not existing.exists():
        existing = existing.parent
    if not os.access(existing, os.W_OK):
        return Check(
            "数据文件夹", "bad", f"{folder} 不可写", "请换一个文件夹：--data 路径，或修改权限"
        )
    free = os.statvfs(existing).f_bavail * os.statvfs(existing).f_frsize // 2**20
    if free < 200:
        return Check("数据文件夹", "bad", f"{folder} 只剩 {free} MB", "请清理磁盘，至少留出 200 MB")
    return Check("数据文件夹", "ok", f"{folder}（剩余 {free} MB）")


def _encoder(chosen: Chosen) -> Check:
    encoder = chosen.program().encoder
    return Check("语义模型", "ok", f"{encoder.name}，{encoder.dim} 维，指纹 {encoder.fingerprint}")


def _library(chosen: Chosen) -> Check:
    snapshot = chosen.program().snapshot(of_data=True)
    library = snapshot.library
    return Check(
        "话术与知识", "ok", f"{len(library.lines)} 条话术，{len(library.solutions)} 个方案"
    )


def _suggestion(chosen: Chosen) -> Check:
    from bot.cli.common import now
    from bot.desk.transcript import Said
    from bot.domain.terms import Speaker

    chat = chosen.program().chat(of_data=True)
    begun = time.perf_counter()
    turn = chat.say(Said(Speaker.CUSTOMER, "快递三天没动了，帮我催一下", now()))
    spent = (time.perf_counter() - begun) * 1e3
    if not turn["suggestions"]:
        return Check(
            "建议话术", "bad", "试问没有得到任何建议", "请检查话术库是否为空：huashu kb versions"
        )
    return Check("建议话术", "ok", f"试问得到 {len(turn['suggestions'])} 条，用时 {spent:.1f} 毫秒")


def _port(chosen: Chosen) -> Check:
    settings = chosen.program().settings
    with socket.socket() as probe:
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Check(
                "端口",
                "note",
                f"{settings.host}:{settings.port} 不可用（{error.strerror}）",
                "可能服务已在运行；或换一个端口：huashu serve --port 0",
            )
    return Check("端口", "ok", f"{settings.host}:{settings.port} 空闲")


def _fonts() -> Check:
    for folder in map(Path, _FONT_FOLDERS):
        place = folder.expanduser()
        if place.is_dir() and any(
            name.lower() in path.name.lower()
            for path in place.rglob("*.[to]t[fc]")
            for name in _CJK_FONTS
        ):
            return Check("中文字体", "ok", f"在 {place}")
    return Check(
        "中文字体",
        "note",
        "没有找到",
        "网页使用访问者电脑的字体，不受影响；服务器出图时需要 fonts-noto-cjk",
    )
