"""The book of the hosts that were reached: what a person finds in the log, and when."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.contacts import Contact, Purpose
from prompt_workbench.system import egress
from prompt_workbench.system.egress import EgressBook
from prompt_workbench.system.egress_log import contacts


class Clock:
    """Stands for the time that goes on for all; a test lets it pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(egress, "time", clock)
    return clock


def only() -> Contact:
    (found,) = contacts()
    return found


def test_a_host_is_in_the_log_before_anything_was_exchanged() -> None:
    book = EgressBook()
    traffic = book.traffic("api.example.org", 443, Purpose.CALL)
    assert contacts() == ()
    book.reached(traffic)
    assert (only().host, only().sent, only().received) == ("api.example.org", 0, 0)
    assert not only().local


def test_what_was_counted_is_added_to_the_same_entry() -> None:
    book = EgressBook()
    traffic = book.traffic("localhost", 11434, Purpose.CALL)
    book.reached(traffic)
    for times in (1, 2):
        traffic.count, traffic.sent, traffic.received = times, 100 * times, 5000 * times
        book.save()
        found = only()
        assert (found.count, found.sent, found.received) == (times, 100 * times, 5000 * times)
    assert found.local


def test_bytes_that_nobody_counts_are_unknown() -> None:
    EgressBook().note("db.example.org", Purpose.PROJECT, port=6000)
    assert (only().host, only().sent, only().received) == ("db.example.org:6000", None, None)


def test_after_an_hour_a_new_entry_begins_from_zero(clock: Clock) -> None:
    book = EgressBook()
    traffic = book.traffic("api.example.org", 443, Purpose.CALL)
    book.reached(traffic)
    traffic.count += 3
    book.save()
    clock.now += 3600
    traffic.count += 4
    book.save()
    assert sorted(contact.count for contact in contacts()) == [3, 4]


def test_nothing_is_written_where_nothing_happened(clock: Clock) -> None:
    book = EgressBook()
    book.reached(book.traffic("api.example.org", 443, Purpose.CALL))
    clock.now += 7200
    book.save()
    assert len(contacts()) == 1


def test_repeated_contacts_are_written_every_half_minute(clock: Clock) -> None:
    book = EgressBook()
    for _ in range(10):
        book.note("db.example.org", Purpose.PROJECT)
    assert only().count == 1
    clock.now += 31
    book.note("db.example.org", Purpose.PROJECT)
    assert only().count == 11


def test_purposes_and_refusals_of_a_host_have_entries_of_their_own() -> None:
    book = EgressBook()
    book.note("a.example", Purpose.MODELS)
    book.note("a.example", Purpose.TRY)
    book.note("a.example", Purpose.MODELS, refused=True)
    assert {(each.purpose, each.refused) for each in contacts()} == {
        (Purpose.MODELS, False),
        (Purpose.TRY, False),
        (Purpose.MODELS, True),
    }


def test_bytes_that_are_known_are_not_mixed_with_those_that_are_not() -> None:
    book = EgressBook()
    traffic = book.traffic("api.example.org", 443, Purpose.CALL)
    traffic.count, traffic.sent = 1, 500
    book.reached(traffic)
    book.note("api.example.org", Purpose.CALL)
    assert {(each.count, each.sent) for each in contacts()} == {(1, 500), (1, None)}


def test_a_host_is_known_only_with_a_purpose_and_when_it_was_reached() -> None:
    book = EgressBook()
    book.note("library.example", Purpose.OTHER)
    book.note("refused.example", Purpose.MODELS, refused=True)
    book.note("models.example", Purpose.MODELS, port=8443)
    known = {host for host in ("library", "refused", "models") if book.knows(f"{host}.example")}
    assert known == {"models"}
