"""How quick the page is, in a real Chromium: ``python -m tests.benchmarks.page``, medians of several tries.

Usable: from the start of loading until the question box takes a question. First, last: from pressing Enter
until the first character of the answer is on the page, and until it stands there with its citations.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from embeddings.bundled import make_bundled_model
from qa.library import model_cache
from tests.browser import Visit, chromium, product

LOADS, QUESTIONS = 5, 10

_WATCH = """() => {
    const box = document.querySelector("#wz-box textarea");
    const state = window.watched = {};
    box.addEventListener("keydown", () => { state.start = performance.now(); }, { once: true });
    new MutationObserver(() => {
        const answer = [...document.querySelectorAll(".wz-answer")].at(-1);
        if (!state.start || !answer) return;
        if (!state.first && answer.querySelector(".wz-text")?.textContent) state.first = performance.now();
        if (!state.last && answer.querySelector(".wz-evidence")) state.last = performance.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def main() -> None:
    """Serve the product, load the page, ask, print."""
    cache = model_cache()
    make_bundled_model(cache)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        with product(home, cache, home / "log") as address:
            browser = chromium(playwright)
            usable, first, last = [], [], []
            for number in range(-1, LOADS):
                visit = Visit(browser.new_context(locale="zh-CN").new_page(), address)
                ready = visit.page.evaluate("performance.now()")
                if number < 0:
                    visit.ask("2023年一般公共预算收入是多少？")  # the model is loaded by the first question
                else:
                    usable.append(ready)
                    for _ in range(QUESTIONS // LOADS):
                        visit.page.evaluate(_WATCH)
                        visit.ask("浦东一共有多少家持牌金融机构？")
                        seen = visit.page.evaluate("window.watched")
                        first.append(seen["first"] - seen["start"])
                        last.append(seen["last"] - seen["start"])
                        visit.page.get_by_role("button", name="清空").click()
                        visit.page.wait_for_selector(".wz-welcome")
                visit.page.context.close()
            browser.close()
            for name, values in (("usable", usable), ("first", first), ("last", last)):
                print(f"{name:7} median {median(values):5.0f} ms, most {max(values):5.0f} ms")


if __name__ == "__main__":
    main()
