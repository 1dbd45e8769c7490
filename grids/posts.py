"""The kinds of posts, and what a new bureau begins with: who is needed where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.kinds import NodeKind


class PostKind(models.TextChoices):
    """What somebody is on a grid: an owner of safety work with a name."""

    # Not the responsible person of a hazard: 安全监管责任人.
    RESPONSIBLE = "responsible", pgettext_lazy("post", "Responsible person")
    WORKER = "worker", _("Grid worker")
    LIAISON = "liaison", _("Liaison leader")


# The names as msgids, for parameters of notices that readers see in their language.
KIND_WORDS: Final = {
    PostKind.RESPONSIBLE: "Responsible person",
    PostKind.WORKER: "Grid worker",
    PostKind.LIAISON: "Liaison leader",
}
# A vacancy that lasts longer is told to the township.
VACANT_DAYS: Final = 3
BASIS: Final = (
    "“一格一员”：每个网格明确网格员、安全监管责任人、联系负责人并上岗公示；"
    "各层级须设的岗位为平台建议值，由本单位确定"
)


@dataclass(frozen=True, slots=True)
class PostRuleSeed:
    """A post of this kind on such a node gives this role there."""

    kind: PostKind
    node_kind: NodeKind
    role: str
    is_needed: bool = False


_EVERYWHERE: Final = tuple(NodeKind)
_AREAS: Final = (
    NodeKind.TOWNSHIP,
    NodeKind.VILLAGE,
    NodeKind.SUBGRID,
    NodeKind.ENTERPRISE,
)
_NEEDED: Final = frozenset(
    {
        (PostKind.WORKER, NodeKind.VILLAGE),
        (PostKind.WORKER, NodeKind.SUBGRID),
        (PostKind.RESPONSIBLE, NodeKind.VILLAGE),
        (PostKind.RESPONSIBLE, NodeKind.TOWNSHIP),
        (PostKind.RESPONSIBLE, NodeKind.DEPARTMENT),
        (PostKind.LIAISON, NodeKind.TOWNSHIP),
    }
)


def _seeds(
    kind: PostKind, role: str, nodes: tuple[NodeKind, ...]
) -> tuple[PostRuleSeed, ...]:
    return tuple(
        PostRuleSeed(kind, node, role, is_needed=(kind, node) in _NEEDED)
        for node in nodes
    )


POST_RULES: Final[tuple[PostRuleSeed, ...]] = (
    *_seeds(PostKind.RESPONSIBLE, "responsible_person", _EVERYWHERE),
    *_seeds(PostKind.WORKER, "grid_worker", _AREAS),
    *_seeds(PostKind.LIAISON, "liaison_leader", _EVERYWHERE),
)
