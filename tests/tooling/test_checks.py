"""The gates themselves: which steps run, how they end, and what each must notice."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from config.checks import __main__ as command
from config.checks import lockfile, migrations, openapi, templates
from config.checks.project import ROOT
from config.checks.runner import CLOSING_LINE, Options, Step, run_steps
from config.checks.steps import chosen

HASH = "--hash=sha256:" + "a" * 64


def names(*wanted: str) -> list[str]:
    return [step.name for step in chosen(wanted)]


def test_the_steps_stand_in_the_order_of_the_house():
    assert names() == [
        "format",
        "lint",
        "patterns",
        "imports",
        "types",
        "deploy",
        "migrations",
        "openapi",
        "translations",
        "templates",
        "lockfile",
        "pytest",
    ]


def test_lint_is_everything_before_pytest():
    assert names("lint") == names()[:-1]


def test_steps_run_once_in_their_own_order():
    assert names("pytest", "format", "pytest") == ["format", "pytest"]


def test_pytest_runs_with_the_settings_of_tests_two_or_three_at_a_time():
    (wanted,) = chosen(["pytest"])

    (words,) = wanted.commands(Options(pytest_arguments=("-x",)))

    assert "--ds=config.settings_test" in words
    assert words[words.index("-n") + 1] in {"2", "3"}
    assert words[-1] == "-x"


def test_an_unknown_step_is_named(capsys):
    with pytest.raises(SystemExit, match="2"):
        command.main(["formt"])

    assert "no step 'formt'" in capsys.readouterr().err


def step(name: str, code: str, *, alone: bool = False) -> Step:
    return Step(name, "a step", lambda _: [[sys.executable, "-c", code]], alone=alone)


def test_all_steps_run_and_one_failure_fails_the_whole(capsys):
    steps = [
        step("first", "raise SystemExit('went wrong')"),
        step("second", "print('silent when right')"),
        step("last", "print('== 3 passed in 0.10s ==')", alone=True),
    ]

    status = run_steps(steps, Options())

    told = capsys.readouterr().out
    assert status == 1
    assert "went wrong" in told
    assert "silent when right" not in told
    assert "FAIL  first" in told
    assert "PASS  second" in told
    assert "PASS  last" in told
    assert "FAILED: first" in told
    assert told.rstrip().splitlines()[-1] == "== 3 passed in 0.10s =="


def test_a_step_that_says_too_much_is_shortened_and_says_how_to_see_all(capsys):
    flood = step(
        "flood", "print('\\n'.join(map(str, range(500)))); raise SystemExit(1)"
    )

    run_steps([flood, step("other", "pass")], Options())
    shortened = capsys.readouterr().out.splitlines()
    run_steps([flood], Options())
    whole = capsys.readouterr().out.splitlines()

    assert "      │ 499" in shortened
    assert "      │ 250" not in shortened
    assert any(
        "all of them: python -m config.checks flood" in line for line in shortened
    )
    assert "      │ 250" in whole


def test_steps_that_all_pass_end_in_zero(capsys):
    assert run_steps([step("only", "pass")], Options()) == 0
    assert "All steps passed." in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "===== 3 passed in 0.10s =====",
        "1 failed, 2 passed, 1 skipped in 125.00s (0:02:05)",
        "===== no tests ran in 0.01s =====",
        "2 errors in 1.00s",
    ],
)
def test_the_closing_line_of_pytest_is_known(line):
    assert CLOSING_LINE.match(line)


@pytest.mark.parametrize("line", ["==== FAILURES ====", "3 passed the door in time"])
def test_other_lines_are_not_the_closing_line(line):
    assert not CLOSING_LINE.match(line)


def test_the_committed_lock_files_are_right():
    assert lockfile.main() == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"django==5.2.19 {HASH}", None),
        (f"django==5.2.19 \\\n    {HASH}\n    # via anwang", None),
        ("django==5.2.19", "django has no hash"),
        (f"django>=5.2 {HASH}", "django is not pinned to one version"),
        (
            f"--index https://example.com/simple\ndjango==5.2.19 {HASH}",
            "line 1: an address or an index stands here",
        ),
        (
            f"django @ https://example.com/django.whl {HASH}",
            "line 1: an address or an index stands here",
        ),
        (f"-r other.txt\ndjango==5.2.19 {HASH}", "line 1: an option stands here"),
    ],
)
def test_a_lock_file_is_pins_with_hashes_and_no_address(text, fault):
    found = list(lockfile.unclean(text))

    assert found[:1] == ([fault] if fault else [])


def test_a_lock_file_must_satisfy_the_project():
    pins = lockfile.read_pins(f"django==4.2 {HASH}\nPillow==13.0.0 {HASH}")

    assert list(lockfile.unmet(["Django>=5.2", "pillow>=13", "celery"], pins)) == [
        "Django>=5.2 is wanted by pyproject.toml, but 4.2 is locked",
        "celery is wanted by pyproject.toml but not locked",
    ]


def test_both_lock_files_hold_the_same_versions(tmp_path):
    (tmp_path / lockfile.RUNTIME).write_text(f"django==5.2.19 {HASH}\n")
    (tmp_path / lockfile.DEVELOPMENT).write_text(f"django==5.2.18 {HASH}\n")

    faults = list(lockfile.faults(tmp_path, {"project": {"dependencies": []}}))

    assert faults == ["requirements-dev.lock: django is 5.2.18, but 5.2.19 at run time"]


def page(folder: Path, text: str) -> list[Path]:
    path = folder / "page.html"
    path.write_text(text)
    return [path]


def test_a_badly_indented_template_is_noticed_and_repaired(tmp_path):
    paths = page(tmp_path, "<div>\n<p>\n未缩进\n</p>\n</div>\n")

    assert len(templates.badly_indented(paths)) == 1
    assert templates.badly_indented(paths, write=True) == []
    assert templates.badly_indented(paths) == []


def test_a_template_that_does_not_compile_is_noticed(tmp_path):
    (fault,) = templates.not_compiling(page(tmp_path, "{% if x %}"))

    assert "Unclosed tag" in fault


def test_a_link_to_an_address_that_does_not_exist_is_noticed(tmp_path):
    paths = page(tmp_path, "{% url 'alive' %}\n{% url \"hazards:nowhere\" pk=1 %}")

    (fault,) = templates.dead_links(paths, {"alive"})

    assert fault.endswith('page.html:2: no address is named "hazards:nowhere"')


def test_a_static_file_that_does_not_exist_is_noticed(tmp_path):
    (fault,) = templates.missing_files(page(tmp_path, "{% static 'js/none.js' %}"))

    assert fault.endswith('page.html:1: there is no static file "js/none.js"')


def test_the_resolver_knows_names_with_their_namespaces():
    known = templates.address_names()

    assert {"alive", "ready", "admin:index"} <= known


def test_a_change_of_the_api_is_shown_line_by_line():
    assert openapi.difference("a: 1\nb: 2", "a: 1\nb: 3")[-2:] == ["-b: 2", "+b: 3"]
    assert openapi.difference("a: 1\n", "a: 1\n") == []


def test_own_apps_are_told_from_installed_ones():
    assert migrations.is_own(apps.get_app_config("tenants"))
    assert not migrations.is_own(apps.get_app_config("auth"))


BROWSER_TESTS = """
import pytest

