"""The images, the proxy and the database's roles of the server deployment."""

import os
import re
import secrets
import subprocess
import sys

import pytest

from config import places, postgres
from config import settings as project
from config.checks.project import ROOT
from tests.tooling import deployment
from tests.tooling.deployment import PLATFORM, SERVICES, STAGES

CADDYFILE = ROOT / "config" / "deploy" / "Caddyfile"
ROLES = ROOT / "config" / "deploy" / "postgres-roles.sh"

# Images ---------------------------------------------------------------------


def test_the_stages_that_are_built_exist():
    built = {
        service["build"]["target"]
        for service in SERVICES.values()
        if "build" in service
    }

    assert built == {"platform", "proxy"}
    assert built <= set(STAGES)
    assert STAGES["platform"].user() == "anwang"
    assert STAGES["proxy"].user() == "proxy"


def test_the_image_runs_the_python_that_was_locked():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"

    for name in ("packages", "platform"):
        assert STAGES[name].base == f"python:{version}-slim"


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_what_is_copied_exists_and_is_not_ignored(stage):
    for text in STAGES[stage].all("COPY"):
        *sources, _target = [part for part in text.split() if part[:2] != "--"]
        if "--from=" in text:
            assert re.search(r"--from=(\w+)", text)[1] in STAGES
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert source == "." or not deployment.ignored(source)


@pytest.mark.parametrize(
    "app", [*project.INSTALLED_APPS, "locale", "static", "templates"]
)
def test_nothing_that_runs_is_kept_out_of_the_image(app):
    assert not deployment.ignored(app)


@pytest.mark.parametrize(
    "path", [".git", ".venv", "var/secret", "tests", "a/__pycache__"]
)
def test_what_must_not_be_in_the_image_is_kept_out(path):
    assert deployment.ignored(path)


def test_the_image_installs_only_what_is_pinned_by_hash():
    (install,) = [
        text for text in STAGES["packages"].all("RUN") if "pip install" in text
    ]

    assert "--require-hashes" in install
    assert "--requirement requirements.lock" in install


def test_the_static_files_are_collected_with_settings_that_load(tmp_path):
    (build,) = [text for text in STAGES["platform"].all("RUN") if "manage.py" in text]
    given = dict(re.findall(r"\b([A-Z_]+)=(\"[^\"]*\"|\S+)", build))
    given["ANWANG_SECRET_KEY"] = secrets.token_urlsafe(64)
    own = STAGES["platform"].environment() | given | {"PATH": os.environ["PATH"]}
    own["ANWANG_VAR"] = str(tmp_path)
    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "collectstatic",
            "--no-input",
            "--dry-run",
            "-v0",
        ],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "manage.py collectstatic --no-input" in build
    assert (done.returncode, done.stderr) == (0, "")


def test_users_and_folders_agree_between_image_and_compose():
    made = " ".join(STAGES["platform"].all("RUN"))
    proxy = " ".join(STAGES["proxy"].all("RUN"))
    folder = STAGES["platform"].environment()["ANWANG_VAR"]

    assert "--uid 10001" in made
    assert f"--mode=0750 {folder}" in made
    assert "-u 10002" in proxy
    for name in PLATFORM:
        assert SERVICES[name]["user"] == "10001:10001"
        assert f"files:{folder}" in SERVICES[name]["volumes"]
    assert SERVICES["proxy"]["user"] == "10002:10002"


# The proxy ------------------------------------------------------------------


def caddyfile() -> str:
    text = CADDYFILE.read_text(encoding="utf-8")
    return re.sub(r"(?m)^\s*#.*$", "", text)


def test_the_proxys_blocks_close():
    depth = 0
    for line in re.sub(r"{\$\w+}", "X", caddyfile()).splitlines():
        depth += line.endswith("{")
        depth -= line.strip() == "}"
        assert depth >= 0
    assert depth == 0


def test_the_proxy_gets_every_variable_it_reads():
    read = set(re.findall(r"{\$(\w+)}", caddyfile()))

    assert read == set(SERVICES["proxy"]["environment"])


def test_the_proxy_passes_on_to_the_web_server():
    targets = re.findall(r"reverse_proxy (\S+):(\d+)", caddyfile())

    assert targets == [("web", "8000")]
    assert set(SERVICES["proxy"]["networks"]) & set(SERVICES["web"]["networks"])


def test_the_proxys_published_ports_are_those_it_listens_on():
    http = re.search(r"http_port (\d+)", caddyfile())[1]
    https = re.search(r"https_port (\d+)", caddyfile())[1]

    assert SERVICES["proxy"]["ports"] == [
        f"80:{http}",
        f"443:{https}",
        f"443:{https}/udp",
    ]
    assert STAGES["proxy"].all("EXPOSE") == [f"{http} {https}"]


@pytest.mark.parametrize("source", ["public", "internal", "files"])
def test_each_source_of_certificates_exists(source):
    assert f"(tls-{source}) {{" in caddyfile()
    assert "import tls-{$TLS_SOURCE}" in caddyfile()


def test_the_proxys_limit_lets_the_platform_answer_itself():
    limit = int(re.search(r"max_size (\d+)MB", caddyfile())[1])

    assert 30 < limit <= 64


def test_measurements_are_not_to_be_had_from_outside():
    assert "@inside path /metrics /readyz" in caddyfile()
    assert "respond @inside 404" in caddyfile()


def test_the_proxys_configuration_is_where_its_command_looks():
    command = STAGES["proxy"].command()
    (copied,) = STAGES["proxy"].all("COPY")

    assert copied == f"config/deploy/Caddyfile {command[command.index('--config') + 1]}"
    assert CADDYFILE.exists()


def test_the_proxys_health_check_asks_an_address_it_answers():
    address = SERVICES["proxy"]["healthcheck"]["test"][-1]
    site, _, path = address.removeprefix("http://").partition("/")

    assert f"http://{site} {{\n\trespond /{path} 200" in caddyfile()


# The database ---------------------------------------------------------------


def test_the_roles_are_made_without_any_privilege():
    text = ROLES.read_text(encoding="utf-8")

    for role in (places.OWNER_ROLE, places.APP_ROLE):
        made = re.search(rf"CREATE ROLE {role} ([A-Z\s]+)", text)[1].split()
        assert made[:5] == [
            "LOGIN",
            "NOSUPERUSER",
            "NOBYPASSRLS",
            "NOCREATEDB",
            "NOCREATEROLE",
        ]
    assert os.access(ROLES, os.X_OK)


def test_the_script_gets_every_variable_it_reads():
    read = set(re.findall(r"\$\{?([A-Z_]+)\b(?!:-)", ROLES.read_text(encoding="utf-8")))

    given = set(SERVICES["database"]["environment"])
    assert read <= given


def test_the_scripts_are_shell_that_parses():
    for script in (ROLES, ROOT / ".ci" / "run"):
        done = subprocess.run(["/bin/bash", "-n", str(script)], check=False)
        assert done.returncode == 0


def test_the_owner_grants_before_it_migrates():
    commands = deployment.simple_commands(SERVICES["migrate"]["command"])

    assert [words[2] for words in commands] == ["grant_app_role", "migrate"]
    assert any("DEFAULT PRIVILEGES" in str(grant) for grant in postgres.grants("x"))


def test_addresses_name_the_roles_and_the_database_that_are_made():
    url = SERVICES["web"]["environment"]["DATABASE_URL"]

    assert url == "postgresql://anwang_app:apppassword@database:5432/anwang"
    assert SERVICES["database"]["environment"]["POSTGRES_DB"] == places.DATABASE
