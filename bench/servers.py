"""Both sides as they are served, and what their processes cost: processor time and memory."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from .client import Client

ROOT = Path(__file__).resolve().parents[1]
LONGEST_START = 180  # seconds; an SQLite of 200,000 entries is checked and migrated in them
TICK = os.sysconf("SC_CLK_TCK")
KEPT = ("PATH", "LANG", "HOME", "LD_LIBRARY_PATH")


class Server:
    """A running server; ``with`` ends it and everything that it started."""

    def __init__(self, name: str, command: list[str], env: dict, *, port: int, log: Path):
        self.name, self.base, self.log = name, f"http://127.0.0.1:{port}", log
        self.command, self.env = command, env
        self.process = None

    def __enter__(self) -> "Server":
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=kept | self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()
        return self

    def __exit__(self, *failure) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue

    def _wait(self) -> None:
        until = time.monotonic() + LONGEST_START
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if Client(self.base).ask(self.probe).status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        self.__exit__()
        sys.exit(f"bench: {self.name} did not start:\n{self.log.read_text()[-2000:]}")

    def work(self) -> float:
        """Seconds of processor time of its processes, those that have ended included."""
        return sum(_running(pid) + _ended(pid) for pid in family(self.process.pid))

    def memory(self) -> float:
        """MiB that its processes hold, what they share counted once (PSS)."""
        return sum(_pss(pid) for pid in family(self.process.pid)) / 1024

    def processes(self) -> int:
        return len(family(self.process.pid))


class Product(Server):
    probe = "/healthz"

    def __init__(self, name: str, url: str, *, port: int, folder: Path):
        env = {
            "PORT": str(port),
            "DATABASE_URL": url,
            "STATIC_ROOT": str(folder / "static"),
            "SECRET_KEY_FILE": str(folder / "secret_key"),
            "EVIDENCE_DIR": str(folder / "evidence"),
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "tracker.start"]
        super().__init__(name, command, env, port=port, log=folder / f"{name}.log")


class Bare(Server):
    probe = "/hello"

    def __init__(self, name: str, url: str, *, port: int, folder: Path):
        gunicorn = str(Path(sys.executable).with_name("gunicorn"))
        options = f"--config python:bench.bare.served -b 127.0.0.1:{port}".split()
        command = [gunicorn, *options, "bench.bare.wsgi:application"]
        super().__init__(
            name, command, {"DATABASE_URL": url}, port=port, log=folder / f"{name}.log"
        )


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += map(int, file.read_text().split())
        except OSError:
            continue
    return [pid, *(each for child in children for each in family(child))]


def _running(pid: int) -> float:
    total = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(file.read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


def _ended(pid: int) -> float:
    """Of the children that a process has waited for, in the kernel's ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[13]) + int(fields[14])) / TICK


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])
