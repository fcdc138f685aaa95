"""Texts and figures for both sides, the same at every run: 41 actions with weekly notes."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

TEXT = (
    "review agree draft publish train hire audit measure reduce improve staff process budget "
    "supplier customer report risk system data policy team quarter target board site energy "
    "quality safety plan contract service review outcome cost access digital partner community "
    "project delivery pilot scope benefit"
)
WORDS = TEXT.split()
SIZES = (6, 5, 5, 5, 5, 5, 5, 5)
START = date(2026, 1, 5)
USERS = 10


class Note(NamedTuple):
    day: date
    user: int
    text: str
    percent: int


class Task(NamedTuple):
    priority: str
    title: str
    text: str
    owner: int
    start: date
    due: date
    percent: int
    notes: list[Note]


def phrase(rng: random.Random, length: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(length)).capitalize()


def tasks(notes: int = 52, seed: int = 1) -> Iterator[Task]:
    """The actions of one plan, as the bare page stores them."""
    rng = random.Random(seed)
    for group, size in enumerate(SIZES, 1):
        for order in range(1, size + 1):
            yield _task(rng, f"{group}.{order}", notes)


def _task(rng: random.Random, number: str, notes: int) -> Task:
    final = rng.randrange(0, 101, 10)
    start = START + timedelta(days=rng.randrange(60))
    return Task(
        priority=f"Priority {number[0]}",
        title=f"{number} {phrase(rng, 7)}",
        text=f"{phrase(rng, 30)}.",
        owner=rng.randrange(USERS),
        start=start,
        due=start + timedelta(days=rng.randrange(60, 300)),
        percent=final,
        notes=[_note(rng, week, final, notes) for week in range(notes)],
    )


def _note(rng: random.Random, week: int, final: int, notes: int) -> Note:
    day = START + timedelta(days=7 * week)
    percent = final * (week + 1) // notes // 10 * 10
    return Note(day, rng.randrange(USERS), f"{phrase(rng, 16)}.", percent)
