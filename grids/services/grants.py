"""Guardian's rows, derived from the roles that people hold, here only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from accounts.models import User
from evidence.services import expire_products
from grids.exports import KIND as EXPORT_KIND
from grids.models import NodeGrant, RoleAssignment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


def derive_grants(user_ids: Sequence[UUID]) -> None:
    """Make guardian's rows of these users equal to what their roles say.

    The users are locked first: of two who change the roles of one person, the
    second reads what the first has written.
    """
    people = User.objects.select_for_update(of=("self",), no_key=True)
    list(people.filter(pk__in=user_ids).order_by("pk").values_list("pk"))
    wanted = {
        (user, node, permission)
        for user, node, permission in RoleAssignment.objects.filter(
            user_id__in=user_ids,
            ended_at__isnull=True,
            role__group__permissions__isnull=False,
        ).values_list("user_id", "node_id", "role__group__permissions")
    }
    held = {
        (user, node, permission): pk
        for pk, user, node, permission in NodeGrant.objects.filter(
            user_id__in=user_ids
        ).values_list("pk", "user_id", "content_object_id", "permission_id")
    }
    stale = [pk for key, pk in held.items() if key not in wanted]
    if stale:
        NodeGrant.objects.filter(pk__in=stale).delete()
        # With a right ends what was taken away by it and still lies here.
        losing = {key[0] for key in held if key not in wanted}
        expire_products(kind=EXPORT_KIND, actor_ids=losing)
    NodeGrant.objects.bulk_create(
        [
            NodeGrant(user_id=user, content_object_id=node, permission_id=permission)
            for user, node, permission in sorted(wanted - held.keys(), key=str)
        ],
        batch_size=2000,
    )
    derive_demands(user_ids)


def derive_demands(user_ids: Sequence[UUID]) -> None:
    """Note beside these accounts whether a role of theirs asks for a second factor.

    There it holds for running sessions and for keys at their next request.
    """
    asks = Exists(
        RoleAssignment.objects.filter(
            user_id=OuterRef("pk"),
            ended_at__isnull=True,
            role__second_factor_required=True,
        )
    )
    people = User.objects.filter(pk__in=user_ids)
    people.exclude(second_factor_required=asks).update(second_factor_required=asks)
