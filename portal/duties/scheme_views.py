"""The schemes of work items: which is in force, what its items say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import reopens
from accounts.pages import only_sent
from grids import access, services
from grids.models import WorkItem, WorkItemVersion, WorkScheme, WorkSchemeTerm
from portal.duties.forms import AddItemForm, ItemForm
from portal.duties.shared import fill_in, may_on_root, require_on_root
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

MANAGE = "manage_rules"
SEE = "view_grids"


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """Both schemes, and since when which is in force."""
    access.require_anywhere(request.user, SEE)
    terms = WorkSchemeTerm.objects.select_related("scheme", "chosen_by")
    found = list(WorkScheme.objects.prefetch_related("items"))
    context = {
        "schemes": found,
        "terms": list(terms.order_by("-begins_on")),
        "in_force": terms.filter(ends_on__isnull=True).first(),
        "may_edit": may_on_root(request, MANAGE),
    }
    return render(request, "duties/schemes.html", context)


@require_safe
def scheme(request: HttpRequest, pk: UUID) -> HttpResponse:
    access.require_anywhere(request.user, SEE)
    found = get_object_or_404(WorkScheme, pk=pk)
    versions = (
        WorkItemVersion.objects.filter(item__scheme=found, valid_to__isnull=True)
        .select_related("item")
        .order_by("item__aspect_code", "item__seq")
    )
    context = {
        "scheme": found,
        "versions": list(versions),
        "is_in_force": found.terms.filter(ends_on__isnull=True).exists(),
        "may_edit": may_on_root(request, MANAGE),
    }
    return render(request, "duties/scheme.html", context)


@only_sent(instead="duties:scheme", by=("pk",))
def scheme_choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_on_root(request, MANAGE)
    found = get_object_or_404(WorkScheme, pk=pk)
    return _do(
        request,
        found,
        lambda: services.choose_scheme(actor=request.user, scheme_id=pk),
        _("The scheme is in force from today on."),
    )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def item_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_on_root(request, MANAGE)
    found = get_object_or_404(WorkScheme, pk=pk)
    aspects = (
        found.items.order_by("aspect_code")
        .values_list("aspect_code", "aspect")
        .distinct()
    )
    form = AddItemForm(request.POST or None, aspects=list(aspects))

    def add() -> WorkItemVersion:
        return services.add_item(
            actor=request.user, scheme_id=found.pk, **form.cleaned_data
        )

    context = {"scheme": found, "form": form, "item": None}
    return fill_in(
        request, "duties/item.html", context, add, done=lambda _version: found
    )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what an item says; its earlier versions are listed below."""
    require_on_root(request, MANAGE)
    item = get_object_or_404(WorkItem.objects.select_related("scheme"), pk=pk)
    versions = list(item.versions.select_related("changed_by"))
    names = ("name", "owner_role", "unit", "times", "evidence", "help")
    initial: dict[str, Any] = {name: getattr(versions[0], name) for name in names}
    form = ItemForm(request.POST or None, initial=initial)

    def edit() -> WorkItemVersion:
        return services.edit_item(
            actor=request.user, item_id=item.pk, **form.cleaned_data
        )

    context = {
        "scheme": item.scheme,
        "item": item,
        "versions": versions,
        "form": form,
        "is_withdrawn": versions[0].valid_to is not None,
    }
    return fill_in(
        request, "duties/item.html", context, edit, done=lambda _version: item.scheme
    )


@only_sent(instead="duties:item", by=("pk",))
def item_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    require_on_root(request, MANAGE)
    item = get_object_or_404(WorkItem.objects.select_related("scheme"), pk=pk)
    return _do(
        request,
        item.scheme,
        lambda: services.withdraw_item(actor=request.user, item_id=pk),
        _("The item is due no longer; what was done stays."),
    )


def _do(request: HttpRequest, back: Any, service: Any, done: str) -> HttpResponse:
    try:
        service()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)
