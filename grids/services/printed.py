"""The texts of postings and duty cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from grids import access, printed
from grids.models import GridNode, PrintRule
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import refused_at_its_field
from tenants.texts import tidy

if TYPE_CHECKING:
    from accounts.models import User

PERMISSION = "manage_rules"
TEXTS = ("duties", "tasks", "frequency", "forbidden", "reporting")


def proposed_print_rule() -> PrintRule:
    """What is printed until the bureau says otherwise; not stored."""
    return PrintRule(
        emergency_phones=printed.EMERGENCY_PHONES,
        duties=printed.DUTIES,
        tasks=printed.TASKS,
        frequency=printed.FREQUENCY,
        forbidden=printed.FORBIDDEN,
        reporting=printed.REPORTING,
        basis=printed.BASIS,
        edition=printed.EDITION,
    )


@transaction.atomic
def seed_print_rule() -> PrintRule:
    """The row a bureau begins with; keeps what is there."""
    found: PrintRule | None = PrintRule.objects.first()
    if found is None:
        found = proposed_print_rule()
        found.save(force_insert=True)
    return found


@transaction.atomic
def save_print_rule(*, actor: User | None, **given: Any) -> PrintRule:
    """Say what is printed; from then on it is the bureau's own, not proposed."""
    if actor is not None:
        roots = GridNode.objects.filter(parent__isnull=True)
        access.require(actor, PERMISSION, list(roots.values_list("pk", flat=True)))
    seed_print_rule()
    rule: PrintRule = PrintRule.objects.select_for_update().get()
    for name, value in given.items():
        setattr(rule, name, tidy(value) if name in TEXTS else value)
    rule.is_proposed = False
    with refused_at_its_field():
        rule.clean_fields(exclude=["tenant"])
    rule.save()
    record_security(
        name=SecurityAction.RULE_ROWS_CHANGED,
        actor=actor,
        note=f"{rule._meta.verbose_name} · {rule.get_phones_display()}",
        changed=sorted(given),
        phones=rule.phones,
    )
    return rule
