#!/bin/sh
# django-axes masks the field `password` in what it keeps of a failed attempt, and no other: counted
# where a password is changed, the old one stands in its table as it was typed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet django==5.2.19 django-axes==8.3.1
"$folder/venv/bin/pip" list 2>/dev/null | grep -iE '^(django|django-axes) '
cd "$folder"
cat >ask.py <<'PY'
import sys
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="x",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "axes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    AUTHENTICATION_BACKENDS=["axes.backends.AxesStandaloneBackend"],
    AXES_VERBOSE=False,
)
django.setup()
from axes.models import AccessAttempt  # noqa: E402
from django.contrib.auth.signals import user_login_failed  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import RequestFactory  # noqa: E402

call_command("migrate", verbosity=0)
sent = {"password": "first-secret", "old_password": "second-secret"}
request = RequestFactory().post("/password/", sent)
user_login_failed.send(sender="x", credentials={"username": "zhang"}, request=request)
kept = AccessAttempt.objects.get().post_data
print("kept:", kept.replace("\n", " "))
assert "first-secret" not in kept
if "second-secret" not in kept:
    sys.exit("CHANGED: other passwords are masked too")
PY
"$folder/venv/bin/python" ask.py
echo "as described"
