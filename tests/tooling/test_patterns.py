"""Every rule of the project's own lint, proven with something it must find."""

import pytest

from config.checks.patterns import __main__ as lint
from config.checks.patterns.engine import (
    Allowed,
    Finding,
    Source,
    findings,
    judge,
    read_allowed,
    read_sources,
)

VIEWS = "hazards/views.py"
PAGE = "templates/hazards/list.html"
MODULE = "static/js/report.js"
INDEX_OPTION = "-".join(("index", "url"))
REGISTRY = ".".join(("files", "pythonhosted", "org"))

BAD = [
    ("base-manager", VIEWS, "Hazard._base_manager.all()"),
    ("raw", VIEWS, "Hazard.objects.raw('SELECT 1')"),
    ("raw-sql", VIEWS, "from django.db.models.expressions import RawSQL"),
    ("extra", VIEWS, "Hazard.objects.extra(where=['true'])"),
    ("cursor", VIEWS, "with connection.cursor() as cursor:\n    pass"),
    ("session-set", VIEWS, "run('SET app.tenant_id = 42')"),
    ("session-set", VIEWS, "run('SELECT 1; SET app.tenant_id TO 42')"),
    ("session-set", VIEWS, "run(f'SET app.tenant_id = {tenant}')"),
    ("session-set", VIEWS, "run('SET SESSION AUTHORIZATION postgres')"),
    ("session-set", VIEWS, "run('SET ROLE anwang_owner')"),
    ("session-set", VIEWS, "run(\"SELECT set_config('app.tenant_id', %s, false)\")"),
    ("session-set", VIEWS, "run(\"SELECT set_config('app.tenant_id', '4')\")"),
    ("mark-safe", VIEWS, "from django.utils.safestring import mark_safe"),
    ("mark-safe", VIEWS, "text = SafeString(title)"),
    ("startswith", VIEWS, "rows.filter(title__startswith='a')"),
    ("startswith", VIEWS, "rows.filter(**{'grid__name__istartswith': 'a'})"),
    ("rebuild", VIEWS, "Node.tree.rebuild()"),
    ("tree-words", VIEWS, "from mptt.models import MPTTModel"),
    ("tree-words", VIEWS, "import guardian.shortcuts"),
    ("tree-words", VIEWS, "rows.filter(grid__lft__gte=3)"),
    ("tree-words", VIEWS, "rows.order_by('grid__tree_id')"),
    ("tree-words", VIEWS, "low = node.rght"),
    ("tree-words", "accounts/services.py", "from guardian.models import GroupObject"),
    ("chinese-in-python", VIEWS, 'raise DomainError("期限已过")'),
    ("chinese-in-python", "hazards/api/views.py", 'detail = f"共 {total} 条"'),
    ("chinese-in-python", "portal/account_views.py", 'title = "我的"'),
    ("chinese-in-script", MODULE, 'show("正在上传")'),
    ("pure-workflow", "hazards/workflow.py", "from django.db import models"),
    ("pure-workflow", "hazards/workflow.py", "from hazards.models import Hazard"),
    ("safe-filter", PAGE, "{{ title|safe }}"),
    ("safe-filter", PAGE, "{{ titles | safeseq | join:' ' }}"),
    ("safe-filter", PAGE, "{% autoescape off %}{{ title }}{% endautoescape %}"),
    ("inline-style", PAGE, '<p style="color: red">'),
    ("inline-style", PAGE, '<p\n  class="x"\n  style="color: red">'),
    ("inline-style", PAGE, "<style>p { color: red }</style>"),
    ("inline-handler", PAGE, '<button onclick="go()">'),
    ("inline-handler", PAGE, '<form hx-on::after-request="this.reset()">'),
    ("inline-handler", PAGE, '<a href="javascript:go()">'),
    ("inline-script", PAGE, "<script>go()</script>"),
    ("inline-script", PAGE, '<script type="module">go()</script>'),
    ("remote-asset", PAGE, '<script src="https://cdn.example.com/a.js"></script>'),
    ("remote-asset", PAGE, '<img alt="" src="//example.com/a.png">'),
    ("remote-asset", PAGE, '<link rel="stylesheet" href="http://example.com/a.css">'),
    ("remote-asset", "static/css/anwang.css", "p { background: url(//e.com/a.png) }"),
    ("remote-import", MODULE, "import { x } from 'https://example.com/x.js'"),
    ("remote-import", MODULE, "fetch('https://example.com/x.json')"),
    ("eval", MODULE, "eval(text)"),
    ("eval", MODULE, "const f = new Function('return 1')"),
    ("tree-words-in-template", PAGE, "{{ node.lft }}"),
    ("untranslated", PAGE, "<p>Open hazards</p>"),
    ("untranslated", PAGE, "<p>未整改的隐患</p>"),
    ("untranslated", PAGE, '<input placeholder="Search by name">'),
    ("untranslated", PAGE, '<a aria-label="关闭">{{ sign }}</a>'),
    ("untranslated", PAGE, '<p title="{{ day }} or later">{{ day }}</p>'),
    ("registry-host", "README.md", f"pip install --index https://{REGISTRY}/simple"),
    ("registry-host", "Dockerfile", f"RUN pip install --extra-{INDEX_OPTION} $INDEX x"),
    ("machine-path", "docs/tour.md", "cd /work" + "/main"),
    ("machine-path", "Makefile", "HOME=/root" + "/cache"),
    ("leftover", "README.md", "<" * 7 + " HEAD"),
    ("leftover", "docs/tour.md", "-----BEGIN " + "RSA PRIVATE KEY-----"),
    ("session-set-sql", "config/deploy/init.sql", "SET app.tenant_id = 42;"),
]

