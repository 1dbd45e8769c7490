"""The append-only course of events, the security log, and the seal over both."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.ids import new_id
from tenants.tenancy import TenantForeignKey, TenantModel


class Event(TenantModel):
    """Something that happened to something. Each app adds a real key to what.

    Subclasses list themselves in a migration with ``journal.seals.sealed``, which
    refuses changes by trigger and queues each new row for the seal.
    """

    at = models.DateTimeField(_("When"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Who"),
    )
    # Set when the actor had the right to do it only as somebody's substitute.
    on_behalf_of = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("On behalf of"),
    )
    name = models.CharField(_("What"), max_length=40)
    note = models.TextField(_("Note"), blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name}"


class SecurityAction(models.TextChoices):
    SIGN_IN = "sign_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")
    SIGN_OUT = "sign_out", _("Signed out")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    USER_CREATED = "user_created", _("Account created")
    USER_CHANGED = "user_changed", _("Account changed")
    ROLE_GRANTED = "role_granted", _("Role granted")
    ROLE_REVOKED = "role_revoked", _("Role revoked")
    TOKEN_MADE = "token_made", _("API token made")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    TENANT_CHOSEN = "tenant_chosen", _("Tenant chosen")
    EXPORTED = "exported", _("Exported")
    PERSONAL_DATA_SHOWN = "personal_data_shown", _("Personal data shown")
    RULES_CHANGED = "rules_changed", _("Rules of security changed")
    RULE_ROWS_CHANGED = "rule_rows_changed", _("Rule rows changed")
    ACCOUNT_UNLOCKED = "account_unlocked", _("Account unlocked")
    SESSION_ENDED = "session_ended", _("Sessions ended elsewhere")
    SECOND_FACTOR_ADDED = "second_factor_added", _("Second factor set up")
    SECOND_FACTOR_REMOVED = "second_factor_removed", _("Second factor removed")
    SECOND_FACTOR_FAILED = "second_factor_failed", _("Second factor wrong")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("Recovery codes made")
    RECOVERY_CODE_USED = "recovery_code_used", _("Recovery code used")
    ACCOUNT_UNUSED = "account_unused", _("Unused account disabled")
    ACCOUNTS_PROPOSED = "accounts_proposed", _("List of accounts handed in")
    ACCOUNTS_OPENED = "accounts_opened", _("List of accounts opened")
    FIRST_PASSWORDS_SHOWN = "first_passwords_shown", _("One-time passwords shown")
    ROLES_REFUSED = "roles_refused", _("Proposed roles refused")
    REFUSED = "refused", _("Refused")


class PlatformOrTenantModel(models.Model):
    """A row of one tenant, or of the platform where there is no tenant.

    Its policy shows a tenant's rows inside that tenant's scope only and the
    platform's rows outside of any scope only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        editable=False,
    )

    class Meta:
        abstract = True


class SecurityEvent(PlatformOrTenantModel):
    """Sign-ins, failures, grants, exports: who did what to the system itself."""

    at = models.DateTimeField(_("When"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Who"),
    )
    name = models.CharField(_("What"), max_length=40, choices=SecurityAction.choices)
    succeeded = models.BooleanField(_("Succeeded"), default=True)
    note = models.TextField(_("Note"), blank=True)
    address = models.GenericIPAddressField(_("Network address"), null=True)
    agent = models.CharField(_("Browser"), max_length=300, blank=True)
    request_id = models.CharField(_("Request number"), max_length=64, blank=True)
    details = models.JSONField(_("Particulars"), default=dict)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security log")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-at"], name="security_log_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_name_display()}"


class Unsealed(models.Model):
    """An event that waits for the seal. Filled by trigger, emptied by the sealer."""

    event_id = models.UUIDField(primary_key=True)
    tenant = models.ForeignKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    stream = models.CharField(max_length=63)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "event_id"], name="unsealed_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.event_id}"


class Seal(PlatformOrTenantModel):
    """One link of a tenant's hash chain over a batch of events of one table.

    ``digest`` = H(number, stream, ids, leaves, previous digest); ``leaves`` are
    the hashes of the events, so that verification can name the changed one.
    """

    number = models.PositiveBigIntegerField(_("Seal number"))
    stream = models.CharField(_("Sealed table"), max_length=63)
    event_ids = models.JSONField(_("Sealed events"))
    leaves = models.JSONField(_("Hashes of the events"))
    algorithm = models.CharField(_("Algorithm"), max_length=20)
    previous = models.CharField(_("Previous digest"), max_length=64)
    digest = models.CharField(_("Digest"), max_length=64)
    sealed_at = models.DateTimeField(_("Sealed at"), default=timezone.now)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="seals_are_numbered_per_tenant",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"
