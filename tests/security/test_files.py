"""Secrets stay out of settings; nothing that is loaded can run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load_settings
from embeddings.errors import IndexMismatch
from kb import snapshot
from tests.fakes.encoder import NgramEncoder
from tests.fakes.library import small_library

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "kb", "prompts", "embeddings")
#: Calls that turn data into running code.
FORBIDDEN = {
    "eval",
    "exec",
    "compile",
    "os.system",
    "os.popen",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "torch.load",
    "yaml.unsafe_load",
    "yaml.full_load",
    "joblib.load",
}
#: The trimmed dictionary in the user's own cache folder: plain dicts, under a digest. Unmarshalling
#: builds values and runs nothing.
ALLOWED = {"embeddings/words.py marshal.loads"}


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield path, node, ast.unparse(node.func)


def test_no_module_unpickles_evaluates_or_runs_a_shell() -> None:
    found = []
    for path, call, name in calls():
        given = {k.arg: ast.unparse(k.value) for k in call.keywords}
        risky = (
            name in FORBIDDEN
            or given.get("allow_pickle", "False") != "False"
            or given.get("shell", "False") != "False"
            or given.get("trust_remote_code", "False") != "False"
            or (name.endswith("np.load") and "allow_pickle" not in given)
        )
        where = str(path.relative_to(ROOT))
        if risky and f"{where} {name}" not in ALLOWED:
            found.append(f"{where}:{call.lineno} {name}")
    assert found == []


def test_no_setting_holds_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("password", "secret", "token", "master")
    named = [name for name in Settings.model_fields if any(w in name for w in words)]
    assert named == ["telegram_token", "telegram_token_file"]  # a masked value, and a path
    assert Settings.model_fields["telegram_token"].annotation == SecretStr | None
    monkeypatch.delenv("HUASHU_CONFIG", raising=False)
    file = tmp_path / "huashu.toml"
    for name in ("master_key", "password", "telegram_token"):
        file.write_text(f'{name} = "x"\n', encoding="utf-8")
        with pytest.raises(SettingsError, match=name):
            load_settings(file)
        monkeypatch.setenv(f"HUASHU_{name.upper()}", "x")
    read = load_settings().model_dump()
    assert "x" not in read.values(), "read elsewhere, and by name"
    assert "x" not in map(str, read.values()), "a secret is never shown"


class _Trap:
    """Whoever unpickles this makes a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.place,)  # type: ignore[return-value]


def test_an_array_file_with_an_object_in_it_is_refused_and_not_unpickled(tmp_path: Path) -> None:
    encoder = NgramEncoder()
    snapshot.build(small_library(), encoder, 1)[0].save(tmp_path)
    sprung = tmp_path / "sprung"
    for rows in tmp_path.rglob("rows.npz"):
        with np.load(rows, allow_pickle=False) as data:
            arrays = dict(data)
        arrays["hashes"] = np.array([_Trap(sprung)], dtype=object)
        np.savez(rows, **arrays)
        with np.load(rows, allow_pickle=True) as data:
            assert data["hashes"] is not None
        assert sprung.exists(), "the trap works"
        sprung.unlink()
    with pytest.raises(IndexMismatch):
        snapshot.load(small_library(), encoder, 1, tmp_path)
    assert not sprung.exists()
