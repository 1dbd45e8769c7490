"""The rules of security of one bureau: passwords, idle time, unused accounts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy import TenantModel


def _number(label: Any, default: int, low: int, high: int, help_text: Any = "") -> Any:
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        help_text=help_text,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
    )


# Low and high of each number. The low ends are the platform's own floor: a bureau
# may ask for more, and never for less.
BOUNDS = {
    "password_length": (10, 64),
    "admin_password_length": (12, 64),
    "password_classes": (3, 4),
    "password_history": (5, 24),
    "password_days": (0, 365),
    "idle_minutes": (5, 240),
    "admin_idle_minutes": (5, 60),
    "unused_days": (30, 365),
    "unused_warning_days": (1, 30),
}


class SecurityRules(TenantModel):
    """One row per bureau. Where there is none, the defaults below hold."""

    password_length = _number(
        _("Shortest password"), 10, *BOUNDS["password_length"], _("Characters.")
    )
    admin_password_length = _number(
        _("Shortest password of administrators"),
        12,
        *BOUNDS["admin_password_length"],
        _("Of whoever may open the admin."),
    )
    password_classes = _number(
        _("Kinds of characters"),
        3,
        *BOUNDS["password_classes"],
        _("Of small letters, capital letters, digits and other characters."),
    )
    password_history = _number(
        _("Former passwords that are not taken again"),
        5,
        *BOUNDS["password_history"],
    )
    password_days = _number(
        _("Oldest password, in days"),
        90,
        *BOUNDS["password_days"],
        _("0: passwords do not grow old."),
    )
    idle_minutes = _number(
        _("Signed out after, in minutes without a request"),
        30,
        *BOUNDS["idle_minutes"],
        _("A role may have a number of its own."),
    )
    admin_idle_minutes = _number(
        _("The same for administrators"), 15, *BOUNDS["admin_idle_minutes"]
    )
    unused_days = _number(
        _("Unused accounts are disabled after, in days"),
        90,
        *BOUNDS["unused_days"],
    )
    unused_warning_days = _number(
        _("Warned so many days before"), 7, *BOUNDS["unused_warning_days"]
    )
    basis = models.CharField(_("Basis"), max_length=200, blank=True)
    edition = models.CharField(_("Edition"), max_length=40, blank=True, editable=False)
    is_proposed = models.BooleanField(_("Proposed"), default=True, editable=False)

    class Meta:
        verbose_name = _("rules of security")
        verbose_name_plural = _("rules of security")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], name="one_row_of_security_rules_per_tenant"
            ),
            *[
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__gte": low, f"{name}__lte": high}),
                    name=f"security_{name}_in_bounds",
                )
                for name, (low, high) in BOUNDS.items()
            ],
        ]

    def __str__(self) -> str:
        return str(_("Rules of security"))
