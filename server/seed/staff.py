"""The people and things of the whole demo company besides the cast of company.py, as data. Keys are only for references inside the seed."""

from __future__ import annotations

Words = dict[str, str]


def _words(en: str, zh: str) -> Words:
    return {"en": en, "zh-CN": zh}


# city: its words, the region above it
CITIES: dict[str, tuple[Words, str]] = {
    "suzhou": (_words("Suzhou", "苏州"), "east"),
    "kunshan": (_words("Kunshan", "昆山"), "east"),
    "shanghai": (_words("Shanghai", "上海"), "east"),
    "wuxi": (_words("Wuxi", "无锡"), "east"),
    "nanjing": (_words("Nanjing", "南京"), "east"),
    "hangzhou": (_words("Hangzhou", "杭州"), "east"),
    "ningbo": (_words("Ningbo", "宁波"), "east"),
    "hefei": (_words("Hefei", "合肥"), "east"),
    "qingdao": (_words("Qingdao", "青岛"), "east"),
    "shenzhen": (_words("Shenzhen", "深圳"), "south"),
}
AREAS: dict[str, Words] = {"east": _words("East China", "华东"), "south": _words("South China", "华南")}
# team: its city, its words, its supervisor
TEAMS: dict[str, tuple[str, Words, str]] = {
    "chillers": ("suzhou", _words("Suzhou 1 · chillers", "苏州一组 · 冷水机"), "qin"),
    "compressors": ("kunshan", _words("Kunshan 2 · compressors", "昆山二组 · 空压机"), "hong"),
    "shanghai": ("shanghai", _words("Shanghai 3 · Shanghai and Zhejiang", "上海三组 · 上海浙江"), "weidong"),
    "nanjing": ("nanjing", _words("Nanjing 4 · Nanjing and Hefei", "南京四组 · 南京合肥"), "tang"),
}
# which team goes to a city; near Suzhou the device decides
TEAM_OF_CITY = {
    "shanghai": "shanghai", "hangzhou": "shanghai", "ningbo": "shanghai", "shenzhen": "shanghai",
    "nanjing": "nanjing", "hefei": "nanjing", "qingdao": "nanjing",
}  # fmt: skip
TEAM_OF_LINE = {"chiller": "chillers", "software": "chillers", "compressor": "compressors", "dryer": "compressors"}
# who helps whom with what is not far from his home
HELPERS = {"chillers": ("compressors",), "compressors": ("chillers",), "shanghai": ("compressors", "chillers")}

SKILLS: dict[str, Words] = {
    "screw": _words("Screw chillers", "螺杆冷水机"),
    "centrifugal": _words("Centrifugal chillers", "离心式冷水机"),
    "compressor": _words("Air compressors", "空压机"),
    "inverter": _words("Inverter drives", "变频驱动"),
    "dryer": _words("Dryers", "干燥机"),
    "control": _words("Control software", "群控软件"),
    "refrigerant": _words("Refrigerant certificate", "制冷作业证"),
    "electric": _words("Electrician's certificate", "电工作业证"),
}
# certificates end: days from today
CERTIFICATES = ("refrigerant", "electric")
LINE_SKILLS = {
    "chiller": [("screw", 1), ("refrigerant", 1)], "compressor": [("compressor", 1)], "dryer": [("dryer", 1)], "software": [("control", 1)],
}  # fmt: skip
TYPE_SKILLS = {"installation": [("electric", 1)]}
# besides those that every company begins with: minutes, priority
WORK_TYPES: dict[str, tuple[Words, int, str]] = {
    "inspection": (_words("Inspection", "巡检"), 60, "P4"),
    "support": (_words("Software support", "软件支持"), 60, "P3"),
}
LINES: dict[str, Words] = {"software": _words("Control software", "群控软件")}
# model: line, words, how its serials begin, how often it breaks down (1 is usual), since when it is sold
PRODUCTS: dict[str, tuple[str, Words, str, float, int]] = {
    "CH-200": ("chiller", _words("Air-cooled screw chiller", "风冷螺杆冷水机"), "CH20", 1.0, 2016),
    "WS-300": ("chiller", _words("Water-cooled screw chiller", "水冷螺杆冷水机"), "WS30", 0.7, 2018),
    "CH-350": ("chiller", _words("Centrifugal chiller", "离心式冷水机"), "CH35", 1.3, 2017),
    "SA-75": ("compressor", _words("Screw compressor 75 kW", "螺杆空压机 75 kW"), "SA11", 1.0, 2015),
    "SA-37V": ("compressor", _words("Variable-speed compressor 37 kW", "变频空压机 37 kW"), "SA13", 2.2, 2021),
    "SA-22": ("compressor", _words("Screw compressor 22 kW", "螺杆空压机 22 kW"), "SA12", 0.6, 2015),
    "OF-110": ("compressor", _words("Oil-free compressor 110 kW", "无油螺杆空压机 110 kW"), "OF11", 0.8, 2019),
    "AD-30": ("dryer", _words("Adsorption dryer", "吸附式干燥机"), "AD05", 0.9, 2017),
    "RD-40": ("dryer", _words("Refrigeration dryer", "冷冻式干燥机"), "RD04", 0.6, 2016),
    "PC-2": ("software", _words("Plant control", "冷站群控系统"), "PC02", 0.8, 2020),
    "EM-1": ("software", _words("Energy monitoring", "能耗监测系统"), "EM01", 0.5, 2021),
}
# how the units of a model are called on site
LABELS = {
    "CH-200": "{n}# 冷水机", "WS-300": "{n}# 水冷机", "CH-350": "{n}# 离心机", "SA-75": "{n}# 空压机", "SA-37V": "{n}# 变频机",
    "SA-22": "{n}# 小空压机", "OF-110": "{n}# 无油机", "AD-30": "{n}# 吸干机", "RD-40": "{n}# 冷干机", "PC-2": "群控系统", "EM-1": "能耗监测",
}  # fmt: skip

