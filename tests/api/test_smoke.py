from registry.roles import Role
from tests.api.people import V1, House, Walk

def test_walk(house: House, walk: Walk) -> None:
    print(walk.to_recognition())
    r = house.role(Role.PRODUCER).get(f"{V1}/dossiers/{walk.id}")
    print(r.json())
