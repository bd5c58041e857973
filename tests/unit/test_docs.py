"""The texts for people agree with the program: commands, options, settings, links, examples."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.quality import shipped_rules
from bot.settings import Settings
from embeddings.hybrid import Weights
from kb.library import read_contents, shipped
from kb.solutions import COLUMNS as SOLUTION_COLUMNS
from prompts.lines import COLUMNS as LINE_COLUMNS
from prompts.terms import VARIABLES, Kind

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
#: Folders that are made on the machine and belong to no repository.
_MADE = {"build", "dist", "out", "__pycache__", "node_modules"}
_TEXTS = {".md", ".py", ".toml", ".txt", ".yaml", ".yml", ".jsonl", ".csv", ".html", ".js", ".css"}
#: Options that every section may leave to the one on common options.
_COMMON = {"--data", "--library", "--encoder", "--config", "--json", "--help", "-h", "--version"}
#: Written in pieces, so that this file does not mention what it forbids.
_REGISTRIES = tuple(
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pytorch", "org"),
        ("huggingface", "co"),
        ("npmjs", "org"),
        ("conda", "io"),
        ("tuna.tsinghua", "edu"),
        ("mirrors", "aliyun"),
    )
)
_NEIGHBOUR = "../" + "shared"


def _repository_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if any(p.startswith(".") or p in _MADE or p.endswith(".egg-info") for p in parts[:-1]):
            continue
        known = path.suffix in _TEXTS or path.name in {"Makefile", "Dockerfile"}
        if path.is_file() and known:
            yield path


def _pages() -> list[Path]:
    return [p for p in _repository_files() if p.suffix == ".md"]


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _blocks(text: str, *languages: str) -> Iterator[str]:
    for language, body in re.findall(r"```(\w*)\n(.*?)```", text, re.DOTALL):
        if language in languages:
            yield body


def _commands(text: str) -> list[str]:
    """Every ``huashu …`` of a text's shell blocks, comments cut off."""
    lines = (raw for body in _blocks(text, "console", "sh") for raw in body.splitlines())
    plain = (re.sub(r"\s{2,}#.*", "", line.removeprefix("$ ")) for line in lines)
    return [line.strip() for line in plain if line.startswith("huashu ")]


def _leaves(group: click.Group, path: tuple[str, ...]) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= _leaves(command, (*path, name))
        else:
            found[*path, name] = command
    return found


COMMANDS = _leaves(cli, ("huashu",))


