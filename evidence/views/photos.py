"""A person's own photos, between handing them in and using them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from evidence.models import Photo
from evidence.responses import Variant, photo_response
from tenants.tenancy import active_tenant

SHOWN = frozenset({Variant.MARKED, Variant.THUMBNAIL})


@login_required
@require_safe
def photo(request: HttpRequest, pk: UUID, variant: str) -> FileResponse:
    """Once a photo is part of a case, the case decides who sees it."""
    if active_tenant() is None or variant not in SHOWN:
        raise Http404
    own = Photo.objects.uploaded_by(request.user.pk).waiting()
    return photo_response(get_object_or_404(own.select_related("blob"), pk=pk), variant)
