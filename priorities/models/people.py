"""Who works with the plan: units and the people in them."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..named import NamedPerson, NamedUnit
from ..names import fold
from ..readings import LONGEST_ORDER, order_of, usual_initials
from ..words import listed
from .changes import Door, Recorded, history
from .phases import Life

LONGEST_PINYIN = 40
LONGEST_SHOWN = 220
"""A name, and a user name in brackets."""


def pinyin_initials(words: str) -> str:
    """The initials that a unit gets where nobody writes others."""
    return usual_initials(words)[:LONGEST_PINYIN]


class UnitQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def named(self, words: str):
        """The units that a person may mean who typed a name, a short name or pinyin initials.

        They are compared here, not in the database: no database folds and reads as a search does.
        """
        return self.filter(pk__in=[unit.pk for unit in self if unit.is_called(words)])


def _name_order() -> models.CharField:
    """Where a name stands in pinyin order, kept so that a database can sort by it."""
    return models.CharField(max_length=LONGEST_ORDER, default="", blank=True, editable=False)


def _with_order(options: dict, *names: str) -> dict:
    """The options of a save: where a name is among the fields to be saved, so is its place."""
    fields = options.get("update_fields")
    if fields is None or not set(names) & set(fields):
        return options
    return {**options, "update_fields": {*fields, "name_order"}}


class Holder(Recorded):
    """Who can hold actions. Nobody leaves open ones behind: they need a successor (交接)."""

    successor: "Holder | None" = None
    """Who takes over what is open, set before an inactive holder is checked and saved."""

    class Meta:
        abstract = True

    @property
    def open_actions(self):
        """The actions in this one's hands that are neither complete nor cancelled, nor of a plan
        that is closed."""
        raise NotImplementedError

    def clean(self):
        super().clean()
        self._check_nothing_is_left_behind()

    def _check_nothing_is_left_behind(self) -> None:
        if self.pk is None or self.is_active:
            return
        held = list(self.open_actions)
        if held and self.successor is None:
            raise ValidationError(self._still_holds(held))
        if held:
            self._check_successor(held)

    def _still_holds(self, held: list) -> str:
        words = {"name": self, "count": len(held), "numbers": numbers_of(held)}
        return (
            ngettext(
                "%(name)s still holds %(count)d open action: %(numbers)s. Name a successor.",
                "%(name)s still holds %(count)d open actions: %(numbers)s. Name a successor.",
                len(held),
            )
            % words
        )

    def _check_successor(self, held: list) -> None:
        words = {"name": self.successor}
        if self.successor.pk == self.pk or not self.successor.is_active:
            raise ValidationError(_("%(name)s is not active and takes nothing over.") % words)

    @transaction.atomic
    def hand_over(self, *, by, reason: str, door: str = Door.PAGE) -> list[str]:
        """Give what is open to ``successor``; the sentences that say what has moved.

        Raises ValidationError, with nothing stored, where the successor cannot take it.
        """
        held = list(self.open_actions)
        self._check_successor(held)
        for action in held:
            action.assign(by=by, changes=self._changes_of(action), reason=reason, door=door)
        return self._handed_over(held) if held else []

    def _changes_of(self, action) -> dict[str, object]:
        raise NotImplementedError

    def _handed_over(self, held: list) -> list[str]:
        words = {"name": self.successor, "count": len(held), "numbers": numbers_of(held)}
        said = ngettext(
            "%(count)d action goes to %(name)s: %(numbers)s.",
            "%(count)d actions go to %(name)s: %(numbers)s.",
            len(held),
        )
        return [said % words]

    @transaction.atomic
    def leave(self, *, by, reason: str, successor: "Holder | None" = None, door: str = Door.PAGE):
        """Become inactive and hand over what is open, in one step with one reason."""
        self.successor = successor
        said = self.hand_over(by=by, reason=reason, door=door) if successor else []
        self.is_active = False
        self.save_change(by=by, reason=reason, door=door)
        return said


def numbers_of(actions: list) -> str:
    """The numbers of actions, as a sentence lists them."""
    return listed(action.number for action in actions)


class Unit(NamedUnit, Holder):
    """A bureau, office or sub-district (单位)."""

    class Kind(models.TextChoices):
        PARTY = "party", _("Party department")
        GOVERNMENT = "government", _("Government department")
        MUNICIPAL = "municipal", _("Municipal branch in the district")
        SUBDISTRICT = "subdistrict", _("Sub-district")
        OTHER = "other", _("Other")

    name = models.CharField(_("full name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=30)
    pinyin = models.CharField(
        _("pinyin initials"),
        max_length=LONGEST_PINYIN,
        blank=True,
        help_text=_("For searching; made from the short name where left empty."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    order = models.PositiveSmallIntegerField(
        _("order"), default=1000, help_text=_("Lower numbers stand first in lists.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Inactive units are not offered any more.")
    )
    name_order = _name_order()
    history = history(excluded_fields=["name_order"])

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "name_order", "short_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="unit_name_unique",
                violation_error_message=_("There is already a unit with this full name."),
            ),
            models.UniqueConstraint(
                fields=["short_name"],
                name="unit_short_name_unique",
                violation_error_message=_("There is already a unit with this short name."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.pinyin = self.pinyin or pinyin_initials(self.short_name)
        self.name_order = order_of(self.short_name)
        super().save(*args, **_with_order(kwargs, "short_name"))

    def clean(self):
        super().clean()
        self._check_name_is_its_own()

    def _check_name_is_its_own(self) -> None:
        """No two units have names that a look-up takes for one: it could never tell them apart."""
        mine = {fold(self.short_name), fold(self.name)}
        others = Unit.objects.exclude(models.Q(pk=self.pk) | models.Q(name=self.name))
        for other in others.exclude(short_name=self.short_name):  # of those the constraints tell
            if same := mine & {fold(other.short_name), fold(other.name)}:
                name = "short_name" if fold(self.short_name) in same else "name"
                said = _("The unit “%(unit)s” is called so already.") % {"unit": other.short_name}
                raise ValidationError({name: said})

    @property
    def open_actions(self):
        actions = self.led_actions.model.objects
        supported = self.supported_actions.order_by().values("pk")
        concerned = actions.filter(models.Q(lead_unit=self) | models.Q(pk__in=supported))
        going_on = concerned.open().exclude(priority__plan__phase=Life.CLOSED)
        return going_on.select_related("priority__plan", "lead_unit", "owner")

    def _changes_of(self, action) -> dict[str, object]:
        """The successor in this unit's place; an owner stays who belongs to the new lead unit."""
        others = [unit for unit in action.supporting_units.all() if unit != self]
        if action.lead_unit_id != self.pk:
            return {"supporting_units": [*others, self.successor]}
        owner = action.owner
        if owner and not owner.units.filter(pk=self.successor.pk).exists():
            owner = None
        return {"lead_unit": self.successor, "owner": owner, "supporting_units": others}

    def hand_over(self, *, by, reason: str, door: str = Door.PAGE) -> list[str]:
        """As every holder, and say which actions lose the owner who stays behind."""
        owners = {action.pk: action.owner for action in self.open_actions if action.owner}
        said = super().hand_over(by=by, reason=reason, door=door)
        moved = self.successor.led_actions.filter(pk__in=owners, owner=None)
        for action in moved.select_related("priority"):
            words = {"number": action.number, "person": owners[action.pk], "unit": self.successor}
            said.append(_("%(number)s has no owner now: %(person)s is not in %(unit)s.") % words)
        return said


