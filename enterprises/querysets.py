"""Reads of the register that are used in more than one place."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from grids.querysets import SupervisedQuerySet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import User
    from grids.querysets import Reach

# States in which a unit is still supervised: hazards are found in it.
SUPERVISED_STATES = ("preparing", "operating", "suspended")
# Shorter ones are no whole phone number, not even of a land line.
WHOLE_NUMBER = 7


def search_words(text: str) -> list[str]:
    """The words somebody typed, written as ``Enterprise.search_text`` is."""
    return unicodedata.normalize("NFKC", text).lower().split()


def _model(name: str) -> Any:
    return apps.get_model("enterprises", name)


def domain_holders(domain: Any) -> Any:
    """The ids of the enterprises that a special domain applies to."""
    rows = _model("EnterpriseDomain").objects.filter(domain=domain)
    return rows.values("enterprise_id")


def _phone_owners(word: str, shown: Sequence[Reach]) -> Any:
    """Entries with this phone, the whole of its number, among those whose phones
    the asker may be shown: else a mask would be filled in digit by digit."""
    owners = _model("Enterprise").objects.reached_by(shown)
    return owners.filter(Q(principal_phone=word) | Q(safety_manager_phone=word))


def _is_phone(word: str) -> bool:
    return len(word) >= WHOLE_NUMBER and word.replace("-", "").isdecimal()


class EnterpriseQuerySet(SupervisedQuerySet):
    """Reads of the register."""

    def visible_to(self, user: User) -> Any:
        """Enterprises on an area or department line that the user may see."""
        return self.on_lines(user, "view_enterprises")

    def search(self, text: str, *, shown: Sequence[Reach] = ()) -> Any:
        """Enterprises with every word somewhere in name, code, contact or address.

        ``shown``: where the asker may be shown personal data, and only there a
        phone finds its entry, by the whole of its number.

        A substring search reads the tenant's rows: LIKE cannot use an index
        under row-level security. Measured among 12,765: 6 to 14 ms to count.
        """
        found = self
        merged = _model("Enterprise").objects.filter(merged_into__isnull=False)
        for word in search_words(text):
            # What was merged into an entry still finds it: its old name and code.
            old = merged.filter(search_text__contains=word).values("merged_into")
            meant = Q(search_text__contains=word) | Q(pk__in=old)
            if shown and _is_phone(word):
                meant |= Q(pk__in=_phone_owners(word, shown).values("pk"))
            found = found.filter(meant)
        return found

    def with_code(self, code: str) -> Any:
        """Whose unified code or temporary number this is; nobody's where empty."""
        if not code:
            return self.none()
        return self.filter(Q(uscc=code) | Q(own_code=code))

    def in_domain(self, domain: Any) -> Any:
        """Those to which a special domain applies."""
        return self.filter(pk__in=domain_holders(domain))

    def with_certificate_ending(self, *, on: date, until: date) -> Any:
        """Those one of whose certificates, their own or of staff, runs out."""
        own = _model("StandardizationCertificate").objects.in_force()
        staff = _model("StaffCertificate").objects.in_force()
        window = (on, until)
        owners = own.filter(valid_to__range=window).values("enterprise_id")
        employers = staff.filter(
            Q(valid_to__range=window) | Q(review_due__range=window),
            member__left_on__isnull=True,
        ).values("member__enterprise_id")
        return self.filter(Q(pk__in=owners) | Q(pk__in=employers))

    def current(self) -> Any:
        """Without the duplicates that were merged into others."""
        return self.filter(merged_into__isnull=True)

    def supervised(self) -> Any:
        """Enterprises that have not closed or left."""
        return self.filter(state__in=SUPERVISED_STATES)

    def directly_supervised(self) -> Any:
        """Units that the county or somebody above it supervises itself (直接监管)."""
        return self.filter(_supervised_directly())

    def in_basic_grid(self) -> Any:
        """The others: what villages and townships are measured by."""
        return self.filter(~_supervised_directly())

    def with_direct_supervision(self) -> Any:
        """``is_directly_supervised`` beside each row."""
        return self.annotate(is_directly_supervised=_supervised_directly())

    def for_list(self) -> Any:
        """With what a row of a list shows, in one query.

        Boundaries stay in the database: a village's outline is longer than the row.
        """
        return self.select_related(
            "subcategory__category", "area_node__parent", "township", "department_node"
        ).defer(
            "search_text",
            "area_node__boundary",
            "area_node__parent__boundary",
            "township__boundary",
            "department_node__boundary",
        )

    def for_public(self) -> Any:
        """The same with the bureau, for a page that anybody may open."""
        return self.for_list().select_related("tenant")


def _supervised_directly() -> Exists:
    running = apps.get_model("enterprises", "DirectSupervision").objects
    return Exists(running.filter(enterprise=OuterRef("pk"), until__isnull=True))


class BoundaryDutyQuerySet(models.QuerySet):
    """Reads of the duties at the edge."""

    def with_decision(self) -> Any:
        """``is_decided`` beside each row."""
        return self.annotate(is_decided=_decided())

    def undecided(self) -> Any:
        """Duties without an owner."""
        return self.filter(~_decided())


def _decided() -> Exists:
    decisions = apps.get_model("enterprises", "BoundaryDecision").objects
    return Exists(decisions.filter(duty=OuterRef("pk"), valid_to__isnull=True))


class CopyNoticeQuerySet(models.QuerySet):
    """Reads of copies to townships."""

    def visible_to(self, user: User) -> Any:
        """Copies about enterprises the user sees, or to a township he works in."""
        nodes = apps.get_model("grids", "GridNode").objects
        enterprises = apps.get_model("enterprises", "Enterprise").objects
        seen = enterprises.visible_to(user).order_by().values("pk")
        townships = nodes.granted(user, "view_enterprises").order_by().values("pk")
        return self.filter(
            models.Q(enterprise__in=seen) | models.Q(township__in=townships)
        )

    def waiting(self) -> Any:
        """Copies that the township has not acknowledged yet."""
        return self.filter(acknowledged_at__isnull=True)


class DecisionQuerySet(models.QuerySet):
    """Reads of the decisions on levels."""

    def in_force(self) -> DecisionQuerySet:
        """Without what was withdrawn as a mistake."""
        return self.filter(withdrawn_at__isnull=True)

    def latest_first(self) -> DecisionQuerySet:
        """A direct D of a year stands after that year's rating."""
        return self.order_by("-year", "-recorded_at", "-pk")


class CertificateQuerySet(models.QuerySet):
    """Reads of certificates, of enterprises and of people alike."""

    def in_force(self) -> CertificateQuerySet:
        return self.filter(revoked_on__isnull=True)

    def ending(self, *, after: date, until: date) -> CertificateQuerySet:
        """Those whose end lies between two days, the last included."""
        return self.in_force().filter(valid_to__gt=after, valid_to__lte=until)
