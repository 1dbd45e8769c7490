"""Every write to the tree and to who holds which role where."""

from grids.services.building import NodeSpec, build_tree
from grids.services.posts import (
    NewPost,
    appoint,
    appoint_in_bulk,
    end_post,
    seed_posts,
)
from grids.services.roles import (
    add_role,
    assign_role,
    assign_roles_in_bulk,
    end_assignment,
    end_assignments_of,
    rename_role,
    seed_roles,
    set_role_permissions,
)
from grids.services.settling import settle_posts
from grids.services.tree import (
    add_node,
    edit_node,
    move_node,
    plant_root,
    restore_node,
    retire_node,
)

__all__ = [
    "NewPost",
    "NodeSpec",
    "add_node",
    "add_role",
    "appoint",
    "appoint_in_bulk",
    "assign_role",
    "assign_roles_in_bulk",
    "build_tree",
    "edit_node",
    "end_assignment",
    "end_assignments_of",
    "end_post",
    "move_node",
    "plant_root",
    "rename_role",
    "restore_node",
    "retire_node",
    "seed_posts",
    "seed_roles",
    "set_role_permissions",
    "settle_posts",
]
