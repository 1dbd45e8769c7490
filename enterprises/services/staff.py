"""The people of an enterprise and their certificates.

The enterprise's own officers keep the list, and so do those who edit the entry.
The journal remembers that the list changed and never whom: it cannot forget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    Enterprise,
    EnterpriseAction,
    StaffCertificate,
    StaffMember,
)
from enterprises.services.checks import record
from grids import access
from tenants.days import check_far
from tenants.errors import (
    DomainError,
    InvalidTransition,
    NotAllowed,
    refused_at_its_field,
)
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User

EDIT: Final = "edit_enterprises"
OFFICER: Final = "enterprise_officer"


def may_keep_staff(user: User, enterprise: Enterprise) -> bool:
    """Those who edit the entry, and the officers on its own node."""
    if access.can(user, EDIT, [enterprise.area_node_id]):
        return True
    own = access.people_on(enterprise.area_node_id)
    return bool(own.filter(user_id=user.pk, role__code=OFFICER).exists())


WORKING_LIFE = 50  # years that some certificates hold


@transaction.atomic
def add_staff(
    *,
    actor: User | None,
    enterprise_id: UUID,
    name: str,
    post: str,
    job: str = "",
    phone: str = "",
    id_ending: str = "",
) -> StaffMember:
    enterprise = kept_by(enterprise_id, actor)
    member = StaffMember(enterprise=enterprise)
    _fill(member, name=name, post=post, job=job, phone=phone, id_ending=id_ending)
    member.save(force_insert=True)
    _record(enterprise, actor, _("Somebody was added."), member)
    return member


@transaction.atomic
def edit_staff(*, actor: User | None, member_id: UUID, **facts: Any) -> StaffMember:
    """Change what is named in ``facts``: name, post, job, phone, id_ending."""
    member = _member(member_id, actor)
    before = {name: getattr(member, name) for name in facts}
    _fill(member, **facts)
    if before == {name: getattr(member, name) for name in facts}:
        return member
    member.save(update_fields=list(facts))
    _record(member.enterprise, actor, _("Somebody's entry was changed."), member)
    return member


@transaction.atomic
def end_staff(
    *, actor: User | None, member_id: UUID, left_on: date | None = None
) -> StaffMember:
    """Somebody has left: nothing more is reminded of, the entry stays."""
    member = _member(member_id, actor)
    if member.left_on is not None:
        raise InvalidTransition(_("This person has left already."))
    day = left_on or timezone.localdate()
    if day > timezone.localdate():
        raise DomainError(_("This day has not come yet."), field="left_on")
    member.left_on = day
    member.save(update_fields=["left_on"])
    _record(member.enterprise, actor, _("Somebody has left."), member)
    return member


@transaction.atomic
def add_staff_certificate(
    *,
    actor: User | None,
    member_id: UUID,
    kind: str,
    number: str = "",
    issuer: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    review_due: date | None = None,
) -> StaffCertificate:
    member = _member(member_id, actor)
    for name, day in (
        ("valid_from", valid_from),
        ("valid_to", valid_to),
        ("review_due", review_due),
    ):
        check_far(day, field=name, years_ahead=WORKING_LIFE)
    certificate = StaffCertificate(
        member=member,
        kind=kind,
        number=tidy_line(number),
        issuer=tidy_line(issuer),
        valid_from=valid_from,
        valid_to=valid_to,
        review_due=review_due,
    )
    with refused_at_its_field():
        certificate.clean_fields(exclude=["tenant", "member", "revoked_on"])
    if valid_from and valid_to and valid_to <= valid_from:
        raise DomainError(_("It ends after it begins."), field="valid_to")
    certificate.save(force_insert=True)
    _record(member.enterprise, actor, _("A certificate was recorded."), member)
    return certificate


@transaction.atomic
def withdraw_staff_certificate(
    *, actor: User | None, certificate_id: UUID
) -> StaffCertificate:
    """Renewed by another, entered by mistake, or taken away."""
    found = StaffCertificate.objects.filter(pk=certificate_id).first()
    if found is None:
        raise DomainError(_("This certificate does not exist."), field="certificate")
    member = _member(found.member_id, actor)
    certificate: StaffCertificate = StaffCertificate.objects.get(pk=certificate_id)
    if certificate.revoked_on is not None:
        raise InvalidTransition(_("This certificate was withdrawn already."))
    certificate.revoked_on = timezone.localdate()
    certificate.save(update_fields=["revoked_on"])
    _record(member.enterprise, actor, _("A certificate was withdrawn."), member)
    return certificate


def _fill(member: StaffMember, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(member, name, tidy_line(value))
    member.id_ending = member.id_ending.upper()
    with refused_at_its_field():
        member.clean_fields(exclude=["tenant", "enterprise", "left_on"])
    if member.id_ending and not (
        len(member.id_ending) == 4
        and member.id_ending[:3].isdecimal()
        and member.id_ending[3] in "0123456789X"
    ):
        raise DomainError(
            _("Only the last four characters of the identity number."),
            field="id_ending",
        )


def kept_by(enterprise_id: UUID, actor: User | None) -> Enterprise:
    enterprise: Enterprise | None = (
        Enterprise.objects.select_for_update(of=("self",))
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    if actor is not None and not may_keep_staff(actor, enterprise):
        raise NotAllowed(_("You are not allowed to do this here."))
    return enterprise


def _member(member_id: UUID, actor: User | None) -> StaffMember:
    found = StaffMember.objects.filter(pk=member_id).first()
    if found is None:
        raise DomainError(_("This person is not on the list."), field="member")
    enterprise = kept_by(found.enterprise_id, actor)
    member: StaffMember = StaffMember.objects.get(pk=member_id)
    member.enterprise = enterprise
    return member


def _record(
    enterprise: Enterprise, actor: User | None, what: Any, member: StaffMember
) -> None:
    record(
        enterprise,
        name=EnterpriseAction.STAFF_CHANGED,
        actor=actor,
        note=str(what),
        member=str(member.pk),
    )
