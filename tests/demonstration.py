"""The demonstration in a database of its own, served: for pictures and for other browsers."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
MANAGE = [sys.executable, str(ROOT / "manage.py")]


@dataclass(frozen=True)
class Site:
    """Where it is served, one password for all its accounts, and a folder that goes with it."""

    base: str
    password: str
    folder: Path
    environment: dict[str, str]

    def manage(self, *words: str) -> None:
        subprocess.run([*MANAGE, *words], env=self.environment, check=True)


@contextmanager
def demonstration() -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
            "EVIDENCE_DIR": f"{folder}/evidence",
            "SECRET_KEY_FILE": f"{folder}/key",
            "DEBUG": "on",
        }
        password = _filled(environment)
        base = f"http://127.0.0.1:{free_port()}"
        command = [*MANAGE, "runserver", "--noreload", base.removeprefix("http://")]
        server = subprocess.Popen(command, env=environment, **QUIET)
        try:
            wait_for(f"{base}/healthz")
            yield Site(base, password, Path(folder), environment)
        finally:
            server.terminate()
            server.wait()


def _filled(environment: dict[str, str]) -> str:
    command = [*MANAGE, "demo"]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return re.search(r"One password for all accounts: +(\S+)", said.stdout).group(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")
