"""Rounds: every job of both sides in a new order each time, so that noise hits all alike."""

import random
import sys
import time
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from .asking import Job

WARM = 6  # requests before anything is counted, each over a connection of its own: for all workers
SETTLED = 0.004  # seconds after which a server has done what it does after an answer


@dataclass
class Measured:
    """Milliseconds a request, one figure for each round."""

    work: dict[Hashable, list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[Hashable, list[float]] = field(default_factory=lambda: defaultdict(list))


def measure(jobs: Mapping[Hashable, Job], *, rounds: int, each: int, title: str) -> Measured:
    """Shuffled rounds of ``each`` requests a job, once each is warm."""
    found = Measured()
    for job in jobs.values():
        _warm(job)
    order = list(jobs)
    dice = random.Random(1)
    for number in range(rounds):
        _show(f"{title}: round {number + 1} of {rounds}")
        dice.shuffle(order)
        for key in order:
            work, wall = _batch(jobs[key], each)
            found.work[key].append(1000 * work / each)
            found.wall[key].append(1000 * wall / each)
    _show("")
    return found


def _warm(job: Job) -> None:
    for _ in range(WARM):
        if job.prepare:
            job.prepare()
        job.act()
        job.client.hang_up()


def _batch(job: Job, each: int) -> tuple[float, float]:
    """Seconds of processor time and of the wall for so many requests."""
    if job.prepare:
        return _batch_prepared(job, each)
    before = job.server.work()
    wall = sum(job.act().seconds for _ in range(each))
    return job.server.work() - before, wall


def _batch_prepared(job: Job, each: int) -> tuple[float, float]:
    work = wall = 0.0
    for _ in range(each):
        job.prepare()
        time.sleep(SETTLED)
        before = job.server.work()
        wall += job.act().seconds
        work += job.server.work() - before
    return work, wall


def _show(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
