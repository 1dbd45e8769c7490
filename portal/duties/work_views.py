"""Work on a grid: what is to be done, what was done, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import reopens
from accounts.pages import only_sent
from evidence.responses import Variant, photo_response
from grids import access, services
from grids.kinds import NodeKind
from grids.models import (
    DutyRole,
    GridNode,
    OfficePhoto,
    WorkItem,
    WorkPhoto,
    WorkRecord,
)
from portal.duties.forms import RecordForm, WithdrawForm
from portal.duties.shared import fill_in, span_of, take_in, visible_node
from portal.reports import completion as reports
from portal.reports.node_work import node_work
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest, HttpResponse

RECORD = "record_work"
SHOWN = frozenset({Variant.MARKED, Variant.THUMBNAIL})
OWN_NODES = 50


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """The grids on which I record work; with one of them, its page at once."""
    reach = GridNode.objects.reach(request.user, RECORD)
    own = GridNode.objects.in_force().filter(pk__in={place.id for place in reach})
    nodes = list(own.select_related("parent").in_order()[:OWN_NODES])
    if len(nodes) == 1:
        return redirect("duties:node", pk=nodes[0].pk)
    return render(request, "duties/mine.html", {"nodes": nodes})


@require_safe
def node(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = visible_node(request, pk)
    context = {
        "node": found,
        "work": node_work(node=found, on=timezone.localdate()),
        "may_record": not found.is_retired
        and access.can(request.user, RECORD, [found.pk]),
        "has_share": found.kind != NodeKind.SUBGRID,
    }
    return render(request, "duties/node.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: UUID, item_pk: UUID) -> HttpResponse:
    """One item was done: a day, a sentence, a photo, as far as it asks for them."""
    found = visible_node(request, pk)
    access.require(request.user, RECORD, [found.pk])
    item = get_object_or_404(WorkItem, pk=item_pk)
    version = item.versions.all()[0]  # the latest: none is without a version
    form = RecordForm(request.POST or None, evidence=version.evidence)
    photos = take_in(request, form)

    def save() -> WorkRecord:
        facts = form.cleaned_data | {"photo_ids": photos.ids}
        return services.record_work(
            actor=request.user, node_id=found.pk, item_id=item.pk, **facts
        )

    context = {
        "node": found,
        "item": item,
        "version": version,
        "form": form,
        "kept": photos.kept,
    }
    return fill_in(
        request,
        "duties/record.html",
        context,
        save,
        done=lambda _record: reverse("duties:node", kwargs={"pk": found.pk}),
    )


@require_safe
def record_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible_record(request, pk)
    context = {
        "record": found,
        "photos": [
            _picture(row.photo_id)
            for row in found.photos.only("photo_id", "tenant_id", "record_id")
        ],
        "course": found.events.select_related("actor").order_by("-at", "-pk"),
        "may_withdraw": found.withdrawn_at is None
        and access.can(request.user, RECORD, [found.node_id]),
    }
    return render(request, "duties/record_detail.html", context)


@only_sent(instead="duties:record", by=("pk",))
def record_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible_record(request, pk)
    access.require(request.user, RECORD, [found.node_id])
    form = WithdrawForm(request.POST)
    form.is_valid()
    try:
        services.withdraw_record(
            actor=request.user,
            record_id=pk,
            reason=form.cleaned_data.get("reason", ""),
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The record is withdrawn; it stays in the course."))
    return redirect(found)


@require_safe
def photo(request: HttpRequest, pk: UUID, variant: str) -> FileResponse:
    """A photo of a record or of a grid office, for whoever sees its grid."""
    if variant not in SHOWN:
        raise Http404
    seen = GridNode.objects.granted(request.user, "view_grids").order_by()
    nodes = seen.values("pk")
    of_work = WorkPhoto.objects.filter(photo=pk, record__node__in=nodes)
    of_office = OfficePhoto.objects.filter(photo=pk, mark__node__in=nodes)
    for rows in (of_work, of_office):
        shown = rows.select_related("photo__blob").first()
        if shown is not None:
            return photo_response(shown.photo, variant)
    raise Http404


@require_safe
def completion(request: HttpRequest) -> HttpResponse:
    """Done and due by township and role; a figure opens the grids behind it."""
    span = span_of(request)
    table = reports.by_township(user=request.user, span=span.chosen)
    address = reverse("duties:completion_nodes")
    rows = [
        (
            line,
            [
                (line.shares.get(role), f"{address}?{_query(span, line, role)}", label)
                for role, label in table.roles
            ],
        )
        for line in table.lines
    ]
    totals = [(table.total.shares[role], label) for role, label in table.roles]
    context = {
        "span": span,
        "table": table,
        "rows": rows,
        "totals": totals,
        "scheme": reports.scheme_in_force(span.chosen.last),
    }
    return render(request, "duties/completion.html", context)


def _query(span: Any, line: Any, role: str) -> str:
    return f"period={span.chosen.key}&township={line.key}&role={role}"


@require_safe
def completion_nodes(request: HttpRequest) -> HttpResponse:
    """The grids of a township behind one figure; each opens its items."""
    span = span_of(request)
    township = visible_or_root(request)
    role = request.GET.get("role", "")
    if role not in DutyRole.values:
        raise Http404
    table = reports.by_node(
        user=request.user, span=span.chosen, township=township, role=role
    )
    for line in table.lines:
        path = reverse("duties:completion_items", kwargs={"pk": line.key})
        line.url = f"{path}?period={span.chosen.key}"
    context = {
        "span": span,
        "township": township,
        "role": DutyRole(role),
        "table": table,
    }
    return render(request, "duties/completion_nodes.html", context)


def visible_or_root(request: HttpRequest) -> GridNode:
    """The township of the address; one that makes no sense is not found.

    The root's own line holds only what the user sees, so that it may be named to
    whoever sees a grid below it.
    """
    try:
        key = UUID(request.GET.get("township", ""))
    except ValueError as error:
        raise Http404 from error
    found: GridNode = get_object_or_404(GridNode.objects.defer("boundary"), pk=key)
    seen = GridNode.objects.granted(request.user, "view_grids")
    if found.parent_id is not None:
        seen = seen.filter(township=found.pk)
    if not seen.exists():
        raise Http404
    return found


@require_safe
def completion_items(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One grid's items in a span: what was due, what was done."""
    found = visible_node(request, pk)
    span = span_of(request)
    context = {
        "node": found,
        "span": span,
        "table": reports.by_item(node=found, span=span.chosen),
    }
    return render(request, "duties/completion_items.html", context)


def _visible_record(request: HttpRequest, pk: UUID) -> WorkRecord:
    nodes = GridNode.objects.granted(request.user, "view_grids").order_by()
    found: WorkRecord = get_object_or_404(
        WorkRecord.objects.select_related("node", "version", "item", "done_by"),
        pk=pk,
        node__in=nodes.values("pk"),
    )
    return found


def _picture(photo_id: UUID) -> dict[str, str]:
    urls = {
        variant: reverse("duties:photo", kwargs={"pk": photo_id, "variant": variant})
        for variant in (Variant.MARKED, Variant.THUMBNAIL)
    }
    return {"url": urls[Variant.MARKED], "thumb_url": urls[Variant.THUMBNAIL]}
