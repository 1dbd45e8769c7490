"""Which feature of a file is which grid's boundary, and whether it fits there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import isinf
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import geometry
from grids.kinds import NodeKind
from grids.models import FormerCode, GridNode
from grids.services.codes import nodes_with_codes
from tenants.models import Tenant
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from grids.models import BoundaryImport

DRAWN: Final = frozenset(
    {NodeKind.COUNTY, NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID}
)
# Borders that were digitised apart from each other differ by some metres; a
# hundredth of the area, and at least 1,000 m², is no other place.
SHARE: Final = 0.01
AT_LEAST: Final = 1_000.0
# While nothing above is drawn, the middle of the county's map has to do: its widest
# counties are some hundred kilometres across, so that only another part of the
# country is found out, or numbers that stand the wrong way round.
FROM_THE_CENTRE: Final = 300_000.0


_TANGLED: Final = gettext_lazy(
    "Its outline and the one of “%(name)s” are tangled. Thin them out."
)


@dataclass(slots=True)
class Row:
    """One feature: what it is called, whose it is, and what is wrong with it."""

    number: int
    label: str
    node: GridNode | None = None
    geometry: geometry.Geometry | None = None
    corners: int = 0
    thinned_to: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # What may be meant so, and is not put in place without having been read.
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judged:
    """The whole file: row by row, and by which property it was read."""

    rows: list[Row]
    matched_by: str
    properties: list[tuple[str, str, int]]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    @property
    def doubtful(self) -> list[Row]:
        return [row for row in self.rows if row.warnings]

    @property
    def may_be_applied(self) -> bool:
        return bool(self.rows) and not self.bad

    @property
    def corners(self) -> int:
        return sum(row.corners for row in self.rows)

    @property
    def thinned_to(self) -> int:
        return sum(row.thinned_to for row in self.rows)


class _Places:
    """The grids that a feature may mean, by code and by name.

    ``values`` are what the file's features say of themselves: an old code leads
    to the grid that answers for it today.
    """

    def __init__(self, values: Collection[str]) -> None:
        nodes = GridNode.objects.filter(kind__in=DRAWN).in_force().in_order()
        self.nodes: list[GridNode] = list(nodes)
        self.by_code = {node.code: node for node in self.nodes}
        for node in self.nodes:
            self.by_code.setdefault(_padded(node.code), node)
        self.by_name: dict[str, list[GridNode]] = {}
        for node in self.nodes:
            self.by_name.setdefault(node.name, []).append(node)
        self.former = self._led_on(values)
        self.merged = self._merged_away() if self.former else {}

    def _led_on(self, values: Collection[str]) -> dict[str, GridNode]:
        """By the old code as it was written; names and codes in use come first."""
        unknown = {value for value in values if not self._in_use(value)}
        asked = unknown | {_padded(value) for value in unknown}
        in_use = {node.pk: node for node in self.nodes}
        heirs = {
            code: in_use[node.pk]
            for code, node in nodes_with_codes(asked).items()
            if node.pk in in_use
        }
        return {
            value: heir
            for value in unknown
            if (heir := heirs.get(value) or heirs.get(_padded(value)))
        }

    def _merged_away(self) -> dict[str, str]:
        """Of the old codes those of grids that another one took over: their names."""
        asked = self.former.keys() | {_padded(value) for value in self.former}
        gone = GridNode.objects.filter(merged_into__isnull=False, code__in=asked)
        old = FormerCode.objects.filter(node__merged_into__isnull=False, code__in=asked)
        names = dict(gone.values_list("code", "name"))
        names |= dict(old.values_list("code", "node__name"))
        return {
            value: name
            for value in self.former
            if (name := names.get(value) or names.get(_padded(value)))
        }

    def _in_use(self, value: str) -> bool:
        return (
            value in self.by_code
            or _padded(value) in self.by_code
            or value in self.by_name
        )

    def meant_by(self, value: str) -> list[GridNode]:
        """One by its code, or all of this name."""
        by_code = self.by_code.get(value) or self.by_code.get(_padded(value))
        if by_code is None and value in self.former:
            by_code = self.former[value]
        return [by_code] if by_code else self.by_name.get(value, [])


def _padded(code: str) -> str:
    """Division codes are written with 6, 9 or 12 digits; the rest are noughts."""
    return code.ljust(12, "0") if code.isdigit() and len(code) in (6, 9, 12) else code


def judge(kept: BoundaryImport) -> Judged:
    """Compare a file with the tree as it is now. Changes nothing."""
    features: list[dict[str, Any]] = kept.features
    places = _Places(
        {value for feature in features for value in feature["properties"].values()}
    )
    properties = _properties(features, places)
    matched_by = kept.matched_by or (properties[0][0] if properties else "")
    rows = [
        _row(number, feature, matched_by, places, kept.datum)
        for number, feature in enumerate(features, start=1)
    ]
    _refuse_doubles(rows)
    _thin_out(rows, kept.tolerance)
    _refuse_outside(rows, places)
    _refuse_far(rows, places)
    _refuse_overlaps(rows, places)
    return Judged(rows, matched_by, properties)


def _properties(
    features: Iterable[dict[str, Any]], places: _Places
) -> list[tuple[str, str, int]]:
    """Each property with a sample and how many grids it names, the best first."""
    named: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for feature in features:
        for key, value in feature["properties"].items():
            samples.setdefault(key, value)
            named[key] += len(places.meant_by(value)) == 1
    order = sorted(samples, key=lambda key: -named[key])
    return [(key, samples[key], named[key]) for key in order]


def _row(
    number: int, feature: dict[str, Any], key: str, places: _Places, datum: str
) -> Row:
    value = feature["properties"].get(key, "")
    row = Row(number, value)
    found = places.meant_by(value) if value else []
    if len(found) == 1:
        row.node = found[0]
        if value in places.former:
            row.notes.append(
                _("This is an old code: today “%(name)s” answers for it (%(code)s).")
                % {"name": found[0].name, "code": found[0].code}
            )
        if value in places.merged and found[0].boundary:
            row.warnings.append(
                _(
                    "The outline of “%(gone)s”, which was merged, would replace the one"
                    " of “%(name)s”, which is around both. Take it out of the file"
                    " unless the whole is meant."
                )
                % {"gone": places.merged[value], "name": found[0].name}
            )
    elif found:
        parents = "、".join(str(node.parent.name) for node in found if node.parent)
        row.problems.append(
            _("Several grids have this name (in %(parents)s); use the code.")
            % {"parents": parents}
        )
    elif value:
        row.problems.append(_("No grid in use has this code or name."))
    else:
        row.problems.append(_("This feature has no “%(key)s”.") % {"key": key})
    try:
        checked = geometry.checked(feature["geometry"], datum=datum)
    except geometry.BadBoundary as refusal:
        row.problems.append(str(refusal))
    else:
        row.geometry, row.corners = checked.geometry, checked.corners
        row.notes += checked.notes
    return row


def _refuse_doubles(rows: list[Row]) -> None:
    first: dict[Any, int] = {}
    for row in rows:
        if row.node is None:
            continue
        earlier = first.setdefault(row.node.pk, row.number)
        if earlier != row.number:
            row.problems.append(
                _("Feature %(n)s is the boundary of this grid already.")
                % {"n": earlier}
            )


def _thin_out(rows: list[Row], metres: int) -> None:
    """Each kind by itself: siblings share their borders, parents are another layer."""
    sound = [row for row in rows if row.geometry and row.node]
    for kind in DRAWN:
        layer = [row for row in sound if row.node and row.node.kind == kind]
        thin = geometry.thinned(
            [row.geometry for row in layer if row.geometry], metres=metres
        )
        for row, boundary in zip(layer, thin, strict=True):
            row.geometry = boundary
            row.thinned_to = geometry.corners_of(boundary)


def _fitting(rows: list[Row]) -> dict[Any, Row]:
    return {row.node.pk: row for row in rows if row.node and row.geometry}


def _refuse_outside(rows: list[Row], places: _Places) -> None:
    """Against the county as it will be: its own new outline counts, if it comes."""
    new = _fitting(rows)
    county = next((n for n in places.nodes if n.kind == NodeKind.COUNTY), None)
    if county is None:
        return
    row = new.get(county.pk)
    outline = row.geometry if row else county.boundary
    if not outline:
        return
    whole = geometry.to_shape(outline)
    for row in new.values():
        if row.node is None or row.node.pk == county.pk or row.geometry is None:
            continue
        shape = geometry.to_shape(row.geometry)
        outside = geometry.outside(shape, whole=whole)
        area = geometry.square_metres(shape)
        if isinf(outside):
            row.problems.append(_TANGLED % {"name": county.name})
        elif outside > max(AT_LEAST, SHARE * area):
            row.problems.append(
                _("%(area)s of it lie outside of the county's boundary.")
                % {"area": geometry.area_in_words(outside)}
            )


def _refuse_far(rows: list[Row], places: _Places) -> None:
    """Another place altogether, however well it is called: an outline in the sea, or
    one whose numbers stand the wrong way round.

    Measured from a point inside of it to the nearest outline above, else to the
    middle of the county's map.
    """
    new = _fitting(rows)
    by_pk = {node.pk: node for node in places.nodes}
    shapes: dict[Any, Any] = {}
    tenant = Tenant.objects.get(pk=require_tenant())
    centre = (float(tenant.centre_longitude), float(tenant.centre_latitude))
    for row in new.values():
        if row.node is None or row.geometry is None or row.problems:
            continue
        inside = geometry.to_shape(row.geometry).representative_point()
        above = _outlined_above(row.node, by_pk, new)
        if above is not None:
            name, outline = above
            if name not in shapes:
                shapes[name] = geometry.to_shape(outline)
            away = geometry.metres_to(shapes[name], inside.x, inside.y)
            if away > settings.BOUNDARY_AWAY:
                row.problems.append(
                    _("It lies %(metres)s m away from “%(name)s”.")
                    % {"metres": f"{away:,.0f}", "name": by_pk[name].name}
                )
        elif any(centre):
            point = geometry.to_shape({"type": "Point", "coordinates": centre})
            away = geometry.metres_to(point, inside.x, inside.y)
            if away > FROM_THE_CENTRE:
                row.problems.append(
                    _("It lies %(metres)s m away from the middle of the county's map.")
                    % {"metres": f"{away:,.0f}"}
                )


def _outlined_above(
    node: GridNode, by_pk: dict[Any, GridNode], new: dict[Any, Row]
) -> tuple[Any, geometry.Geometry] | None:
    """The nearest grid above with an outline, as it will be."""
    above = by_pk.get(node.parent_id)
    while above is not None:
        row = new.get(above.pk)
        outline = row.geometry if row and not row.problems else above.boundary
        if outline:
            return above.pk, outline
        above = by_pk.get(above.parent_id)
    return None


def _refuse_overlaps(rows: list[Row], places: _Places) -> None:
    """Among siblings, those in the file and those that stay as they are."""
    new = _fitting(rows)
    families: dict[Any, list[GridNode]] = {}
    for node in places.nodes:
        if node.pk in new or node.boundary:
            families.setdefault(node.parent_id, []).append(node)
    for siblings in families.values():
        if any(node.pk in new for node in siblings):
            _compare(siblings, new)


def _compare(siblings: list[GridNode], new: dict[Any, Row]) -> None:
    shapes = [
        geometry.to_shape((new[n.pk].geometry if n.pk in new else n.boundary) or {})
        for n in siblings
    ]
    areas = [geometry.square_metres(shape) for shape in shapes]
    for found in geometry.overlaps(shapes, above=AT_LEAST):
        smaller = min(areas[found.first], areas[found.second])
        pair = (siblings[found.first], siblings[found.second])
        if isinf(found.square_metres):
            for node, other in (pair, pair[::-1]):
                if row := new.get(node.pk):
                    row.problems.append(_TANGLED % {"name": other.name})
            continue
        words = geometry.area_in_words(found.square_metres)
        bad = found.square_metres > SHARE * smaller
        for node, other in (pair, pair[::-1]):
            if row := new.get(node.pk):
                line = _("Overlaps “%(name)s” by %(area)s.")
                said = line % {"name": other.name, "area": words}
                (row.problems if bad else row.notes).append(said)
