#!/bin/sh
# A form that htmx puts into a page and that names a field `autofocus`: the field gets the cursor
# only when the swap has settled (20 ms by default, later where the machine is busy), and gets it
# also where somebody is in another field of the form by then. The words typed go into the wrong
# field, with no error anywhere. A browser's own autofocus yields to a field that has the focus.
set -eu
chromium=$(command -v chromium || command -v google-chrome) || { echo "chromium (Debian) is missing"; exit 2; }
command -v npm >/dev/null || { echo "npm (Debian) is missing"; exit 2; }
"$chromium" --version 2>/dev/null
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm install --silent --no-fund --no-audit htmx.org@2.0.10 >/dev/null 2>&1 || { echo "htmx.org could not be installed"; exit 2; }
python3 -m venv tools
tools/bin/pip install --quiet --disable-pip-version-check playwright==1.65.2 2>/dev/null ||
    { echo "playwright could not be installed"; exit 2; }
echo "htmx.org 2.0.10"
CHROMIUM=$chromium tools/bin/python - <<'PYTHON'
import os
from playwright.sync_api import sync_playwright

PAGE = """<!doctype html><title>a form in place</title><script src="/htmx.js"></script>
<a href="#" hx-get="/form" hx-target="#place">Report</a><div id="place"></div>"""
FORM = '<form><input id="first" autofocus><input id="second"></form>'
AT_ONCE = """document.addEventListener(
    "htmx:afterSwap", () => document.getElementById("second").focus(), { once: true })"""
SETTLED = "document.querySelector('form') && !document.querySelector('.htmx-added, .htmx-settling')"

def answer(route):
    path = route.request.url.rpartition("/")[2]
    if path == "htmx.js":
        return route.fulfill(path="node_modules/htmx.org/dist/htmx.min.js")
    return route.fulfill(body=FORM if path == "form" else PAGE, content_type="text/html")

def browsers_own(page):
    """The same form put in by hand, while its other field has the focus."""
    page.evaluate("""form => {
        const place = document.getElementById("place");
        place.innerHTML = form;
        document.getElementById("second").focus();
    }""", FORM)
    page.wait_for_timeout(200)
    return page.evaluate("document.activeElement.id")

with sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
    page = browser.new_page()
    page.route("**/*", answer)
    page.goto("http://127.0.0.1:9/page")
    page.evaluate(AT_ONCE)
    page.click("a")
    page.wait_for_function(SETTLED)
    by_htmx = page.evaluate("document.activeElement.id")
    page.goto("http://127.0.0.1:9/page")
    by_browser = browsers_own(page)
    browser.close()
print("somebody went to: second - the cursor is in, by htmx:", by_htmx, "- by the browser:", by_browser)
is_so = (by_htmx, by_browser) == ("first", "second")
print("as described" if is_so else "CHANGED")
raise SystemExit(not is_so)
PYTHON
