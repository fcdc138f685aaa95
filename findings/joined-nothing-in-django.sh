#!/bin/sh
# Django: select_related("answer") over a ForeignKey or a OneToOneField remembers that there is
# none. Over a FilteredRelation it sets the attribute only on rows that match: on the others it
# does not exist, and a cached property of that name is computed, with a query, once per row.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install -q "django==5.2.19"
mkdir seen; : >seen/__init__.py
cat >seen/models.py <<'EOF'
from django.db import models
from django.utils.functional import cached_property


class Question(models.Model):
    @cached_property
    def answer(self):
        return self.answers.filter(stands=True).first()


class Answer(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    stands = models.BooleanField(default=True)
EOF
cat >run.py <<'EOF'
import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["seen"],
)
django.setup()

from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from seen.models import Answer, Question

with connection.schema_editor() as editor:
    editor.create_model(Question)
    editor.create_model(Answer)
answered, *_open = (Question.objects.create() for _ in range(6))
Answer.objects.create(question=answered)
standing = models.FilteredRelation("answers", condition=models.Q(answers__stands=True))
with CaptureQueriesContext(connection) as queries:
    rows = list(Question.objects.alias(answer=standing).select_related("answer").order_by("pk"))
    known = ["answer" in row.__dict__ for row in rows]
    [row.answer for row in rows]
print(f"Django {django.__version__}: attribute there {known}, queries {len(queries)}")
assert known == [True] + [False] * 5, "CHANGED: the attribute is set where nothing matches"
assert len(queries) == 1 + 5, "CHANGED: no query per row"
EOF
env/bin/python run.py
echo "as described"
