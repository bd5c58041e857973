"""``python -m tests.fakes.telegram --port 8081``: the server, with a console to play the people."""

from __future__ import annotations

import asyncio
import sys

import click

from tests.fakes.telegram import console
from tests.fakes.telegram.server import TOKEN, FakeTelegram


@click.command()
@click.option("--port", default=8081, show_default=True, help="Where to listen on 127.0.0.1.")
@click.option("--token", default=TOKEN, show_default=True, help="The bot's token.")
def main(port: int, token: str) -> None:
    """Serve a fake Bot API and read what people do from standard input."""
    asyncio.run(_serve(port, token))


async def _serve(port: int, token: str) -> None:
    async with FakeTelegram(port=port, token=token) as server:
        click.echo(f"base_url {server.base_url}\ntoken {server.token}")
        click.echo(console.__doc__)
        played = console.Console(server)
        watching = asyncio.create_task(_watch(server))
        while line := await asyncio.to_thread(sys.stdin.readline):
            if shown := played.run(line):
                click.echo(shown)
        watching.cancel()


async def _watch(server: FakeTelegram) -> None:
    """Show what the bot does, as it does it; polls are no news."""
    seen = 0
    while True:
        for call in server.world.calls[seen:]:
            if call.method not in {"getUpdates", "getMe"}:
                where = call.payload.get("chat_id", "")
                what = call.payload.get("text") or call.payload.get("name") or ""
                click.echo(f"< {call.method} {where} {call.error or what}".rstrip())
        seen = len(server.world.calls)
        await server.world.changed.wait()


if __name__ == "__main__":
    main()
