"""Translations without gettext's tools: found, kept, merged, and checked."""

import gettext
import io
import json

import polib
import pytest

from config.checks import catalogues
from config.checks.catalogues import Message

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Open hazards")
LONG = _(
    "This hazard was closed "
    "yesterday."
)
COUNT = ngettext("%(total)s photo", "%(total)s photos", 2)
MAY = pgettext("month", "May")
PLAIN = "not for people"
# _("a comment is no text")
"""
TEMPLATE = """{% load i18n %}
<h1>{% translate "Hazards" %}</h1>
  {% blocktranslate with day=due_on trimmed %}
    Due on
    {{ day }}
  {% endblocktranslate %}
    {% blocktranslate count total=hazards.count %}{{ total }} case{% plural %}{{ total }} cases{% endblocktranslate %}
{% translate "May" context "month" %}
<p title="{% translate 'Share: 100%' %}">{# {% translate "never" %} #}</p>
"""


def texts_in(text: str, name: str) -> dict[str, tuple[str, str]]:
    return {
        message.text: (message.plural, message.context)
        for message in catalogues.messages_in(text, name)
    }


def test_texts_are_found_in_python():
    assert texts_in(PYTHON, "hazards/views.py") == {
        "Open hazards": ("", ""),
        "This hazard was closed yesterday.": ("", ""),
        "%(total)s photo": ("%(total)s photos", ""),
        "May": ("", "month"),
    }


def test_texts_are_found_in_templates():
    assert texts_in(TEMPLATE, "templates/hazards/list.html") == {
        "Hazards": ("", ""),
        "Due on %(day)s": ("", ""),
        "%(total)s case": ("%(total)s cases", ""),
        "May": ("", "month"),
        "Share: 100%%": ("", ""),
    }


def test_a_text_tells_its_place():
    first = next(catalogues.messages_in(PYTHON, "hazards/views.py"))

    assert first.place == "hazards/views.py:4"


def test_tests_and_plain_files_are_not_searched(tmp_path):
    for name in ("hazards/views.py", "tests/test_a.py", "docs/a.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f'_("Text of {name}")')

    found = catalogues.messages(tmp_path)

    assert list(found) == [("", "Text of hazards/views.py")]


def message(text: str, *, plural: str = "", context: str = "") -> Message:
    return Message(context, text, plural, "hazards/views.py:1")


def wanted(*messages: Message) -> dict[tuple[str, str], Message]:
    return {each.key: each for each in messages}


def catalogue_of(**translations: str) -> polib.POFile:
    catalogue = catalogues.read(catalogues.CATALOGUE.with_name("none.po"))
    for text, chinese in translations.items():
        catalogue.append(polib.POEntry(msgid=text, msgstr=chinese))
    return catalogue


def test_renewing_keeps_translations_adds_new_texts_and_drops_old_ones():
    catalogue = catalogue_of(Close="关闭", Gone="不再")

    changes = catalogues.renew(catalogue, wanted(message("Open"), message("Close")))

    assert changes == ([("", "Open")], [("", "Gone")])
    assert [(entry.msgid, entry.msgstr) for entry in catalogue] == [
        ("Close", "关闭"),
        ("Open", ""),
    ]


def test_merging_fills_singulars_plurals_and_contexts():
    catalogue = catalogue_of()
    catalogues.renew(
        catalogue,
        wanted(
            message("%(n)s case", plural="%(n)s cases"),
            message("May"),
            message("May", context="month"),
        ),
    )

    unknown = catalogues.merge(
        catalogue,
        {"%(n)s case": "%(n)s 件", "May": "可以", "month\x04May": "五月", "No": "否"},
    )

    assert unknown == ["No"]
    assert {
        (entry.msgctxt, entry.msgid): catalogues.translation_of(entry)
        for entry in catalogue
    } == {
        (None, "%(n)s case"): "%(n)s 件",
        (None, "May"): "可以",
        ("month", "May"): "五月",
    }


def test_a_file_of_translations_is_an_object_of_texts(tmp_path):
    path = tmp_path / "hazards.json"
    path.write_text(json.dumps({"Open": ["开"]}))

    with pytest.raises(ValueError, match=r"hazards\.json is not an object of texts"):
        catalogues.read_translations(path)


def faults(catalogue: polib.POFile, *messages: Message) -> list[str]:
    compiled = catalogue.to_binary()
    return list(catalogues.faults(catalogue, wanted(*messages), compiled))


def test_a_complete_catalogue_has_no_fault():
    catalogue = catalogue_of(**{"Due on %(day)s": "%(day)s 到期", "Close": "关闭"})

    assert faults(catalogue, message("Due on %(day)s"), message("Close")) == []


def test_a_text_without_an_entry_is_missing():
    assert faults(catalogue_of(), message("Open")) == [
        'missing: "Open" (hazards/views.py:1)'
    ]


def test_an_entry_without_a_text_is_obsolete():
    assert faults(catalogue_of(Gone="不再")) == ['obsolete: "Gone"']


def test_an_empty_translation_is_untranslated():
    assert faults(catalogue_of(Open=" "), message("Open")) == [
        'untranslated: "Open" (hazards/views.py:1)'
    ]


def test_a_guess_is_fuzzy():
    catalogue = catalogue_of(Open="打开")
    catalogue[0].flags.append("fuzzy")

    assert faults(catalogue, message("Open")) == ['fuzzy: "Open"']


@pytest.mark.parametrize(
    ("english", "chinese", "in_english", "in_chinese"),
    [
        ("Due on %(day)s", "%(date)s 到期", "%(day)s", "%(date)s"),
        ("Due on %(day)s", "到期", "%(day)s", "none"),
        ("%(total)d left", "还剩 %(total)s", "%(total)d", "%(total)s"),
        ("Hello {name}", "你好", "{name}", "none"),
        ("%s of %s", "共 %s", "%s", "%s"),
    ],
)
def test_placeholders_must_be_the_same(english, chinese, in_english, in_chinese):
    assert faults(catalogue_of(**{english: chinese}), message(english)) == [
        f'placeholders: "{english}": {in_english} in English, {in_chinese} in Chinese'
    ]


def test_a_percent_sign_is_no_placeholder():
    assert (
        faults(catalogue_of(**{"100%% done": "完成 100%%"}), message("100%% done"))
        == []
    )


def test_a_compiled_catalogue_must_be_of_the_same_content():
    catalogue = catalogue_of(Open="打开")
    old = catalogue_of(Open="开").to_binary()

    assert list(catalogues.faults(catalogue, wanted(message("Open")), old)) == [
        "django.mo differs from django.po"
    ]
    assert list(catalogues.faults(catalogue, wanted(message("Open")), None)) == [
        "django.mo is missing"
    ]


def test_what_is_saved_reads_the_same_and_works_with_gettext(tmp_path):
    path = tmp_path / "locale" / "django.po"
    catalogue = catalogue_of()
    texts = wanted(message("Open"), message("%(n)s case", plural="%(n)s cases"))
    catalogues.renew(catalogue, texts)
    catalogues.merge(catalogue, {"Open": "打开", "%(n)s case": "%(n)s 件"})

    catalogues.save(catalogue, path)
    first = path.read_bytes(), path.with_suffix(".mo").read_bytes()
    again = catalogues.read(path)
    catalogues.renew(again, texts)
    catalogues.save(again, path)

    assert (path.read_bytes(), path.with_suffix(".mo").read_bytes()) == first
    assert list(catalogues.faults(again, texts, first[1])) == []
    loaded = gettext.GNUTranslations(io.BytesIO(first[1]))
    assert loaded.gettext("Open") == "打开"
    assert loaded.ngettext("%(n)s case", "%(n)s cases", 3) == "%(n)s 件"