def _sections(text: str) -> dict[str, str]:
    """Heading -> what stands below it, up to the next heading."""
    parts = re.split(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own; the repository is the working folder."""
    for name in ("HUASHU_CONFIG", "HUASHU_LIBRARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUASHU_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(ROOT)
    return tmp_path


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_its_options_have_a_section(path: tuple[str, ...]) -> None:
    section = _sections(_read("docs/cli.md")).get(" ".join(path), "")
    assert section, f"docs/cli.md has no section {' '.join(path)}"
    options = {o for p in COMMANDS[path].params if isinstance(p, click.Option) for o in p.opts}
    missing = sorted(o for o in options - _COMMON if f"`{o}" not in section)
    assert not missing


def test_the_section_on_common_options_names_them_all() -> None:
    page = _read("docs/cli.md")
    options = {o for p in cli.params if isinstance(p, click.Option) for o in p.opts}
    assert all(f"`{option}" in page for option in options)


def test_every_command_named_in_the_pages_exists() -> None:
    known = {" ".join(path) for path in COMMANDS}
    groups = {" ".join(path[:-1]) for path in COMMANDS}
    for page in _pages():
        for line in _commands(page.read_text(encoding="utf-8")):
            words = [w for w in shlex.split(line) if not w.startswith("-")]
            if shlex.split(line)[1] == "--config":
                words.pop(1)
            named = " ".join(words[:3]) if " ".join(words[:2]) in groups else " ".join(words[:2])
            assert named in known, f"{page.name}: {line}"


def test_every_section_of_the_command_page_is_a_command_or_a_group() -> None:
    headings = [h for h in _sections(_read("docs/cli.md")) if h.startswith("huashu ")]
    known = {" ".join(path) for path in COMMANDS} | {" ".join(path[:-1]) for path in COMMANDS}
    assert [h for h in headings if h not in known] == []


def test_every_setting_has_a_row_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", _read("docs/settings.md"), re.MULTILINE))
    assert set(rows) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default and not field.default_factory:
            assert rows[name] == f"`{field.default}`"


def test_the_toml_examples_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    import tomllib

    texts = [*_blocks(_read("docs/settings.md"), "toml"), _read("examples/huashu.toml")]
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HUASHU_{name.upper()}", raising=False)
    for text in texts:
        values = tomllib.loads(text)
        assert Settings(**values).company == "示例酒店"


@pytest.mark.parametrize("line", _commands(_read("README.md")))
def test_the_commands_of_the_readme_run(line: str, own_place: Path) -> None:
    result = CliRunner().invoke(cli, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.output.strip()


def test_the_readme_and_its_chinese_twin_have_the_same_form() -> None:
    pages = [_read("README.md"), _read("README.zh-CN.md")]
    headings = [re.findall(r"^(#+) ", page, re.MULTILINE) for page in pages]
    assert headings[0] == headings[1]
    assert _commands(pages[0]) == _commands(pages[1])
    links = [re.findall(r"\]\((docs/[^)]+)\)", page) for page in pages]
    assert sorted(links[0]) == sorted(links[1])


def test_the_figures_of_the_readme_hold() -> None:
    library, page = shipped(), _read("README.md")
    assert "over 1,000 shipped lines (15 kinds, three tones, six trades)" in page
    assert len(library.lines) > 1_000
    assert {line.kind for line in library.lines} == set(Kind)
    assert "over 240 standard solutions" in page
    assert len(library.solutions) > 240
    assert f"{len(shipped_rules())} rules" in page


@pytest.mark.parametrize("page", _pages(), ids=lambda p: str(p.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text)]
    lost = [t for t in targets if t and "://" not in t and not (page.parent / t).resolve().exists()]
    assert lost == []


def test_modules_named_in_the_architecture_exist() -> None:
    page = _read("docs/architecture.md")
    rooms = "|".join(("bot", "kb", "prompts", "embeddings"))
    paths = re.findall(rf"`((?:{rooms})/[\w/.-]+)`", page)
    assert paths
    assert [p for p in paths if not (ROOT / p).exists()] == []


def test_the_weights_on_the_matching_page_are_those_in_use() -> None:
    rows = re.findall(r"^\| (\w+)[^|]*\| (0\.\d+) \|$", _read("docs/matching.md"), re.MULTILINE)
    weights = Weights()
    assert rows == [(n, f"{getattr(weights, n):.2f}") for n in Weights.__slots__]


def test_the_page_on_files_names_every_column_and_variable() -> None:
    page = _read("docs/knowledge-files.md")
    for heading, key in (*LINE_COLUMNS.items(), *SOLUTION_COLUMNS.items()):
        assert heading in page
        assert f"`{key}`" in page
    assert [v for v in VARIABLES if not re.search(rf"\b{v}\b", page)] == []


def test_the_examples_on_the_page_on_files_load(tmp_path: Path) -> None:
    page = _read("docs/knowledge-files.md")
    bodies = [*_blocks(page, "yaml"), *_blocks(page, "markdown")]
    files = [tmp_path / f"{i}.{'yaml' if i < 2 else 'md'}" for i in range(len(bodies))]
    for path, body in zip(files, bodies, strict=True):
        path.write_text(body, encoding="utf-8")
    contents = read_contents(files)
    assert len(contents.lines) == 1
    assert len(contents.solutions) == 3


def test_the_example_library_passes_the_check(own_place: Path) -> None:
    result = CliRunner().invoke(cli, ["kb", "check", "examples/library", "--replace", "--json"])
    assert result.exit_code == 0, result.output
    added = json.loads(result.output)["changes"]["added"]
    assert sum(key.startswith("line:hotel-") for key in added) == 8
    assert sum(key.startswith("solution:hotel-") for key in added) == 4


def test_the_example_library_has_six_wordings_a_solution() -> None:
    contents = read_contents([EXAMPLES / "library"])
    assert [s.id for s in contents.solutions if len(s.questions) < 6] == []


def test_a_new_message_finds_its_entry_in_the_example_library(own_place: Path) -> None:
    result = CliRunner().invoke(
        cli, ["suggest", "耳机好像落在你们房间里了", "--library", "examples/library", "--json"]
    )
    assert "kb:hotel-lost-item" in {s["source"] for s in json.loads(result.output)["suggestions"]}


def test_the_example_conversation_replays_to_a_ticket(own_place: Path) -> None:
    path = str(EXAMPLES / "chat.jsonl")
    result = CliRunner().invoke(cli, ["replay", path, "--library", "examples/library", "--json"])
    *turns, last = (json.loads(line) for line in result.output.splitlines())
    assert len(turns) == len(Path(path).read_text(encoding="utf-8").splitlines())
    assert last["ticket"]["fields"]["phone"] == "13800001111"
    assert last["ticket"]["promises"]


def test_no_file_names_a_registry_or_a_place_outside_the_repository() -> None:
    found = []
    for path in _repository_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        where = path.relative_to(ROOT)
        found += [f"{where}: {host}" for host in _REGISTRIES if host in text]
        if where.parts[0] != "bench" and _NEIGHBOUR in text:
            found.append(f"{where}: {_NEIGHBOUR}")
    assert found == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/cli.md"])
def test_the_sources_in_terminal_excerpts_are_in_the_library(page: str) -> None:
    library = shipped()
    known = {f"kb:{s.id}" for s in library.solutions}
    known |= {f"prompts:{line.id}" for line in library.lines}
    named = re.findall(r"来源 ((?:kb|prompts):\S+)", _read(page))
    assert named
    assert [source for source in named if source not in known] == []
