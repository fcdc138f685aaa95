"""Who works with the plan: units and the people in them."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin

from .changes import Recorded, history


def pinyin_initials(words: str) -> str:
    """The first letter of each character's pinyin, lower case: 区发改局 → qfgj."""
    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER)).lower()[:40]


class UnitQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def named(self, words: str):
        """The units that a person may mean who typed a name, a short name or pinyin initials."""
        return self.filter(
            models.Q(name__icontains=words)
            | models.Q(short_name__icontains=words)
            | models.Q(pinyin__icontains=words)
        )


class Unit(Recorded):
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
        max_length=40,
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
    history = history()

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "short_name"]
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

    def __str__(self):
        return self.short_name

    def save(self, *args, **kwargs):
        self.pinyin = self.pinyin or pinyin_initials(self.short_name)
        super().save(*args, **kwargs)


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


class User(AbstractUser, Recorded):
    """A person with an account. ``role`` decides; Django's own flags follow from it."""

    first_name = None
    last_name = None
    display_name = models.CharField(_("name"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.VIEWER)
    units = models.ManyToManyField(Unit, verbose_name=_("units"), related_name="people", blank=True)
    history = history(
        excluded_fields=["password", "last_login", "groups", "user_permissions"],
        m2m_fields=[units],
    )

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]
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

    def __str__(self):
        return self.display_name or self.username

    def save(self, *args, **kwargs):
        self._follow_role()
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        self._follow_role()

    def _follow_role(self) -> None:
        self.is_superuser = self.role == Role.ADMINISTRATOR
        self.is_staff = self.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)