GOOD = [
    (VIEWS, '"""Never .raw(), never mark_safe, never lft; SET app.tenant_id = 1."""'),
    (VIEWS, "# Hazard._base_manager.all() would go past the guard\n"),
    (VIEWS, "run('SET LOCAL app.tenant_id = 42')"),
    (VIEWS, "run('UPDATE hazard SET tenant_id = 42')"),
    (VIEWS, "run(\"SELECT set_config('app.tenant_id', %s, true)\")"),
    (VIEWS, "label = _('Set deadline to the next working day')"),
    (VIEWS, "logger.info('done', extra={'tenant': 1})"),
    (VIEWS, "if name.startswith('YH'):\n    leftover = weight_left"),
    (VIEWS, "rows.within(grid).filter(treated=True)"),
    ("grids/models.py", "from mptt.models import MPTTModel\nlow = node.lft"),
    ("tests/test_leaks.py", "Hazard._base_manager.raw('SELECT 1')"),
    ("hazards/workflow.py", "from django.db.models import TextChoices"),
    (
        "hazards/workflow.py",
        "if TYPE_CHECKING:\n    from hazards.models import Hazard",
    ),
    (PAGE, "{% block body_class %}no-bottom{% endblock %}"),
    (PAGE, '<button name="language" value="en" lang="en">English</button>'),
    ("hazards/workflow.py", "from django.utils.translation import gettext_lazy"),
    (PAGE, '{# never |safe, never style="" #}{{ title|escape }}'),
    (PAGE, '<script type="module" src="{% static \'js/report.js\' %}"></script>'),
    (PAGE, '<script type="application/json" id="points">{{ points }}</script>'),
    (PAGE, '<a href="https://www.mem.gov.cn/">{% translate "Ministry" %}</a>'),
    (PAGE, '<p class="on-time" data-option="x">{{ total }} · {{ share }}%</p>'),
    (PAGE, "{% blocktranslate %}Open since {{ day }}{% endblocktranslate %}"),
    (PAGE, '<input placeholder="{% translate "Search by name" %}" value="{{ q }}">'),
    (PAGE, '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"></path></svg>'),
    (PAGE, "<dd>{{ name }}&nbsp;&mdash; {{ unit }}</dd>"),
    (VIEWS, '"""Moved to the next working day (调休)."""  # 调休'),
    ("workdays/published.py", 'NAMES = {"National Day": "国庆节"}'),
    (MODULE, "// 调休 is not for people\n/* 也不是 */\nshow(form.dataset.textSending)"),
    (MODULE, "const answer = await fetch('/api/v1/hazards/')"),
    ("README.md", "Packages come from PyPI; see https://www.python.org/."),
    ("docs/tour.md", "Open https://anwang.example.cn/work/orders."),
]


def names_found(path: str, text: str) -> set[str]:
    return {found.rule for found in findings([Source(path, text)], lint.RULES)}


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_a_rule_finds_what_it_forbids(rule, path, text):
    assert names_found(path, text) == {rule}


@pytest.mark.parametrize(("path", "text"), GOOD)
def test_no_rule_complains_about_what_is_right(path, text):
    assert names_found(path, text) == set()


def test_every_rule_is_proven_by_a_bad_sample():
    assert {rule.name for rule in lint.RULES} == {rule for rule, _, _ in BAD}


def test_rules_have_different_names():
    names = [rule.name for rule in lint.RULES]

    assert len(names) == len(set(names))


def test_a_finding_names_its_line():
    source = Source(PAGE, "<p>\n{# a\n comment #}\n<b>{{ x|safe }}</b>")

    (found,) = findings([source], lint.RULES)

    assert (found.path, found.line, found.words) == (PAGE, 4, "|safe")


def test_a_file_that_does_not_parse_is_a_finding():
    assert "raw" in names_found(VIEWS, "def (:")


FOUND = Finding("raw", VIEWS, 3, ".raw(", "past the guard")
REASON = "A report that the ORM cannot express."


def test_an_excused_finding_is_silent():
    assert judge([FOUND], [Allowed("raw", VIEWS, REASON)], ["raw"]) == []


def test_an_excuse_counts_for_its_own_file_and_rule_only():
    elsewhere = Allowed("raw", "grids/views.py", REASON)

    wrong = judge([FOUND], [elsewhere], ["raw"])

    assert wrong == [
        f"{VIEWS}:3: [raw] .raw( — past the guard",
        (
            "allowed.toml: raw in grids/views.py: stale, nothing is found there any "
            "more; remove the entry"
        ),
    ]


def test_an_excuse_for_an_unknown_rule_fails():
    assert judge([], [Allowed("rwa", VIEWS, REASON)], ["raw"]) == [
        f"allowed.toml: rwa in {VIEWS}: there is no such rule"
    ]


def test_an_excuse_needs_a_sentence():
    assert judge([FOUND], [Allowed("raw", VIEWS, "needed")], ["raw"]) == [
        f"allowed.toml: raw in {VIEWS}: the reason must be a sentence"
    ]


def test_the_list_of_excuses_can_be_read():
    for entry in read_allowed(lint.ALLOWED):
        assert entry.rule in {rule.name for rule in lint.RULES}


def test_vendored_and_hidden_files_are_not_read(tmp_path):
    # In a linked work tree git keeps a file of this name, not a folder.
    hidden = (".git", ".venv/b.py", "static/vendor/c.js", "var/d.py")
    for name in ("a.py", ".ci/run", *hidden):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")

    paths = [source.path for source in read_sources(tmp_path)]

    assert paths == [".ci/run", "a.py"]
