"""Notices to people, and the daily letter that sums up the unread ones."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notices import messages
from notices.querysets import DigestDeliveryQuerySet, NoticeQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel

# A path of this site: nothing that a browser would take for another host.
LOCAL_ADDRESS = r"^(/([^/\\].*)?)?$"


class Urgency(models.TextChoices):
    INFO = "info", _("For information")
    WARNING = "warning", _("Please act")
    URGENT = "urgent", _("Urgent")


class Notice(TenantModel):
    """Something one person should know, with the page where to act on it.

    ``key`` says what it is about; a second notice with the same key to the same
    person is the same notice, whoever sends it and however often.
    """

    recipient = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="notices",
        db_index=False,
        verbose_name=_("Recipient"),
    )
    kind = models.SlugField(_("Kind"), max_length=60, db_index=False)
    urgency = models.CharField(
        _("Urgency"), max_length=10, choices=Urgency.choices, default=Urgency.INFO
    )
    params = models.JSONField(default=dict)
    address = models.CharField(_("Page"), max_length=500, blank=True)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(_("Created"), default=timezone.now)
    read_at = models.DateTimeField(_("Read at"), null=True)

    objects: ClassVar = TenantManager.from_queryset(NoticeQuerySet)()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "recipient", "key"],
                name="one_notice_per_recipient_and_key",
            ),
            models.CheckConstraint(
                condition=models.Q(address__regex=LOCAL_ADDRESS),
                name="notice_leads_to_a_page_of_this_site",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "recipient", "-created_at", "-id"],
                name="inbox_newest_first",
            ),
            models.Index(
                fields=["tenant", "recipient", "-created_at", "-id"],
                condition=models.Q(read_at__isnull=True),
                name="inbox_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    @property
    def title(self) -> str:
        return self._rendered.title

    @property
    def body(self) -> str:
        return self._rendered.body

    @cached_property
    def _rendered(self) -> messages.Rendered:
        return messages.render(self.kind, self.params)


class DigestState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    NEEDLESS = "needless", _("Everything was read meanwhile")
    FAILED = "failed", _("Given up")


class DigestDelivery(TenantModel):
    """The letter of one day to one person: a row that waits until it is sent.

    ``covers_from`` and ``covers_to`` bound the notices it sums up, so that a
    second attempt says the same and no notice falls between two letters.
    """

    recipient = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="digests",
        db_index=False,
        verbose_name=_("Recipient"),
    )
    day = models.DateField(_("Day"))
    covers_from = models.DateTimeField(_("After"))
    covers_to = models.DateTimeField(_("Up to"))
    state = models.CharField(
        _("State"),
        max_length=10,
        choices=DigestState.choices,
        default=DigestState.WAITING,
    )
    tries = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    not_before = models.DateTimeField(_("Not before"), default=timezone.now)
    last_error = models.CharField(_("Last error"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("Sent at"), null=True)

    objects: ClassVar = TenantManager.from_queryset(DigestDeliveryQuerySet)()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "recipient", "day"],
                name="one_digest_per_recipient_and_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DigestState.SENT, sent_at__isnull=False)
                | ~models.Q(state=DigestState.SENT) & models.Q(sent_at__isnull=True),
                name="a_sent_digest_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "not_before", "id"],
                condition=models.Q(state=DigestState.WAITING),
                name="digests_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_state_display()}"
