"""The competent departments of a county, and which trades each answers for."""

from __future__ import annotations

from typing import Final, NamedTuple


class Department(NamedTuple):
    name: str
    trades: tuple[str, ...] = ()  # codes of categories or of subcategories


# A county has the first so many of them; reference 4.6 says who leads (PROPOSED).
DEPARTMENTS: Final = (
    Department("应急管理综合行政执法大队", ("01", "02", "03", "12")),
    Department("工业和信息化局", ("04", "0312")),
    Department("住房和城乡建设局", ("05", "11")),
    Department("交通运输局", ("06", "07", "0503")),
    Department("市场监督管理局", ("08", "09")),
    Department("消防救援大队", ("10",)),
    Department("农业农村局", ("13", "0705", "0707")),
    Department("商务局", ("0304", "0416", "1001", "1002")),
    Department("文化广电和旅游局", ("1005", "1006", "1007", "1014")),
    Department("教育局", ("1009", "1010")),
    Department("卫生健康委员会", ("1011",)),
    Department("民政局", ("1012",)),
    Department("水利局", ("0505", "1305", "1306")),
    Department("城市管理局", ("1104", "1105", "1107")),
    Department("公安局", ("0310",)),
    Department("自然资源和规划局", ("0207",)),
    Department("生态环境局"),
    Department("民族宗教事务局", ("1013",)),
    Department("供电公司", ("1103", "0506")),
    Department("邮政管理局", ("0611",)),
    Department("林业局", ("1304",)),
    Department("体育局", ("1008",)),
    Department("供销合作社", ("0311",)),
    Department("发展和改革委员会"),
    Department("科学技术局"),
    Department("财政局"),
    Department("人力资源和社会保障局"),
    Department("气象局"),
    Department("粮食和物资储备局"),
    Department("机关事务管理局"),
    Department("国有资产监督管理办公室"),
    Department("通信发展办公室", ("0507", "1106")),
    Department("司法局"),
    Department("统计局"),
    Department("医疗保障局"),
    Department("退役军人事务局"),
    Department("总工会"),
    Department("融媒体中心"),
)


def department_number(subcategory: str, departments: int) -> int:
    """Which of the first ``departments`` answers for a trade, counted from 0.

    The special rule goes before that of the category; where the department that
    would answer does not exist, the first one does.
    """
    held = DEPARTMENTS[:departments]
    for code in (subcategory, subcategory[:2]):
        for n, department in enumerate(held):
            if code in department.trades:
                return n
    return 0
