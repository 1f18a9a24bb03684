"""Which machines may be called, by every kind of address that is not public."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from ingest.fetch.address import parse_address
from ingest.fetch.guard import Guard, parse_allowed, why_not_public
from kb.errors import InputError, SourceRefusedError, SourceUnreachableError
from tests.ingest.fetch.site import PUBLIC, Names

NOT_PUBLIC = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.5", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.9.1"),
    *("168.63.129.16", "169.254.1.1", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.178.1", "198.18.0.1"),
    *("198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"),
    *("::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:0a00:0001::1", "2002:808:808::1", "3fff::1", "5f00::1"),
    *("fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1"),
    *("4000::1", "::ffff:0:127.0.0.1", "fe80::1%eth0"),
]
PUBLIC_ONES = [
    *(PUBLIC, "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.1"),
    *("172.15.255.255", "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255"),
    *("2001:4860:4860::8888", "2606:4700::1", "2a01:4f8::1", "64:ff9b::8.8.8.8"),
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_not_public(text: str) -> None:
    assert why_not_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC_ONES)
def test_public(text: str) -> None:
    assert why_not_public(ip_address(text)) == ""


def guard(answers: Sequence[str] = (), *allowed: str) -> Guard:
    networks = tuple(ip_network(entry) if "/" in entry else entry for entry in allowed)
    return Guard(networks, Names(amt_example=[answers]))


AMT = parse_address("https://amt.example/seite")


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_names_and_literals_are_refused_alike(text: str) -> None:
    with pytest.raises(SourceRefusedError, match="nicht öffentlich"):
        guard([text]).route(AMT)
    if "%" not in text:
        literal = f"[{text}]" if ":" in text else text
        with pytest.raises(SourceRefusedError, match="nicht öffentlich"):
            guard().route(parse_address(f"http://{literal}/"))


def test_every_address_of_a_name_must_be_public() -> None:
    for answers in ([PUBLIC, "10.0.0.5"], ["10.0.0.5", PUBLIC], [PUBLIC] * 9 + ["::1"]):
        with pytest.raises(SourceRefusedError, match="ausdrücklich erlauben"):
            guard(answers).route(AMT)
    assert [str(each) for each in guard([PUBLIC, "2606:4700::1"]).route(AMT).addresses] == [
        PUBLIC,
        "2606:4700::1",
    ]


def test_messages_say_what_where_and_what_to_do() -> None:
    with pytest.raises(SourceRefusedError) as caught:
        guard(["10.0.0.5"]).route(AMT)
    assert str(caught.value) == (
        "https://amt.example/seite: Diese Adresse ist nicht öffentlich (im internen Netz) und wird "
        "nicht abgerufen. Der Name führt zu 10.0.0.5. Ist das Abrufen gewollt, muss der Betrieb das "
        "Netz oder den Rechner ausdrücklich erlauben."
    )


@pytest.mark.parametrize("allowed", ["10.0.0.0/24", "amt.example", "AMT.example."])
def test_allowed_networks_and_names_are_internal(allowed: str) -> None:
    assert guard(["10.0.0.5"], allowed).route(AMT).internal
    assert not guard([PUBLIC], allowed).route(AMT).internal


def test_leave_for_one_place_is_none_for_another() -> None:
    for allowed in ("10.0.1.0/24", "www.amt.example", "example", "64:ff9b::/96"):
        with pytest.raises(SourceRefusedError):
            guard(["10.0.0.5"], allowed).route(AMT)
    with pytest.raises(SourceRefusedError):
        guard(["64:ff9b::10.0.0.5"], "10.0.0.0/8").route(AMT)


@pytest.mark.parametrize(
    "text", ["169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fe80::1",
             "0.0.0.0", "224.0.0.1", "240.0.0.1"],
)  # fmt: skip
def test_a_name_never_opens_metadata_and_the_like_but_a_network_does(text: str) -> None:
    with pytest.raises(SourceRefusedError):
        guard([text], "amt.example").route(AMT)
    assert guard([text], f"{text}/{32 if '.' in text else 128}").route(AMT).internal


def test_a_public_page_does_not_lead_into_what_is_allowed() -> None:
    allowing = guard(["10.0.0.5"], "10.0.0.0/8", "amt.example")
    with pytest.raises(SourceRefusedError, match="leitet in das interne Netz"):
        allowing.route(AMT, from_public=True)
    assert guard([PUBLIC]).route(AMT, from_public=True).addresses


def test_this_machine_by_its_public_address_is_refused() -> None:
    guard().require_other_machine(AMT, "10.0.0.5", PUBLIC)
    for own in (PUBLIC, "2606:4700::1"):
        with pytest.raises(SourceRefusedError, match="auf diesem Rechner selbst"):
            guard().require_other_machine(AMT, own, own)
        guard([], "amt.example").require_other_machine(AMT, own, own)


def test_unknown_and_impossible_names_are_unreachable() -> None:
    for host in ("fehlt.example", "a" * 63 + ".example"):
        with pytest.raises(SourceUnreachableError, match="kennt der Namensdienst nicht"):
            guard().route(parse_address(f"http://{host}/"))


def test_rubbish_from_the_name_server_is_refused() -> None:
    with pytest.raises(SourceRefusedError, match="Namensdienst"):
        guard(["127.1"]).route(AMT)


@pytest.mark.parametrize(
    "name", ["http://intranet/", "intranet/pfad", "", "*.intern.de", "a b", "intranet:80"]
)
def test_what_is_allowed_must_be_a_name(name: str) -> None:
    with pytest.raises(InputError, match="weder ein Rechnername noch ein Netz"):
        Guard((name,))
    with pytest.raises(InputError, match="weder ein Rechnername noch ein Netz"):
        parse_allowed([name])


def test_what_is_allowed_is_read_as_written() -> None:
    assert parse_allowed([" 10.1.0.0/16", "10.1.2.3", "fd00::/8", "Intranet."]) == (
        ip_network("10.1.0.0/16"),
        ip_network("10.1.2.3/32"),
        ip_network("fd00::/8"),
        "intranet",
    )


def test_the_systems_resolver_knows_this_machine() -> None:
    with pytest.raises(SourceRefusedError, match="auf diesem Rechner selbst"):
        Guard().route(parse_address("http://localhost:8000/"))
