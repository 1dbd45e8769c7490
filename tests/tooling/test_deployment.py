"""docker-compose.yml, Dockerfile and what they mount, held against the project.

There is no Docker engine at hand where tests run, so each command is parsed by the
program that will get it, and each variable, path and name must really exist.
"""

import ast
import os
import re
import subprocess
import sys

import pytest
from celery.app.utils import find_app
from celery.bin.base import CLIContext
from celery.bin.celery import celery as celery_command
from django.core.management import get_commands, load_command_class
from granian.cli import cli as granian_command

from config import metrics, places
from config import settings as project
from config.celery import app as celery_app
from config.checks.project import ROOT
from tests.tooling import deployment
from tests.tooling.deployment import (
    COMPOSE,
    EXAMPLE,
    FILLED_IN,
    PLATFORM,
    SERVICES,
    STAGES,
    VARIABLES,
)

# What the processes read besides the project's own settings.
READ_BY_OTHERS = {
    metrics.FOLDER_VARIABLE,
    "DJANGO_SETTINGS_MODULE",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
}


def environment_of(name: str) -> dict[str, str]:
    """What a container of the platform sees: the image's variables, then its own."""
    return STAGES["platform"].environment() | SERVICES[name]["environment"]


# The whole ------------------------------------------------------------------


