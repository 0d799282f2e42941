"""Who works with lotsen, and where."""

from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.roles import Right, Role
from lotsen.places.models import District, Municipality
from lotsen.privacy import classified

if TYPE_CHECKING:
    from lotsen.accounts.sessions import SessionStore


class OrganisationKind(models.TextChoices):
    CLINIC = "clinic", _("Maternity clinic")
    GYNAECOLOGICAL_PRACTICE = "gynaecological_practice", _("Gynaecological practice")
    PAEDIATRIC_PRACTICE = "paediatric_practice", _("Paediatric practice")
    FAMILY_OFFICE = "family_office", _("Family office")
    FAMILY_SCHOOL_CENTRE = "family_school_centre", _("Family centre at a primary school")
    OUTREACH = "outreach", _("Outreach service")
    PROVIDER = "provider", _("Provider")
    YOUTH_WELFARE_OFFICE = "youth_welfare_office", _("Youth welfare office")
    COORDINATION = "coordination", _("Network coordination")


class LegalRegime(models.TextChoices):
    """Whose data protection law binds the house (docs/domain.md)."""

    MUNICIPAL = "municipal", _("Municipal (GDPR, DSG NRW, SGB X)")
    PRIVATE = "private", _("Private (GDPR, BDSG)")
    CATHOLIC = "catholic", _("Catholic (KDG)")
    PROTESTANT = "protestant", _("Protestant (DSG-EKD)")


# Houses whose staff is bound by § 203 (1) StGB as health professionals; what they pass on
# keeps that mark at the recipient (§ 76 SGB X).
HEALTH_KINDS = frozenset(
    {
        OrganisationKind.CLINIC,
        OrganisationKind.GYNAECOLOGICAL_PRACTICE,
        OrganisationKind.PAEDIATRIC_PRACTICE,
    }
)


@classified(
    operational=(
        "id municipality slug name short_name kind legal_regime answer_within_days is_active"
    )
)
class Organisation(models.Model):
    """A house: the responsible body for what its people record."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="organisations")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=30, choices=OrganisationKind)
    legal_regime = models.CharField(max_length=12, choices=LegalRegime)
    districts_served = models.ManyToManyField(District, blank=True, related_name="+")
    answer_within_days = models.PositiveSmallIntegerField(default=2)  # deadline of a handover, days
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        # Each right is a permission on an organisation, held by a group (one per role).
        permissions = [(right.value, right.value) for right in Right]

    def __str__(self) -> str:
        return self.name

    @property
    def is_health(self) -> bool:
        return self.kind in HEALTH_KINDS


class Profession(models.TextChoices):
    """Stored because § 4 KKG gives different duties to different professions."""

    MIDWIFE = "midwife", _("Midwife or health professional")
    PHYSICIAN = "physician", _("Physician")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    OTHER = "other", _("Other profession")


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, username: str, email: str, password: str, **fields: object) -> "User":
        """A new account with a hashed password; rights come with a membership only."""
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


@classified(
    staff="username email display_name",
    operational=(
        "id profession language password pin unlock_tries last_login is_superuser is_active"
        " joined_at"
    ),
)
class User(AbstractBaseUser, PermissionsMixin):
    """A professional with an account. Families have none."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=80)
    profession = models.CharField(max_length=20, choices=Profession, default=Profession.OTHER)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="de")
    pin = models.CharField(max_length=255, blank=True, default="")  # hashed: lotsen.web.pins
    unlock_tries = models.PositiveSmallIntegerField(default=0)  # since the last success
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.username

    @property
    def initials(self) -> str:
        return " ".join(f"{part[0]}." for part in self.display_name.split()[:2])


@classified(operational="id user organisation role since until")
class Membership(models.Model):
    """A person works in a house in a role. Written by lotsen.membership.actions alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in Role])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_running_membership_per_user_house_and_role",
                fields=["user", "organisation", "role"],
                condition=Q(until=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}"


@classified(
    operational="session_key session_data expire_date user device signed_in_at last_seen_at",
    logged=False,
)
class Session(AbstractBaseSession):
    """A sign-in that holds (lotsen.accounts.sessions). Taking the row away ends it at once.

    Not in the change log: its key opens it, and what it holds is where somebody is on a page.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="sessions"
    )
    device = models.UUIDField(null=True, db_index=True)  # lotsen.devices
    signed_in_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)  # to the minute, not to the click

    def __str__(self) -> str:
        return f"{self.user_id}"

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from lotsen.accounts.sessions import SessionStore

        return SessionStore


class BlockReason(models.TextChoices):
    """Why nobody signs in on a device any more."""

    LOST = "lost", _("Lost")
    STOLEN = "stolen", _("Stolen")
    GIVEN_AWAY = "given_away", _("Given away or disposed of")
    SUSPICION = "suspicion", _("Suspected misuse")


@classified(operational="number blocked_at blocked_by reason")
class BlockedDevice(models.Model):
    """A device on which nobody signs in any more (lotsen.blocking)."""

    number = models.UUIDField(primary_key=True)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=BlockReason)

    def __str__(self) -> str:
        return str(self.number)


@classified(operational="id user device last_at", logged=False)
class SignInPlace(models.Model):
    """`user` has signed in on `device`, last at that moment: a device one knows somebody by.

    Wrong passwords from there are counted apart from everybody else's (lotsen.web.gate), and
    whoever may block the device finds it by the people of their houses. Kept as long as the
    device's cookie. Not in the change log: the access events hold each sign-in.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    device = models.UUIDField(db_index=True)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_place_per_user_and_device", fields=["user", "device"])
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.device}"


@classified(operational="id key at", logged=False)
class Attempt(models.Model):
    """Somebody tried a secret (lotsen.accounts.limits). Gone when its window is over.

    `key` is a keyed hash of what is counted (an address, an account typed), never the thing.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64)  # HMAC-SHA-256, hexadecimal
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(name="attempt_by_key", fields=["key", "at"])]

    def __str__(self) -> str:
        return self.key


class TokenScope(models.TextChoices):
    """What a token is asked for in one word: every area, to read or also to write."""

    READ = "read", _("Read only")
    WRITE = "write", _("Read and write")


class Purpose(models.TextChoices):
    """What a token is for. A choice, so that nobody writes a name here."""

    REPORTING = "reporting", _("Figures and reports")
    CLINIC_SYSTEM = "clinic_system", _("Clinic or practice system")
    CATALOGUE = "catalogue", _("Catalogue of offers")
    CHECKING = "checking", _("Checks and tests")
    OTHER = "other", _("Something else")


@classified(operational="id user digest areas purpose created_at expires_at revoked_at")
class ApiToken(models.Model):
    """A key to the API for one person's rights. Only its digest is kept, and it ends by date."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    areas = models.JSONField()  # codes of lotsen.accounts.areas, such as "cases:read"
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.OTHER)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}:{self.purpose}"
