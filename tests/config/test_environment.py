"""Each wrong setting is named, in one sentence, and nothing is guessed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import settings as settings_module
from config.env import Environment, SettingsError, database_from_url
from config.env import refuse_unsafe_production as refuse_unsafe
from config.secret import choose_secret


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """A reader that sees none of the variables of the machine."""
    for name in list(os.environ):
        if name.startswith("ANWANG_") or name.endswith("_URL"):
            monkeypatch.delenv(name)
    return Environment()


def problems(env: Environment) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        env.finish()
    return str(refusal.value).splitlines()


def test_values_that_are_not_given_have_their_defaults(env: Environment) -> None:
    assert env.number("ANWANG_PORT", 8000, low=1, high=65535) == 8000
    assert env.flag("ANWANG_DEBUG", default=False) is False
    assert env.words("ANWANG_HOSTS") == []
    env.finish()


def test_an_empty_value_counts_as_not_given(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANWANG_PORT", "")

    assert env.number("ANWANG_PORT", 8000, low=1, high=65535) == 8000
    assert env.given("ANWANG_PORT") is False


def test_a_list_is_split_at_commas(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANWANG_HOSTS", "a.gov.cn, b.gov.cn,")

    assert env.words("ANWANG_HOSTS") == ["a.gov.cn", "b.gov.cn"]


def test_an_unknown_variable_is_named_with_the_one_that_is_meant(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANWANG_HOST", "a.gov.cn")
    env.words("ANWANG_HOSTS")

    assert problems(env) == [
        (
            "不认识环境变量 ANWANG_HOST,是否指 ANWANG_HOSTS? / "
            "ANWANG_HOST is unknown; is ANWANG_HOSTS meant?"
        )
    ]


NO_NUMBER = (
    "ANWANG_PORT 应为整数，现在是“abc”。 / "
    'ANWANG_PORT must be a whole number, but is "abc".'
)
OUT_OF_RANGE = (
    "ANWANG_PORT 应在 1 到 65535 之间，现在是 70000。 / "
    "ANWANG_PORT must be from 1 to 65535, but is 70000."
)


@pytest.mark.parametrize(
    ("value", "sentence"), [("abc", NO_NUMBER), ("70000", OUT_OF_RANGE)]
)
def test_a_malformed_number_is_named(
    env: Environment, monkeypatch: pytest.MonkeyPatch, value: str, sentence: str
) -> None:
    monkeypatch.setenv("ANWANG_PORT", value)
    env.number("ANWANG_PORT", 8000, low=1, high=65535)

    assert problems(env) == [sentence]


def test_all_problems_are_told_at_once(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANWANG_DEBUG", "perhaps")
    monkeypatch.setenv("ANWANG_MODE", "prod")
    monkeypatch.setenv("REDIS_URL", "http://somewhere")
    env.flag("ANWANG_DEBUG", default=False)
    env.choice("ANWANG_MODE", ("demo", "production"), "demo")
    env.address("REDIS_URL", "", ("redis", "rediss"))

    assert [line.partition(" / ")[2] for line in problems(env)] == [
        'ANWANG_DEBUG must be true or false, but is "perhaps".',
        'ANWANG_MODE must be one of demo, production, but is "prod".',
        "REDIS_URL must begin with one of redis://, rediss://.",
    ]


def test_a_wrong_database_address_is_named_without_its_password(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:geheim@db/anwang")
    env.database("DATABASE_URL", "postgresql://anwang_app@/anwang")

    (sentence,) = problems(env)

    assert sentence.endswith(
        "DATABASE_URL is not a PostgreSQL address such as "
        "postgresql://user:password@host:5432/name."
    )
    assert "geheim" not in sentence


def test_a_database_address_is_taken_apart() -> None:
    found = database_from_url(
        "postgresql://app:p%40ss@db.local:6432/anwang?sslmode=require"
    )

    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "anwang",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "db.local",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require", "prepare_threshold": 4},
    }


def test_a_socket_folder_is_the_host_of_a_database() -> None:
    found = database_from_url("postgresql://app@/anwang?host=/var/run/anwang")

    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == (
        "/var/run/anwang",
        "",
        {"prepare_threshold": 4},
    )


def test_preparing_can_be_switched_off_for_a_pooler() -> None:
    found = database_from_url("postgresql://app@db/anwang?prepare_threshold=none")

    assert found["OPTIONS"] == {"prepare_threshold": None}


WEAK = "ANWANG_SECRET_KEY is weak: at least 50 characters, and no sample value."


@pytest.mark.parametrize(
    ("debug", "secret", "sentences"),
    [
        (
            True,
            "",
            [
                "ANWANG_HOSTS must be set.",
                "ANWANG_SECRET_KEY must be set.",
                "ANWANG_DEBUG=true is not allowed in production.",
            ],
        ),
        (
            False,
            "change-me-" * 10,
            [
                "ANWANG_HOSTS must be set.",
                "ANWANG_SECRET_KEY must be set.",
                WEAK,
            ],
        ),
    ],
)
def test_production_refuses_what_a_demo_may_leave_to_chance(
    env: Environment,
    debug: bool,  # noqa: FBT001
    secret: str,
    sentences: list[str],
) -> None:
    refuse_unsafe(env, debug=debug, secret=secret)

    assert [line.partition(" / ")[2] for line in problems(env)] == sentences


def test_the_secret_of_a_demo_is_made_once(tmp_path: Path) -> None:
    first = choose_secret(tmp_path)

    assert len(first) >= 64
    assert choose_secret(tmp_path) == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_command_ends_with_the_sentence_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "ANWANG_MODE": "production"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "必须设置 ANWANG_HOSTS。 / ANWANG_HOSTS must be set.",
        "必须设置 ANWANG_SECRET_KEY。 / ANWANG_SECRET_KEY must be set.",
    ]


def test_the_example_file_names_exactly_what_is_read() -> None:
    read = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}
    read |= {name for name in settings_module.env._known if name[:7] == "ANWANG_"}
    lines = (Path(settings.BASE_DIR) / ".env.example").read_text().splitlines()

    assert {
        line.partition("=")[0] for line in lines if line and not line.startswith("#")
    } == read
