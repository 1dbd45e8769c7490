"""People who sign in, and the tokens of machines."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tenants.ids import new_id

username_is_plain = RegexValidator(
    r"^[A-Za-z0-9_.\-]{3,50}$",
    _("3 to 50 letters, digits, dots, hyphens or underscores."),
)
# Whoever were called like another's phone would stand in the way of his sign-in.
LIKE_A_PHONE = r"^1\d{10}$"
username_is_no_phone = RegexValidator(
    LIKE_A_PHONE,
    _("A user name must not look like a mobile number."),
    inverse_match=True,
)
phone_is_mobile = RegexValidator(
    LIKE_A_PHONE, _("A mobile number has 11 digits and begins with 1.")
)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: of one tenant, or of the platform (no tenant).

    The table has no tenant policy, because a user is looked up at sign-in,
    before there is a tenant; no page or API lists users across tenants.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Tenant"),
    )
    username = models.CharField(
        _("User name"),
        max_length=50,
        unique=True,
        validators=[username_is_plain, username_is_no_phone],
        error_messages={"unique": _("This user name is already in use.")},
    )
    phone = models.CharField(
        _("Mobile phone"),
        max_length=11,
        blank=True,
        validators=[phone_is_mobile],
    )
    full_name = models.CharField(_("Full name"), max_length=50)
    title = models.CharField(_("Position"), max_length=50, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    large_text = models.BooleanField(_("Large text"), default=False)
    is_staff = models.BooleanField(_("May open the admin"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    must_change_password = models.BooleanField(
        _("Must choose a password of their own"), default=False, editable=False
    )
    password_changed_at = models.DateTimeField(
        _("Password changed"), null=True, editable=False
    )
    # Who gave the password that its owner has not replaced yet, and so knows it.
    password_set_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # Both are derived, so that every request and key reads them with the account:
    # the first from the roles (grids.services.grants), the second from SecondFactor.
    second_factor_required = models.BooleanField(default=False, editable=False)
    second_factor_on = models.BooleanField(default=False, editable=False)
    reactivated_at = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField(_("Created"), default=timezone.now)

    objects: ClassVar = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone"],
                condition=~models.Q(phone=""),
                name="phone_signs_in_one_user",
                violation_error_code="phone",
                violation_error_message=_("This mobile number is already in use."),
            ),
            # Names are looked up without case; two that differ in it were one.
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_signs_in_one_user",
                violation_error_code="username",
                violation_error_message=_("This user name is already in use."),
            ),
            models.CheckConstraint(
                condition=~models.Q(username__regex=LIKE_A_PHONE),
                name="user_name_is_no_phone_number",
                violation_error_code="username",
                violation_error_message=_(
                    "A user name must not look like a mobile number."
                ),
            ),
            models.UniqueConstraint(fields=["tenant", "id"], name="user_of_tenant"),
            models.CheckConstraint(
                condition=models.Q(tenant__isnull=True) | models.Q(is_superuser=False),
                name="superusers_belong_to_the_platform",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "full_name"], name="user_by_name")
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """A session ends with the password, and when ``session_epoch`` rises."""
        return salted_hmac(
            "accounts.models.User.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def is_administrator(self) -> bool:
        """Do the stricter rules of administrators hold for this account?"""
        return self.is_staff or self.is_superuser

    @property
    def needs_second_factor(self) -> bool:
        """Do the roles ask for one, or of an operator the platform itself?"""
        if self.tenant_id is None:
            return self.is_superuser and settings.OPERATORS_NEED_SECOND_FACTOR
        return self.second_factor_required

    @property
    def is_second_factor_due(self) -> bool:
        """Nothing else is open, and no key works, before it is set up."""
        return self.needs_second_factor and not self.second_factor_on

    @property
    def is_in_service(self) -> bool:
        """May this user work at all? Their tenant must be open as well."""
        return self.is_active and (self.tenant is None or self.tenant.is_active)


class ApiToken(models.Model):
    """A machine's key. Only its SHA-256 is kept; the key is shown once.

    Like the user it is looked up before there is a tenant.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("User")
    )
    name = models.CharField(_("Purpose"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("Created"), auto_now_add=True)
    last_used_on = models.DateField(_("Last used"), null=True, editable=False)
    expires_on = models.DateField(_("Valid until"))

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_on < timezone.localdate()


class SignInAttempts(models.Model):
    """How often somebody tried lately: per name, per network, per both.

    Kept in the database, so that the limit holds without Redis and for any
    number of processes. ``key`` is an HMAC: the table names neither people nor
    addresses. It belongs to no tenant, because nobody has signed in yet.
    """

    key = models.CharField(max_length=64, primary_key=True)
    # The counter of the name alone, so that all of one name are found together.
    of_name = models.CharField(max_length=64, blank=True, default="")
    began_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sign-in attempts")
        verbose_name_plural = _("sign-in attempts")
        indexes: ClassVar = [
            models.Index(fields=["began_at"], name="sign_in_attempts_by_age"),
            models.Index(fields=["of_name"], name="sign_in_attempts_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"
