"""The second factor: codes of an authenticator (RFC 6238), and codes for its loss."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from tenants.ids import new_id


class SecondFactor(models.Model):
    """The secret an authenticator shares with us, encrypted; one per account.

    Like the password it belongs to the account and is asked for before there is
    a tenant. ``last_step`` is the newest time step whose code was taken: no code
    counts twice.
    """

    user = models.OneToOneField(
        User,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="second_factor",
        verbose_name=_("User"),
    )
    secret = models.TextField(editable=False)
    begun_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(_("Since"), null=True)
    last_step = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """One of ten codes for a lost phone; only its keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "digest"], name="recovery_code_once_per_user"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
