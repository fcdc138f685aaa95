#!/usr/bin/env bash
# django-simple-history 3.13: as soon as one field is excluded from a history, `record.instance` asks
# the database for it, once per record; a page of a past day then costs a query for every row.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    Django==5.2.19 django-simple-history==3.13.0
mkdir -p "$folder/shop/migrations"
touch "$folder/shop/__init__.py" "$folder/shop/migrations/__init__.py"
cat > "$folder/shop/models.py" <<'PY'
from django.db import models
from simple_history.models import HistoricalRecords


class Whole(models.Model):
    name = models.CharField(max_length=9)
    history = HistoricalRecords()


class Part(models.Model):
    name = models.CharField(max_length=9)
    derived = models.CharField(max_length=9, default="")
    history = HistoricalRecords(excluded_fields=["derived"])
PY
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes", "django.contrib.auth", "simple_history", "shop",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

call_command("makemigrations", "shop", verbosity=0)
call_command("migrate", verbosity=0)
from shop.models import Part, Whole

print("Django", django.__version__, "django-simple-history", version("django-simple-history"))
seen = {}
for model in (Whole, Part):
    for n in range(20):
        model.objects.create(name=str(n))
    with CaptureQueriesContext(connection) as queries:
        assert len([record.instance for record in model.history.all()]) == 20
    seen[model.__name__] = len(queries)
print("queries for the instances of 20 records:", seen)
assert seen == {"Whole": 1, "Part": 21}, seen
PY
