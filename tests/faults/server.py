"""The whole program on a free port, killed without warning and started again, again and again.

Only processes that this script started are ever killed, each by its own number.
"""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START = [sys.executable, "-m", "tracker.start"]
SECONDS_TO_START = 300
SECONDS_FOR_ORPHANS = 5
VICTIMS = {"worker": 8, "master": 1, "all": 1}
"""How often which is killed: one of the two workers, their master alone, or all at once."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, variables: dict[str, str], folder: Path):
        self.port = free_port()
        self.variables = variables | {"PORT": str(self.port)}
        self.log = folder / "server.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises AssertionError with its own words."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                START, cwd=ROOT, env=self.variables, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            is_gone = self.process.poll() is not None
            assert not is_gone and time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.1)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The children of the master that still lead their life in its session."""
        master = self.process.pid
        try:
            listed = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        except OSError:
            return []
        return [pid for pid in map(int, listed) if self.is_ours(pid)]

    def is_ours(self, pid: int) -> bool:
        try:
            return os.getsid(pid) == self.process.pid
        except ProcessLookupError:
            return False

    def kill(self, pid: int) -> None:
        if self.is_ours(pid):
            os.kill(pid, signal.SIGKILL)

    def kill_master(self, workers: list[int]) -> None:
        """Its workers find out by themselves and go; the one that does not is killed too."""
        self.kill(self.process.pid)
        self.process.wait()
        until = time.monotonic() + SECONDS_FOR_ORPHANS
        while any(map(self.is_ours, workers)) and time.monotonic() < until:
            time.sleep(0.1)
        for pid in workers:
            self.kill(pid)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        workers = self.workers()
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill_master(workers)


class Killer(threading.Thread):
    """Kills now and then, and starts again what does not come back by itself.

    Only what has come to work since the last time: ``done`` counts what the server got done. Else
    a busy machine, which takes longer to start it than to kill it, would never get anything done.
    """

    def __init__(self, server: Server, *, every: float, seed: int, done: Callable[[], int]):
        super().__init__(name="killer")
        self.server, self.every, self.done = server, every, done
        self.random, self.over = random.Random(seed), threading.Event()
        self.kills, self.error = Counter(), None

    def run(self) -> None:
        try:
            before = self.done()
            while not self.over.wait(self.every * self.random.uniform(0.5, 1.5)):
                if self.done() > before:
                    self.strike()
                    before = self.done()
        except Exception as error:
            self.error = error

    def strike(self) -> None:
        victim = self.random.choices(list(VICTIMS), VICTIMS.values())[0]
        workers = self.server.workers()
        if not workers:
            return
        if victim == "worker":
            self.server.kill(self.random.choice(workers))
        else:
            if victim == "all":
                for pid in workers:
                    self.server.kill(pid)
            self.server.kill_master(workers)
            self.server.start()
        self.kills[victim] += 1
