"""``/q/<token>/``: one printed code, and a page for whoever scans it."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from enterprises.services import code_with_token, tenant_of_token
from enterprises.tokens import in_groups, tidy_token
from grids import access
from portal.public_pages import (
    KEPT_SECONDS,
    TooManyWrongCodes,
    count_wrong_code,
    has_guessed_too_often,
    shared,
    too_many,
)
from portal.reports.codes import public_entry
from tenants.tenancy import active_tenant, tenant_scope

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from enterprises.models import EnterpriseCode


class Page(NamedTuple):
    """A public page as it was drawn: kept for a minute, the same for everybody.

    What is left of the minute is told to the browser and to caches on the way.
    """

    body: bytes
    status: int
    etag: str
    drawn_at: float

    @property
    def seconds_left(self) -> int:
        left = KEPT_SECONDS - (time.time() - self.drawn_at)
        return max(0, min(KEPT_SECONDS, int(left)))


@login_not_required
@require_safe
def scan(request: HttpRequest, token: str) -> HttpResponseBase:
    """Visitors get the public page, the enterprise's own people what waits for
    them, and whoever else may see the entry is led to its dossier.
    """
    token = tidy_token(token)
    if not token:
        raise Http404
    if request.user.is_authenticated:
        return _for_somebody(request, token)
    try:
        return _public(request, _kept_page(request, token))
    except TooManyWrongCodes:
        return too_many()


def _for_somebody(request: HttpRequest, token: str) -> HttpResponseBase:
    enterprise = _visible(request, token)
    if enterprise is not None:
        own = access.people_on(enterprise.area_node_id).filter(user=request.user)
        return redirect("portal:home" if own.exists() else enterprise)
    page = _draw(token)
    return HttpResponse(page.body, status=page.status)


def _visible(request: HttpRequest, token: str) -> Enterprise | None:
    """The entry, if the code is of one's own county and one may see it."""
    if active_tenant() is None:
        return None
    code = code_with_token(token)
    if code is None:
        return None
    visible = Enterprise.objects.visible_to(request.user)
    shown = code.enterprise.merged_into_id or code.enterprise_id
    found: Enterprise | None = visible.filter(pk=shown).first()
    return found


def _public(request: HttpRequest, page: Page) -> HttpResponseBase:
    """With what caches may do. Signed in or another language is another page."""
    response: HttpResponse = HttpResponse(page.body, status=page.status)
    response["ETag"] = page.etag
    shared(response, seconds=page.seconds_left)
    found = get_conditional_response(request, etag=page.etag, response=response)
    return response if found is None else found


def _kept_page(request: HttpRequest, token: str) -> Page:
    key = f"code:{translation.get_language()}:{token}"
    page: Page | None = caches["public"].get(key)
    if page is None or page.seconds_left <= 0:
        if has_guessed_too_often(request):
            raise TooManyWrongCodes
        try:
            page = _draw(token)
        except Http404:
            count_wrong_code(request)
            raise
        caches["public"].set(key, page, timeout=KEPT_SECONDS)
    return page


def _draw(token: str) -> Page:
    """The public page from the database. Unknown and foreign codes read the same."""
    tenant_id = tenant_of_token(token)
    if tenant_id is None:
        raise Http404
    drawn_at = time.time()
    with tenant_scope(tenant_id, read_only=True):
        code = code_with_token(token)
        if code is None:
            raise Http404
        body, status = _body(code)
    # Of the moment of drawing only the day is on the page, so that the same facts
    # are the same page all day long.
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    return Page(body, status, etag, drawn_at)


def _body(code: EnterpriseCode) -> tuple[bytes, int]:
    context: dict[str, Any] = {"token": in_groups(code.token)}
    if code.is_withdrawn:
        return render_to_string("codes/withdrawn.html", context).encode(), 410
    # A sign of an entry that was merged shows the entry that stays.
    shown = code.enterprise.merged_into_id or code.enterprise_id
    enterprise = Enterprise.objects.for_public().get(pk=shown)
    entry = public_entry(enterprise, on=timezone.localdate())
    context |= {"entry": entry, "drawn_at": timezone.now()}
    return render_to_string("codes/public.html", context).encode(), 200
