"""What a loaded scenario holds, counted from the rows, beside the published figures."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from enterprises.models import Enterprise
from grids.kinds import NodeKind
from grids.models import GridNode, RoleAssignment
from hazards.models import Hazard, HazardSource
from hazards.workflow import HazardState
from tenants.models import TenantLevel
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.scenarios.sizes import Scenario
    from tenants.models import Tenant

RECTIFIED: Final = (HazardState.VERIFIED, HazardState.CLOSED)
_KINDS: Final = {
    NodeKind.DEPARTMENT: "departments",
    NodeKind.TOWNSHIP: "areas",
    NodeKind.VILLAGE: "villages",
    NodeKind.SUBGRID: "subgrids",
    NodeKind.ENTERPRISE: "enterprise_grids",
}


class Compared(NamedTuple):
    """A figure as it is loaded beside what is wanted."""

    label: str
    loaded: int
    wanted: int
    at_least: bool

    @property
    def fits(self) -> bool:
        if self.at_least:
            return self.loaded >= self.wanted
        return self.loaded == self.wanted


def compare(scenario: Scenario, tenants: Iterable[Tenant]) -> list[Compared]:
    """Every published figure of the scenario beside the sum over its tenants."""
    counted: Counter[str] = Counter()
    trades: set[str] = set()
    for tenant in tenants:
        with tenant_scope(tenant.pk):
            counted += _counts()
            trades |= set(
                Enterprise.objects.order_by()
                .values_list("subcategory__code", flat=True)
                .distinct()
            )
        counted["counties"] += tenant.level == TenantLevel.COUNTY
    counted["subcategories"] = len(trades)
    counted["categories"] = len({code[:2] for code in trades})
    return [
        Compared(want.label, counted[want.what], want.number, want.at_least)
        for want in scenario.wanted
    ]


def _counts() -> Counter[str]:
    """Of the active tenant."""
    counts: Counter[str] = Counter()
    for kind in GridNode.objects.in_force().values_list("kind", flat=True):
        if name := _KINDS.get(NodeKind(kind)):
            counts[name] += 1
    counts["enterprises"] = Enterprise.objects.count()
    counts |= _workers()
    own = Hazard.objects.filter(source=HazardSource.SELF_CHECK)
    inspected = Hazard.objects.exclude(source=HazardSource.SELF_CHECK)
    counts["self_found"] = own.count()
    counts["self_rectified"] = own.filter(state__in=RECTIFIED).count()
    counts["inspected"] = inspected.count()
    counts["inspected_rectified"] = inspected.filter(state__in=RECTIFIED).count()
    counts["hazards"] = counts["self_found"] + counts["inspected"]
    # One visit: one inspector in one enterprise at one moment.
    visits = inspected.order_by().values("enterprise", "reported_by", "reported_at")
    counts["visits"] = visits.distinct().count()
    return counts


def _workers() -> Counter[str]:
    """The workers, and the grids of the kinds they hold that lack one."""
    held = RoleAssignment.objects.filter(
        role__code="grid_worker", ended_at__isnull=True
    ).order_by()
    kinds = held.values_list("node__kind", flat=True).distinct()
    nodes = GridNode.objects.in_force().filter(kind__in=list(kinds))
    return Counter(
        workers=held.values("user").distinct().count(),
        vacant=nodes.count() - held.values("node").distinct().count(),
    )
