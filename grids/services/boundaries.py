"""Boundaries: one that was drawn, or a file of them, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids import access, geojson, geometry
from grids.boundary_matching import DRAWN, judge
from grids.datum import Datum
from grids.models import BoundaryImport, GridEvent, GridNode
from tenants.errors import DomainError, InvalidTransition
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

PERMISSION: Final = "manage_grids"
TOLERANCE_AT_MOST: Final = 500


@transaction.atomic
def set_boundary(
    *,
    actor: User | None,
    node_id: UUID,
    boundary: Any,
    datum: str = Datum.WGS84,
) -> GridNode:
    """Draw, redraw or (with None) take away the boundary of one grid.

    Raises ``DomainError`` at ``boundary`` with what is wrong with it; the event
    says the datum it came in, its corners and its area.
    """
    _drawable(actor, GridNode.objects.filter(pk=node_id).defer("boundary").first())
    outline, details = None, {"source": "drawn"}
    if boundary is not None:
        try:
            # Before the lock of the tree: nobody waits while a shape is judged.
            outline = geometry.checked(boundary, datum=datum).geometry
        except geometry.BadBoundary as refusal:
            raise DomainError(str(refusal), field="boundary") from None
        details["datum"] = datum
    acquire(Lock.GRID_TREE)
    locked = GridNode.objects.select_for_update(of=("self",))
    node = _drawable(actor, locked.filter(pk=node_id).first())
    _store(node, outline, actor=actor, details=details)
    return node


def _drawable(actor: User | None, node: GridNode | None) -> GridNode:
    if node is None:
        raise DomainError(_("This grid does not exist."), field="node")
    if actor is not None:
        access.require(actor, PERMISSION, [node.pk])
    if node.kind not in DRAWN:
        raise DomainError(_("Only areas have a boundary."), field="boundary")
    return node


def unite_boundaries(*, before: GridNode, after: GridNode, actor: User | None) -> None:
    """``after`` gets the outline around both, when both are drawn.

    Half of an area would look like the whole of it: with one of them undrawn the
    outline stays as it is. The caller holds the lock of the tree.
    """
    if not before.boundary or not after.boundary:
        return
    outline = geometry.united([after.boundary, before.boundary])
    details = {"source": "merged", "of": str(before.pk), "before": before.name}
    _store(after, outline, actor=actor, details=details)


@transaction.atomic
def hand_in_boundaries(
    *,
    actor: User | None,
    content: bytes,
    file_name: str,
    datum: str = "",
    tolerance: int = 0,
) -> BoundaryImport:
    """Keep a file of boundaries for its preview; nothing else is changed.

    What the same person handed in before and never applied makes room.
    """
    if actor is not None:
        access.require(actor, PERMISSION, _root())
    found = geojson.read(content, datum=datum)
    BoundaryImport.objects.filter(made_by=actor, applied_at__isnull=True).delete()
    kept: BoundaryImport = BoundaryImport.objects.create(
        file_name=file_name[-120:],
        datum=found.datum,
        tolerance=_tolerance(tolerance),
        features=found.features,
        count=len(found.features),
        made_by=actor,
    )
    return kept


@transaction.atomic
def read_boundaries_otherwise(
    *, actor: User | None, import_id: UUID, matched_by: str, tolerance: int
) -> BoundaryImport:
    """Compare another property with the grids, or thin out by another measure."""
    kept = _waiting(actor, import_id)
    kept.matched_by = matched_by[:60]
    kept.tolerance = _tolerance(tolerance)
    kept.save(update_fields=["matched_by", "tolerance"])
    return kept


@transaction.atomic
def apply_boundaries(*, actor: User | None, import_id: UUID) -> BoundaryImport:
    """Put every boundary of the file at its grid, or none.

    Judged again: what the preview showed may have changed since. That is done before
    the lock of the tree is taken, and once more under it only where the tree has
    changed in between. Raises ``DomainError`` if a single feature does not fit.
    """
    kept = _waiting(actor, import_id)
    seen, judged = _state_of_the_tree(), judge(kept)
    acquire(Lock.GRID_TREE)
    if _state_of_the_tree() != seen:
        judged = judge(kept)
    if not judged.may_be_applied:
        raise DomainError(
            _("Nothing was changed: %(n)s of the features do not fit. See below.")
            % {"n": len(judged.bad)}
        )
    for row in judged.rows:
        if row.node is None or row.geometry is None:  # pragma: no cover  judged
            continue
        details = {"source": "import", "file": kept.file_name, "datum": kept.datum}
        _store(row.node, row.geometry, actor=actor, details=details)
    kept.applied_at = timezone.now()
    kept.features = []
    kept.save(update_fields=["applied_at", "features"])
    return kept


def _state_of_the_tree() -> tuple[object, ...]:
    """Another one after each change of it: each leaves an event behind."""
    newest = GridEvent.objects.aggregate(Count("pk"), Max("at"))
    return (*newest.values(), GridNode.objects.count())


def _waiting(actor: User | None, import_id: UUID) -> BoundaryImport:
    """An own import that is not applied yet. Others' and unknown ones read the same."""
    if actor is not None:
        access.require(actor, PERMISSION, _root())
    kept: BoundaryImport | None = (
        BoundaryImport.objects.select_for_update(of=("self",))
        .filter(pk=import_id, made_by=actor)
        .first()
    )
    if kept is None:
        raise DomainError(_("This import does not exist."))
    if kept.applied_at is not None:
        raise InvalidTransition(_("These boundaries are in place already."))
    return kept


def _root() -> list[UUID]:
    """Whose boundaries are changed: anybody's, so the county itself is asked for."""
    return list(
        GridNode.objects.filter(parent__isnull=True).values_list("pk", flat=True)
    )


def _tolerance(metres: int) -> int:
    if not 0 <= metres <= TOLERANCE_AT_MOST:
        raise DomainError(
            _("Between 0 and %(n)s metres.") % {"n": TOLERANCE_AT_MOST},
            field="tolerance",
        )
    return metres


def _store(
    node: GridNode,
    boundary: geometry.Geometry | None,
    *,
    actor: User | None,
    details: dict[str, Any],
) -> None:
    # Not save(): MPTT would look at the tree again, which did not change.
    GridNode.objects.filter(pk=node.pk).update(boundary=boundary)
    node.boundary = boundary
    if boundary is not None:
        shape = geometry.to_shape(boundary)
        details |= {
            "corners": geometry.corners_of(boundary),
            "square_metres": round(geometry.square_metres(shape)),
        }
    GridEvent.objects.create(
        node=node,
        name="boundary_set" if boundary is not None else "boundary_removed",
        actor=actor,
        details=details,
    )
