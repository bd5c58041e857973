"""The page in a real browser: a message, suggestions, inserting, the live check, sending."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
#: Where the screenshots of the documentation are written when asked for.
SHOTS = os.environ.get("HUASHU_SHOTS")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that ``huashu serve`` prints, of a server on a free port."""
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", "--data", str(data)]
    environment = {k: v for k, v in os.environ.items() if k != "HUASHU_SHOTS"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=environment,
    ) as server:
        assert server.stdout is not None
        try:
            found = re.search(r"http://\S+/", server.stdout.readline())
            assert found, "the server printed no address"
            yield found.group()
        finally:
            server.terminate()
    assert server.returncode == 0


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium; .ci/run installs Debian's")
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        made = browser.new_page(viewport={"width": 1366, "height": 768})
        errors: list[str] = []
        made.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        made.on("pageerror", lambda e: errors.append(str(e)))
        made.goto(address)
        expect(made.locator("#facts")).to_contain_text("版本 1")
        yield made
        assert errors == []
        browser.close()


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / name), full_page=False)


def test_a_person_plays_both_sides_with_suggestions(page: Page) -> None:
    page.fill("#customer", "我的手机黑屏了打不开,要求48小时内换货")
    page.press("#customer", "Enter")
    cards = page.locator("#suggestions li")
    expect(cards).to_have_count(3)
    expect(page.locator("#lines li.customer")).to_have_text("我的手机黑屏了打不开,要求48小时内换货")
    expect(page.locator("#state")).to_contain_text("P1")
    shoot(page, "desk.png")

    page.fill("#agent", "您好，")
    page.locator("#agent").press("End")
    cards.first.get_by_role("button", name="插入").click()
    draft = page.input_value("#agent")
    assert draft.startswith("您好，")
    assert len(draft) > 10
    page.locator("#agent-form button").click()
    expect(page.locator("#lines li.agent")).to_have_count(1)
    expect(page.locator("#agent")).to_have_value("")

    page.fill("#customer", "谢谢")
    page.press("#customer", "Enter")
    expect(cards.first).to_contain_text(re.compile("致谢回应|结束语"))


def test_more_suggestions_come_on_request(page: Page) -> None:
    page.fill("#customer", "快递三天没动静了")
    page.press("#customer", "Enter")
    cards = page.locator("#suggestions li")
    expect(cards).to_have_count(3)
    page.click("#more")
    expect(cards).to_have_count(6)
    expect(page.locator("#more")).to_be_hidden()


def test_a_bad_line_is_marked_and_held_back(page: Page) -> None:
    page.fill("#agent", "你怎么听不懂，这不归我管")
    expect(page.locator("#findings li.block").first).to_be_visible()
    page.locator("#agent-form button").click()
    expect(page.locator("#error")).to_contain_text("修改")
    expect(page.locator("#lines li.agent")).to_have_count(0)
    shoot(page, "desk-check.png")


def test_markup_in_a_message_stays_text(page: Page) -> None:
    page.fill("#customer", "<img src=x onerror=alert(1)>&lt;b&gt;")
    page.press("#customer", "Enter")
    expect(page.locator("#lines li.customer")).to_have_text("<img src=x onerror=alert(1)>&lt;b&gt;")
    assert page.locator("#lines img").count() == 0


def test_a_new_conversation_starts_clean(page: Page) -> None:
    page.fill("#customer", "你好")
    page.press("#customer", "Enter")
    expect(page.locator("#lines li.customer")).to_have_count(1)
    expect(page.locator("#lines li.bot")).to_contain_text("智能助手")
    page.click("#restart")
    expect(page.locator("#lines li")).to_have_count(0)
    expect(page.locator("#suggestions li")).to_have_count(0)


def test_the_page_says_which_suggestion_a_reply_was_made_from(page: Page) -> None:
    cards = page.locator("#suggestions li")

    def replied(act: Callable[[], None]) -> dict[str, str]:
        page.fill("#customer", "快递三天没动静了")
        page.press("#customer", "Enter")
        expect(cards).to_have_count(3)
        with page.expect_request(lambda r: "agent" in (r.post_data or "")) as sent:
            act()
        expect(page.locator("#agent")).to_have_value("")
        expect(cards).to_have_count(0)
        return sent.value.post_data_json

    def reply() -> None:
        with page.expect_response("**/api/check"):
            page.locator("#agent-form button").click()

    def inserted() -> None:
        cards.first.get_by_role("button", name="插入").click()
        reply()

    def emptied() -> None:
        cards.first.get_by_role("button", name="插入").click()
        page.fill("#agent", "")
        page.fill("#agent", "我来为您查询，请稍等。")
        reply()

    assert replied(inserted)["suggestion"]
    assert "suggestion" not in replied(emptied)
    ready = cards.locator("button:text('发送'):enabled").first
    assert replied(ready.click)["suggestion"]
