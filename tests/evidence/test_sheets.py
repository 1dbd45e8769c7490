"""What people's programs write is read as they see it; what means harm is refused."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from evidence import sheets
from evidence.sheets import Column, Heading, Kind, SheetRefused
from evidence.sheets.checking import MAX_ROWS, check_name
from evidence.sheets.reading import plain_header
from tests.evidence import workbooks


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "台账.xlsx"


def rows_of(path: Path) -> list[list[str]]:
    return sheets.read(path).rows


# Reading what people have ------------------------------------------------------------


def test_cells_are_read_as_people_wrote_them(path: Path) -> None:
    workbooks.excel(
        path,
        [
            ["代码", "电话", "人数", "日期", "时间", "比例", "是否", "空"],
            [
                "0405",
                13800000000,
                12.0,
                date(2026, 3, 1),
                datetime(2026, 3, 1, 8, 30),  # noqa: DTZ001 (a cell has no zone)
                0.5,
                True,
                None,
            ],
        ],
    )

    assert rows_of(path)[1][:6] == [
        *("0405", "13800000000", "12", "2026-03-01", "2026-03-01 08:30", "0.5"),
    ]


def test_a_code_that_excel_rounded_does_not_look_like_one(path: Path) -> None:
    workbooks.excel(path, [["代码"], [913412220012345678]])

    assert rows_of(path)[1] == ["9.13412E+17"]


def test_inline_strings_and_prefixed_tags_are_read(path: Path) -> None:
    sheet = workbooks.inline(
        [("A1", "名称"), ("C1", "地址")], [("A2", "甲厂"), ("C2", "东街")]
    )
    workbooks.by_hand(path, sheet)

    assert rows_of(path) == [["名称", "", "地址"], ["甲厂", "", "东街"]]


def test_the_header_is_found_below_titles_and_notes(path: Path) -> None:
    workbooks.excel(
        path,
        [
            ["青溪县企业台账", None, None],
            ["填报单位：应急局", None, "2026年3月"],
            ["序号", "单位 名称*", "所在村（社区）"],
            [1, "甲厂", "东关村"],
        ],
        merged="C",
    )
    sheet = sheets.read(path)

    assert sheets.find_header(sheet, {"单位名称", "所在村"}) == 2
    assert sheets.find_header(sheet, set()) == 2
    assert sheet.number(3) == 4


def test_headers_are_compared_without_marks_and_brackets() -> None:
    assert plain_header("单位 名称 *") == "单位名称"
    assert plain_header("所在村（社区）：") == "所在村"
    assert plain_header("ＵＳＣＣ") == "uscc"


def test_hidden_characters_do_not_come_along(path: Path) -> None:
    workbooks.excel(path, [["\u202e甲\u200e厂\n分厂"]])

    assert rows_of(path) == [["甲厂 分厂"]]


# What is refused ---------------------------------------------------------------------


def test_a_bomb_is_refused_within_twenty_milliseconds(path: Path) -> None:
    workbooks.bomb(path)
    with zipfile.ZipFile(path) as archive:
        assert sum(part.file_size for part in archive.infolist()) > 400 * 1024**2

    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(SheetRefused):
        sheets.read(path)
    taken = time.process_time() - started
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < 0.02
    assert most < 2 * 1024**2


def test_a_part_that_is_longer_than_it_says_is_refused(path: Path) -> None:
    """The directory lies: the sheet says that it has 100 bytes."""
    workbooks.by_hand(path, workbooks.inline([("A1", "x" * 5000)]))
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    content = path.read_bytes()
    lie = content.replace(real.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != content
    path.write_bytes(lie)

    with pytest.raises(SheetRefused):
        sheets.read(path)


def test_two_cells_in_opposite_corners_do_not_fill_the_memory(path: Path) -> None:
    workbooks.by_hand(path, workbooks.inline([("A1", "x")], [("XFD1048576", "x")]))

    started = time.perf_counter()
    with pytest.raises(SheetRefused):
        sheets.read(path)

    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(("length", "cells"), [(6_000_000, 140), (32_000, 40_000)])
def test_one_text_that_many_cells_show_does_not_fill_the_memory(
    path: Path, length: int, cells: int
) -> None:
    workbooks.shared(path, "安" * length, cells)
    assert path.stat().st_size < 1_000_000

    tracemalloc.start()
    with pytest.raises(SheetRefused):
        sheets.read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20_000_000


def test_many_cells_may_show_one_text_of_a_usual_length(path: Path) -> None:
    workbooks.shared(path, "城关镇东关村", 3)

    assert rows_of(path) == [["城关镇东关村"]] * 3


def test_two_cells_far_apart_do_not_make_millions(path: Path) -> None:
    """Each within the limits of rows and of columns."""
    workbooks.by_hand(path, workbooks.inline([("A1", "单位名称"), ("GR49999", "远")]))

    with pytest.raises(SheetRefused):
        sheets.read(path)


def test_many_columns_are_refused(path: Path) -> None:
    workbooks.by_hand(path, workbooks.inline([("A1", "x"), ("XFD1", "x")]))

    with pytest.raises(SheetRefused):
        sheets.read(path)


def test_a_million_empty_rows_are_refused_before_they_are_all_read(
    path: Path,
) -> None:
    workbooks.empty_rows(path)
    started = time.process_time()

    with pytest.raises(SheetRefused):
        sheets.read(path)

    assert time.process_time() - started < 3


def test_empty_rows_below_the_list_are_not_read(path: Path) -> None:
    workbooks.empty_rows(path, 5000)

    assert rows_of(path) == [["名称"]]


def test_more_rows_than_the_limit_are_refused(path: Path) -> None:
    workbooks.by_hand(
        path, workbooks.inline([("A1", "x")], [(f"A{MAX_ROWS + 1}", "x")])
    )

    with pytest.raises(SheetRefused):
        sheets.read(path)


@pytest.mark.parametrize("name", ["台账.xlsm", "a.XLSB", "a.xls", "a.csv", "a.et", "a"])
def test_other_formats_are_refused_by_name_with_what_to_do(name: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        check_name(name)
    assert ".xlsx" in str(refused.value)


def test_macros_are_refused_whatever_the_file_is_called(path: Path) -> None:
    sheet = workbooks.inline([("A1", "x")])
    workbooks.by_hand(path, sheet, **{"xl/vbaProject.bin": "x"})

    with pytest.raises(SheetRefused):
        sheets.read(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + b"x" * 600, b"<html></html>"],
)
def test_what_is_no_workbook_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(SheetRefused):
        sheets.read(path)


def test_entities_are_refused(path: Path) -> None:
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        f'<worksheet xmlns="{workbooks.MAIN}"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    workbooks.by_hand(path, laughs)

    with pytest.raises(SheetRefused):
        sheets.read(path)


# Writing -------------------------------------------------------------------------------

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(0)", "\t=1", "|calc", "%x")


def test_what_looks_like_a_formula_stays_text(path: Path) -> None:
    written = sheets.write(
        path,
        sheet_name="企业",
        heading=Heading(title="=企业名录", lines=("共 8 条",)),
        columns=[Column(title="名称"), Column(title="=地址")],
        rows=[(text, text) for text in FORMULAS],
    )

    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert written == len(FORMULAS)
    assert "<f>" not in sheet
    assert sheet.count('t="inlineStr"') == 2 + 2 + 2 * len(FORMULAS)
    assert 'quotePrefix="1"' in styles
    found = sheets.read(path).rows
    assert [row[0] for row in found[3:]] == [text.strip() for text in FORMULAS]


def test_numbers_and_days_are_typed_and_the_count_stands_above(path: Path) -> None:
    moment = datetime(2026, 3, 1, 0, 30, tzinfo=timezone.get_default_timezone())
    sheets.write(
        path,
        sheet_name="x",
        heading=Heading(title="清单", lines=("导出人：王芳", "共 1 条")),
        columns=[
            Column(title="人数", kind=Kind.NUMBER),
            Column(title="日期", kind=Kind.DATE),
            Column(title="时刻", kind=Kind.MOMENT),
            Column(title="空"),
        ],
        rows=[(12, date(2026, 3, 1), moment, None)],
    )

    assert sheets.read(path).rows == [
        ["清单", "", "", ""],
        ["导出人：王芳", "", "", ""],
        ["共 1 条", "", "", ""],
        ["人数", "日期", "时刻", "空"],
        ["12", "2026-03-01", "2026-03-01 00:30", ""],
    ]


def test_a_text_longer_than_a_cell_is_cut_and_not_lost(path: Path) -> None:
    sheets.write(
        path,
        sheet_name="x",
        heading=Heading(title="x"),
        columns=[Column(title="说明")],
        rows=[("长" * 40_000,)],
    )

    assert len(sheets.read(path).rows[2][0]) == 32_767
