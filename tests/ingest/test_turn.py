"""Taking turns: a switch fits between two documents, even of a run that never rests."""

import threading
import time

from ingest.turn import Turn


def test_a_pause_comes_between_two_documents_of_a_run_that_never_rests() -> None:
    turn, stop = Turn(), threading.Event()
    working = threading.Event()

    def run() -> None:
        while not stop.is_set():
            with turn.document():
                working.set()
                time.sleep(0.001)
                working.clear()

    runner = threading.Thread(target=run)
    runner.start()
    try:
        for _ in range(20):
            begin = time.monotonic()
            with turn.pause():
                assert not working.is_set()
                time.sleep(0.002)
                assert not working.is_set()
            assert time.monotonic() - begin < 5
    finally:
        stop.set()
        runner.join()


def test_a_pause_waits_for_the_document_in_work() -> None:
    turn, order = Turn(), []
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with turn.document():
            inside.set()
            leave.wait(10)
            order.append("document")

    worker = threading.Thread(target=work)
    worker.start()
    inside.wait(10)

    def pause() -> None:
        with turn.pause():
            order.append("pause")

    pauser = threading.Thread(target=pause)
    pauser.start()
    time.sleep(0.05)
    assert order == []
    leave.set()
    worker.join()
    pauser.join()
    assert order == ["document", "pause"]


def test_an_error_ends_the_turn() -> None:
    turn = Turn()
    for _ in range(2):
        try:
            with turn.document():
                raise ValueError
        except ValueError:
            pass
    with turn.pause():
        pass
    with turn.document():
        pass
