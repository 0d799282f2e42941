"""Who works with lotsen, and where."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.roles import Right, Role
from lotsen.places.models import District, Municipality
from lotsen.privacy import classified


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


class TokenScope(models.TextChoices):
    READ = "read", _("Read only")
    WRITE = "write", _("Read and write")


@classified(operational="id user digest scope created_at expires_at revoked_at")
class ApiToken(models.Model):
    """A key to the API for one person's rights. Only its digest is kept, and it ends by date."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    scope = models.CharField(max_length=5, choices=TokenScope)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}:{self.scope}"
