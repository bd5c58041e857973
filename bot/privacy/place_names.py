"""What place names look like: provinces, endings, and characters that never stand in one."""

from __future__ import annotations

import re
from typing import Final

PROVINCES: Final = (
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
)
#: A province that is not the name of a street: 香港中路, 北京西路.
PROVINCE: Final = re.compile(rf"{PROVINCES}(?![东西南北中]?[一二三四]?(?:路|街|大道|大街|道))")
#: Characters that end a place name wherever they stand.
STOPS: Final = "我你他她它咱们的了是在把被给到往去请问帮送寄说就还没住不吗呢吧啊呀哦嗯您这那哪什么怎叫让跟错找打谁很收"
#: One character of a place name.
NAME: Final = f"(?:(?![{STOPS}])[一-龥])"
#: Endings of estates, buildings and grounds that people live or work in.
ESTATES: Final = (
    *(
        "小区",
        "社区",
        "花园",
        "公寓",
        "大厦",
        "广场",
        "家园",
        "新村",
        "新城",
        "世纪城",
        "花城",
        "名城",
    ),
    *(
        "名邸",
        "花苑",
        "嘉园",
        "豪庭",
        "华庭",
        "园区",
        "工业园",
        "科技园",
        "产业园",
        "产业基地",
        "创业园",
    ),
    *(
        "软件园",
        "山庄",
        "别墅",
        "公馆",
        "国际",
        "中心",
        "宿舍",
        "家属院",
        "大院",
        "校区",
        "大学",
        "学院",
    ),
    *(
        "市场",
        "大楼",
        "写字楼",
        "苑",
        "府",
        "湾",
        "岸",
        "岭",
        "岛",
        "院",
        "园",
        "居",
        "轩",
        "郡",
        "墅",
    ),
    *("庭", "城", "里", "村", "屯", "庄", "寨", "[A-Z0-9一二三四五六七八九东南西北]区"),
    *("[1-9一二三四五六七八九十]期", "村[东南西北]区"),
)
ESTATE: Final = f"(?:{'|'.join(ESTATES)})"
#: A number of a house or of a part of one, also with a letter or said in words.
HOUSE_NO: Final = (
    r"(?:[A-Za-z]?[0-9]{1,5}[A-Za-z]?(?:[-/][0-9]{1,5}){0,3}|[A-Za-z]"
    r"|[一二三四五六七八九十百零〇两]{1,6})"
)
#: What such a number consists of; none begins in the middle of one.
HOUSE_CHARS: Final = "0-9A-Za-z一二三四五六七八九十百零〇两"
_FULL_PROVINCE: Final = (
    rf"{PROVINCES}(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?"
)
_READABLE: Final = re.compile(
    rf"(?:{_FULL_PROVINCE}[ ,\n]{{0,2}})?"
    r"(?:(?!.{0,6}[小社园校]区)[一-龥]{2,7}?(?:市|自治州|地区|盟)[ ,\n]{0,2})?"
    r"(?:[一-龥]{1,7}?(?:自治县|(?<![小社园校一二三四五六七八九十])区|县|旗|市)(?![场政民]))?"
)


def readable_end(place: str) -> int:
    """How much of an address may stay readable: province, city and district, or what there is."""
    found = _READABLE.match(place)
    end = found.end() if found else 0
    return end if end < len(place) - 1 else 0
