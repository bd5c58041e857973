"""Store commands while a server runs: asked of the server, refused, or told as before."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import click
import pytest
from click.testing import CliRunner, Result

from bot.bootstrap import Program
from bot.cli import cli, control, forwarding
from bot.cli.common import Chosen, place_options, told
from bot.cli.routing import routed, taken
from bot.desk.desk import Desk
from bot.desk.errors import NoSuchTicket
from bot.desk.ports import Party
from bot.desk.service import DeskService
from bot.settings import Settings
from bot.storage.backup import back_up, restore_into
from bot.storage.errors import StoreBusy
from bot.storage.lock import SOCKET_FILE
from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore

PHONE = "13800001111"


@contextlib.contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real server on a free port: the process and its address."""
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | environment(data),
    ) as server:
        assert server.stdout is not None
        try:
            found = re.search(r"http://\S+/", server.stdout.readline())
            assert found, "the server printed no address"
            yield server, found.group()
        finally:
            server.terminate()
    assert server.returncode == 0


def environment(data: Path) -> dict[str, str]:
    return {"HUASHU_KEY_FILE": str(data.with_name("key") / "master.key"), "COLUMNS": "160"}


def run(data: Path, *arguments: str) -> Result:
    """The command line in this process, which does not have the store."""

    @click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    def command(words: tuple[str, ...]) -> None:
        with told():
            cli.main(["--data", str(data), *words], prog_name="huashu")

    return CliRunner().invoke(command, ["--", *arguments], env=environment(data))


