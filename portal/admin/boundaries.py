"""Boundaries in the admin: a file of them with its preview, and one drawn by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import geometry
from grids.boundary_matching import DRAWN, judge
from grids.boundary_report import family_of
from grids.datum import Datum
from grids.geojson import SIZE_AT_MOST
from grids.models import BoundaryImport, GridNode
from grids.services import (
    apply_boundaries,
    hand_in_boundaries,
    read_boundaries_otherwise,
    set_boundary,
)
from portal.admin.base import ScopedAdmin, acting
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from grids.boundary_matching import Judged

# A preview need not be exact; a page of some megabytes would not be looked at.
_CORNERS_SHOWN: Final = 20_000
_COARSE: Final = 30.0
_TOLERANCES: Final = ((0, _("Keep every corner")), (2, "2 m"), (5, "5 m"), (10, "10 m"))


class UploadForm(forms.Form):
    """A file, and what its numbers are if it does not say so itself."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json"}),
        error_messages={"required": _("Choose a file.")},
    )
    datum = forms.ChoiceField(
        label=_("Coordinate system"),
        choices=[("", _("As the file says, else WGS-84")), *Datum.choices],
        required=False,
    )
    tolerance = forms.TypedChoiceField(
        label=_("Thin out"),
        choices=_TOLERANCES,
        coerce=int,
        required=False,
        help_text=_("Fewer corners, for slow phones. Neighbours stay side by side."),
    )

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > SIZE_AT_MOST:
            raise forms.ValidationError(
                gettext(
                    "The file is larger than %(n)s MB. Thin the boundaries out first."
                )
                % {"n": SIZE_AT_MOST // 1024 // 1024}
            )
        return self.cleaned_data["file"]


class ReadingForm(forms.Form):
    """How the file is read: by which property, and how far thinned out."""

    matched_by = forms.ChoiceField(label=_("Property with the code or the name"))
    tolerance = forms.TypedChoiceField(
        label=_("Thin out"), choices=_TOLERANCES, coerce=int
    )

    def __init__(self, *args: Any, judged: Judged, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = gettext("%(name)s, for example “%(sample)s”: names %(n)s grids")
        self.fields["matched_by"].choices = [  # type: ignore[attr-defined]
            (name, line % {"name": name, "sample": sample, "n": n})
            for name, sample, n in judged.properties
        ]


class DrawForm(forms.Form):
    """A boundary as GeoJSON: filled in by drawing, or pasted. Empty takes it away."""

    boundary = forms.CharField(
        label=_("GeoJSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    datum = forms.ChoiceField(
        label=_("Coordinate system"),
        choices=Datum.choices,
        initial=Datum.WGS84,
        help_text=_("What is drawn on the map is WGS-84; choose for pasted text."),
    )

    def clean_boundary(self) -> Any:
        text = self.cleaned_data["boundary"].strip()
        try:
            return json.loads(text) if text else None
        except (ValueError, RecursionError):
            raise forms.ValidationError(gettext("This is no GeoJSON.")) from None


class BoundaryPages(ScopedAdmin):
    """The three pages; ``GridNodeAdmin`` takes them in."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "grids_gridnode_{}".format
        return [
            path("boundaries/", view(self.hand_in), name=name("boundaries")),
            path(
                "boundaries/<uuid:import_id>/",
                view(self.preview),
                name=name("boundary_import"),
            ),
            path("<uuid:node_id>/boundary/", view(self.draw), name=name("boundary")),
            *super().get_urls(),
        ]

    def hand_in(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; it is read and shown before anything changes."""
        if chosen := self._let_in(request):
            return chosen
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        if form.is_valid():
            given = form.cleaned_data
            try:
                kept = hand_in_boundaries(
                    actor=acting(request),
                    content=given["file"].read(),
                    file_name=given["file"].name,
                    datum=given["datum"],
                    tolerance=given["tolerance"] or 0,
                )
            except DomainError as refusal:
                _refuse(form, refusal)
            else:
                return redirect("admin:grids_gridnode_boundary_import", kept.pk)
        context = {"form": form, "title": gettext("Import boundaries")}
        return self._show(request, "admin/boundaries.html", context, form)

    def preview(self, request: HttpRequest, import_id: UUID) -> HttpResponse:
        """Every feature with its grid or the reason why not; then all or nothing."""
        if chosen := self._let_in(request):
            return chosen
        kept = BoundaryImport.objects.filter(
            pk=import_id, made_by=acting(request)
        ).first()
        if kept is None:
            raise Http404
        if kept.applied_at is not None:
            return redirect("admin:grids_gridnode_changelist")
        if request.method == "POST":
            return self._decide(request, kept)
        judged = judge(kept)
        initial = {"matched_by": judged.matched_by, "tolerance": kept.tolerance}
        context = {
            "kept": kept,
            "judged": judged,
            "form": ReadingForm(initial=initial, judged=judged),
            "features": _preview_features(judged),
            "tiles": settings.TILES,
            "title": gettext("Import boundaries"),
        }
        return self._show(request, "admin/boundary_import.html", context)

    def _decide(self, request: HttpRequest, kept: BoundaryImport) -> HttpResponse:
        here = redirect("admin:grids_gridnode_boundary_import", kept.pk)
        actor = acting(request)
        try:
            if "apply" not in request.POST:
                form = ReadingForm(request.POST, judged=judge(kept))
                if form.is_valid():
                    read_boundaries_otherwise(
                        actor=actor, import_id=kept.pk, **form.cleaned_data
                    )
                return here
            applied = apply_boundaries(actor=actor, import_id=kept.pk)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return here
        words = gettext("%(n)s boundaries are in place.") % {"n": applied.count}
        messages.success(request, words)
        return redirect("admin:grids_gridnode_changelist")

    def draw(self, request: HttpRequest, node_id: UUID) -> HttpResponse:
        """Draw or redraw one boundary, with the neighbours in sight."""
        if chosen := self._let_in(request):
            return chosen
        node = GridNode.objects.select_related("parent").filter(pk=node_id).first()
        if node is None or node.kind not in DRAWN:
            raise Http404
        sent = request.POST if request.method == "POST" else None
        form = DrawForm(sent, initial=_drawn(node))
        if form.is_valid():
            try:
                set_boundary(
                    actor=acting(request), node_id=node.pk, **form.cleaned_data
                )
            except DomainError as refusal:
                _refuse(form, refusal)
            else:
                messages.success(request, gettext("The boundary is saved."))
                _warn_of_overlaps(request, node.pk)
                return redirect(request.path)
        context = {
            "form": form,
            "original": node,
            "around": _around(node),
            "tiles": settings.TILES,
            "title": gettext("Boundary of %(name)s") % {"name": node.name},
        }
        return self._show(request, "admin/boundary_draw.html", context, form)

    def _let_in(self, request: HttpRequest) -> HttpResponse | None:
        chosen = self._choose_first(request)
        if chosen is None and not self.may(request):
            raise PermissionDenied
        return chosen

    def _show(
        self, request: HttpRequest, template: str, context: Any, form: Any = None
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            **context,
        }
        status = 422 if form is not None and form.errors else 200
        return TemplateResponse(request, template, whole, status=status)


def _refuse(form: forms.Form, refusal: DomainError) -> None:
    known = refusal.field in form.fields
    form.add_error(refusal.field if known else None, str(refusal))


def _drawn(node: GridNode) -> dict[str, str]:
    return {"boundary": json.dumps(node.boundary) if node.boundary else ""}


def _warn_of_overlaps(request: HttpRequest, node_id: UUID) -> None:
    """A drawn border may be meant so; it is said, not refused."""
    node = GridNode.objects.select_related("parent").get(pk=node_id)
    if node.parent is None or not node.boundary:
        return
    siblings = GridNode.objects.filter(parent=node.parent, kind=node.kind).in_force()
    family = family_of(node.parent, siblings)
    for found in family.overlaps:
        if node in (found.first, found.second):
            other = found.second if found.first == node else found.first
            messages.warning(
                request,
                gettext("Overlaps “%(name)s” by %(area)s.")
                % {
                    "name": other.name,
                    "area": geometry.area_in_words(found.square_metres),
                },
            )


def _around(node: GridNode) -> dict[str, Any]:
    """The parent's outline and the siblings, to draw along."""
    if node.parent is None:
        shown: Any = GridNode.objects.filter(parent=node)
    else:
        shown = GridNode.objects.filter(parent=node.parent).exclude(pk=node.pk)
    shown = shown.in_force().filter(kind__in=DRAWN, boundary__isnull=False)
    nodes = [node.parent] if node.parent and node.parent.boundary else []
    return _collection(
        (n.boundary, {"name": n.name, "role": "parent" if n in nodes else "sibling"})
        for n in (*nodes, *shown)
    )


def _preview_features(judged: Judged) -> dict[str, Any]:
    rows = [row for row in judged.rows if row.geometry]
    shapes = [row.geometry for row in rows if row.geometry]
    if sum(row.thinned_to or row.corners for row in rows) > _CORNERS_SHOWN:
        shapes = geometry.thinned(shapes, metres=_COARSE)
    return _collection(
        (
            shape,
            {
                "name": row.node.name if row.node else row.label,
                "level": "red" if row.problems else "blue",
            },
        )
        for row, shape in zip(rows, shapes, strict=True)
    )


def _collection(pairs: Iterable[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": shape, "properties": properties}
            for shape, properties in pairs
        ],
    }