def test_the_services_are_those_of_the_architecture():
    assert set(SERVICES) == {
        "beat",
        "database",
        "migrate",
        "proxy",
        "redis",
        "web",
        "worker",
    }
    assert SERVICES["database"]["image"] == "postgres:18"
    assert SERVICES["redis"]["image"].startswith("redis:")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_hardened(name):
    service = SERVICES[name]
    user, group = service["user"].split(":")

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(user) > 0
    assert int(group) > 0
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_everything_that_stays_up_has_a_health_check_and_starts_again(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_migration_runs_once():
    assert SERVICES["migrate"]["restart"] == "no"
    assert "healthcheck" not in SERVICES["migrate"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_a_service_waits_for_can_come_true(name):
    for other, wish in SERVICES[name].get("depends_on", {}).items():
        if wish["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert wish["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", ["beat", "web", "worker"])
def test_the_platform_starts_on_a_migrated_database(name):
    waits = SERVICES[name]["depends_on"]

    assert waits["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_proxy_is_published():
    published = {name for name, service in SERVICES.items() if "ports" in service}

    assert published == {"proxy"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("database", "redis", "migrate"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert SERVICES["proxy"]["networks"] == ["outside"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_mounts_are_declared_volumes_or_files_of_the_project(name):
    for mount in SERVICES[name].get("volumes", []):
        source, target = mount.split(":")[:2]
        if source.startswith("."):
            assert (ROOT / source).exists()
            assert mount.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]
        assert target.startswith("/")


def test_every_declared_volume_and_network_is_used():
    mounts = {
        mount.split(":")[0]
        for service in SERVICES.values()
        for mount in service.get("volumes", [])
    }
    networks = {name for service in SERVICES.values() for name in service["networks"]}

    assert set(COMPOSE["volumes"]) <= mounts
    assert set(COMPOSE["networks"]) == networks


# Variables ------------------------------------------------------------------


def test_the_example_names_exactly_the_variables_that_are_used():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    assert set(deployment.read_env_file(EXAMPLE)) == deployment.variables_of(text)


@pytest.mark.parametrize("name", sorted(FILLED_IN))
def test_nothing_starts_without_its_secrets(name):
    with pytest.raises(deployment.MissingVariable, match=name):
        deployment.read_compose(VARIABLES | {name: ""})


def test_the_example_holds_no_secret():
    given = deployment.read_env_file(EXAMPLE)

    assert {name: given[name] for name in FILLED_IN} == dict.fromkeys(FILLED_IN, "")


def test_the_file_with_the_secrets_is_never_committed_nor_copied():
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert deployment.ignored(".env")


@pytest.mark.parametrize("name", PLATFORM)
def test_the_platform_gets_only_variables_that_it_reads(name):
    known = project.env._known | READ_BY_OTHERS

    assert set(environment_of(name)) - known == set()


@pytest.mark.parametrize("name", PLATFORM)
def test_the_settings_load_with_what_a_service_gets(name, tmp_path):
    own = environment_of(name) | {"PATH": os.environ["PATH"]}
    own["ANWANG_VAR"] = str(tmp_path)
    asked = (
        "from config import settings as s; d = s.DATABASES['default'];"
        "print(s.MODE, s.DEBUG, d['USER'], d['HOST'], s.EMBEDDED_DATABASE,"
        " s.EMBEDDED_REDIS, s.REDIS_URL, s.ALLOWED_HOSTS[0],"
        " s.SECURE_PROXY_SSL_HEADER[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )

    role = places.OWNER_ROLE if name == "migrate" else places.APP_ROLE
    assert done.stderr == ""
    assert done.stdout.split() == [
        "production",
        "False",
        role,
        "database",
        "False",
        "False",
        "redis://:redispassword@redis:6379/0",
        "anwang.example.cn",
        "HTTP_X_FORWARDED_PROTO",
    ]


def test_only_the_migration_and_the_database_know_the_owner():
    knowing = {
        name
        for name, service in SERVICES.items()
        if FILLED_IN["DATABASE_OWNER_PASSWORD"] in str(service)
    }

    assert knowing == {"database", "migrate"}
    for name in ("beat", "web", "worker"):
        assert SERVICES[name]["environment"].get("ANWANG_DB_ROLE", "app") == "app"


def test_no_container_but_the_database_knows_its_superuser():
    knowing = {
        name
        for name, service in SERVICES.items()
        if FILLED_IN["POSTGRES_PASSWORD"] in str(service)
    }

    assert knowing == {"database"}


# Commands -------------------------------------------------------------------


def check_command(command: list[str]) -> None:
    """Let the program that will get the arguments parse them."""
    for words in deployment.simple_commands(command):
        program, *arguments = words
        if program == "granian":
            context = granian_command.make_context("granian", arguments)
            assert context.params["interface"].value == "wsgi"
            assert defines(*context.params["app"].split(":"))
        elif program == "celery":
            check_celery(arguments)
        elif program == "python" and arguments[0] == "manage.py":
            assert (ROOT / "manage.py").exists()
            check_management(arguments[1], arguments[2:])
        else:
            raise AssertionError(f"nobody knows {program}")


def defines(module: str, name: str) -> bool:
    """Whether a module sets a name; importing it would start the platform."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
    ]
    return name in {ast.unparse(target) for target in targets}


def check_celery(arguments: list[str]) -> None:
    context = celery_command.make_context("celery", list(arguments))
    assert find_app(context.params["app"]) is celery_app
    rest = [*context._protected_args, *context.args]
    name, command, own = celery_command.resolve_command(context, rest)
    assert name in {"beat", "inspect", "worker"}
    context.obj = CLIContext(app=celery_app, no_color=True, workdir=None)
    command.make_context(name, own, parent=context)


def check_management(name: str, arguments: list[str]) -> None:
    found = get_commands()[name]
    command = load_command_class(found, name) if isinstance(found, str) else found
    command.create_parser("manage.py", name).parse_args(arguments)


@pytest.mark.parametrize("name", PLATFORM)
def test_a_services_command_is_one_that_exists(name):
    check_command(SERVICES[name]["command"])


def test_the_images_own_command_exists():
    check_command(STAGES["platform"].command())


@pytest.mark.parametrize(
    "wrong",
    [
        ["granian", "--interface=wsgi", "config.wsgi:app"],
        ["granian", "--interfce=wsgi", "config.wsgi:application"],
        ["celery", "--app=config", "werker"],
        ["python", "manage.py", "migrat"],
        ["python", "manage.py", "migrate", "--no-inpt"],
        ["gunicorn", "config.wsgi"],
    ],
)
def test_a_wrong_command_would_be_noticed(wrong):
    with pytest.raises((Exception, SystemExit)):
        check_command(wrong)


def test_the_worker_takes_the_queue_that_tasks_are_sent_to():
    assert (
        f"--queues={celery_app.conf.task_default_queue}"
        in SERVICES["worker"]["command"]
    )


def test_the_health_check_of_the_worker_asks_that_worker():
    check = SERVICES["worker"]["healthcheck"]["test"][1]

    check_celery(check.removeprefix("celery ").split())
    assert "--hostname=worker@%h" in SERVICES["worker"]["command"]
    assert "--destination=worker@$HOSTNAME" in check


def test_the_health_check_of_the_web_server_asks_an_address_that_exists(client):
    code = SERVICES["web"]["healthcheck"]["test"][-1]
    found = re.search(r"http://127\.0\.0\.1:8000(/\w+)'", code)

    assert "--port=8000" in SERVICES["web"]["command"]
    assert found is not None
    assert client.get(found[1]).resolver_match.view_name == "ready"
    assert re.search(project.SECURE_REDIRECT_EXEMPT[1], found[1].removeprefix("/"))


@pytest.fixture(autouse=True)
def database_for_the_health_check(request):
    if "client" in request.fixturenames:
        request.getfixturevalue("db")


def test_beats_health_check_reads_the_file_that_beat_writes():
    assert "--pidfile=/tmp/beat.pid" in SERVICES["beat"]["command"]
    assert "/tmp/beat.pid" in SERVICES["beat"]["healthcheck"]["test"][1]


def test_the_folder_of_measurements_can_be_written():
    folder = SERVICES["web"]["environment"][metrics.FOLDER_VARIABLE]

    assert any(
        mount.startswith(f"{folder}:uid=10001") for mount in SERVICES["web"]["tmpfs"]
    )
