"""``huashu learn`` and learning after a load: what is printed, kept, refused and undone."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.fakes.library import solution, write_solutions

ENTRIES: Final = 30
#: Words of which every wording of the small library has some, so that they tell nothing.
PADDING: Final = (
    "退款",
    "快递",
    "发票",
    "密码",
    "宽带",
    "订单",
    "优惠券",
    "地址",
    "空调",
    "洗衣机",
)
LETTERS: Final = "蚌螺蛤蜃鲸鲨鲟鲫鳗鳝鳄龟鹤鹭鹰雁雀鹂鸥鸦槐榆柏杉桦枫柳桐椿楠"
#: What the history keeps of a learning; ``huashu learn --json`` prints more.
KEPT: Final = {"number", "at", "who", "action", "base", "wordings", "before", "after", "kept"}
KEYS: Final = {*KEPT, "seconds", "choices", "lines"}


def run(*arguments: str, data: Path) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(cli, ["--data", str(data), *arguments])


def process(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would: its exit status, its two outputs."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "--data", str(data), *arguments],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Entries of four wordings, told apart by invented words among many that tell nothing."""
    rng = random.Random(3)  # noqa: S311 - reproducible, no secret
    entries = []
    for number in range(ENTRIES):
        own = ["".join(rng.sample(LETTERS, 2)) for _ in range(4)]
        wordings = [_wording(rng, own) for _ in range(4)]
        entries.append(solution(number, wordings[0], questions=tuple(wordings[1:])))
    return write_solutions(tmp_path_factory.mktemp("library") / "小库.csv", *entries)


def _wording(rng: random.Random, own: list[str]) -> str:
    return "，".join(rng.sample([*rng.sample(own, 2), *rng.sample(PADDING, 5)], 7))


@pytest.fixture(scope="module")
def loaded(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that serves the small library and has learned nothing."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    done = run("kb", "load", str(library), "--replace", "--force", "--no-learn", data=data)
    assert done.exit_code == 0, done.output
    assert "学习" not in done.output
    return data


@pytest.fixture(scope="module")
def taught(loaded: Path) -> tuple[Path, dict[str, object]]:
    """The same folder after ``huashu learn --json``, and what that printed."""
    assert not (loaded / "learned").exists()  # --no-learn kept its word
    done = run("learn", "--json", data=loaded)
    assert done.exit_code == 0, done.output
    return loaded, json.loads(done.stdout)


def history(data: Path) -> list[dict[str, object]]:
    return [
        json.loads(x) for x in run("learn", "--history", "--json", data=data).stdout.splitlines()
    ]


def test_learning_prints_the_documented_keys(taught: tuple[Path, dict[str, object]]) -> None:
    _, printed = taught
    assert set(printed) == KEYS
    assert (printed["number"], printed["action"], printed["kept"]) == (1, "learn", True)
    assert printed["wordings"] == 4 * ENTRIES
    before, after = printed["before"], printed["after"]
    assert isinstance(before, list)
    assert isinstance(after, list)
    assert len(before) == len(after) == 3
    assert after[2] > before[2]
    assert (printed["choices"], printed["lines"]) == (0, 0)


def test_the_history_and_an_undo_tell_the_same_to_people_and_programs(
    taught: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    data, printed = shutil.copytree(taught[0], tmp_path / "data"), taught[1]
    assert history(data) == [{k: v for k, v in printed.items() if k in KEPT}]
    shown = run("learn", "--history", data=data)
    assert f"学习了 {4 * ENTRIES} 种问法" in shown.stdout
    assert "已采用（第 1 号模型）" in shown.stdout
    undone = run("learn", "--undo", data=data)
    assert undone.exit_code == 0
    assert "现在使用自带模型" in undone.stdout
    assert [(e["action"], e["number"]) for e in history(data)] == [("learn", 1), ("undo", 0)]
    again = process("learn", "--undo", data=data)
    assert_one_sentence(again, "没有可以撤销的学习结果")


def assert_one_sentence(done: subprocess.CompletedProcess[str], says: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.startswith("错误：")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_has_learned_nothing_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shown = run("learn", "--history", data=data)
    assert shown.exit_code == 0
    assert "还没有学习过" in shown.stdout
    assert "huashu learn" in shown.stdout
    assert history(data) == []
    assert_one_sentence(process("learn", "--undo", data=data), "自带模型")


def test_another_encoder_cannot_learn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import bootstrap
    from embeddings.errors import LearningImpossible
    from tests.fakes.encoder import NgramEncoder

    monkeypatch.setattr(bootstrap, "load_encoder", lambda _: NgramEncoder())
    for more in ((), ("--undo",), ("--history",)):
        done = run("--encoder", "other", "learn", *more, data=tmp_path)
        assert done.exit_code == 1
        assert isinstance(done.exception, LearningImpossible)
        assert "只有自带模型可以学习" in str(done.exception)
        assert "encoder" in done.exception.way_out
    assert not (tmp_path / "learned").exists()


def test_an_encoder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = process("--encoder", str(tmp_path / "none"), "learn", data=tmp_path / "data")
    assert_one_sentence(done, "文件夹不存在")


def test_a_load_of_many_new_wordings_learns_by_itself_and_keeps_its_output_clean(
    library: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    done = run("kb", "load", str(library), "--replace", "--force", "--json", data=data)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["version"] == 2
    assert "加 --no-learn 可跳过" in done.stderr
    (entry,) = history(data)
    assert (entry["action"], entry["wordings"]) == ("learn", 4 * ENTRIES)
    # the same content again is no change: nothing to learn
    again = run("kb", "load", str(library), "--replace", "--force", "--json", data=data)
    assert again.exit_code == 0, again.output
    assert again.stderr == ""
    assert len(history(data)) == 1


def test_a_load_too_small_to_learn_from_is_loaded_all_the_same(
    tmp_path: Path,
) -> None:
    few = [
        solution(i, f"第{i}条", questions=tuple(f"{i}号的{j}问" for j in range(30)))
        for i in range(3)
    ]
    path = write_solutions(tmp_path / "少.csv", *few)
    done = run("kb", "load", str(path), "--replace", "--force", data=tmp_path / "data")
    assert done.exit_code == 0, done.output
    assert "当前版本 2" in done.stdout
    assert "未学习：只有 3 条知识" in done.stderr
    assert history(tmp_path / "data") == []


def test_a_damaged_model_names_the_way_back(
    taught: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    data = shutil.copytree(taught[0], tmp_path / "data")
    (data / "learned" / "encoder-0001" / "model.safetensors").unlink()
    assert_one_sentence(process("suggest", "发票，快递", data=data), "huashu learn --undo")
    assert run("learn", "--undo", data=data).exit_code == 0
    assert run("suggest", "发票，快递", data=data).exit_code == 0
