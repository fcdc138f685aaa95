"""Makes the bare page's tables and fills them; prints a session's cookie."""

from django.contrib.auth.models import User
from django.core.management import BaseCommand, call_command
from django.db import connection

from bench.bare.models import Action, Note
from bench.session import cookie_of
from bench.words import Task, tasks


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
        fill()
        connection.close()
        self.stdout.write(cookie_of(User.objects.create_user("user1")))


def fill() -> None:
    rows = list(tasks())
    actions = Action.objects.bulk_create([_action(task) for task in rows])
    notes = [
        Note(
            action=action,
            day=note.day,
            who=f"user{note.user}",
            text=note.text,
            percent=note.percent,
        )
        for action, task in zip(actions, rows, strict=True)
        for note in task.notes
    ]
    Note.objects.bulk_create(notes, batch_size=500)


def _action(task: Task) -> Action:
    fields = task._asdict()
    notes = fields.pop("notes")
    return Action(plan=1, latest=notes[-1].text, **fields | {"owner": f"user{task.owner}"})
