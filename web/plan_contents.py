"""What a plan says beside its dates, in words for the page of the preview.

It computes nothing but a share; everything comes from the data of the preview.
"""

from collections.abc import Mapping
from typing import Any

from web import days


def of_plan(shown: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What the plan says beside its dates: a heading with its lines; headings without a line are left out."""
    plan, year = shown["plan"], shown["year"]
    mine = (None, year)
    named = [("key_products", "Sản phẩm chủ lực"), ("national_candidates", "Dự đánh giá cấp quốc gia"),
             ("potential_products", "Sản phẩm tiềm năng")]  # fmt: skip
    found = [
        ("Chủ đề", [one["theme"] for one in plan["themes"] if one["year"] == year] or [plan["theme"]]),
        ("Kinh phí", _money(plan, year)),
        ("Chỉ tiêu", [target_words(one["what"], one) for one in plan["targets"] if one["year"] in mine]),
        ("Nhiệm vụ", [_joined(one["title"], one["department"], one["output"]) for one in plan["tasks"] if one["year"] in mine]),
        ("Tập huấn, hội chợ, hội nghị", [_joined(one["title"], _when(one), one["note"]) for one in plan["events"]]),
        ("Đã diễn ra", [_joined(one["title"], _when(one), one["note"]) for one in plan["calendar"] if one["kind"] == "happened"]),
        ("Điểm xuất phát", [_standing(one) for one in plan["baseline"]]),
        ("Đối tác", [_joined(one["name"], f"{one['members']} thành viên" if one["members"] else None, one["note"])
                     for one in plan["partners"]]),
        ("Cơ quan chủ trì", [plan["lead"]]),
        ("Nhãn hiệu của tỉnh", [plan["local_brand"]]),
        *((title, plan[name]) for name, title in named),
    ]  # fmt: skip
    return [(title, kept) for title, lines in found if (kept := [line for line in lines if line])]


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _when(one: Mapping[str, Any]) -> str | None:
    if one["from"]:
        return f"{days.short(one['from'])} đến {days.short(one['to'])}"
    return (
        days.short(one["date"])
        if one["date"]
        else f"tháng {one['month'][5:]}/{one['month'][:4]}"
        if one["month"]
        else None
    )


def _grouped(number: int) -> str:
    """A whole number as it is read here, 111.877."""
    return f"{number:,}".replace(",", ".")


def _money(plan: Mapping[str, Any], year: int) -> list[str]:
    whole = plan["budget_million_vnd"]
    lines = [_joined(f"{_grouped(whole)} triệu đồng", plan["budget_note"])] if whole is not None else []
    return lines + [
        _joined(f"năm {year}: {_grouped(one['million_vnd'])} triệu đồng", one["from"])
        for one in plan["budgets"]
        if one["year"] == year
    ]


_AIMS = (("at_least", "ít nhất {}"), ("exactly", "{}"), ("from", "từ {}"), ("to", "đến {}"), ("percent", "{} %"),
         ("about", "khoảng {}"), ("per_area_from", "mỗi nơi từ {}"), ("per_area_to", "đến {}"))  # fmt: skip


def target_words(what: str, measure: Mapping[str, Any]) -> str:
    """A target with what is aimed at: `Điểm bán hàng: ít nhất 2`."""
    said = " ".join(words.format(measure[name]) for name, words in _AIMS if measure.get(name) is not None)
    return f"{what}: {said}" if said else what


def _standing(one: Mapping[str, Any]) -> str:
    """Where the province stood on a day: products against what had been aimed at, and what they hold."""
    aimed = None
    if one["products"] is not None and one["target"]:
        permille = one["products"] * 1000 // one["target"]
        aimed = f"đạt {permille // 10},{permille % 10} % mục tiêu {one['target']}"
    held = ", ".join(f"{each['what']} {each['count']}" for each in one["held"])
    products = f"{one['products']} sản phẩm" if one["products"] is not None else None
    return _joined(days.short(one["at"]), products, aimed, held)