def post(address: str, path: str, **body: str) -> Any:
    request = urllib.request.Request(  # noqa: S310 - the address is our server's
        address + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running server with one ticket."""
    data = tmp_path_factory.mktemp("served") / "data"
    (data / "store").mkdir(parents=True, mode=0o755)
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(data / "store" / SOCKET_FILE))  # as a killed server leaves it
    stale.close()
    with serving(data) as (_, address):
        chat = post(address, "api/chats")["id"]
        said = f"我叫李小明，电话{PHONE}，洗衣机显示E4"
        post(address, f"api/chats/{chat}/lines", role="customer", text=said)
        yield data


def raw(data: Path, request: bytes) -> Any:
    """What a server answers to some bytes."""
    return forwarding._asked(data / "store", request)


def test_the_socket_is_for_its_user_alone(data: Path) -> None:
    place = data / "store" / SOCKET_FILE
    assert stat.S_ISSOCK(place.stat().st_mode)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_tickets_are_listed_shown_and_exported(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = run(data, "ticket", "list", "--open", "--json")
    assert listed.exit_code == 0, listed.output
    shape = json.loads(listed.stdout)
    assert PHONE not in listed.stdout
    assert run(data, "ticket", "list", "--stage", "closed", "--json").output == ""
    assert shape["ticket_id"] in run(data, "ticket", "list").stdout
    full = run(data, "ticket", "show", shape["ticket_id"], "--form", "register", "--full")
    assert PHONE in full.stdout
    monkeypatch.chdir(tmp_path)
    done = run(data, "ticket", "export", "--out", "三月.json")
    assert (tmp_path / "三月.json").exists(), done.output


def test_the_width_is_that_of_the_terminal_that_asks(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths = set()
    for columns in (60, 200):
        monkeypatch.setattr(
            shutil, "get_terminal_size", lambda columns=columns: os.terminal_size((columns, 24))
        )
        widths.add(max(map(len, run(data, "ticket", "list").stdout.splitlines())))
    assert len(widths) == 2


def test_the_store_is_checked_rebuilt_and_backed_up(data: Path, tmp_path: Path) -> None:
    assert "数据完好" in run(data, "store", "check").stdout
    assert json.loads(run(data, "store", "rebuild", "--json").stdout) == {"tickets": 1}
    made = json.loads(run(data, "store", "backup", str(tmp_path / "b"), "--json").stdout)
    assert json.loads((Path(made["backup"]) / "manifest.json").read_text())["events"] > 0


def test_a_failure_is_told_with_its_status(data: Path) -> None:
    missing = run(data, "ticket", "show", "NOPE")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "没有编号为 NOPE 的工单" in missing.stderr


def test_what_needs_the_store_alone_is_refused_in_one_sentence(data: Path) -> None:
    for named, words in (
        ("store rotate-key", ["store", "rotate-key"]),
        ("serve", ["serve", "--port", "0"]),
    ):
        refused = run(data, *words)
        assert refused.exit_code == 1
        assert refused.stderr.splitlines()[-1].startswith("错误：服务（进程 ")
        assert f"时不能执行 huashu {named}；" in refused.stderr


@pytest.mark.parametrize(
    ("request_", "told_"),
    [
        (b"x" * (control.LIMIT + 1000) + b"\n", "过长"),
        (b"[]\n", "格式不对"),
        (b'{"args": []}\n', "格式不对"),
        (b'{"args": ["ticket", "list"], "more": 1}\n', "格式不对"),
        (b'{"args": ["store", "rotate-key"]}\n', "不能执行 huashu store rotate-key"),
        (b'{"args": ["--config", "ticket", "list"]}\n', "不能执行"),
    ],
)
def test_requests_that_cannot_be_are_refused(data: Path, request_: bytes, told_: str) -> None:
    answer = raw(data, request_)
    assert (answer["status"], answer["stdout"]) == (1, "")
    assert told_ in answer["stderr"]


def test_without_an_answer_the_lock_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "SOCKET_FILE", "nothing.sock")
    busy = run(data, "ticket", "list")
    assert busy.exit_code == 1
    assert re.search(r"正被进程 \d+ 使用。", busy.stderr)


def test_when_the_server_has_stopped_the_store_is_opened_directly(
    data: Path, tmp_path: Path
) -> None:
    own = tmp_path / "data"
    shutil.copytree(data / "knowledge", own / "knowledge")  # so that it starts sooner
    with serving(own) as (server, _):
        assert run(own, "store", "check").exit_code == 0
        server.send_signal(signal.SIGTERM)
        server.wait()
    assert not (own / "store" / SOCKET_FILE).exists()
    assert "数据完好" in run(own, "store", "check").stdout


def test_a_socket_left_behind_does_not_hinder_a_restore(tmp_path: Path) -> None:
    key, folder = MasterKey(b"k" * 32), tmp_path / "new"
    with SqliteStore(tmp_path / "old", key) as old:
        backup = back_up(old, tmp_path / "backups", dt.datetime.now(dt.UTC))
    empty = SqliteStore(folder, key)
    (folder / SOCKET_FILE).touch()
    assert restore_into(empty, backup).events == 0
    assert not (folder / SOCKET_FILE).exists()


# The server's side in this process, on a desk of our own.


@contextlib.contextmanager
def lent(folder: Path) -> Iterator[tuple[DeskService, Program]]:
    """A live desk over a store in ``folder``."""
    program = Program(Settings(data=folder.parent, key_file=folder.parent / "no.key"))
    with SqliteStore(folder, MasterKey(b"k" * 32)) as store:
        desk = Desk(store, cast("Any", None), cast("Any", None), program.house)
        yield DeskService(desk, lambda: cast("Any", None)), program


async def answer(folder: Path, *args: str) -> Any:
    request = json.dumps({"args": args}).encode() + b"\n"
    return await asyncio.to_thread(forwarding._asked, folder, request)


async def test_another_user_is_refused_and_root_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"
    with lent(folder) as (service, program):
        async with control.control(folder, service, program):
            monkeypatch.setattr(control, "peer_uid", lambda _: os.geteuid() + 1)
            assert "只有运行服务的用户" in (await answer(folder, "ticket", "list"))["stderr"]
            for uid in (0, None):
                monkeypatch.setattr(control, "peer_uid", lambda _, uid=uid: uid)
                assert (await answer(folder, "ticket", "list"))["status"] == 0
        await service.close()


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="Linux only")
def test_the_kernel_says_who_is_at_the_other_end() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        assert control.peer_uid(ours) == os.geteuid()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="Linux only")
async def test_a_folder_may_lie_deep(tmp_path: Path) -> None:
    folder = tmp_path / ("深" * 40) / "store"
    with lent(folder) as (service, program):
        async with control.control(folder, service, program):
            assert (await answer(folder, "store", "check"))["status"] == 0
        await service.close()
    assert not (folder / SOCKET_FILE).exists()


async def test_without_a_socket_the_server_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    (folder / SOCKET_FILE).mkdir(parents=True)
    with lent(folder) as (service, program):
        async with control.control(folder, service, program):
            pass
        await service.close()
    assert "无法建立控制通道" in capsys.readouterr().err


async def test_signs_of_life_come_while_a_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "_SIGN", 0.01)
    seen = asyncio.Event()

    class Slow:
        async def run(self, work: Callable[[Desk], Any], *, apart: bool) -> Any:
            await seen.wait()
            return control._Answer(status=0, stdout="done")

    folder = tmp_path / "store"
    folder.mkdir()
    async with control.control(folder, cast("DeskService", Slow()), cast("Program", None)):
        reader, writer = await asyncio.open_unix_connection(folder / SOCKET_FILE)
        writer.write(b'{"args": ["store", "check"]}\n')
        assert await reader.readline() == b"\n"
        seen.set()
        lines = (await reader.read()).splitlines()
        writer.close()
    assert json.loads(lines[-1])["stdout"] == "done"


async def test_an_unforeseen_error_is_told_without_a_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def run(self, work: Callable[[Desk], Any], *, apart: bool) -> Any:
            raise ZeroDivisionError("inside")

    folder = tmp_path / "store"
    folder.mkdir()
    async with control.control(folder, cast("DeskService", Broken()), cast("Program", None)):
        told_ = (await answer(folder, "store", "check"))["stderr"]
    assert told_.count("\n") == 1
    assert "inside" not in told_
    assert "ZeroDivisionError" in caplog.text


# What a client sends.


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (["ticket", "list"], ["ticket", "list"]),
        (
            ["ticket", "list", "--closed", "--stage", "closed", "--stage", "handling", "--json"],
            ["ticket", "list", "--closed", "--stage=closed", "--stage=handling", "--json"],
        ),
        (["ticket", "show", "--data", "d", "--", "-5"], ["ticket", "show", "--", "-5"]),
        (["ticket", "export", "--out", "a b.csv"], ["ticket", "export", "--out={}/a b.csv"]),
        (["--data", "d", "store", "backup", "x"], ["store", "backup", "--", "{}/x"]),
    ],
)
def test_a_command_is_sent_as_it_was_understood(
    given: list[str], sent: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Chosen) -> Program:
        raise StoreBusy(tmp_path, 1)

    asked: list[bytes] = []

    def heard(_: Path, request: bytes) -> dict[str, object]:
        asked.append(request)
        return {"status": 3, "stdout": "答", "stderr": ""}

    monkeypatch.setattr(Chosen, "program", busy)
    monkeypatch.setattr(forwarding, "_asked", heard)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, given)
    assert (result.exit_code, result.stdout) == (3, "答")
    (request,) = map(json.loads, asked)
    assert request["args"] == [word.format(tmp_path) for word in sent]


def test_other_errors_are_not_forwarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "_asked", lambda *_: pytest.fail("asked"))

    @click.command()
    @place_options
    def lost(chosen: Chosen) -> None:
        raise NoSuchTicket("T1")

    assert isinstance(CliRunner().invoke(lost, obj=Chosen()).exception, NoSuchTicket)


def test_output_is_taken_from_its_own_context_alone(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        click.echo("答复")
        click.echo("问题", err=True)
        sys.stdout.buffer.write(b"raw\n")
        return 7

    with routed():
        assert taken(work) == (7, "答复\nraw\n", "问题\n")
        click.echo("通知", err=True)
    assert capsys.readouterr() == ("", "通知\n")


async def test_work_that_stands_apart_runs_outside_of_the_transaction() -> None:
    open_now: list[bool] = []

    class Watched(MemoryStore):
        @contextlib.contextmanager
        def atomic(self) -> Iterator[None]:
            open_now.append(True)
            try:
                with super().atomic():
                    yield
            finally:
                open_now.pop()

    service = DeskService(
        Desk(Watched(), cast("Any", None), cast("Any", None), cast("Any", None)),
        lambda: cast("Any", None),
    )
    inside, apart, failed = await asyncio.gather(
        service.run(lambda _: bool(open_now)),
        service.run(lambda _: bool(open_now), apart=True),
        service.run(lambda desk: desk.store.known_customer(cast("Party", 1 / 0)), apart=True),
        return_exceptions=True,
    )
    await service.close()
    assert (inside, apart) == (True, False)
    assert isinstance(failed, ZeroDivisionError)