def units_by_name(units: Iterable[Unit]) -> dict[str, Unit]:
    """The units by their short and full names, as names are compared (``names.fold``).

    A name that two of them bear means neither.
    """
    bearers: dict[str, dict[int, Unit]] = defaultdict(dict)
    for unit in units:
        for name in (unit.short_name, unit.name):
            bearers[fold(name)][unit.pk] = unit
    return {name: next(iter(found.values())) for name, found in bearers.items() if len(found) == 1}


class Role(models.TextChoices):
    """What somebody comes for; each may do what the README's table of roles says."""

    VIEWER = "viewer", _("Viewer")
    REPORTER = "reporter", _("Reporter")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class AccountManager(UserManager):
    """Makes accounts of which the role alone says what they may do."""

    def create_superuser(self, username, email=None, password=None, **fields):
        fields["role"] = Role.ADMINISTRATOR
        return super().create_superuser(username, email, password, **fields)

    create_superuser.alters_data = True

    def bearers(self) -> dict[str, set[int]]:
        """Who bears each name, as it is compared, by primary keys."""
        found: dict[str, set[int]] = defaultdict(set)
        for pk, display_name, username in self.values_list("pk", "display_name", "username"):
            found[fold(display_name or username)].add(pk)
        return found

    def tell_apart(self) -> dict[int, str]:
        """Show people of one name with their user names; gives what everybody is shown as.

        It is kept with each, so that every page, file and sentence shows the same.
        """
        bearers = self.bearers()
        shown = {}
        for person in self.only("display_name", "username", "shown_name"):
            shown[person.pk] = person.shown_among(bearers)
            if shown[person.pk] != person.shown_name:
                self.filter(pk=person.pk).update(shown_name=shown[person.pk])
        return shown


