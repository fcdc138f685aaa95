"""The main jobs of the office, done in one browser by keys and clicks (make old-browsers).

Runs under the system's own Python, whose packages bring the browsers; it knows nothing of Django.
"""

import re
import subprocess
import tempfile
import time

PATIENCE = 30
"""Seconds: a busy machine is slow, and only what never comes is wrong."""

ROWS = "return document.querySelectorAll('#board tbody tr:not(.group)').length"
BARS = """return [...document.querySelectorAll('.t-fill')].filter(
    bar => bar.getBoundingClientRect().height > 3).length"""
IS_IN_BOX = """const [box, words] = ['.now-said rect', '.now-said text'].map(
        part => document.querySelector(part).getBoundingClientRect());
    const isInside = words.left >= box.left && words.right <= box.right
        && (words.top + words.bottom) / 2 > box.top && (words.top + words.bottom) / 2 < box.bottom;
    return isInside"""
SHEETS = {"/2022/": 4, "/2022/actions/": 5, "/2022/timeline/": 2, "/2022/document/": 2}
"""The most sheets that a page may fill with margins of 10 mm."""


class Office:
    """One person at one browser."""

    def __init__(self, browser, base: str, password: str):
        self.browser, self.base, self.password = browser, base, password

    def open(self, path: str) -> None:
        self.browser.open(self.base + path)
        self.until("return document.readyState === 'complete'")

    def see(self, script: str):
        return self.browser.run(script)

    def until(self, script: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.see(script):
            assert time.monotonic() < end, f"never came: {script}"
            time.sleep(0.1)

    def focus(self, selector: str) -> None:
        self.see(f"document.querySelector({selector!r}).focus()")

    def click(self, selector: str) -> None:
        self.see(f"document.querySelector({selector!r}).click()")

    def type(self, selector: str, words: str) -> None:
        self.focus(selector)
        self.see(f"document.querySelector({selector!r}).select()")
        self.browser.type(words)

    def is_shown(self, selector: str) -> str:
        part = f"const part = document.querySelector({selector!r});"
        return f"{part} return !!part && part.offsetHeight > 0"

    # The jobs, in the order of a day

    def sign_in(self) -> None:
        self.open("/sign-in/")
        self.type("input[name=username]", "zhoumin")
        self.type("input[name=password]", self.password)
        self.browser.press("Enter")
        self.until("return location.pathname === '/2022/'")

    def read_the_list(self) -> None:
        self.open("/2022/actions/")
        assert self.see(ROWS) == 41
        assert not self.see(self.is_shown(".bulk"))
        self.click("#board td [name=pick]")
        self.until(self.is_shown(".bulk"))

    def filter_while_typing(self) -> None:
        self.open("/2022/actions/")
        self.type("#f-q", "3.2")
        self.until(f"{ROWS} === 1")

    def open_a_form_in_place_by_keyboard(self) -> None:
        self.open("/2022/actions/")
        self.focus("#board .act-links a[hx-get]")
        self.browser.press("Enter")
        self.until(
            "const row = document.querySelector('.edit-row');"
            " return !!row && row.contains(document.activeElement)"
        )
        self.browser.press("Escape")
        self.until("return !document.querySelector('.edit-row')")

    def record_progress(self) -> None:
        self.open("/2022/actions/3.2/report/")
        percent = self.see("return document.querySelector('[name=percent]').value")
        self.type("[name=percent]", str(min(int(percent) + 1, 99)))
        self.type("[name=done]", "old browser")
        self.click("form[data-report] button.primary")
        self.until("return !!document.querySelector('#announce [data-saved], #announce .toast')")

    def accept_what_was_reported(self) -> None:
        self.open("/2022/review/")
        waiting = self.see("return document.querySelectorAll('.queue li').length")
        self.click("#do-accept")
        self.until(f"return document.querySelectorAll('.queue li').length === {waiting - 1}")

    def choose_a_unit_by_typing(self) -> None:
        self.open("/2022/actions/1.1/assign/")
        self.type("input[data-choose][role=combobox]", "qgx")
        self.until("return document.querySelectorAll('[role=option]').length > 0")
        self.browser.press("Enter")
        field = "document.querySelector('input[data-choose][role=combobox]').value"
        self.until(f"return {field} === '区工信局'")

    def go_by_the_palette_and_close_it(self) -> None:
        self.open("/2022/")
        self.browser.press("Control+k")
        self.until("return document.querySelector('#palette').open")
        self.browser.type("3.2")
        self.until("return document.querySelectorAll('#palette-list a').length === 1")
        self.browser.press("Escape")
        self.until("return !document.querySelector('#palette').open")

    def see_bars_on_the_timeline(self) -> None:
        self.open("/2022/timeline/")
        assert self.see(BARS) > 30, self.see(BARS)

    def read_today_where_only_text_is_zoomed(self) -> None:
        self.open("/2022/timeline/")
        self.browser.zoom_text(2)
        self.until(IS_IN_BOX)

    def print_on_paper(self) -> None:
        for path, most in SHEETS.items():
            self.open(path)
            pdf = self.browser.pdf()
            if pdf is not None:
                sheets = sheets_of(pdf)
                assert 0 < sheets <= most, f"{path}: {sheets} sheets"

    def leave_nothing_on_the_way_back(self) -> None:
        """By then every page is one that the browser has a copy of, or has in its memory."""
        for path in ("/2022/actions/", "/2022/", "/2022/actions/", "/2022/"):
            self.open(path)
        self.click("[data-sign-out] button")
        self.until("return location.pathname === '/sign-in/' && !location.search")
        for path in ("/2022/", "/2022/actions/"):
            self.see("history.back()")
            self.until(
                f"return location.href.endsWith('/sign-in/?next={path}&why=ended')"
                f" || location.href.endsWith('/sign-in/?next={path}')"
            )

    def find_no_error_of_a_script(self) -> None:
        assert self.browser.complaints == [], self.browser.complaints


def sheets_of(pdf: bytes) -> int:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        said = subprocess.run(["pdfinfo", file.name], capture_output=True, text=True, check=True)
    return int(re.search(r"Pages:\s+(\d+)", said.stdout)[1])


JOBS = (
    Office.sign_in,
    Office.read_the_list,
    Office.filter_while_typing,
    Office.open_a_form_in_place_by_keyboard,
    Office.record_progress,
    Office.accept_what_was_reported,
    Office.choose_a_unit_by_typing,
    Office.go_by_the_palette_and_close_it,
    Office.see_bars_on_the_timeline,
    Office.read_today_where_only_text_is_zoomed,
    Office.print_on_paper,
    Office.leave_nothing_on_the_way_back,
    Office.find_no_error_of_a_script,
)


def do_all(browser, base: str, password: str) -> int:
    """Prints each job; returns how many failed."""
    print(browser.name)
    office, failed = Office(browser, base, password), 0
    for job in JOBS:
        try:
            job(office)
            said = "ok"
        except Exception as error:
            said, failed = f"FAILED: {type(error).__name__} {error}"[:300], failed + 1
        print(f"  {job.__name__.replace('_', ' ')}: {said}", flush=True)
    return failed
