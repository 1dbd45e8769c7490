"""Every write to the tree and to who holds which role where."""

from grids.services.appointing import appoint_people, may_appoint_on
from grids.services.boundaries import (
    apply_boundaries,
    hand_in_boundaries,
    read_boundaries_otherwise,
    set_boundary,
)
from grids.services.building import NodeSpec, build_tree, rename_in_bulk
from grids.services.codes import heir_of, node_with_code, nodes_with_codes
from grids.services.completing import Completed, complete_roles
from grids.services.divisions import import_divisions, require_divisions
from grids.services.hand_over import HandedOver, hand_over_posts
from grids.services.leaves import cancel_leave, enter_leave
from grids.services.loading import (
    OfficeStatement,
    WorkDone,
    load_offices,
    load_work,
)
from grids.services.merging import merge_nodes, split_node
from grids.services.post_rules import save_post_rule
from grids.services.posts import (
    NewPost,
    appoint,
    appoint_in_bulk,
    end_post,
    seed_posts,
)
from grids.services.printed import (
    proposed_print_rule,
    save_print_rule,
    seed_print_rule,
)
from grids.services.proposals import (
    Wish,
    confirm_roles,
    propose_roles,
    refuse_roles,
    roles_for_lists,
)
from grids.services.roles import (
    add_role,
    assign_role,
    assign_roles_in_bulk,
    end_assignment,
    end_assignments_of,
    misfit,
    rename_role,
    seed_roles,
    set_role_demands,
    set_role_kinds,
    set_role_permissions,
)
from grids.services.schemes import (
    add_item,
    choose_scheme,
    edit_item,
    seed_work_items,
    withdraw_item,
)
from grids.services.separation import duties_held, duties_stay_held
from grids.services.settling import settle_day, settle_posts
from grids.services.standards import (
    choose_office_kinds,
    mark_standard,
    seed_standards,
)
from grids.services.tree import (
    add_node,
    edit_node,
    move_node,
    plant_root,
    restore_node,
    retire_node,
)
from grids.services.vacancies import note_vacancies
from grids.services.work import record_work, withdraw_record

__all__ = [
    "Completed",
    "HandedOver",
    "NewPost",
    "NodeSpec",
    "OfficeStatement",
    "Wish",
    "WorkDone",
    "add_item",
    "add_node",
    "add_role",
    "apply_boundaries",
    "appoint",
    "appoint_in_bulk",
    "appoint_people",
    "assign_role",
    "assign_roles_in_bulk",
    "build_tree",
    "cancel_leave",
    "choose_office_kinds",
    "choose_scheme",
    "complete_roles",
    "confirm_roles",
    "duties_held",
    "duties_stay_held",
    "edit_item",
    "edit_node",
    "end_assignment",
    "end_assignments_of",
    "end_post",
    "enter_leave",
    "hand_in_boundaries",
    "hand_over_posts",
    "heir_of",
    "import_divisions",
    "load_offices",
    "load_work",
    "mark_standard",
    "may_appoint_on",
    "merge_nodes",
    "misfit",
    "move_node",
    "node_with_code",
    "nodes_with_codes",
    "note_vacancies",
    "plant_root",
    "propose_roles",
    "proposed_print_rule",
    "read_boundaries_otherwise",
    "record_work",
    "refuse_roles",
    "rename_in_bulk",
    "rename_role",
    "require_divisions",
    "restore_node",
    "retire_node",
    "roles_for_lists",
    "save_post_rule",
    "save_print_rule",
    "seed_posts",
    "seed_print_rule",
    "seed_roles",
    "seed_standards",
    "seed_work_items",
    "set_boundary",
    "set_role_demands",
    "set_role_kinds",
    "set_role_permissions",
    "settle_day",
    "settle_posts",
    "split_node",
    "withdraw_item",
    "withdraw_record",
]
