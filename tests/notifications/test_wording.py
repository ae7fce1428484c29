"""Words: the texts of users.md §10, lawful days, and SMS of one segment that carriers accept."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import sms
from notifications.dates import long_day
from notifications.kinds import KINDS, OTHER_WORDS
from notifications.naming import place
from notifications.wording import TextMissingError, texts_file, vietnamese

LONGEST: dict[str, str | int] = {
    "sp": "Rượu men lá Bằng Phúc hảo hạng",  # 30 characters, all a product may take
    "ma": "26-08236-0012",
    "xa": place("Phường Văn Miếu - Quốc Tử Giám"),
    "tinh": "tỉnh Thái Nguyên",
    "dt": "0208 3870 000",
    "han": "2026-07-03",
    "het": "2026-12-30",
    "tu": "2026-03-02",
    "n": 14,
    "m": 12,
    "con": 9,
    "nam": "2027",
    "dot": "đợt 2",
    "dd": "Hội trường UBND tỉnh",
    "viec": "nộp phương án sản xuất kinh doanh",
    "phien": "Phiên họp Hội đồng đánh giá, phân hạng cấp tỉnh đợt 2",
}
REFUSED_BY_CARRIERS = set("%#&[]{}\\<@")
GSM_ASCII = set(string.ascii_letters + string.digits + " .,:;!?'\"()*+-=/>_$\n")


def test_every_kind_has_its_texts_and_every_text_its_kind() -> None:
    assert vietnamese().kinds() == set(KINDS) | OTHER_WORDS


@pytest.mark.parametrize(
    ("kind", "params", "body"),
    [
        pytest.param(
            "due_7",
            {"ma": "26-08236-0012", "sp": "Mật ong", "han": "2026-07-03", "n": 2},
            "Còn 7 ngày để nộp hồ sơ 26-08236-0012 (Mật ong). Hạn cuối hết ngày thứ Sáu, 03/07/2026. Còn thiếu 2 mục.",
            id="lawful-day",
        ),
        pytest.param(
            "due_7",
            {"ma": "26-08236-0012", "sp": "Mật ong", "han": "2026-07-03", "gio": "17:00", "n": 2},
            "Còn 7 ngày để nộp hồ sơ 26-08236-0012 (Mật ong). Hạn cuối 17:00 ngày thứ Sáu, 03/07/2026. Còn thiếu 2 mục.",
            id="an-office's-hour",
        ),
        pytest.param(
            "due_7",
            {"ma": "26-08236-0012", "sp": "Mật ong", "han": "2026-07-03"},
            "Còn 7 ngày để nộp hồ sơ 26-08236-0012 (Mật ong). Hạn cuối hết ngày thứ Sáu, 03/07/2026.",
            id="nobody-knows-what-is-missing",
        ),
        pytest.param(
            "expired",
            {"sp": "Mật ong {sp}", "het": "2026-12-15"},
            "Giấy chứng nhận của Mật ong {sp} đã hết hiệu lực sau ngày 15/12/2026. "
            "Ngừng dùng biểu trưng OCOP; có thể đăng ký đánh giá lại từ đầu.",
            id="a-name-is-never-a-template",
        ),
    ],
)
def test_a_text_is_filled(kind: str, params: dict[str, str | int], body: str) -> None:
    assert vietnamese().render(kind, params)[1] == body


def test_a_name_nobody_knows_is_an_error_not_a_hole() -> None:
    with pytest.raises(TextMissingError, match="due_7"):
        vietnamese().render("due_7", {"ma": "26-08236-0012"})


@pytest.mark.parametrize("gio", [None, "17:00"])
@pytest.mark.parametrize("kind", sorted(vietnamese().kinds() - {"login_link", "recover_link"}))
def test_every_sms_is_one_segment_without_accents(kind: str, gio: str | None) -> None:
    params = LONGEST | ({"gio": gio} if gio else {})

    text = vietnamese().short_message(kind, params)

    assert len(text) <= sms.SEGMENT
    assert set(text) <= GSM_ASCII
    assert "het ngay het ngay" not in text
    assert not re.search(r"\(\s*\)|\{", text)


def test_the_product_gives_way_before_the_code_and_the_phone() -> None:
    text = vietnamese().short_message("due_3", LONGEST)

    assert "26-08236-0012" in text
    assert text.endswith("0208 3870 000")


@given(st.text(max_size=400))
def test_plain_text_holds_nothing_carriers_refuse(text: str) -> None:
    found = set(sms.plain(text))

    assert not found & REFUSED_BY_CARRIERS
    assert all(" " <= letter <= "~" for letter in found)


def test_plain_text_folds_vietnamese() -> None:
    assert sms.plain("Đặc khu “Phú Quốc” – 100% & đường…") == 'Dac khu "Phu Quoc" - 100 phan tram va duong...'


def test_a_product_is_cut_rather_than_a_second_segment_begun() -> None:
    text = sms.fit("OCOP {xa}: ({sp}) " + "x" * 120, {"xa": "xã A", "sp": "Chè " * 30})

    assert len(text) <= sms.SEGMENT
    assert text.endswith("x" * 120)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-07-03", "thứ Sáu, 03/07/2026"),
        ("2026-08-22", "thứ Bảy, 22/08/2026"),
        ("2027-01-10", "Chủ nhật, 10/01/2027"),
    ],
)
def test_a_day_has_its_weekday(day: str, words: str) -> None:
    assert long_day(day) == words


def test_no_text_says_anh_or_chi() -> None:
    bodies = [text for entry in texts_file("vi")["notice"].values() for text in entry.values()]

    assert bodies
    assert not [text for text in bodies if re.search(r"\b(anh|chị)\b", text, re.IGNORECASE)]
