"""A plan that was just made is taken away whole: its record, its cost, and what holds it back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.imports.table_plan import Breakdown, make_plan
from priorities.models import Action, Lineage, Plan, TableIntake
from priorities.models.lineage import Descent
from priorities.plans.unmaking import Touched, unmake

from .district import make_table
from .factories import make_action, make_priority, make_user
from .factories import make_plan as make_other_plan
from .writes import fingerprint

pytestmark = pytest.mark.django_db

HEADS = "示例2033年工作任务分解表\n任务\t完成时限\n"


@pytest.fixture
def by():
    return make_user("supervisor")


def made(by, rows: int) -> TableIntake:
    """A table of which a plan was made, with an action for each row."""
    lines = "".join(f"示例修建第{n}号道路\t2033年6月底\n" for n in range(1, rows + 1))
    intake = make_table(by, HEADS + lines)
    make_plan(Breakdown(intake), by=by, seen=intake.version)
    return TableIntake.objects.get(pk=intake.pk)


def test_each_row_goes_with_the_record_of_who_took_it_away(by):
    intake = made(by, 3)
    plan = intake.plan_made
    keys = list(Action.objects.of_plan(plan).values_list("pk", flat=True))
    unmake(intake, by=by)
    assert not Plan.objects.filter(pk=plan.pk).exists()
    gone = Action.history.filter(history_type="-", id__in=keys)
    assert [row.history_user for row in gone] == [by] * 3


def test_each_action_more_costs_a_few_statements(by):
    """The chain is held meanwhile: nobody else can write."""
    counts = []
    for rows in (5, 25):
        intake = made(by, rows)
        with CaptureQueriesContext(connection) as statements:
            unmake(intake, by=by)
        counts.append(len(statements))
    assert counts[1] - counts[0] <= 20 * 5


def test_a_plan_in_which_something_goes_on_stays(by):
    intake = made(by, 3)
    source = make_action(make_priority(make_other_plan()))
    target = Action.objects.of_plan(intake.plan_made).first()
    link = Lineage(source=source, target=target, kind=Descent.CARRIED, on=target.due)
    link.save_change(by=by)
    before = fingerprint()
    with pytest.raises(Touched):
        unmake(intake, by=by)
    assert fingerprint() == before
