from __future__ import annotations

from collections import Counter

import pytest

from portal.demo import geometry
from portal.demo.places import Area, Places, build_places


@pytest.fixture(scope="module", params=[2026, 1, 7])
def places(request: pytest.FixtureRequest) -> Places:
    return build_places(request.param)


def borders(areas: list[Area]) -> Counter[frozenset[geometry.Point]]:
    """How often each piece of border is used, whichever way it runs."""
    return Counter(
        frozenset({point, area.ring[n - 1]})
        for area in areas
        for n, point in enumerate(area.ring)
    )


def test_the_county_has_three_townships_and_twelve_villages(places: Places) -> None:
    per_township = Counter(v.township_key for v in places.villages)

    assert per_township == {"township-1": 4, "township-2": 5, "township-3": 3}
    assert len(places.subgrids) == 18


def test_the_division_code_is_of_no_county_that_exists(places: Places) -> None:
    codes = {area.code[:6] for area in (*places.townships, *places.villages)}

    assert codes == {places.county.code} == {"349922"}
    assert {len(t.code) for t in places.townships} == {12}
    assert {len(v.code) for v in places.villages} == {12}


def test_no_code_and_no_key_is_used_twice(places: Places) -> None:
    areas = [places.county, *places.townships, *places.villages, *places.subgrids]

    assert len({a.key for a in areas}) == len({a.code for a in areas}) == len(areas)


def test_every_border_inside_the_county_is_shared_by_two_villages(
    places: Places,
) -> None:
    shared = borders(list(places.villages))
    outer = borders([places.county])

    assert set(shared.values()) == {1, 2}
    assert {edge for edge, times in shared.items() if times == 1} == set(outer)


def test_a_township_is_the_union_of_its_villages(places: Places) -> None:
    for township in places.townships:
        own = [v for v in places.villages if v.township_key == township.key]
        once = {edge for edge, times in borders(own).items() if times == 1}
        assert once == set(borders([township]))
        assert geometry.area(township.ring) == pytest.approx(
            sum(geometry.area(v.ring) for v in own)
        )


def test_a_village_with_subgrids_is_their_union(places: Places) -> None:
    for village in places.villages:
        own = [s for s in places.subgrids if s.village_key == village.key]
        if own:
            assert geometry.area(village.ring) == pytest.approx(
                sum(geometry.area(s.ring) for s in own)
            )


def test_boundaries_are_closed_and_run_counter_clockwise(places: Places) -> None:
    for area in (places.county, *places.townships, *places.villages):
        (ring,) = area.boundary["coordinates"]
        assert area.boundary["type"] == "Polygon"
        assert ring[0] == ring[-1]
        assert geometry.area(area.ring) > 0


def test_no_boundary_crosses_itself(places: Places) -> None:
    for area in (places.county, *places.villages):
        assert crossings(area.ring) == []


def crossings(ring: geometry.Ring) -> list[tuple[int, int]]:
    edges = [(ring[n - 1], ring[n]) for n in range(len(ring))]
    found = []
    for i, (a, b) in enumerate(edges):
        for j in range(i + 2, len(edges) - (i == 0)):
            c, d = edges[j]
            if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
                continue
            if turns(a, b, c) != turns(a, b, d) and turns(c, d, a) != turns(c, d, b):
                found.append((i, j))
    return found


def turns(a: geometry.Point, b: geometry.Point, c: geometry.Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])


def test_borders_look_natural(places: Places) -> None:
    """No straight lines of kilometres, as a planner's ruler would leave."""
    for area in places.villages:
        steps = [
            max(abs(x - area.ring[n - 1][0]), abs(y - area.ring[n - 1][1]))
            for n, (x, y) in enumerate(area.ring)
        ]
        assert max(steps) < 0.0035
