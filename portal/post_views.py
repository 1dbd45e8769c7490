"""The pages of posts: lists, appointing, ending, vacancies, owners, hand-over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.kept_forms import fill_again, is_reopened, reopens
from grids import access, exports, services
from grids import people as choosable
from grids.models import GridNode, Post
from grids.post_filters import PostFilter
from grids.post_forms import AppointForm, EndForm, PredecessorForm
from portal.owned_filters import OwnedFilter, VacancyFilter
from portal.post_services import hand_over_caseload
from portal.reports import owners as owner_report
from portal.reports import posts as reports
from tenants.errors import DomainError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from grids.forms import RefusableForm

PER_PAGE = 50
PICKED = 20
APPOINT = "appoint_posts"


@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    posts = Post.objects.visible_to(request.user).for_list()
    chosen = PostFilter(request.GET, queryset=posts, request=request)
    page = Paginator(chosen.rows(), PER_PAGE).get_page(request.GET.get("page"))
    chosen.offer_choices()
    context = {
        "filter": chosen,
        "page_obj": page,
        "export": exports.offer(request, "posts", shown=page.paginator.count),
        "endable": reports.endable(request.user, page, on=timezone.localdate()),
    }
    return render(request, "posts/list.html", context)


@require_safe
def people(request: HttpRequest) -> JsonResponse:
    """What a search field offers while somebody types."""
    today = timezone.localdate()
    offered = choosable.choosable_by(request.user, on=today)
    found = choosable.search(offered, request.GET.get("q", ""))
    rows = choosable.with_posts(found, on=today)[:PICKED]
    return JsonResponse({"results": [reports.person_option(row) for row in rows]})


@require_safe
def vacant(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    chosen = VacancyFilter(request.GET, user=request.user)
    rows = reports.vacancies(user=request.user, on=today, **chosen.asked())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "page_obj": page,
        "rows": reports.vacancy_rows(request.user, page.object_list, on=today),
    }
    return render(request, "posts/vacant.html", context)


@require_safe
def owners(request: HttpRequest) -> HttpResponse:
    report = owner_report.owners(user=request.user, on=timezone.localdate())
    context = {
        "report": report,
        "departments": owner_report.DEPARTMENT,
        "nodes": reports.node_figures(user=request.user, on=timezone.localdate()),
    }
    return render(request, "posts/owners.html", context)


@require_safe
def owned(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    chosen = OwnedFilter(request.GET, user=request.user)
    rows = owner_report.rows(user=request.user, on=today, **chosen.asked())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "page_obj": page,
        "rows": owner_report.shown(page.object_list),
    }
    return render(request, "posts/owned.html", context)


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, pk: UUID) -> HttpResponse:
    node = _appointed_on(request, pk)
    initial = {"begins_on": timezone.localdate(), "kind": request.GET.get("kind")}
    form = AppointForm(
        request.POST or None, initial=initial, node=node, user=request.user
    )

    def save() -> Any:
        post = services.appoint(
            actor=request.user,
            node_id=node.pk,
            user_id=form.cleaned_data["user"].pk,
            **{k: v for k, v in form.cleaned_data.items() if k != "user"},
        )
        _say_how_many(request, post)
        return node

    context = {"form": form, "node": node}
    return fill_in(request, "posts/appoint.html", context, save)


def _say_how_many(request: HttpRequest, post: Post) -> None:
    """Many posts are allowed; whoever appoints should know."""
    others = Post.objects.not_over(on=timezone.localdate()).filter(user=post.user)
    count = others.exclude(pk=post.pk).count()
    if count:
        messages.warning(
            request,
            ngettext(
                "%(person)s holds %(count)d other post.",
                "%(person)s holds %(count)d other posts.",
                count,
            )
            % {"person": post.user, "count": count},
        )


@reopens
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    visible = Post.objects.visible_to(request.user).for_list()
    post = get_object_or_404(visible, pk=pk)
    access.require(request.user, APPOINT, [post.node_id])
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})

    def save() -> Any:
        services.end_post(actor=request.user, post_id=pk, **form.cleaned_data)
        return post.node

    return fill_in(request, "posts/end.html", {"form": form, "post": post}, save)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose whose grids go to whom, see what that touches, then do it."""
    access.require_anywhere(request.user, APPOINT)
    sent = request.POST or ("user" in request.GET and request.GET) or None
    form = PredecessorForm(sent, actor=request.user, is_sent=request.method == "POST")
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context["posts"] = form.held()
        context["preview"] = reports.preview_hand_over(
            posts=form.held(), user_id=form.cleaned_data["user"].pk
        )
    if request.method != "POST":
        return render(request, "posts/hand_over.html", context)

    def save() -> Any:
        chosen = form.cleaned_data
        hand_over_caseload(
            actor=request.user,
            user_id=chosen["user"].pk,
            successor_id=chosen["successor"].pk,
            on=timezone.localdate(),
            post_ids=[post.pk for post in form.held()],
            reason=chosen["reason"],
        )
        return "posts:list"

    return fill_in(request, "posts/hand_over.html", context, save)


def _appointed_on(request: HttpRequest, pk: UUID) -> GridNode:
    seen = GridNode.objects.granted(request.user, "view_grids").defer("boundary")
    node: GridNode | None = seen.filter(pk=pk).first()
    if node is None:
        raise Http404
    access.require(request.user, APPOINT, [node.pk])
    return node


def fill_in(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    service: Callable[[], Any],
) -> HttpResponse:
    """Show a form; when it is sent, call the service and go on."""
    form: RefusableForm = context["form"]
    if is_reopened(request):
        fill_again(form)
    elif form.is_bound and form.is_valid():
        try:
            then = service()
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
            context.pop("preview", None)
        else:
            messages.success(request, _("Saved."))
            return redirect(then)
    return render(request, template, context, status=422 if form.errors else 200)
