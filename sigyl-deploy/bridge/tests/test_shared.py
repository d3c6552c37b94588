"""One process for all callers: what is one caller's reaches no other."""

import json
import threading

from conftest import Bridge, running, text_of, wait_for
import pytest


@pytest.fixture(scope="module")
def shared():
    with running(mode="shared") as bridge:
        yield bridge.ready()


def test_one_process_answers_all(shared: Bridge) -> None:
    one, two = shared.session(), shared.session()
    pids = {one.text("pid"), two.text("pid"), text_of(shared.modern_call("pid"))}
    assert len(pids) == 1 and shared.children() == [int(pids.pop())]
    assert "logging" not in one.result["capabilities"] and "tasks" not in one.result["capabilities"]
    one.end(), two.end()
    # The process stays.
    assert len(shared.children()) == 1


def test_old_clients_get_the_version_that_they_know(shared: Bridge) -> None:
    assert shared.session(version="2025-03-26").result["protocolVersion"] == "2025-03-26"
    assert shared.session(version="1999-01-01").result["protocolVersion"] == "2025-11-25"


def test_answers_progress_and_cancellation_stay_with_their_caller(shared: Bridge, tmp_path) -> None:
    one, two = shared.session(), shared.session()
    own = {session.id: session.listen() for session in (one, two)}
    # The same ids and tokens on purpose, in both eras.
    gates = [
        one.call("gate", {"path": str(tmp_path / "one")}, {"progressToken": 1}, identity=5),
        two.call("gate", {"path": str(tmp_path / "two")}, {"progressToken": 1}, identity=5),
        shared.modern_call("gate", {"path": str(tmp_path / "three")}, meta={"progressToken": 1}),
    ]
    streams = [gate.messages() for gate in gates]
    assert [next(stream)["params"]["progress"] for stream in streams] == [1, 1, 1]
    # Neither may cancel what the other began.
    stranger = shared.session()
    assert stranger.tell("notifications/cancelled", {"requestId": 5}).status == 202
    assert stranger.tell("notifications/cancelled", {"requestId": 1}).status == 202
    one.text("log", {"messages": ["canary of one"]})
    (tmp_path / "two").touch()
    assert [message.get("id") for message in streams[1]] == [None, 5]
    two.tell("notifications/cancelled", {"requestId": 5})
    (tmp_path / "one").touch()
    assert [message.get("id") for message in streams[0]] == [None, 5]
    gates[2].close()
    for session in (one, two):
        session.end()
        assert "canary" not in json.dumps(list(own[session.id].messages()))


def test_going_away_cancels_in_the_newer_era(shared: Bridge) -> None:
    reply = shared.modern_call("wait")
    assert reply.is_stream
    reply.close()
    wait_for(lambda: any("cancelled" in line for line in shared.log), "the server to hear of it")
    assert len(shared.children()) == 1


def test_changes_are_told_to_those_who_asked(shared: Bridge) -> None:
    one, two = shared.session(), shared.session()
    assert one.ask("resources/subscribe", {"uri": "a://one"}).status == 200
    listeners = [one.listen().messages(), two.listen().messages()]
    modern = shared.modern("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["a://one"]}})
    heard = modern.messages()
    next(heard)
    two.text("changed", {"uri": "a://one"})
    assert next(heard)["params"]["uri"] == "a://one"
    assert [next(listeners[0])["method"] for _ in range(2)] == [
        "notifications/tools/list_changed",
        "notifications/resources/updated",
    ]
    assert next(listeners[1])["method"] == "notifications/tools/list_changed"
    modern.close()
    two.end(), one.end()
    assert list(listeners[1]) == []


def test_the_server_can_ask_nobody(shared: Bridge) -> None:
    session = shared.session(capabilities={"elicitation": {}})
    assert json.loads(session.text("ask", {"message": "?"}))["code"] == -32601
    for method in ("tasks/list", "tasks/get", "tasks/cancel"):
        assert session.ask(method, {"taskId": "1"}).json()["error"]["code"] == -32601
    assert session.ask("logging/setLevel", {"level": "debug"}).json()["result"] == {}
    session.end()


def test_a_crash_is_an_error_for_those_who_waited_and_the_server_starts_again(tmp_path) -> None:
    with running(mode="shared") as bridge:
        session = bridge.ready().session()
        waiting = session.call("gate", {"path": str(tmp_path / "never")}, {"progressToken": 1})
        before = bridge.children()
        crashed = session.call("crash").json()
        assert "exited with 3" in crashed["error"]["message"]
        assert "exited with 3" in list(waiting.messages())[-1]["error"]["message"]
        # The session goes on, with another process.
        wait_for(lambda: session.call("echo", {"message": "again"}).status == 200, "another process")
        assert session.text("echo", {"message": "again"}) == "again"
        assert bridge.children() != before and len(bridge.children()) == 1
        assert bridge.health()[0] == 200


def test_many_callers_at_once_see_their_own(shared: Bridge) -> None:
    wrong: list[str] = []

    def caller(name: str) -> None:
        session = shared.session()
        for n in range(20):
            told = session.call("echo", {"message": f"{name} {n}"}, {"progressToken": 1}, identity=1)
            if text_of(told) != f"{name} {n}" or text_of(shared.modern_call("echo", {"message": name})) != name:
                wrong.append(name)
        session.end()

    threads = [threading.Thread(target=caller, args=(f"caller {n}",)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
