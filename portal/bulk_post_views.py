"""Appoint all who hold the role of a post but no post: tick, look, appoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.kept_forms import fill_again, is_reopened, reopens
from grids import access, services
from grids.post_forms import AppointManyForm
from grids.posts import PostKind
from portal.reports import posts as reports
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# A county's villages on one page, so that all of them are ticked at once.
PER_PAGE: Final = 500
APPOINT: Final = "appoint_posts"


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def appoint_many(request: HttpRequest) -> HttpResponse:
    """The list; sent once it is shown as it would be, sent from there it is done."""
    access.require_anywhere(request.user, APPOINT)
    kind = _kind(request)
    initial = {"kind": kind, "begins_on": timezone.localdate()}
    form = AppointManyForm(
        request.POST or None, initial=initial, kind=kind, user=request.user
    )
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        if request.POST.get("do") != "appoint":
            return _preview(request, form)
        if _appointed(request, form):
            return redirect(f"{reverse('posts:appoint_many')}?kind={kind}")
    return _list(request, form, kind)


def _appointed(request: HttpRequest, form: AppointManyForm) -> bool:
    user: Any = request.user
    try:
        done = services.appoint_people(actor=user, posts=form.wanted())
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    text = ngettext("%(n)d person appointed.", "%(n)d people appointed.", len(done))
    messages.success(request, text % {"n": len(done)})
    return True


def _list(request: HttpRequest, form: AppointManyForm, kind: PostKind) -> HttpResponse:
    rows: Any = form.fields["rows"]
    page = Paginator(rows.queryset, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "kind": kind,
        "kinds": reports.lacking_posts(request.user, on=timezone.localdate()),
        "page_obj": page,
        "ticked": {str(each) for each in form["rows"].value() or ()},
    }
    status = 422 if form.errors else 200
    return render(request, "posts/appoint_many.html", context, status=status)


def _preview(request: HttpRequest, form: AppointManyForm) -> HttpResponse:
    given = form.cleaned_data
    context = {
        "form": form,
        "kind": PostKind(given["kind"]),
        "preview": reports.preview_appointing(
            rows=given["rows"], kind=given["kind"], on=timezone.localdate()
        ),
    }
    return render(request, "posts/appoint_many.html", context)


def _kind(request: HttpRequest) -> PostKind:
    """Which post it is about; of grid workers where nothing sensible is said."""
    asked = request.POST.get("kind") or request.GET.get("kind")
    return PostKind(asked) if asked in PostKind.values else PostKind.WORKER
