"""Properties of money, telephone numbers and references, for whatever anybody types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donations.money import MINOR_DIGITS, Money, NotMoney, of_provider, read_amount
from donations.phones import NotAPhone, as_shown, phone_hash, read_phone
from donations.references import ALPHABET, LENGTH, new_reference, read_reference

anything = st.text(max_size=30) | st.text("0123456789.,eE+-_ ٠١٢३៤", max_size=20)
quick = settings(deadline=None, max_examples=300)


@quick
@given(st.integers(1, 999_999_999), st.sampled_from(sorted(MINOR_DIGITS)))
def test_what_is_typed_is_what_is_read(units, currency):
    money = Money(units * 100, currency)
    for typed in (str(units), f"{units:,}", f"{units:,}".replace(",", " "), f" {units} ", f"{units}.00"):
        assert read_amount(typed, currency) == money
    assert money.whole == units
    assert read_amount(str(money).partition(" ")[2], currency) == money


@quick
@given(st.integers(0, 999_999), st.integers(1, 99))
def test_cents(units, cents):
    typed = f"{units}.{cents:02}"
    assert read_amount(typed, "USD").amount == units * 100 + cents
    with pytest.raises(NotMoney):
        read_amount(typed, "KES", whole_only=True)
    with pytest.raises(ValueError, match="cents"):
        _ = Money(units * 100 + cents, "KES").whole


@quick
@given(anything)
def test_no_text_breaks_the_reading_of_amounts(typed):
    try:
        money = read_amount(typed, "KES")
    except NotMoney:
        return
    assert 0 < money.amount < 10**11
    assert set(typed) <= set("0123456789., \u00a0")


@pytest.mark.parametrize(
    "typed", ["0", "-5", "1e3", "1_000", "١٠٠", "1" + "0" * 12, "1.000", "1,00", "１００", "0.00", ""]
)
def test_what_is_no_amount(typed):
    with pytest.raises(NotMoney):
        read_amount(typed, "KES")


@quick
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_what_providers_send(units, cents):
    assert of_provider(f"{units}.{cents:02}", "KES").amount == units * 100 + cents
    assert of_provider(units, "KES") == of_provider(f"{units}.0", "KES") == of_provider(f"{units}.00", "KES")
    assert of_provider(units, "KES", minor=True).amount == units


@quick
@given(st.none() | st.booleans() | anything | st.lists(st.integers()) | st.floats() | st.integers(max_value=-1))
def test_nothing_that_providers_send_breaks_the_reading(value):
    for minor in (True, False):
        try:
            assert of_provider(value, "KES", minor=minor).amount >= 0
        except NotMoney:
            continue


@quick
@given(st.sampled_from("17"), st.integers(0, 99_999_999))
def test_a_kenyan_number_in_every_form(first, rest):
    digits = f"{first}{rest:08}"
    spaced = f"0{digits[:3]} {digits[3:6]} {digits[6:]}"
    for typed in (f"0{digits}", f"254{digits}", f"+254{digits}", f"+254 {digits}", f"00254{digits}", digits, spaced,
                  spaced.replace(" ", "-"), f"+254 (0) {digits}"):  # fmt: skip
        assert read_phone(typed) == f"254{digits}"
    assert read_phone(as_shown(f"254{digits}")) == f"254{digits}"


@quick
@given(anything)
def test_no_text_breaks_the_reading_of_numbers(typed):
    try:
        phone = read_phone(typed)
    except NotAPhone:
        return
    assert len(phone) == 12 and phone.startswith(("2547", "2541")) and phone.isascii() and phone.isdecimal()


@pytest.mark.parametrize(
    "typed",
    ["0201234567", "+447911123456", "07123", "0712345678901", "", "abc", "0812345678", "٠٧١٢٣٤٥٦٧٨", "07123456x8"],
)
def test_what_is_no_kenyan_mobile(typed):
    with pytest.raises(NotAPhone):
        read_phone(typed)


def test_a_number_is_known_again_by_its_hash_alone():
    assert phone_hash("254712345678") == phone_hash("254712345678") != phone_hash("254712345679")
    assert "254712345678" not in phone_hash("254712345678")


@quick
@given(st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET), st.integers(0, LENGTH - 2))
def test_a_wrong_or_swapped_character_is_found(place, character, swap):
    reference = new_reference()
    wrong = reference[:place] + character + reference[place + 1 :]
    assert read_reference(wrong) == (reference if wrong == reference else "")
    swapped = reference[:swap] + reference[swap + 1] + reference[swap] + reference[swap + 2 :]
    assert read_reference(swapped) == (reference if swapped == reference else "")


@quick
@given(st.data())
def test_a_reference_as_people_type_it(data):
    reference = new_reference()
    typed = reference.lower().translate(str.maketrans("258", data.draw(st.sampled_from(["258", "zsb", "ZSB"]))))
    typed = data.draw(st.sampled_from([typed, f" {typed} ", f"{typed[:4]} {typed[4:]}", "-".join(typed)]))
    assert read_reference(typed) == reference
    assert set(reference) <= set(ALPHABET) and not set(reference) & set("AEIOU01")


@quick
@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_references(typed):
    assert read_reference(typed) in ("", read_reference(read_reference(typed)))
