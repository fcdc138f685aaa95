#!/bin/sh
# A page that Chromium prints with Noto Sans CJK looks right and copies right out of poppler and
# PDFium, yet pypdf and pdfminer read 一 as the radical ⼀ (U+2F00) and 民 as ⺠ (U+2EA0): the font
# draws both with one glyph, and the PDF names the radical. A heading 一、 is then not found, and
# NFKC mends the first block only: it leaves ⺠ and most of U+2E80 to U+2EFF as they are.
set -eu
chromium=$(command -v chromium || command -v google-chrome) || { echo "chromium (Debian) is missing"; exit 2; }
command -v pdftotext >/dev/null || { echo "poppler-utils (Debian) is missing"; exit 2; }
fc-list | grep -q "Noto Sans CJK" || { echo "fonts-noto-cjk (Debian) is missing"; exit 2; }
"$chromium" --version 2>/dev/null; pdftotext -v 2>&1 | head -1
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv tools
tools/bin/pip install --quiet --disable-pip-version-check pypdf==6.14.2 pdfminer.six==20260107 \
    pypdfium2==5.15.2 2>/dev/null || { echo "the packages could not be installed"; exit 2; }
echo '<meta charset="utf-8"><p style="font-family: Noto Sans CJK SC">一、人民生活' > sheet.html
"$chromium" --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf=sheet.pdf sheet.html 2>/dev/null

tools/bin/python - <<'PYTHON'
import subprocess, unicodedata
from pdfminer.high_level import extract_text
from pypdf import PdfReader
from pypdfium2 import PdfDocument

read = {
    "pypdf": PdfReader("sheet.pdf").pages[0].extract_text(),
    "pdfminer": extract_text("sheet.pdf"),
    "PDFium": PdfDocument("sheet.pdf")[0].get_textpage().get_text_range(),
    "poppler": subprocess.run(["pdftotext", "sheet.pdf", "-"], capture_output=True, text=True).stdout,
}
read = {name: text.strip() for name, text in read.items()}
for name, text in read.items():
    print(name, *(f"{c} U+{ord(c):04X}" for c in text if c != "、"))
meant = "一、人民生活"
folded = unicodedata.normalize("NFKC", read["pypdf"])
print("NFKC of pypdf's:", folded, *(f"U+{ord(c):04X}" for c in folded if c not in meant))
is_so = (
    read["PDFium"] == read["poppler"] == meant
    and read["pypdf"] == read["pdfminer"] == "\u2f00、\u2f08\u2ea0\u2f63活"
    and folded == "一、人\u2ea0生活"
)
print("as described" if is_so else "CHANGED")
raise SystemExit(not is_so)
PYTHON
