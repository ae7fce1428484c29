"""Static files: hashed names, long cache, small."""

from web import assets


def test_the_style_sheet_stays_small() -> None:
    assert len((assets.FOLDER / "base.css").read_bytes()) <= 24 * 1024


def test_a_file_is_served_for_ever_under_its_hash_and_not_under_another(site) -> None:
    client = site.open()
    address = assets.url("base.css")

    right = client.get(address)
    wrong = client.get("/static/base-000000000000.css")

    assert (right.status_code, right.headers["cache-control"]) == (200, assets.FOR_EVER)
    assert right.headers["content-type"] == "text/css; charset=utf-8"
    assert wrong.status_code == 404
