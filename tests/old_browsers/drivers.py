"""WebKitGTK by its WebDriver, and Firefox by its own Marionette: both speak W3C's commands."""

import base64
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Control": "\ue009"}
PAPER = {"margin": dict.fromkeys(("top", "bottom", "left", "right"), 1.0)}
"""Centimetres, as the standard has it."""


class Driven:
    """What the two have in common; ``_ask(command, values)`` is their own."""

    complaints: list[str] = []

    def zoom_text(self, factor: float) -> None:
        """Only Firefox can."""

    def open(self, url: str) -> None:
        self._ask("Navigate", {"url": url})

    def run(self, script: str):
        return self._ask("ExecuteScript", {"script": script, "args": []})

    def type(self, words: str) -> None:
        self._keys([(kind, key) for key in words for kind in ("keyDown", "keyUp")])

    def press(self, keys: str) -> None:
        pressed = [KEYS.get(key, key) for key in keys.split("+")]
        down = [("keyDown", key) for key in pressed]
        self._keys(down + [("keyUp", key) for key in reversed(pressed)])

    def _keys(self, steps: list[tuple[str, str]]) -> None:
        actions = [{"type": kind, "value": key} for kind, key in steps]
        typed = {"type": "key", "id": "keyboard", "actions": actions}
        self._ask("PerformActions", {"actions": [typed]})

    def pdf(self) -> bytes:
        return base64.b64decode(self._ask("Print", PAPER))

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


class Firefox(Driven):
    """Marionette is Firefox's own protocol: a length, a colon and a list in JSON."""

    PORT = 8166

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        with open(f"{self.folder.name}/user.js", "w") as settings:
            settings.write(f'user_pref("marionette.port", {self.PORT});\n')
            settings.write('user_pref("intl.accept_languages", "zh-CN");\n')
        command = ["firefox-esr", "--headless", "--marionette", "--profile", self.folder.name]
        command.append("-remote-allow-system-access")  # for the zoom of text alone
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, start_new_session=True, **quiet)
        self.socket = connected(self.PORT)
        self.stream, self.number = self.socket.makefile("rwb"), 0
        self._answer()
        found = self._ask("NewSession", {})["capabilities"]
        self.name = f"Firefox {found['browserVersion']}"
        self._ask("SetWindowRect", {"width": 1280, "height": 900})

    def zoom_text(self, factor: float) -> None:
        window = "Services.wm.getMostRecentWindow('navigator:browser')"
        zoom = f"{window}.gBrowser.selectedBrowser.browsingContext.textZoom = {factor}"
        self._ask("SetContext", {"value": "chrome"}, of="Marionette")
        self.run(zoom)
        self._ask("SetContext", {"value": "content"}, of="Marionette")

    def _ask(self, command: str, values: dict, of: str = "WebDriver"):
        self.number += 1
        asked = json.dumps([0, self.number, f"{of}:{command}", values]).encode()
        self.stream.write(b"%d:%s" % (len(asked), asked))
        self.stream.flush()
        _kind, _number, error, answer = self._answer()
        if error:
            raise RuntimeError(error["message"])
        return answer["value"] if isinstance(answer, dict) and "value" in answer else answer

    def _answer(self):
        length = b""
        while (byte := self.stream.read(1)) != b":":
            length += byte
        return json.loads(self.stream.read(int(length)))


class WebKit(Driven):
    PORT = 8167
    ADDRESSES = {
        "Navigate": "url",
        "ExecuteScript": "execute/sync",
        "PerformActions": "actions",
    }

    def __init__(self):
        command = ["WebKitWebDriver", f"--port={self.PORT}", "--host=127.0.0.1"]
        self.process = subprocess.Popen(command, start_new_session=True)
        connected(self.PORT).close()
        self.session = ""
        options = {"binary": minibrowser(), "args": ["--automation"]}
        asked = {"webkitgtk:browserOptions": options, "browserName": "MiniBrowser"}
        found = self._send("session", {"capabilities": {"alwaysMatch": asked}})
        self.session = f"session/{found['sessionId']}/"
        self.name = f"WebKitGTK {found['capabilities']['browserVersion']}"

    def _ask(self, command: str, values: dict):
        return self._send(self.session + self.ADDRESSES[command], values)

    def _send(self, path: str, values: dict):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.PORT}/{path}",
            json.dumps(values).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def pdf(self) -> None:
        """WebKitGTK's driver does not print."""


def minibrowser() -> str:
    found = subprocess.run(
        ["find", "/usr/lib", "-name", "MiniBrowser", "-path", "*webkit2gtk*"],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.split()[0]


def connected(port: int, seconds: float = 60) -> socket.socket:
    end = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=180)
        except OSError:
            assert time.monotonic() < end, f"nothing listens on {port}"
            time.sleep(0.2)