@pytest.mark.browser
@pytest.mark.skipif(True, reason="no Chromium")
def test_in_a_browser():
    pass

def test_without_one():
    pass
"""
INI = "[pytest]\nmarkers = browser: drives Chromium\n"


def run_pytest(folder: Path, required: str, *arguments: str) -> tuple[int, str]:
    (folder / "test_page.py").write_text(BROWSER_TESTS)
    (folder / "pytest.ini").write_text(INI)
    own = [
        "-p",
        "config.checks.browser_gate",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *own, "-n", "0", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "ANWANG_REQUIRE_BROWSER": required},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_skipped_browser_tests_are_named_with_how_to_get_a_browser(tmp_path):
    status, told = run_pytest(tmp_path, "")

    assert status == 0
    assert "test_page.py::test_in_a_browser" in told
    assert "apt install chromium fonts-noto-cjk" in told


def test_a_skipped_browser_test_fails_where_a_browser_is_required(tmp_path):
    status, told = run_pytest(tmp_path, "1")

    assert status == 1
    assert "1 browser tests were skipped" in told


def test_a_run_without_any_browser_test_fails_where_one_is_required(tmp_path):
    status, told = run_pytest(
        tmp_path, "1", "--deselect=test_page.py::test_in_a_browser"
    )

    assert status == 1
    assert "No browser test ran" in told
