#!/bin/sh
# django-simple-history with `excluded_fields`: a save that changes nothing but an excluded field
# writes a row of history all the same, equal to the one before. Each sign-in is one, because
# Django saves `last_login`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet django==5.2.19 django-simple-history==3.13.0
"$folder/venv/bin/pip" list 2>/dev/null | grep -iE '^(django|django-simple-history) '
cd "$folder"
mkdir people && touch people/__init__.py
cat >people/models.py <<'PY'
from django.contrib.auth.models import AbstractUser
from simple_history.models import HistoricalRecords

class Person(AbstractUser):
    history = HistoricalRecords(excluded_fields=["last_login", "password"])
PY
cat >ask.py <<'PY'
import sys
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="x",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "simple_history", "people"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    AUTH_USER_MODEL="people.Person",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()
from django.contrib.auth.models import update_last_login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from people.models import Person  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
person = Person.objects.create(username="zhang")
for _sign_in in range(3):
    update_last_login(None, person)
rows = list(person.history.order_by("history_id").values_list("history_type", "username"))
print("rows of history after three sign-ins:", rows)
if len(rows) == 1:
    sys.exit("CHANGED: a save of excluded fields alone is not recorded")
assert len(rows) == 4
PY
"$folder/venv/bin/python" ask.py
echo "as described"
