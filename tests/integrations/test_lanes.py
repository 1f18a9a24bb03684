"""Leases: a lane is closed after its last search, and no search begins on a closed one."""

import threading
import time

from integrations.lanes import Leases


def test_the_end_waits_for_the_last_search() -> None:
    leases, order = Leases(), []
    inside, leave = threading.Event(), threading.Event()

    def search() -> None:
        with leases.held() as given:
            assert given
            inside.set()
            leave.wait(10)
            order.append("searched")

    def end() -> None:
        leases.end()
        order.append("ended")

    threads = [threading.Thread(target=search), threading.Thread(target=end)]
    threads[0].start()
    inside.wait(10)
    threads[1].start()
    time.sleep(0.05)
    assert order == []
    with leases.held() as given:
        assert not given, "a search must not begin on a lane that is about to be closed"
    leave.set()
    for thread in threads:
        thread.join()
    assert order == ["searched", "ended"]


def test_many_searches_leave_nothing_behind() -> None:
    leases = Leases()

    def search() -> None:
        for _ in range(200):
            with leases.held() as given:
                assert given

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    leases.end()
    with leases.held() as given:
        assert not given
