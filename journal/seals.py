"""How an event becomes part of the hash chain: its canonical form and its triggers."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.migrations.operations.special import RunSQL

from journal.models import Event, SecurityEvent

if TYPE_CHECKING:
    from django.db import models

ALGORITHM = "sha256"
FIRST = "0" * 64
# Columns that came after the first seals: in the canonical form only where they say
# something, so that what was sealed before them keeps its hash.
ADDED_LATER = frozenset({"on_behalf_of_id"})

FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION queue_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The schema is named: a temporary table of this name must not catch the row.
    INSERT INTO public.journal_unsealed (event_id, tenant_id, stream)
    SELECT id, tenant_id, TG_TABLE_NAME FROM fresh;
    RETURN NULL;
END $$;
"""

DROP_FUNCTIONS = "DROP FUNCTION queue_for_seal(); DROP FUNCTION refuse_change();"


def sealed(table: str) -> RunSQL:
    """Make a table append-only and queue each new row for the seal."""
    return RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();"
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
        f"CREATE TRIGGER queue_for_seal AFTER INSERT ON {table}"
        " REFERENCING NEW TABLE AS fresh"
        " FOR EACH STATEMENT EXECUTE FUNCTION queue_for_seal();",
        f"DROP TRIGGER queue_for_seal ON {table};"
        f"DROP TRIGGER no_truncate ON {table};"
        f"DROP TRIGGER append_only ON {table};",
    )


def streams() -> dict[str, type[models.Model]]:
    """Every sealed table and its model."""
    found: list[type[models.Model]] = [SecurityEvent]
    found += [model for model in apps.get_models() if issubclass(model, Event)]
    return {model._meta.db_table: model for model in found}


def leaf(event: models.Model) -> str:
    """The hash of an event's canonical form: all columns, sorted, as JSON."""
    content = {
        field.attname: _plain(field.value_from_object(event))
        for field in event._meta.concrete_fields
    }
    for name in ADDED_LATER:
        if name in content and content[name] is None:
            del content[name]
    return _hash(content)


def link(
    *, number: int, stream: str, ids: list[str], leaves: list[str], previous: str
) -> str:
    """The hash that ties a batch to the one before it."""
    return _hash([number, stream, ids, leaves, previous])


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    isoformat = getattr(value, "isoformat", None)
    if isoformat is None:
        return str(value)
    if getattr(value, "tzinfo", None) is not None:
        return str(value.astimezone(UTC).isoformat(timespec="microseconds"))
    return str(isoformat())


def _hash(content: Any) -> str:
    text = json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.new(ALGORITHM, text.encode()).hexdigest()
