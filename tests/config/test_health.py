"""Health, measurements, the request's id and the log lines."""

import json
import logging
import time

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client, RequestFactory
from pytest_django import Settings

from config import health, logs
from config.celery import app
from config.middleware import ObserveRequests

NOWHERE = "unix:///nowhere/redis.sock"


@pytest.fixture(autouse=True)
def _forget_migrations() -> None:
    health._seen_complete.clear()


def test_it_is_alive_without_asking_the_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_it_is_ready_when_every_part_is(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "database": "ok", "migrations": "ok", "redis": "ok"},
    )


@pytest.mark.django_db
def test_without_redis_it_serves_and_says_so(
    client: Client, settings: Settings
) -> None:
    settings.REDIS_URL = NOWHERE

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "degraded",
            "database": "ok",
            "migrations": "ok",
            "redis": "unavailable",
        },
    )


@pytest.mark.django_db
def test_a_missing_migration_makes_it_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["migrations"] == "missing"


@pytest.mark.django_db
def test_a_lost_database_makes_it_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise OperationalError

    monkeypatch.setattr(connections["default"], "cursor", lost)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {
            "status": "not ready",
            "database": "unavailable",
            "migrations": "unknown",
            "redis": "ok",
        },
    )


@pytest.mark.django_db
def test_measurements_count_requests_by_view_and_show_the_queue(
    client: Client,
) -> None:
    client.get("/healthz")

    text = client.get("/metrics").content.decode()

    assert 'anwang_requests_total{method="GET",status="200",view="alive"}' in text
    assert 'anwang_request_seconds_bucket{le="0.005",view="alive"}' in text
    assert 'anwang_queue_length{queue="default"} 0.0' in text


def test_an_invented_address_or_method_makes_no_new_series(client: Client) -> None:
    client.generic("BREW", "/healthz")

    text = client.get("/metrics").content.decode()

    assert "BREW" not in text
    assert 'method="other",status="405",view="alive"' in text


def test_measurements_are_for_this_machine_only(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="1.2.3.4").status_code == 403


def test_a_token_opens_the_measurements_and_nothing_else_does(
    client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = "scrape-me"

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer no").status_code == 403
    opened = client.get(
        "/metrics", HTTP_AUTHORIZATION="Bearer scrape-me", REMOTE_ADDR="10.0.0.9"
    )
    assert opened.status_code == 200


def test_a_well_formed_request_id_is_kept(client: Client) -> None:
    response = client.get("/healthz", HTTP_X_REQUEST_ID="proxy-0123456789")

    assert response["X-Request-ID"] == "proxy-0123456789"


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with blank inside", 'x"y{z}12']
)
def test_any_other_request_id_is_replaced(client: Client, given: str) -> None:
    response = client.get("/healthz", HTTP_X_REQUEST_ID=given)

    assert len(response["X-Request-ID"]) == 36


def test_the_log_of_a_request_carries_its_id_and_no_query(
    caplog: pytest.LogCaptureFixture, rf: RequestFactory
) -> None:
    caplog.set_level(logging.INFO, logger="anwang.requests")
    seen: list[str] = []

    def respond(_: object) -> object:
        seen.append(logs.request_id.get())
        return health.alive(rf.get("/"))

    request = rf.get("/somewhere?q=secret", headers={"X-Request-ID": "abcdefgh"})
    request.resolver_match = None
    ObserveRequests(respond)(request)

    (record,) = caplog.records
    line = json.loads(logs.JsonLines().format(record))
    assert seen == ["abcdefgh"]
    assert logs.request_id.get() == ""
    assert (line["method"], line["path"], line["status"], line["view"]) == (
        "GET",
        "/somewhere",
        200,
        "-",
    )
    assert "secret" not in json.dumps(line)


def test_a_log_line_is_one_line_even_with_a_traceback_and_chinese() -> None:
    token = logs.request_id.set("abcdefgh")
    error = ValueError("第一行\n第二行")
    record = logging.LogRecord(
        "name",
        logging.ERROR,
        "file",
        1,
        "出错 %s",
        ("了",),
        (ValueError, error, None),
    )
    text = logs.JsonLines().format(record)
    logs.request_id.reset(token)

    line = json.loads(text)
    assert "\n" not in text
    assert (line["message"], line["level"], line["request_id"]) == (
        "出错 了",
        "ERROR",
        "abcdefgh",
    )
    assert line["exception"].endswith("ValueError: 第一行\n第二行")


def test_sending_a_message_without_redis_is_quick_and_breaks_nothing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.conf, "task_always_eager", 0)
    started = time.monotonic()
    broker = NOWHERE.replace("unix", "redis+socket")
    with app.connection_for_write(broker) as lost:
        result = app.send_task("journal.tasks.seal_events", connection=lost)

    assert result.id
    assert time.monotonic() - started < 1
    assert [record.message for record in caplog.records] == ["message not sent"]
