"""Invented names of people and firms, and telephone numbers nobody owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘"
    "于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江"
    "尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤常温康施牛樊葛邢安齐庞"
)
GIVEN_FIRST = (
    "建国志文明永海春秋晓玉凤红桂秀立振德学家世庆宝长新光兴福正维佳思子雨俊慧淑"
)
GIVEN_SECOND = (
    "军伟峰强平华林勇杰涛波辉东亮斌刚超鹏飞宇梅芳兰英霞萍燕娟玲静丽敏婷莉洁宁"
)

BRAND_FIRST = "恒瑞鑫宏金盛顺泰永德天嘉佳润诚卓汇同万利富正兴隆晟昊"
BRAND_SECOND = "昌丰源茂达泰和兴通盛发润隆祥康宇美腾信邦凯旺豪越顺元"

# 154 has never been assigned to a mobile operator, and the zeros show it.
UNREAL_PHONE_PREFIX = "1540000"


def people_names(rng: Random) -> Iterator[str]:
    """Endless names, none of them twice."""
    used: set[str] = set()
    while True:
        given = rng.choice(GIVEN_SECOND)
        if rng.random() < 0.72:
            given = rng.choice(GIVEN_FIRST) + given
        name = rng.choice(SURNAMES) + given
        if name not in used:
            used.add(name)
            yield name


def brand_names(rng: Random) -> Iterator[str]:
    """Two-character trade names such as 恒昌, each once, in shuffled order."""
    pairs = [a + b for a in BRAND_FIRST for b in BRAND_SECOND if a != b]
    rng.shuffle(pairs)
    yield from pairs


def phone_numbers(rng: Random) -> Iterator[str]:
    """Well-formed mobile numbers from the unreal range, none of them twice."""
    for number in rng.sample(range(1000, 10_000), 9_000):
        yield f"{UNREAL_PHONE_PREFIX}{number}"
