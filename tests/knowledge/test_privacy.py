"""What privacy promises: personal data goes, everything else stays."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import SettingsError
from knowledge.feedback import Feedback
from knowledge.privacy import find, load_or_create_key, mask, protect, pseudonym

KEY = bytes(range(32))
LIVE_KEY = "sk_" + "live_4f9a8b7c6d5e4f3a2b1c"
WEB_TOKEN = ".".join(("eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0In0", "dozjgNryP4J3jVmNHl0w"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to Ann.O'Neil+x@mail.example.co.uk, please", "write to [email], please"),
        ("müller@exämple.de hat keine Antwort", "[email] hat keine Antwort"),
        ("<a_b@x.org>; b@y.io.", "<[email]>; [email]."),
        ("it is ann at example dot com by the way", "it is [email] by the way"),
        ("ann [at] example [dot] co [dot] uk", "[email]"),
        ("card 4111 1111 1111 1111 exp 12/27", "card [card] exp 12/27"),
        ("card 4111-1111-1111-1111.", "card [card]."),
        ("amex 378282246310005 declined", "amex [card] declined"),
        ("amex 3782 822463 10005", "amex [card]"),
        ("٤١١١١١١١١١١١١١١١ was charged", "[card] was charged"),
        ("GB82 WEST 1234 5698 7654 32 please", "[iban] please"),
        ("refund to de89370400440532013000 today", "refund to [iban] today"),
        ("from 203.0.113.9, not me", "from [ip], not me"),
        ("host 2001:db8::8a2e:370:7334 is down", "host [ip] is down"),
        ("mac 00:1A:2b:3C:4d:5E blocked", "mac [mac] blocked"),
        ("His social security number is 531-21-7351", "His social security number is [id]"),
        ("NI number AB 12 34 56 C", "NI number [id]"),
        ("my DNI is 12345678Z", "my DNI is [id]"),
        ("codice RSSMRA85T10A562S", "codice [id]"),
        ("CPF 529.982.247-25", "CPF [id]"),
        ("passport number: X1234567", "passport number: [id]"),
        (f"I sent {LIVE_KEY} by mistake", "I sent [key] by mistake"),
        (f"header {WEB_TOKEN}", "header [key]"),
        ("my password is hunter22x and it fails", "my password is [key] and it fails"),
        ("https://ann:pw@shop.example/x is mine", "[link] is mine"),
        ("reset: https://shop.example/r?token=abc", "reset: [link]"),
        ("see https://shop.example/r/9f8a7b6c5d4e3f2a1b.", "see [link]."),
        ("ZIP 98101-1234, Suite 246, 1755 Nelson Drive", "ZIP [address]"),
        ("Hello, my name is Brian O'Neill and I wait", "Hello, my name is [name] and I wait"),
        ("MY NAME IS MARY JONES.", "MY NAME IS [name]."),
        ("my name is tracy sukhorukova, hello", "my name is [name], hello"),
        ("I spoke to Mrs. Ayers-Smith twice", "I spoke to Mrs. [name] twice"),
        ("ask dr Fukunaga", "ask dr [name]"),
        ("remove my kid Mali from the plan", "remove my kid [name] from the plan"),
        ("a lady named Duqyaha hung up", "a lady named [name] hung up"),
        ("it is under my partner's name Brian Andersson", "it is under my partner's name [name]"),
        ("Sarah at the desk and Mark Johnson helped", "[name] at the desk and [name] helped"),
        ("It never came.\nKind regards,\nXiu Q. Li", "It never came.\nKind regards,\n[name]"),
        ("I live at 221B Baker Street, London NW1 6XE.", "I live at [address]."),
        ("sent to 1700 North High St Apt 4, Columbus, OH 43201 today", "sent to [address] today"),
        ("wohne in der Lindenstraße 12", "wohne in der [address]"),
        ("j'habite 12 rue de la Paix", "j'habite [address]"),
        ("P.O. Box 1234, please", "[address], please"),
        ("my postcode is SW1A 1AA", "my postcode is [address]"),
        ("my address is 46 Velký Průhon 426, Opočnice", "my address is [address]"),
    ],
)
def test_personal_data_becomes_a_placeholder_that_keeps_the_sentence(text: str, masked: str):
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("her PESEL 44051401359 is known", "her PESEL [id] is known"),
        ("it was 44051401359", "it was [id]"),
        ("NRIC S1234567D", "NRIC [id]"),
        ("2341 2341 2346 is my Aadhaar", "[id] is my Aadhaar"),
        ("8001015009087, from Durban", "[id], from Durban"),
        ("fnr 01010050053", "fnr [id]"),
        ("PPS 1234567FA", "PPS [id]"),
        ("AHV 756.9217.0769.85", "AHV [id]"),
        ("CNP 1800101221144", "CNP [id]"),
        ("GARC850101HDFRRL09", "[id]"),
        ("rodné číslo 780123/0019", "rodné číslo [id]"),
        ("900101-1234567", "[id]"),
        ("my account number is 12345678", "my account number is [account]"),
        ("sort code 12-34-56, please", "sort code [account], please"),
        ("sent to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "sent to [account]"),
        ("born on 12/03/1984", "born on [birthdate]"),
        ("date of birth: 3rd of May 1984.", "date of birth: [birthdate]."),
        ("my PIN is 4821", "my PIN is [key]"),
        ("Drottninggatan 12, 111 51 Stockholm", "[address]"),
        ("send it to Via Roma 4, 00184 Roma", "send it to [address]"),
        ("I live at Kirkeveien 7", "I live at [address]"),
        ("from 12 Elm Crossing, Springfield, IL 62704 on", "from [address] on"),
        ("Anna Lee\n98 Old Foo\nFlat 2\nLeeds\nLS1 4AB", "[name]\n[address]"),
        ("Pim Jansen\nFoo Corp\n12 Bar Road\n+31 20 123 4567", "[name]\nFoo Corp\n[address]\n[phone]"),
        ("ship to: tracy smith\n 12 Bar Road\n", "ship to: [name]\n [address]\n"),
        ("Wijtze grew up in Delft", "[name] grew up in Delft"),
        ("that is Duqyaha's kid", "that is [name]'s kid"),
        ("it stars nobody, said Eklund.", "it stars nobody, said [name]."),
    ],
)
def test_what_the_rules_of_many_countries_tell_is_masked(text: str, masked: str):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "order 44051401358, item 1800101221143, SKU 7654321B",
        "an account with 50000 points, promo code: 12345, error code: 500",
        "born in 1980, and the app was born on a Monday",
        "We paid 300\nGate 12, 10000 Miles away",
        "Burger King, Silver Star and Marcus by Goldman sent FEMA a note",
        "compared to MS Word or MS Access",
        "after hurricane Irma and Hurricane Michael",
        "I've lived here, and nobody lived there",
        "Alexa said no; Delta asked for it; Chase replied late",
        "moved to 5 stars, Great",
        "Miss Payment is what I did",
        "Today's kids and America's children",
    ],
)
def test_what_only_looks_like_it_stays(text: str):
    assert mask(text) == text


@pytest.mark.parametrize(
    "number",
    [
        "+44 20 7946 0958", "(07) 5331 0577", "(555) 123-4567", "555-123-4567", "555.123.4567 ext. 89", "020 7946 0958",
        "07700 900123", "+49 1512 3456789", "01 23 45 67 89", "001-212-555-0123", "+1 (212) 555-0123", "69 987 88 37",
        "+91-98765-43210", "0049 30 123456", "041-412-293", "+1-944-435-4352x04732",
    ],
)  # fmt: skip
def test_telephone_numbers_are_found_in_the_ways_that_people_write_them(number: str):
    assert mask(f"You will find me under {number}, thanks") == "You will find me under [phone], thanks"


@pytest.mark.parametrize("before", ["call me on ", "my number is ", "Phone: ", "WhatsApp ", "Mobile "])
def test_digits_in_one_piece_are_a_telephone_number_where_a_word_says_so(before: str):
    assert mask(f"{before}91234567 please") == f"{before}[phone] please"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my number is 7012", "my number is [phone]"),
        ("Tel: 40123.", "Tel: [phone]."),
        ("mobile no. 71 234", "mobile no. [phone]"),
        ("his new number: 20.12.34", "his new number: [phone]"),
        ("(my number: 521 2345)", "(my number: [phone])"),
        ("ask for ext. 4512", "ask for ext. [phone]"),
        ("call me back on 45120", "call me back on [phone]"),
        ("call 622-1234 today", "call [phone] today"),
        ("reach me at 4512 please", "reach me at [phone] please"),
        ("the hotline is 12 345", "the hotline is [phone]"),
        ("téléphone : 82 12 34", "téléphone : [phone]"),
        ("my number: +992 372 12 3456", "my number: [phone]"),
    ],
)
def test_a_short_number_is_a_telephone_number_where_the_words_before_it_say_so(text: str, masked: str):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "my order number is 7012",
        "call me at 1430 or 17.30",
        "call 0830-1730 on weekdays",
        "I called 2500 times",
        "the hotline: 4500 calls a day",
        "my phone is 2019",
        "my phone: 5000 mAh",
        "the mobile was 15000 rupees",
        "a phone 13 and a phone 20000 in price",
        "iPhone: 12345",
        "an extension of 1200 words",
        "loan extension 120 days",
        "call me on 12.03.24",
        "we called 15 000 customers",
        "7012",
        "it is 40123",
        "phone [phone] 1234",
        "your number of stars is 4000",
    ],
)
def test_a_short_number_without_such_words_stays(text: str):
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "order 20260301 came late",
        "order number 4155552671 came late",
        "invoice 123-456-789 is wrong",
        "paid 1234567 dollars and $1,234,567.00 and 1 234 567",
        "€ 1.000.000 and 10 000 000 €",
        "on 2026-03-01 12:30, 01/02/2026 and 3.4.2026 14:05",
        "from 2019-2020 and 2018 2019 2020",
        "open 0830-1730 and 08.20-09.40",
        "version 1.2.3.4 and v1.2.3.4, app 10.11.12.13, section 1.2.3",
        "XXXX called about XX/XX/2023 and XXXX XXXX XXXX 1234",
        "flight BA2490, seat 23F, row 12, gate B44",
        "std::vector and a::b at 12:30:45",
        "@delta your 24/7 line & me@home",
        "https://example.com/help/reset-your-password-in-3-steps?page=2",
        "www.example.com is down",
        "see you at the dot com party",
        "my password is wrong, the api key never came",
        "the branch in Leeds and the office in San Francisco",
        "I will grant hope to the bank: mark my words, Rich Text in May",
        "2 guys on the street took 5 minutes per street",
        "3 days of Drive and 12 items in my list, 5 stars from 2 people",
        "Hello Customer Service, dear Support Team, call me back ASAP",
        "my name is spelled wrong and my last name was Incorrect",
        "Mr and Mrs were on the card",
        "MY WIFE CALLED and my husband Monday evening, my boss I never told",
        "an agent called me at noon; the Charlotte airport; Jordan almonds",
        "address the issue with 3 credit bureaus",
        "Best, thanks.",
        "4111 1111 items at 12.50 each",
        "3002134 2018-08-26 closed",
        "at 0.9068238500 and 51.5073509, -0.1277583",
        "trace ee51d008-7920-405b-ae72-e62165d8c68d",
        "seen on 1975748701955",
        "the token expired, bearer of bad news",
    ],
)
def test_what_is_no_personal_data_stays(text: str):
    assert mask(text) == text


def test_a_word_that_a_placeholder_brought_says_nothing_about_its_neighbour():
    assert mask("555-123-4567 and 12345678") == "[phone] and 12345678"


def test_brackets_around_a_number_stay_in_pairs():
    assert mask("the old one (020 7946 0118) is off") == "the old one ([phone]) is off"
    assert mask("the old one (020) 7946 0118 is off") == "the old one [phone] is off"


def test_two_kinds_in_one_run_of_digits_are_both_masked():
    assert mask("4111 1111 1111 1111 555 123 4567") == "[card] [phone]"


def test_find_returns_ordered_spans_without_overlaps():
    text = "ann@x.org, 555-123-4567, 4111 1111 1111 1111"
    spans = find(text)
    assert [(text[s.start : s.end], s.kind) for s in spans] == [
        ("ann@x.org", "email"),
        ("555-123-4567", "phone"),
        ("4111 1111 1111 1111", "card"),
    ]


PIECES = st.sampled_from(
    ["555-123-4567", "4111 1111 1111 1111", "ann@x.org", "GB82WEST12345698765432", "call", "order", " ", "\n", "+", "(",
     "x12", "@", "://", "https://a.b/?token=1", "::", "10.0.0.1", "[phone]", "[email]", "at", "dot", "com",
     ".", "-", "00", "Mr. ", "my name is ", "Sarah", "Baker", "Street", "Rue ", "Apt ", "Regards,", "name: ",
     "SW1A 1AA", "my address is ", "12", ", "]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=6))).map("".join)))
def test_masking_never_raises_and_masking_twice_changes_nothing(text: str):
    once = mask(text)
    assert mask(once) == once


@given(st.text(alphabet="0123456789 -.()+x/:@", max_size=120))
def test_masking_holds_on_any_mixture_of_digits_and_signs(text: str):
    once = mask(text)
    assert mask(once) == once


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "1",
        "a@",
        "a.",
        "(",
        "https://",
        "GB82 ",
        "0:",
        "a at b dot ",
        "-----BEGIN ",
        "1.",
        "ab-",
        "Sarah ",
        "A",
        "Mr A ",
        "1 Aa ",
        "12 Aa\n",
        "rue ",
        "my name is ",
        "Aa-",
        "address is ",
        "12 aa aa ",
        "A1 ",
        "name: Aa ",
    ],
)
def test_long_monotonous_texts_are_masked_too(piece: str):
    assert isinstance(mask(piece * 5_000), str)


def test_a_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path):
    path = tmp_path / "deep" / "journey.db.key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert load_or_create_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_processes_that_start_together_share_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_create_key(tmp_path / "k"), range(16)))
    assert len(keys) == 1


def test_a_damaged_key_is_an_error_that_says_what_to_do(tmp_path: Path):
    (tmp_path / "k").write_bytes(b"short")
    with pytest.raises(SettingsError, match="5 bytes instead of 32"):
        load_or_create_key(tmp_path / "k")


def test_pseudonyms_follow_the_id_and_the_key():
    assert pseudonym(" C 17 ", KEY) == pseudonym("C  17", KEY)
    assert pseudonym("C17", KEY) != pseudonym("c17", KEY)
    assert pseudonym("C17", KEY) != pseudonym("C17", KEY[::-1])
    assert pseudonym("C17", KEY).startswith("c_")
    assert "C17" not in pseudonym("C17", KEY)


def test_protect_leaves_nothing_personal_in_any_field():
    original = Feedback(
        id="ann@x.org-7", text="call me at 555-123-4567", source="survey.csv", at=datetime(2026, 3, 1, tzinfo=UTC),
        channel="email ann@x.org", customer="ann@x.org", rating=2.0, rating_scale=(1, 5),
        url="https://x.org/t?token=abc", segments={"plan": "pro", "contact": "ann@x.org"},
    )  # fmt: skip
    safe = protect(original, KEY)
    assert "ann@x.org" not in repr(safe)
    assert safe.text == "call me at [phone]"
    assert safe.segments == {"plan": "pro", "contact": "[email]"}
    assert (safe.at, safe.rating, safe.source) == (original.at, original.rating, original.source)
    assert safe.id.startswith("f_")


def test_protect_keeps_harmless_ids_and_missing_fields():
    plain = Feedback(id="row-17", text="late again", source="a.csv")
    assert protect(plain, KEY) == plain


def test_an_id_that_is_masked_stays_distinct():
    one, two = (protect(Feedback(id=f"{n}@x.org", text="t", source="s"), KEY).id for n in "ab")
    assert one != two


@pytest.mark.shared
def test_structured_kinds_are_found_in_labelled_texts(shared_data: Path):
    kinds = {"PHONE_NUMBER": "phone", "CREDIT_CARD": "card", "EMAIL_ADDRESS": "email", "IP_ADDRESS": "ip"}
    wanted = found = true = 0
    for row in json.loads((shared_data / "pii" / "presidio_generated_small.json").read_text(encoding="utf-8")):
        gold = {
            (kinds[s["entity_type"]], s["start_position"], s["end_position"])
            for s in row["spans"]
            if s["entity_type"] in kinds
        }
        ours = {(s.kind, s.start, s.end) for s in find(row["full_text"]) if s.kind in kinds.values()}
        wanted, found, true = wanted + len(gold), found + len(ours), true + len(gold & ours)
    assert true / wanted >= 0.99
    assert true / found >= 0.97
