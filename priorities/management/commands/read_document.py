"""Reads a document and prints what the year's plan would be; writes nothing."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from priorities.plans.files.bounds import MOST_BYTES
from priorities.plans.files.opening import text_of
from priorities.plans.files.text import Unreadable
from priorities.plans.reading import FoundAction, FoundPriority, Reading, Run, read


class Command(BaseCommand):
    help = (
        "Reads the priorities and actions out of a document (.txt, .docx, .pdf with text, .html, "
        ".ofd) and prints them. Nothing is stored."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--year", type=int, help="the plan's year; left out: the latest that the text names"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file: Path, year: int | None, as_json: bool, **options):
        reading = read(_text(file), year=year)
        if as_json:
            self.stdout.write(json.dumps(_plain(reading), ensure_ascii=False, indent=1))
            return
        for line in _lines(reading):
            self.stdout.write(line)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        with translation.override("en"):  # as all that a command says to its console
            return text_of(content, file.name).text
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except Unreadable as error:
        raise CommandError(f"{file}: {' '.join(error.messages)}") from error


def _plain(reading: Reading) -> dict:
    return {
        "declared": reading.declared,
        "warnings": list(reading.warnings),
        "priorities": [_priority(priority) for priority in reading.priorities],
        "candidates": [run.words for run in reading.candidates],
    }


def _priority(priority: FoundPriority) -> dict:
    return {
        "title": priority.title.words,
        "sentence": priority.sentence.words,
        "premise": _words(priority.premise),
        "goal": _words(priority.goal),
        "actions": [_action(action) for action in priority.actions],
    }


def _action(action: FoundAction) -> dict:
    return {
        "text": action.run.words,
        "lead": action.lead,
        "supporting": list(action.supporting),
        "due": action.due,
    }


def _words(run: Run | None) -> str | None:
    return run.words if run else None


def _lines(reading: Reading) -> list[str]:
    found = len(reading.priorities)
    actions = sum(len(priority.actions) for priority in reading.priorities)
    announced = "none" if reading.declared is None else reading.declared
    lines = [f"Announced: {announced}. Found: {found} priorities, {actions} actions."]
    lines += [f"! {code}" for code in reading.warnings]
    for number, priority in enumerate(reading.priorities, 1):
        lines += ["", f"{number} {priority.title.words}"]
        lines += _part("premise", priority.premise)
        lines += [_outlined(number, place, a) for place, a in enumerate(priority.actions, 1)]
        lines += _part("goal", priority.goal)
    return lines + [f"? {run.words}" for run in reading.candidates]


def _part(name: str, run: Run | None) -> list[str]:
    return [f"   {name}: {run.words}"] if run else []


def _outlined(number: int, place: int, action: FoundAction) -> str:
    units = "、".join(filter(None, (action.lead, *action.supporting)))
    notes = "; ".join(filter(None, (units, action.due)))
    return f"   {number}.{place} {action.run.words}" + (f" ({notes})" if notes else "")
