"""The closed list of roles and the scope in which each of them acts.

It never decides who holds a role: appointments do.
"""

from enum import StrEnum
from functools import lru_cache

COUNTRY = "vn"
"""Unit code of the whole country, for the ministry, the central council and installations with many provinces."""


class Role(StrEnum):
    """What an account is appointed to be; texts under `role.<value>`.

    Source: `process.md` §5.2, `design.md` §9.
    """

    PRODUCER = "producer"
    COMMUNE = "commune"
    PROVINCE_UNIT = "province_unit"
    ADVISORY = "advisory"
    CHAIR = "chair"
    SECRETARY = "secretary"
    COUNCIL_MEMBER = "council_member"
    PROVINCE_CHAIR = "province_chair"
    MINISTRY = "ministry"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SYSTEM = "system"


class Scope(StrEnum):
    """What must coincide between an appointment and a subject before the role counts there."""

    PRODUCER = "producer"
    COMMUNE = "commune"
    PROVINCE = "province"
    COUNCIL = "council"
    COUNTRY_OR_PROVINCE = "country_or_province"
    EVERYWHERE = "everywhere"


SCOPES: dict[Role, Scope] = {
    Role.PRODUCER: Scope.PRODUCER,
    Role.COMMUNE: Scope.COMMUNE,
    Role.PROVINCE_UNIT: Scope.PROVINCE,
    Role.PROVINCE_CHAIR: Scope.PROVINCE,
    Role.ADVISORY: Scope.COUNCIL,
    Role.CHAIR: Scope.COUNCIL,
    Role.SECRETARY: Scope.COUNCIL,
    Role.COUNCIL_MEMBER: Scope.COUNCIL,
    Role.MINISTRY: Scope.COUNTRY_OR_PROVINCE,
    Role.AUDITOR: Scope.COUNTRY_OR_PROVINCE,
    Role.ADMIN: Scope.COUNTRY_OR_PROVINCE,
    Role.SYSTEM: Scope.EVERYWHERE,
}

APPOINTABLE: frozenset[Role] = frozenset(Role) - {Role.SYSTEM}
"""Roles a person may hold; the system is nobody's office."""


class Seat(StrEnum):
    """A seat on a council (thành phần Hội đồng); which ones are compulsory is the law's business.

    Source: QĐ 26/2026/QĐ-TTg Điều 7.3.b; values of `domain/cases/vocabulary.yaml`, seats.
    """

    AGRICULTURE_ENVIRONMENT = "agriculture_environment"
    INDUSTRY_TRADE = "industry_trade"
    HEALTH = "health"
    SCIENCE_TECHNOLOGY = "science_technology"
    CULTURE_SPORTS_TOURISM = "culture_sports_tourism"
    FOOD_SAFETY = "food_safety"
    OCOP_UNIT = "ocop_unit"
    SPECIALISED_UNIT = "specialised_unit"
    EXPERT = "expert"
    ASSOCIATION = "association"


@lru_cache(maxsize=4096)
def unit_codes_for(
    role: Role,
    *,
    commune_code: str | None,
    province_code: str | None,
    level: str | None = None,
    district_code: str | None = None,
) -> frozenset[str]:
    """Return the units at which the role must be held to count for a subject of this commune, province and level.

    Offices and councils act at the subject's level: at `district` those of the district where one is known, at `central`
    the council of the country, else those of the province. Empty for producers, whose right names the producer, and
    where the subject has no such unit.

    Source: `process.md` §11.16 (roles act for the unit of the level).
    """
    scope = SCOPES[role]
    handling = (district_code if level == "district" else None) or province_code
    if scope is Scope.COMMUNE:
        codes = {commune_code}
    elif scope is Scope.PROVINCE:
        codes = {handling}
    elif scope is Scope.COUNCIL:
        codes = {COUNTRY if level == "central" else handling}
    elif scope is Scope.COUNTRY_OR_PROVINCE:
        codes = {COUNTRY, province_code}
    else:
        codes = set()
    return frozenset(code for code in codes if code)
