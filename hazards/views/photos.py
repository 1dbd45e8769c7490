"""Photos of hazards: served to whoever sees the hazard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from evidence.responses import Variant, photo_response
from hazards.models import Hazard, HazardPhoto

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import FileResponse, HttpRequest

SHOWN = frozenset({Variant.MARKED, Variant.THUMBNAIL})


@login_required
@require_safe
def hazard_photo(
    request: HttpRequest, pk: UUID, photo_pk: UUID, variant: str
) -> FileResponse:
    if variant not in SHOWN:
        raise Http404
    visible = Hazard.objects.visible_to(request.user).filter(pk=pk)
    shown = get_object_or_404(
        HazardPhoto.objects.select_related("photo__blob"),
        hazard__in=visible.order_by().values("pk"),
        photo_id=photo_pk,
    )
    return photo_response(shown.photo, variant)
