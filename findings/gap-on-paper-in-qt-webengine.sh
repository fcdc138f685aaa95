#!/bin/sh
# Qt WebEngine 5.15 (Chromium 87) prints a wrapping flex row that has a row gap, and of which print
# leaves nothing, on thousands of sheets; without the gap, or with one child left, on one.
set -eu
/usr/bin/python3 -c 'import PyQt5.QtWebEngineWidgets' 2>/dev/null ||
    { echo "python3-pyqt5.qtwebengine (Debian) is missing"; exit 2; }
command -v xvfb-run >/dev/null || { echo "xvfb-run (Debian: xvfb, xauth) is missing"; exit 2; }
dpkg-query --show --showformat='${Package} ${Version}\n' python3-pyqt5.qtwebengine libqt5webenginecore5
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export XDG_RUNTIME_DIR="$folder" QT_QUICK_BACKEND=software LIBGL_ALWAYS_SOFTWARE=1
export QTWEBENGINE_CHROMIUM_FLAGS="--no-sandbox --disable-gpu"

cat >sheets.py <<'PYTHON'
import re
from PyQt5.QtCore import QMarginsF
from PyQt5.QtGui import QPageLayout, QPageSize
from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineProfile
from PyQt5.QtWidgets import QApplication

app = QApplication(["sheets"])
print(re.search(r"Chrome/\S+", QWebEngineProfile.defaultProfile().httpUserAgent())[0])
layout = QPageLayout(QPageSize(QPageSize.A4), QPageLayout.Portrait, QMarginsF(10, 10, 10, 10),
                     QPageLayout.Millimeter)

def sheets(gap, hidden):
    page, answers = QWebEnginePage(), []
    page.loadFinished.connect(lambda ok: page.printToPdf(lambda pdf: answers.append(bytes(pdf)), layout))
    page.setHtml(f"""<style>.row {{ display: flex; flex-wrap: wrap; gap: {gap} 12px }}
        @media print {{ .{hidden} {{ display: none }} }}</style>
        <div class=row><p class=tool>tool</p><p class=tool>tool</p></div><p>text</p>""")
    while not answers:
        app.processEvents()
    return len(re.findall(rb"/Type\s*/Page\b", answers[0]))

seen = {"gap of 4px, nothing left": sheets("4px", "tool"), "no gap, nothing left": sheets("0", "tool"),
        "gap of 4px, all left": sheets("4px", "other")}
print(*(f"{name}: {n} sheets" for name, n in seen.items()), sep="\n")
is_so = seen["gap of 4px, nothing left"] > 1000 and list(seen.values())[1:] == [1, 1]
print("as described" if is_so else "CHANGED")
raise SystemExit(not is_so)
PYTHON
xvfb-run --auto-servernum /usr/bin/python3 sheets.py 2>errors || { tail -3 errors; exit 1; }
