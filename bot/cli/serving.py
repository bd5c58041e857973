"""``huashu serve``: the web page over the data folder's knowledge."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from bot.cli.common import Chosen, fail, place_options

if TYPE_CHECKING:
    from bot.bootstrap import Program


@click.command(epilog="例：  huashu serve --port 8666")
@click.option("--host", help="监听地址，默认 127.0.0.1（仅本机）")
@click.option("--port", type=click.IntRange(0, 65535), help="端口，默认 8666；0 为任选空闲端口")
@click.option(
    "--telegram-api",
    metavar="URL",
    help="Telegram Bot API 的地址，默认官方地址；令牌用环境变量 HUASHU_TELEGRAM_TOKEN",
)
@place_options
def serve(chosen: Chosen, host: str | None, port: int | None, telegram_api: str | None) -> None:
    """启动网页服务，设置了令牌时也启动 Telegram；首次启动时载入示例话术与知识。"""
    from aiohttp import web

    from bot import logs
    from bot.cli.control import control
    from bot.desk.live import LiveDesk
    from bot.desk.service import DeskService
    from bot.web.app import create_app

    logs.set_up()
    program = chosen.with_(telegram_api=telegram_api).program()
    settings = program.settings
    if telegram_api and not program.telegram_token:
        fail("给了 --telegram-api，但没有令牌。请先设置环境变量 HUASHU_TELEGRAM_TOKEN")
    host, port = host or settings.host, settings.port if port is None else port
    click.echo("正在载入话术与知识……", err=True)
    knowledge = program.knowledge
    if settings.library is not None:
        _take_over(program, settings.library)
    zone = ZoneInfo(settings.zone)
    store = program.store()
    readers = program.readers(settings.readers) if settings.readers else None
    service = DeskService(program.desk(store), lambda: dt.datetime.now(zone), readers)
    desk = LiveDesk(service)
    telegram = program.telegram(service, partial(click.echo, err=True))

    def facts() -> dict[str, Any]:
        served = knowledge.served
        library = served.library
        return {
            "version": served.version,
            "lines": len(library.lines),
            "solutions": len(library.solutions),
        }

    async def follow() -> None:
        """Serve versions that other processes load; a bad one is told and the old one stays."""
        told = ""
        while True:
            await asyncio.sleep(settings.watch_seconds)
            try:
                if await asyncio.to_thread(knowledge.follow):
                    click.echo(f"已切换到知识版本 {knowledge.served.version}", err=True)
                if await asyncio.to_thread(lambda: knowledge.use(program.desk_encoder())):
                    click.echo("已切换到新学习的语义模型", err=True)
            except Exception as error:
                if str(error) != told:  # once, not at every look
                    click.echo(f"新版本无法使用，继续使用原版本：{error}", err=True)
                told = str(error)

    async def beside() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follow())
            if telegram is not None:
                tasks.create_task(telegram.run())

    local = {"localhost", "127.0.0.1", "::1"}
    hosts = frozenset(local) if host in local else frozenset()
    app = create_app(desk, facts, company=settings.company, hosts=hosts, background=beside)
    with store:
        try:
            commands = control(store.folder, desk.service, program)
            asyncio.run(_run(web.AppRunner(app), host, port, commands))
        except OSError as error:
            fail(
                f"无法监听 {host}:{port}（{error.strerror or error}）。"
                "换一个端口：huashu serve --port 0"
            )


def _take_over(program: Program, library: Path) -> None:
    """Make another library what is served, as a new version where it differs."""
    if program.knowledge.check([library], replace=True).changes:
        program.knowledge.load(
            [library],
            at=program.now(),
            who="serve",
            note=f"--library {library.name}",
            replace=True,
            force=True,
            action="reload",
            progress=program.progress,
        )


async def _run(
    runner: Any, host: str, port: int, commands: AbstractAsyncContextManager[None]
) -> None:
    """Serve, and take commands of the command line, until interrupted or terminated."""
    import signal

    from aiohttp import web

    await runner.setup()
    try:
        async with commands:
            await web.TCPSite(runner, host, port, shutdown_timeout=5).start()
            address = runner.addresses[0]
            shown = f"[{address[0]}]" if ":" in address[0] else address[0]
            click.echo(f"话术已启动：http://{shown}:{address[1]}/  （按 Ctrl+C 停止）")
            stop = asyncio.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            await stop.wait()
    finally:
        await runner.cleanup()
