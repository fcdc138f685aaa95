#!/bin/sh
# Chromium judges width conditions, when it prints, on the default paper less the margins asked for,
# not on the @page of the document: an A3 sheet laid across is laid out as for a phone. Drivers print
# with margins of 0, where A4 is just wide enough, and so do not see what a person's printer makes.
set -eu
chromium=$(command -v chromium || command -v google-chrome) || { echo "chromium (Debian) is missing"; exit 2; }
"$chromium" --version 2>/dev/null
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv tools
tools/bin/pip install --quiet --disable-pip-version-check playwright==1.65.2 pypdf==6.14.2 2>/dev/null ||
    { echo "playwright 1.65.2 or pypdf could not be installed"; exit 2; }

CHROMIUM="$chromium" tools/bin/python - <<'PYTHON'
import io, os
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

PAGE = """<style>@page { size: A3 landscape; margin: 10mm } .narrow { display: none }
    @media (max-width: 48rem) { .narrow { display: block } .wide { display: none } }</style>
    <p class=narrow>narrow<p class=wide>wide"""

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_content(PAGE)
    seen = {}
    for margin in ("0mm", "10mm"):
        sides = dict.fromkeys(("top", "right", "bottom", "left"), margin)
        pdf = page.pdf(prefer_css_page_size=True, format="A4", margin=sides)
        sheet = PdfReader(io.BytesIO(pdf)).pages[0]
        seen[margin] = (sheet.extract_text().strip(), round(sheet.mediabox.width / 72 * 25.4))
    browser.close()
for margin, (layout, width) in seen.items():
    print(f"margins of {margin}: a sheet {width} mm wide, laid out as {layout}")
is_so = seen == {"0mm": ("wide", 420), "10mm": ("narrow", 420)}
print("as described" if is_so else "CHANGED")
raise SystemExit(not is_so)
PYTHON
