"""Grids: read here, changed by the services of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext_lazy as _

from grids.boundary_matching import DRAWN
from grids.kinds import CHILDREN, NodeKind
from grids.models import GridNode
from grids.services import add_node, edit_node, move_node, restore_node, retire_node
from portal.admin.base import ServiceForm, acting
from portal.admin.boundaries import BoundaryPages
from tenants.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest


class GridNodeForm(ServiceForm):
    """Rename and move a node, or add one; enterprises come by the register only."""

    class Meta:
        model = GridNode
        fields = ("kind", "parent", "name", "code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" not in self.fields:  # somebody who only looks
            return
        parent: Any = self.fields["parent"]
        kinds = [kind for kind, below in CHILDREN.items() if below]
        if self.is_new:
            kind: Any = self.fields["kind"]
            left_out = {NodeKind.COUNTY, NodeKind.ENTERPRISE}
            kind.choices = [(k.value, k.label) for k in NodeKind if k not in left_out]
            parent.required = True
        else:
            kinds = [k for k, below in CHILDREN.items() if self.instance.kind in below]
            parent.required = self.instance.parent_id is not None
        nodes = GridNode.objects.in_force().filter(kind__in=kinds)
        if not self.is_new:
            below = GridNode.objects.within(self.instance).order_by().values("pk")
            nodes = nodes.exclude(pk__in=below)
        parent.queryset = nodes.in_order()

    def save_by_service(self, given: dict[str, Any]) -> GridNode:
        actor = acting(self.request)
        if self.is_new:
            return add_node(
                actor=actor,
                parent_id=given["parent"].pk,
                kind=given["kind"],
                name=given["name"],
                code=given["code"],
            )
        node = self.instance
        if node.kind == NodeKind.ENTERPRISE:
            raise DomainError(
                _("This grid follows its enterprise; change the enterprise.")
            )
        parent = given["parent"]
        if parent is not None and parent.pk != node.parent_id:
            move_node(actor=actor, node_id=node.pk, new_parent_id=parent.pk)
        return edit_node(
            actor=actor, node_id=node.pk, name=given["name"], code=given["code"]
        )


@admin.register(GridNode)
class GridNodeAdmin(BoundaryPages):
    change_list_template = "admin/grids.html"
    form = GridNodeForm
    also_viewed_by = frozenset({"assign_roles"})
    permission = "manage_grids"
    can_add = can_change = True
    list_display = ("name", "kind", "code", "parent", "retired_on")
    list_filter = ("kind", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    readonly_fields = ("retired_on", "page", "outline")
    actions = ["retire_selected", "restore_selected"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return GridNode.objects.in_order()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = GridNodeForm.Meta.fields
        return (*fields, *self.readonly_fields) if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "kind") if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        changes = obj is None or obj.kind != NodeKind.ENTERPRISE
        return changes and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("On the platform"))
    def page(self, node: GridNode) -> Any:
        return format_html(
            '<a href="{}">{}</a>', node.get_absolute_url(), gettext("Open the page")
        )

    @admin.display(description=gettext_lazy("Boundary"))
    def outline(self, node: GridNode) -> Any:
        if node.kind not in DRAWN:
            return gettext("Only areas have a boundary.")
        words = gettext("Redraw it") if node.boundary else gettext("Draw it")
        address = reverse("admin:grids_gridnode_boundary", args=[node.pk])
        return format_html('<a href="{}">{}</a>', address, words)

    @admin.action(
        description=gettext_lazy("Retire the selected grids"), permissions=["change"]
    )
    def retire_selected(self, request: HttpRequest, queryset: Any) -> None:
        today = timezone.localdate()
        self.do_each(
            request,
            # From below, so that a whole branch can be retired at once.
            queryset.exclude(kind=NodeKind.ENTERPRISE).order_by("-level"),
            lambda row: retire_node(
                actor=acting(request),
                node_id=row.pk,
                on=today,
                reason=gettext("Retired together with others in the list of grids."),
            ),
            lambda n: (
                ngettext("%(n)s grid retired.", "%(n)s grids retired.", n) % {"n": n}
            ),
        )

    @admin.action(
        description=gettext_lazy("Restore the selected grids"), permissions=["change"]
    )
    def restore_selected(self, request: HttpRequest, queryset: Any) -> None:
        self.do_each(
            request,
            queryset.exclude(kind=NodeKind.ENTERPRISE).order_by("level"),
            lambda row: restore_node(actor=acting(request), node_id=row.pk),
            lambda n: (
                ngettext("%(n)s grid restored.", "%(n)s grids restored.", n) % {"n": n}
            ),
        )
