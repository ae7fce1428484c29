"""Who may take part, ruleset by ruleset; the lists are copied here by hand from the process document, §5.1."""

import pytest

from registry.producers import ProducerType
from registry.products import ProductGroup
from regulations import documents, rulesets
from regulations.errors import RegulationError
from regulations.ruleset_checks import check_timeline

UNTIL_2023 = {"small_medium_enterprise", "cooperative", "cooperative_group", "registered_household"}
SINCE_2023 = UNTIL_2023 | {"farm", "production_household"}
FOR_TOURISM = {"association", "operation_centre"}
ADMITTED = {
    "qd1048-2019": (UNTIL_2023, UNTIL_2023),
    "qd781-2020": (UNTIL_2023, UNTIL_2023),
    "qd148-2023": (SINCE_2023, SINCE_2023 | FOR_TOURISM),
    "qd1489-2025": (SINCE_2023, SINCE_2023 | FOR_TOURISM),
    "qd26-2026": (SINCE_2023, SINCE_2023 | FOR_TOURISM),
}
"""Types for goods, and for services of tourism."""


@pytest.mark.parametrize("group", [None, *ProductGroup])
@pytest.mark.parametrize("name", ADMITTED)
def test_each_ruleset_admits_its_own_types_and_no_other(name: str, group: ProductGroup | None) -> None:
    law, place = rulesets.get(name), int(group is ProductGroup.TOURISM)

    admitted = {
        str(kind) for kind in ProducerType if documents.may_register(law, str(kind), str(group)).allowed
    }

    assert admitted == ADMITTED[name][place] == set(documents.producer_types(law, group and str(group)))


def test_every_ruleset_in_the_package_is_in_the_list_by_hand() -> None:
    assert [each.id for each in rulesets.all_rulesets()] == list(ADMITTED)


def test_a_ruleset_that_admits_nobody_does_not_load() -> None:
    mute = [each.data.model_copy(update={"producers": None}) for each in rulesets.all_rulesets()]

    with pytest.raises(RegulationError, match="nobody may register"):
        check_timeline(mute)


def test_a_former_text_without_a_list_answers_for_nobody() -> None:
    mute = [each for each in rulesets.former().values() if each.data.producers is None]

    assert {each.id for each in mute} == {"qd148-2023", "qd1489-2025"}
    for each in mute:
        with pytest.raises(RegulationError, match="names no producers"):
            documents.producer_types(each, "food")
