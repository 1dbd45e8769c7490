"""What each request asks the database: how often, and by which plans.

``python -m benchmarks.queries`` reads the cases and answers each of them once in
its own process, with the whole middleware around it.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import django

from benchmarks.cases import from_json

if TYPE_CHECKING:
    from benchmarks.load import Request

_TRANSACTION: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")
_BIG: Final = re.compile(r"hazards_hazard(event|deadline|photo)?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """The statements of one request, and what is wrong with their plans."""

    case: str
    statements: int
    transaction: int
    scans: list[str]
    plans: list[str]


def main() -> None:
    cases = from_json(sys.stdin.read())
    django.setup()
    asked = [_asked(case.name, case.requests[-2:]) for case in cases]
    json.dump([asdict(one) for one in asked], sys.stdout)


def _asked(name: str, requests: list[Request]) -> Asked:
    """The second of two requests: the first may fill what a process keeps."""
    statements: list[str] = []
    for request in (requests[0], requests[-1]):
        statements = statements_of(request)
    own = [s for s in statements if not s.startswith(_TRANSACTION)]
    reads = [s for s in own if reads_hazards(s)]
    explained = [(statement, _explain(statement)) for statement in reads]
    return Asked(
        case=name,
        statements=len(own),
        transaction=len(statements) - len(own),
        scans=[s for s, plan in explained if any(map(_is_scan, _nodes(plan)))],
        plans=[_told(statement, plan) for statement, plan in explained],
    )


def statements_of(request: Request) -> list[str]:
    """The SQL that one request sends."""
    from django.db import connection  # noqa: PLC0415  after django.setup
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    content_type = request.headers.get("Content-Type", "application/json")
    client = Client(headers=request.headers, SERVER_NAME="127.0.0.1")
    with CaptureQueriesContext(connection) as captured:
        answer = client.generic(
            request.method, request.path, request.body, content_type=content_type
        )
    if answer.status_code != request.status:
        told = answer.content.decode(errors="replace")[:300]
        raise RuntimeError(f"{request.path}: {answer.status_code} {told}")
    return [query["sql"] for query in captured.captured_queries]


def reads_hazards(statement: str) -> bool:
    return statement.startswith("SELECT") and "hazards_hazard" in statement


def scans(statement: str) -> bool:
    """Does its plan read one of the big tables from end to end?"""
    return any(map(_is_scan, _nodes(_explain(statement))))


def _explain(statement: str) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415

    from tenants.models import Tenant  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    tenant = Tenant.objects.values_list("pk", flat=True)[0]
    locks = " FOR UPDATE" in statement  # which no read-only transaction allows
    with tenant_scope(tenant, read_only=not locks), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        return dict(cursor.fetchone()[0][0])


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    found, waiting = [], [plan["Plan"]]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.get("Plans", [])
    return found


def _is_scan(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" and bool(
        _BIG.match(node.get("Relation Name", ""))
    )


def _told(statement: str, plan: dict[str, Any]) -> str:
    """Time, rows read and the way to the hazards, in a line."""
    ways = [
        f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name')}"
        f" ({node['Actual Rows'] * node['Actual Loops']:g} rows)"
        for node in _nodes(plan)
        if _BIG.match(node.get("Relation Name", ""))
        or "hazards_hazardtally" in node.get("Relation Name", "")
    ]
    buffers = plan["Plan"].get("Shared Hit Blocks", 0)
    buffers += plan["Plan"].get("Shared Read Blocks", 0)
    told = f"{plan['Execution Time']:.2f} ms, {buffers} pages: {'; '.join(ways)}"
    shape = re.sub(r"^SELECT .*? FROM ", "SELECT … FROM ", statement, count=1)
    return f"{told}\n    {shape[:400]}"


if __name__ == "__main__":
    main()
