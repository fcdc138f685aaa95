"""Qt WebEngine 5.15 as a browser: Chromium 87, the oldest engine that a package brings."""

import time

from PyQt5.QtCore import QMarginsF, Qt, QUrl
from PyQt5.QtGui import QPageLayout, QPageSize
from PyQt5.QtTest import QTest
from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineProfile, QWebEngineView
from PyQt5.QtWidgets import QApplication

KEYS = {"Enter": Qt.Key_Return, "Escape": Qt.Key_Escape, "k": Qt.Key_K}
PAPER = QPageLayout(
    QPageSize(QPageSize.A4), QPageLayout.Portrait, QMarginsF(10, 10, 10, 10), QPageLayout.Millimeter
)


class Page(QWebEnginePage):
    def __init__(self, profile: QWebEngineProfile, complaints: list[str]):
        super().__init__(profile, None)
        self.complaints = complaints

    def javaScriptConsoleMessage(self, level, message, line, source):  # noqa: N802
        if level == QWebEnginePage.ErrorMessageLevel:
            self.complaints.append(f"{message} ({source}:{line})")


class Qt515:
    def __init__(self):
        self.app = QApplication(["old-browsers"])
        self.complaints: list[str] = []
        self.profile = QWebEngineProfile()  # without a name it keeps nothing on the disk
        self.page = Page(self.profile, self.complaints)
        self.view = QWebEngineView()
        self.view.setPage(self.page)
        self.view.resize(1280, 800)
        self.view.show()
        self.profile.setHttpAcceptLanguage("zh-CN")
        self.name = self.profile.httpUserAgent()

    def _wait(self, answers: list, seconds: float = 60):
        end = time.monotonic() + seconds
        while not answers:
            assert time.monotonic() < end, "the browser does not answer"
            self.app.processEvents()
            time.sleep(0.005)
        return answers[0]

    def open(self, url: str) -> None:
        loaded: list[bool] = []
        self.page.loadFinished.connect(loaded.append)
        self.page.load(QUrl(url))
        self._wait(loaded)
        self.page.loadFinished.disconnect(loaded.append)

    def run(self, script: str):
        answers: list = []
        self.page.runJavaScript(f"(() => {{ {script} }})()", answers.append)
        return self._wait(answers)

    def type(self, words: str) -> None:
        QTest.keyClicks(self.view.focusProxy(), words)

    def press(self, keys: str) -> None:
        *held, key = keys.split("+")
        modifier = Qt.ControlModifier if held else Qt.NoModifier
        QTest.keyClick(self.view.focusProxy(), KEYS[key], modifier)

    def pdf(self) -> bytes:
        pages: list = []
        self.page.printToPdf(lambda data: pages.append(bytes(data)), PAPER)
        return self._wait(pages, 180)

    def zoom_text(self, factor: float) -> None:
        """Qt zooms whole pages only."""

    def close(self) -> None:
        self.view.close()