_DAY = ("08:00", "17:30")
_EARLY = ("07:00", "16:00")
_SHORT = ("08:30", "12:00")
_STANDBY = ("08:30", "17:30")
# weekday from Monday on: when somebody works
SHIFTS: dict[str, tuple[tuple[str, str] | None, ...]] = {
    "week": (_DAY, _DAY, _DAY, _DAY, _DAY, None, None),
    "early": (_EARLY, _EARLY, _EARLY, _EARLY, _EARLY, None, None),
    "six": (_DAY, _DAY, _DAY, _DAY, _DAY, _SHORT, None),
    "duty": (_DAY, _DAY, _DAY, _DAY, _DAY, _STANDBY, _STANDBY),
}
# login: name, given name, language, team, home, shifts, skills with levels
Engineer = tuple[str, str, str, str, tuple[float, float], str, dict[str, int]]
ENGINEERS: dict[str, Engineer] = {
    "ben": ("Ben Zhou 周本", "Ben", "zh-CN", "chillers", (31.3180, 120.6190), "duty",
            {"screw": 3, "centrifugal": 1, "compressor": 2, "inverter": 1, "dryer": 2, "refrigerant": 1, "electric": 1}),
    "lina": ("李娜 Li Na", "李娜", "zh-CN", "chillers", (31.2720, 120.7350), "duty",
             {"screw": 2, "centrifugal": 3, "refrigerant": 1, "electric": 1, "control": 1}),
    "tao": ("陈涛 Chen Tao", "陈涛", "zh-CN", "chillers", (31.5640, 120.3050), "early",
            {"screw": 2, "compressor": 1, "dryer": 1, "control": 3, "refrigerant": 1}),
    "haibo": ("王海波 Wang Haibo", "海波", "zh-CN", "compressors", (31.3850, 120.9810), "duty",
              {"compressor": 3, "inverter": 2, "dryer": 2, "electric": 1}),
    "emma": ("Emma Clarke", "Emma", "en", "compressors", (31.3300, 120.5900), "week",
             {"compressor": 2, "inverter": 3, "dryer": 1, "electric": 1}),
    "yang": ("杨帆 Yang Fan", "杨帆", "zh-CN", "compressors", (31.4610, 121.0030), "six",
             {"compressor": 2, "dryer": 3, "inverter": 1}),
    "jun": ("周俊 Zhou Jun", "周俊", "zh-CN", "shanghai", (31.1890, 121.4320), "duty",
            {"screw": 2, "centrifugal": 2, "compressor": 2, "dryer": 1, "refrigerant": 1, "electric": 1, "control": 1}),
    "minmin": ("徐敏 Xu Min", "徐敏", "zh-CN", "shanghai", (31.0330, 121.2280), "early",
               {"screw": 2, "compressor": 3, "inverter": 2, "dryer": 2, "refrigerant": 1, "electric": 1, "control": 2}),
    "feng": ("冯磊 Feng Lei", "冯磊", "zh-CN", "shanghai", (30.2870, 120.2110), "six",
             {"screw": 1, "centrifugal": 1, "compressor": 2, "dryer": 2, "refrigerant": 1, "control": 1}),
    "hao": ("孙浩 Sun Hao", "孙浩", "zh-CN", "nanjing", (32.0230, 118.8490), "duty",
            {"screw": 3, "centrifugal": 2, "compressor": 1, "refrigerant": 1, "electric": 1, "control": 1}),
    "lei": ("吴雷 Wu Lei", "吴雷", "zh-CN", "nanjing", (31.9320, 118.8240), "duty",
            {"screw": 1, "compressor": 3, "inverter": 2, "dryer": 2, "refrigerant": 1, "electric": 1, "control": 1}),
    "dong": ("何冬 He Dong", "何冬", "zh-CN", "nanjing", (31.8210, 117.2610), "week",
             {"screw": 2, "centrifugal": 1, "compressor": 2, "dryer": 1, "refrigerant": 1, "control": 1}),
}  # fmt: skip
# the office. login: name, given name, role, team
OFFICE: dict[str, tuple[str, str, str, str | None]] = {
    "asha": ("Asha Lin 林若夏", "Asha", "dispatcher", None),
    "mei": ("Mei Gu 顾梅", "Mei", "manager", None),
    "wen": ("文静 Wen Jing", "文静", "dispatcher", None),
    "qin": ("秦卫 Qin Wei", "秦卫", "supervisor", "chillers"),
    "hong": ("赵宏 Zhao Hong", "赵宏", "supervisor", "compressors"),
    "weidong": ("沈卫东 Shen Weidong", "卫东", "supervisor", "shanghai"),
    "tang": ("唐军 Tang Jun", "唐军", "supervisor", "nanjing"),
}
ILL = "hao"
AWAY = "yang"  # at a course in four days
# whose phone is known, and how many minutes before eight it spoke last; what it then still had to send
PHONES: dict[str, tuple[int, int]] = {
    "ben": (4, 0), "lina": (11, 0), "tao": (2, 0), "haibo": (38, 2), "emma": (7, 0), "yang": (860, 0), "jun": (3, 0),
    "minmin": (95, 5), "lei": (16, 0), "hao": (905, 0),
}  # fmt: skip
