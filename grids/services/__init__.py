"""Every write to the tree and to who holds which role where."""

from grids.services.building import NodeSpec, build_tree
from grids.services.codes import heir_of, node_with_code, nodes_with_codes
from grids.services.merging import merge_nodes, split_node
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
from grids.services.tree import (
    add_node,
    edit_node,
    move_node,
    plant_root,
    restore_node,
    retire_node,
)

__all__ = [
    "NodeSpec",
    "add_node",
    "add_role",
    "assign_role",
    "assign_roles_in_bulk",
    "build_tree",
    "edit_node",
    "end_assignment",
    "end_assignments_of",
    "heir_of",
    "merge_nodes",
    "move_node",
    "node_with_code",
    "nodes_with_codes",
    "plant_root",
    "rename_role",
    "restore_node",
    "retire_node",
    "seed_roles",
    "set_role_permissions",
    "split_node",
]
