"""The inbox: look, open, mark as read."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.pages import only_sent
from notices import services
from notices.forms import ReadAllForm
from notices.models import Notice

PER_PAGE = 20


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest first; only the unread ones unless everything is asked for."""
    return _show(request, everything=request.GET.get("show") == "all")


@only_sent(instead="notices:list")
def open_notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark as read and go to its page. A form, because reading pages write nothing."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    services.mark_read(user=request.user, notice_id=notice.pk)
    return redirect(notice.address or "notices:list")


@only_sent(instead="notices:list")
def read_all(request: HttpRequest) -> HttpResponse:
    """Answered with the whole page, since its head and foot count the unread too."""
    services.mark_all_read(user=request.user, up_to=ReadAllForm(request.POST).moment())
    return redirect("notices:list")


def _show(request: HttpRequest, *, everything: bool) -> HttpResponse:
    own = Notice.objects.of(request.user)
    notices = (own if everything else own.unread()).newest_first()
    page = Paginator(notices, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page_obj": page,
        "notices": page.object_list,
        "everything": everything,
        "up_to": timezone.now().isoformat(timespec="microseconds"),
    }
    template = "notices/list.html#rows" if request.htmx else "notices/list.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
