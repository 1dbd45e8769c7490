from __future__ import annotations

import re
from collections import Counter

from stdnum.cn import uscc

from portal.demo import geometry
from portal.demo.people import SIGN_INS, TOUR_ENTERPRISE, TOUR_TOWNSHIP, TOUR_VILLAGE
from portal.demo.register import uscc_check_character
from tests.portal.demo_plan import plan


def test_the_check_character_is_that_of_the_standards_example() -> None:
    assert uscc_check_character("91350100M000100Y4") == "3"


def test_there_are_150_enterprises_with_names_and_keys_of_their_own() -> None:
    enterprises = plan().enterprises

    assert len(enterprises) == 150
    assert len({e.name for e in enterprises}) == 150
    assert len({e.key for e in enterprises}) == 150


def test_codes_are_valid_except_those_marked() -> None:
    coded = [e for e in plan().enterprises if e.uscc]

    assert {e.key for e in coded if not uscc.is_valid(e.uscc)} == {
        e.key for e in coded if e.uscc_check_failed
    }
    assert sum(e.uscc_check_failed for e in coded) == 4
    assert {e.uscc[2:8] for e in coded} == {"349922"}
    assert len({e.uscc for e in coded}) == len(coded)


def test_small_places_without_a_code_say_why() -> None:
    without = [e for e in plan().enterprises if not e.uscc]

    assert len(without) == 5
    assert all(e.no_uscc_reason for e in without)
    assert {e.unit_type for e in without} == {"three_small"}


def test_every_enterprise_lies_inside_its_village_and_subgrid() -> None:
    rings = {a.key: a.ring for a in (*plan().villages, *plan().subgrids)}

    for enterprise in plan().enterprises:
        at = (enterprise.lon, enterprise.lat)
        assert geometry.contains(rings[enterprise.village_key], at), enterprise.name
        assert geometry.contains(rings[enterprise.area_key], at), enterprise.name


def test_subcategories_lead_to_the_competent_department() -> None:
    """None is the bureau itself: hazardous goods and what nobody else takes."""
    leads = {(e.subcategory[:2], e.department_key) for e in plan().enterprises}

    assert leads == {
        ("03", None),
        ("04", "department-1"),
        ("05", "department-2"),
        ("06", "department-4"),
        ("08", "department-3"),
        ("09", "department-3"),
        ("10", "department-5"),
        ("11", "department-2"),
        ("12", "department-5"),
        ("13", None),
    }


def test_every_township_has_enterprises() -> None:
    township = {v.key: v.township_key for v in plan().villages}
    counts = Counter(township[e.village_key] for e in plan().enterprises)

    assert set(counts) == {"township-1", "township-2", "township-3"}
    assert min(counts.values()) > 30


def test_phone_numbers_are_well_formed_and_belong_to_nobody() -> None:
    """154 was never given to an operator; each number signs in one person."""
    phones = [p.phone for p in plan().people]

    assert all(re.fullmatch(r"1540000\d{4}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_user_names_are_plain_and_unique() -> None:
    usernames = [p.username for p in plan().people]

    assert all(re.fullmatch(r"[A-Za-z0-9_.\-]{3,50}", name) for name in usernames)
    assert len(set(usernames)) == len(usernames)


def test_one_sign_in_per_role_and_one_for_the_operator() -> None:
    role_of = {p.username: p.role for p in plan().people}
    roles = [role_of.get(sign_in.username, "operator") for sign_in in SIGN_INS]

    assert roles == [
        "tenant_admin",
        "security_admin",
        "bureau_leader",
        "bureau_staff",
        "department_staff",
        "township_leader",
        "township_staff",
        "grid_worker",
        "enterprise_officer",
        "auditor",
        "operator",
    ]


def test_the_people_of_the_tour_meet_in_one_enterprise() -> None:
    node = {p.username: p.node_key for p in plan().people}
    showcase = next(e for e in plan().enterprises if e.key == TOUR_ENTERPRISE)

    assert node["enterprise"] == TOUR_ENTERPRISE
    assert node["grid"] == showcase.village_key == TOUR_VILLAGE
    assert node["township"] == node["township-leader"] == TOUR_TOWNSHIP
    assert node["department"] == showcase.department_key


def test_every_village_has_a_grid_worker_and_every_enterprise_an_officer() -> None:
    held = Counter((p.role, p.node_key) for p in plan().people)

    assert {held["grid_worker", v.key] for v in plan().villages} == {1}
    assert {held["enterprise_officer", e.key] for e in plan().enterprises} == {1}
