"""What must always hold in the database, and rows that are written once."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, F, ProtectedError, Value
from django.db.models.functions import Concat
from django.utils import timezone, translation

from priorities.models import (
    Action,
    Decision,
    Evidence,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Unit,
    User,
)
from priorities.models.judged import Rule, is_plain, names_in
from priorities.models.people import pinyin_initials
from priorities.models.phases import Life
from priorities.wording import clauses_of

from .factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

MODELS = (Unit, User, Plan, Priority, Action, Milestone, ProgressEntry, Decision, Evidence)
"""Of reports, what must hold is tested beside the reports."""

START, END = date(2022, 1, 1), date(2022, 12, 31)
FIXED = uuid.UUID(int=7)


# One row of each model, with a neighbour whose place may be taken. What is written once is not
# stored yet: it is refused when it comes in, and never changes afterwards.


def a_unit():
    make_unit("区甲局", name="示例区甲局")
    return make_unit("区乙局")


def a_user():
    make_user(username="lan.xin")
    return make_user()


def a_plan():
    make_plan("2031")
    return make_plan("2032")


def a_priority():
    plan = make_plan("2032")
    make_priority(plan, number=1)
    return make_priority(plan, number=2)


def an_action():
    priority = make_priority(make_plan("2032"))
    make_action(priority, order=1)
    return make_action(priority, order=2)


def an_assigned_action():
    unit = make_unit()
    return make_action(make_priority(make_plan("2032")), lead_unit=unit)


def a_milestone():
    action = an_action()
    make_milestone(action, START, title="示例开工")
    return make_milestone(action, START)


def an_entry():
    action, by = an_assigned_action(), make_user("reporter")
    make_entry(action, by=by, nonce=FIXED)
    return ProgressEntry(action=action, by=by, day=START, percent=20, done="示例：已开工。")


def a_decision():
    entry = an_entry()
    entry.save()
    return Decision(entry=entry, verdict="accepted", by=entry.by)


def a_second_decision():
    first = a_decision()
    first.save()
    return Decision(entry=first.entry, verdict="accepted", by=first.by, after=1)


def an_evidence():
    entry = an_entry()
    entry.save()
    return Evidence(entry=entry, link="https://example.org/")


@dataclass
class Broken:
    """A row, the values that break one constraint, and what a person is told."""

    constraint: str
    make: object
    values: dict = field(default_factory=dict)
    sentence: str = ""

    def __str__(self):
        return f"{self.constraint} {' '.join(self.values)}"


OWNER_FIRST = "Choose the lead unit before the owner."
CANCELLED = "A cancelled action needs a day and a reason."
FILE_OR_LINK = "Evidence is a file with a name, or a link."
DEVIATIONS = "Yellow must begin no later than red, and red at 100 points at most."
ASSIGNED = "An assigned action needs a start and a due date."
NUMBER_KEPT = "The number of an action never changes."
WORD = "Value 'perhaps' is not a valid choice."

TABLE = [
    Broken(
        "unit_name_unique",
        a_unit,
        {"name": "示例区甲局"},
        "There is already a unit with this full name.",
    ),
    Broken(
        "unit_short_name_unique",
        a_unit,
        {"short_name": "区甲局"},
        "There is already a unit with this short name.",
    ),
    Broken(
        "user_username_unique_in_any_case",
        a_user,
        {"username": "Lan.Xin"},
        "There is already an account with this user name.",
    ),
    Broken(
        "plan_slug_unique", a_plan, {"slug": "2031"}, "There is already a plan with this address."
    ),
    Broken("plan_ends_after_start", a_plan, {"end": START}, "The plan must end after it starts."),
    Broken(
        "plan_status_date_not_before_start",
        a_plan,
        {"status_date": date(2021, 12, 31)},
        "The status date cannot lie before the plan's start.",
    ),
    Broken("plan_yellow_before_red", a_plan, {"yellow_deviation": 31}, DEVIATIONS),
    Broken("plan_yellow_before_red", a_plan, {"red_deviation": 101}, DEVIATIONS),
    Broken(
        "plan_reporting_cycle_at_least_a_day",
        a_plan,
        {"reporting_cycle_days": 0},
        "Ensure this value is greater than or equal to 1.",
    ),
    Broken(
        "priority_number_unique",
        a_priority,
        {"number": 1},
        "This number is already taken in the plan.",
    ),
    Broken(
        "priority_number_from_one",
        a_priority,
        {"number": 0},
        "Ensure this value is greater than or equal to 1.",
    ),
    Broken(
        "action_number_unique",
        an_action,
        {"order": 1},
        NUMBER_KEPT,
    ),
    Broken(
        "action_order_from_one",
        an_action,
        {"order": 0},
        f"Ensure this value is greater than or equal to 1. {NUMBER_KEPT}",
    ),
    Broken("action_assigned_with_dates", an_assigned_action, {"due": None}, ASSIGNED),
    Broken("action_assigned_with_dates", an_assigned_action, {"start": None}, ASSIGNED),
    Broken(
        "action_due_not_before_start",
        an_assigned_action,
        {"due": date(2021, 12, 31)},
        "The due date cannot lie before the start.",
    ),
    Broken("action_owner_needs_lead_unit", an_action, {"owner": make_user}, OWNER_FIRST),
    Broken("action_cancelled_with_reason", an_action, {"cancelled_on": START}, CANCELLED),
    Broken("action_cancelled_with_reason", an_action, {"cancelled_reason": "示例"}, CANCELLED),
    Broken(
        "milestone_title_unique",
        a_milestone,
        {"title": "示例开工"},
        "The action already has a milestone of this name.",
    ),
    Broken(
        "entry_nonce_unique", an_entry, {"nonce": FIXED}, "This entry has already been recorded."
    ),
    Broken(
        "entry_percent_0_to_100",
        an_entry,
        {"percent": 101},
        "Ensure this value is less than or equal to 100.",
    ),
    Broken("entry_outlook_known", an_entry, {"outlook": "perhaps"}, WORD),
    Broken(
        "entry_trouble_has_reason",
        an_entry,
        {"outlook": "at_risk"},
        "Say in a sentence what the risk is.",
    ),
    Broken("entry_says_what_was_done", an_entry, {"done": ""}, "Say what was done."),
    Broken(
        "decision_return_has_reason",
        a_decision,
        {"verdict": "returned"},
        "Say why you return the entry.",
    ),
    Broken("decision_verdict_known", a_decision, {"verdict": "perhaps"}, WORD),
    Broken(
        "decision_one_stands",
        a_second_decision,
        {"after": 0},
        "Somebody else has decided on this entry.",
    ),
    Broken("evidence_file_or_link", an_evidence, {"link": ""}, FILE_OR_LINK),
    Broken("evidence_file_or_link", an_evidence, {"file": "2022/09/示例"}, FILE_OR_LINK),
    Broken(
        "evidence_file_or_link", an_evidence, {"link": "", "file": "2022/09/示例"}, FILE_OR_LINK
    ),
]
FOLLOWS_ROLE = "user_administrator_is_superuser"


@pytest.fixture(params=TABLE, ids=str)
def broken(request) -> Broken:
    return request.param


def break_it(row, broken: Broken) -> None:
    for name, value in broken.values.items():
        setattr(row, name, value() if callable(value) else value)


def test_every_constraint_is_in_the_table():
    named = {rule.name for model in MODELS for rule in model._meta.constraints}
    assert named == {broken.constraint for broken in TABLE} | {FOLLOWS_ROLE}


CHECKS = [
    pytest.param(model, rule, id=rule.name)
    for model in apps.get_app_config("priorities").get_models()
    for rule in model._meta.constraints
    if isinstance(rule, CheckConstraint)
]
OF_A_KIND = {
    "CharField": ["", "示例", "on_course", "returned", "accepted", "administrator", "brief"],
    "TextField": ["", "示例"],
    "FileField": ["", "2022/09/示例"],
    "URLField": ["", "https://example.org/"],
    "DateField": [None, date(2022, 1, 1), date(2022, 6, 1), date(2022, 12, 31)],
    "BooleanField": [True, False],
    "ForeignKey": [None, 1],
}


@pytest.mark.parametrize(("model", "rule"), CHECKS)
def test_a_rule_is_judged_as_the_database_judges_it(model, rule, django_assert_num_queries):
    """Every combination of such values, unknown ones too."""
    assert is_plain(rule)
    names = sorted(set(names_in(rule.condition)))
    kinds = [model._meta.get_field(name) for name in names]
    offered = [OF_A_KIND.get(field.get_internal_type(), [0, 1, 10, 100, 101]) for field in kinds]
    for values in product(*offered):
        row = model(**{f.attname: v for f, v in zip(kinds, values, strict=True)})
        by_database, here = said(rule.validate, model, row), None
        with django_assert_num_queries(0):
            here = said(Rule(rule).validate, model, row)
        assert here == by_database, (rule.name, dict(zip(names, values, strict=True)))


def said(validate, *row) -> list[str]:
    try:
        validate(*row)
    except ValidationError as error:
        return error.messages
    return []


def test_a_person_is_told_in_a_sentence(broken):
    row = broken.make()
    row.full_clean()
    break_it(row, broken)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        row.full_clean()
    with translation.override("en"):
        assert " ".join(refused.value.messages) == broken.sentence


def test_each_sentence_is_chinese_for_chinese_readers(broken):
    row = broken.make()
    break_it(row, broken)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert [message for message in refused.value.messages if message.isascii()] == []


def test_the_database_refuses_it_too(broken):
    """Past every check of the program: no row is changed, none comes in."""
    row = broken.make()
    model = type(row)
    before = list(model.objects.order_by("pk").values())
    break_it(row, broken)
    with pytest.raises(IntegrityError, match=f"{broken.constraint}|UNIQUE"), transaction.atomic():
        if row.pk:
            values = {name: getattr(row, name) for name in broken.values}
            model.objects.filter(pk=row.pk).update(**values)
        else:
            model.objects.bulk_create([row])
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("role", "is_superuser"), [("viewer", True), ("supervisor", True), ("administrator", False)]
)
def test_only_an_administrator_has_every_permission(role, is_superuser):
    person = User.objects.filter(pk=make_user(role).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        person.update(is_superuser=is_superuser)


@pytest.mark.parametrize(
    ("role", "flags"),
    [
        ("viewer", (False, False)),
        ("reporter", (False, False)),
        ("supervisor", (True, False)),
        ("administrator", (True, True)),
    ],
)
def test_what_the_flags_say_follows_from_the_role(role, flags):
    person = make_user("administrator" if role == "viewer" else "viewer")
    person.role, person.is_staff, person.is_superuser = role, not flags[0], not flags[1]
    person.full_clean()
    assert (person.is_staff, person.is_superuser) == flags
    person.save()
    person.refresh_from_db()
    assert (person.is_staff, person.is_superuser) == flags


def test_an_administrator_made_on_the_command_line_has_the_role():
    person = User.objects.create_superuser("admin2", password="示例密码-2022")
    assert (person.role, person.is_staff, person.is_superuser) == ("administrator", True, True)


# Written once


@pytest.mark.parametrize("make", [an_entry, a_decision, an_evidence])
def test_what_is_written_once_is_never_changed_and_never_deleted(make):
    row = make()
    row.save()
    model = type(row)
    before = list(model.objects.order_by("pk").values())
    again = model.objects.get(pk=row.pk)
    for refused in (row.save, again.save, lambda: again.save(update_fields=["id"]), row.delete):
        with pytest.raises(TypeError, match=r"never (changed|deleted)"), transaction.atomic():
            refused()
    assert list(model.objects.order_by("pk").values()) == before


def test_a_key_that_exists_is_no_way_to_overwrite():
    entry = an_entry()
    entry.save()
    copy = ProgressEntry(
        pk=entry.pk, action=entry.action, by=entry.by, day=START, percent=9, done="示例"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert ProgressEntry.objects.get(pk=entry.pk).percent == 20


def test_an_entry_has_one_decision():
    decision = a_decision()
    decision.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            entry=decision.entry, verdict="returned", reason="示例", by=decision.by
        )


# What is referred to stays


def test_nothing_that_is_referred_to_can_be_deleted():
    unit = make_unit()
    person = make_user("reporter", units=[unit])
    action = make_action(make_priority(make_plan()), lead_unit=unit, owner=person)
    make_milestone(action, START)
    entry = make_entry(action, by=person)
    Decision.objects.create(entry=entry, verdict="accepted", by=make_user("supervisor"))
    before = [model.objects.count() for model in MODELS]
    supervisor = User.objects.get(role="supervisor")
    for row in (unit, person, supervisor, action.priority.plan, action.priority, action):
        with pytest.raises(ProtectedError):
            row.delete()
    assert [model.objects.count() for model in MODELS] == before


def test_people_and_units_are_protected_wherever_they_are_pointed_to():
    links = [
        (f"{model.__name__}.{link.name}", link.remote_field.on_delete.__name__)
        for model in apps.get_app_config("priorities").get_models()
        for link in model._meta.fields
        if link.related_model in (Unit, User) and not model.__name__.startswith("Historical")
    ]
    assert len(links) > 5
    gone_with_the_person = ("FormReceipt.by", "CASCADE")  # which copies of a form came in
    assert [link for link in links if link[1] != "PROTECT"] == [gone_with_the_person]


# Names and the current plan


@pytest.mark.parametrize(
    ("words", "initials"),
    [("区发改局", "qfgj"), ("坪山街道", "psjd"), ("12345热线办", "12345rxb"), ("", "")],
)
def test_pinyin_initials(words, initials):
    assert pinyin_initials(words) == initials


def test_a_unit_gets_its_initials_and_keeps_those_it_was_given():
    assert make_unit("区发改局甲").pinyin == "qfgjj"
    assert make_unit("区重点办", pinyin="qzdb").pinyin == "qzdb"


@pytest.mark.parametrize(
    "words", ["发改", "qfg", "QFG", "ｑｆｇ", "发展和改革", "发 展\u200b和", "fzhgg", "ofg"]
)
def test_a_unit_is_found_by_name_short_name_and_initials(words):
    Unit.objects.all().update(name=Concat(Value("x"), "id"))
    Unit.objects.all().update(short_name=F("name"), pinyin="x")
    unit = make_unit("区发改局甲", name="示例区发展和改革局")
    make_unit("区教育局甲")
    assert list(Unit.objects.named(words)) == [unit]


def plan_from(slug: str, first: int, last: int, *, sizes=(2,)) -> Plan:
    """A plan whose first and last day are so many days from today."""
    first_day, last_day = (timezone.localdate() + timedelta(days) for days in (first, last))
    return make_plan(slug, sizes=sizes, start=first_day, end=last_day, status_date=None)


def test_the_current_plan_is_the_latest_that_runs():
    before = plan_from("2032", -400, -36)
    assert Plan.objects.current() == before
    running = plan_from("2033", -35, 330)
    plan_from("2034", -30, 335, sizes=())
    plan_from("2035", 0, 365, sizes=(0,))
    plan_from("2036", 30, 395)
    plan_from("2037", -20, -10)
    assert Plan.objects.current() == running
    side_by_side = plan_from("2038", -1, 364)
    assert Plan.objects.current() == side_by_side


def test_while_none_has_run_an_empty_or_a_coming_plan_leads_in():
    plans = Plan.objects.exclude(slug="2022")
    assert plans.current() is None
    nearest = plan_from("2041", 30, 395)
    plan_from("2042", 60, 425)
    assert plans.current() == nearest
    empty = plan_from("2043", -5, 360, sizes=())
    assert plans.current() == empty


def test_plans_are_listed_by_phase():
    over, empty, coming = (
        plan_from("2032", -400, -36),
        plan_from("2033", -35, 330, sizes=()),
        plan_from("2034", 30, 395),
    )
    in_phase(over, Life.CLOSED)
    in_phase(coming, Life.PREPARING)
    running = [empty, plan_from("2035", -30, 335), plan_from("2036", -20, 345)]
    phases = Plan.objects.exclude(slug="2022").by_life()
    assert [(life, [p.slug for p in plans]) for life, plans in phases] == [
        (Life.RUNNING, [plan.slug for plan in reversed(running)]),
        (Life.PREPARING, [coming.slug]),
        (Life.CLOSED, [over.slug]),
    ]


def in_phase(plan, phase: Life):
    plan.phase = phase
    plan.save()


def test_what_is_prepared_leads_nobody_in_and_what_runs_comes_before_what_is_closed():
    plans = Plan.objects.exclude(slug="2022")
    running = plan_from("2032", -400, -36)
    in_phase(plan_from("2033", -30, 335), Life.CLOSED)
    assert plans.current() == running
    in_phase(running, Life.PREPARING)
    assert plans.current().slug == "2033"
    in_phase(plans.get(slug="2033"), Life.PREPARING)
    assert plans.current() is None


@pytest.mark.parametrize("slug", ["../admin", "admin", "2022/x", "", "２０２２", "2022 "])
def test_a_plan_has_an_address_that_begins_with_a_digit(slug):
    with pytest.raises(ValidationError):
        Plan(slug=slug, title="示例", start=START, end=END).full_clean()


def test_the_clauses_of_a_priority_rebuild_its_sentence():
    sentence = "锲而不舍补短板，坚持为民，办好教育，办好医疗，建成幸福之城。"
    priority = make_priority(
        make_plan(),
        title="锲而不舍补短板",
        sentence=sentence,
        premise="坚持为民",
        goal="建成幸福之城",
    )
    texts = ("办好教育", "办好医疗", "后来改写的举措")
    actions = [make_action(priority, text=text) for text in texts]
    runs = clauses_of(priority, actions)
    assert "".join(run.words for run in runs) == sentence
    assert [(run.kind, run.words) for run in runs if run.kind != "between"] == [
        ("title", "锲而不舍补短板"),
        ("premise", "坚持为民"),
        ("action", "办好教育"),
        ("action", "办好医疗"),
        ("goal", "建成幸福之城"),
    ]
    assert [run.action for run in runs if run.action] == actions[:2]


def test_a_status_date_in_the_future_is_refused():
    plan = make_plan()
    tomorrow = timezone.localdate() + timedelta(1)
    with pytest.raises(ValidationError) as refusal:
        plan.set_status_date(tomorrow, by=make_user("supervisor"))
    assert list(refusal.value.error_dict) == ["status_date"]