class User(NamedPerson, AbstractUser, Holder):
    """A person with an account. ``role`` decides; Django's own flags follow from it."""

    first_name = None
    last_name = None
    display_name = models.CharField(_("name"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.VIEWER)
    units = models.ManyToManyField(Unit, verbose_name=_("units"), related_name="people", blank=True)
    shown_name = models.CharField(max_length=LONGEST_SHOWN, default="", blank=True, editable=False)
    name_order = _name_order()
    history = history(
        excluded_fields=[
            *("password", "last_login", "groups", "user_permissions"),
            *("shown_name", "name_order"),
        ],
        m2m_fields=[units],
    )

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name_order", "username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_in_any_case",
                violation_error_message=_("There is already an account with this user name."),
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.ADMINISTRATOR, is_superuser=True)
                | (~models.Q(role=Role.ADMINISTRATOR) & models.Q(is_superuser=False)),
                name="user_administrator_is_superuser",
                violation_error_message=_("Only an administrator has every permission."),
            ),
        ]

    def save(self, *args, **kwargs):
        self._follow_role()
        self.name_order = self.place
        options = _with_order(kwargs, "display_name", "username")
        super().save(*args, **options)
        if "name_order" in (options.get("update_fields") or ["name_order"]):
            self.shown_name = User.objects.tell_apart().get(self.pk, self.shown_name)

    def clean(self):
        super().clean()
        self._check_nothing_is_left_behind()
        self._follow_role()

    def _follow_role(self) -> None:
        self.is_superuser = self.role == Role.ADMINISTRATOR
        self.is_staff = self.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)

    @property
    def open_actions(self):
        held = self.owned_actions.open().exclude(priority__plan__phase=Life.CLOSED)
        return held.select_related("priority__plan", "lead_unit", "owner")

    def _check_successor(self, held: list) -> None:
        super()._check_successor(held)
        theirs = set(self.successor.units.values_list("pk", flat=True))
        foreign = [action for action in held if action.lead_unit_id not in theirs]
        if foreign:
            words = {
                "name": self.successor,
                "unit": foreign[0].lead_unit,
                "numbers": numbers_of([a for a in foreign if a.lead_unit == foreign[0].lead_unit]),
            }
            raise ValidationError(
                _(
                    "%(name)s is not in %(unit)s, which leads %(numbers)s. Choose somebody of "
                    "that unit, or give these actions another lead unit or owner first."
                )
                % words
            )

    def _changes_of(self, action) -> dict[str, object]:
        return {"owner": self.successor}

    @property
    def unsent_key(self) -> str:
        """Under which a browser keeps what this person types: it tells nobody whose it is."""
        return salted_hmac("draft", str(self.pk)).hexdigest()[:20]

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


@receiver(post_delete, sender=User)
def tell_the_others_apart(**kwargs):
    """Who is the only one of a name now needs no user name beside it."""
    User.objects.tell_apart()
