"""Servers of the newer era alone, in front of clients of both."""

import json
import sys

import pytest
from conftest import HERE, LEGACY, Bridge, running, text_of, wait_for

SERVER = [sys.executable, str(HERE / "modern_child.py")]


@pytest.fixture(scope="module", params=["session", "shared"])
def newer(request: pytest.FixtureRequest):
    with running(*SERVER, mode=request.param) as bridge:
        yield bridge.ready()


def test_requests_pass_as_they_are(newer: Bridge) -> None:
    described = newer.modern("server/discover").json()["result"]
    assert described["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "modern child"
    assert newer.modern("tools/list").json()["result"]["cacheScope"] == "public"
    assert text_of(newer.modern_call("echo", {"message": "m"})) == "m"
    unknown = newer.modern("nothing/known")
    assert unknown.status == 404 and unknown.json()["error"]["code"] == -32601
    # The server's own errors have the status that the era asks for.
    missing = newer.modern_call("ask")
    assert missing.status == 400 and missing.json()["error"]["data"] == {"requiredCapabilities": {"elicitation": {}}}
    steps = newer.modern_call("steps", meta={"progressToken": "mine"})
    assert [message["params"] for message in steps.messages() if "params" in message] == [
        {"progressToken": "mine", "progress": 1},
        {"progressToken": "mine", "progress": 2},
    ]


def test_rounds_are_the_clients_own_matter(newer: Bridge) -> None:
    first = newer.modern_call("ask", capabilities={"elicitation": {}}).json()["result"]
    assert first["resultType"] == "input_required" and first["requestState"] == "second"
    retry = {"name": "ask", "requestState": "second", "inputResponses": {"name": {"action": "accept"}}}
    again = newer.modern("tools/call", retry, capabilities={"elicitation": {}})
    assert json.loads(text_of(again)) == {"name": {"action": "accept"}}


def test_subscriptions_bear_their_subscribers_ids(newer: Bridge) -> None:
    streams = [newer.modern("subscriptions/listen", {"notifications": {"toolsListChanged": True}}) for _ in range(2)]
    messages = [stream.messages() for stream in streams]
    ids = [next(m)["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] for m in messages]
    assert len(set(ids)) == 2
    newer.modern_call("changed")
    for own, stream in zip(ids, messages, strict=True):
        told = next(stream)
        assert told["method"] == "notifications/tools/list_changed"
        assert told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == own
    for stream in streams:
        stream.close()
    wait_for(lambda: text_of(newer.modern_call("cancelled")).count("cancelled") >= 2, "the end of both")


def test_going_away_cancels(newer: Bridge) -> None:
    before = text_of(newer.modern_call("cancelled")).count("cancelled")
    reply = newer.modern_call("wait")
    assert reply.is_stream
    reply.close()
    wait_for(lambda: text_of(newer.modern_call("cancelled")).count("cancelled") > before, "the server to hear of it")


def test_older_clients_have_sessions_all_the_same(newer: Bridge) -> None:
    session = newer.session(capabilities={"elicitation": {}})
    assert session.result["protocolVersion"] == LEGACY and session.result["serverInfo"]["name"] == "modern child"
    assert session.ask("ping").json()["result"] == {}
    listed = session.ask("tools/list").json()["result"]
    assert listed["tools"][0]["name"] == "echo" and not {"resultType", "ttlMs", "cacheScope"} & set(listed)
    said = json.loads(session.text("meta"))
    assert said["io.modelcontextprotocol/clientInfo"]["name"] == "test"
    assert said["io.modelcontextprotocol/clientCapabilities"] == {"elicitation": {}}
    progress = session.call("steps", meta={"progressToken": 7})
    assert [message["params"]["progressToken"] for message in progress.messages() if "params" in message] == [7, 7]
    assert session.end() == 200 and session.ask("ping").status == 404


def test_older_clients_are_asked_as_they_know_it(newer: Bridge) -> None:
    session, other = newer.session(capabilities={"elicitation": {}}), newer.session()
    messages = session.call("ask", identity=1).messages()
    question = next(messages)
    assert question["method"] == "elicitation/create" and question["params"] == {"message": "name?"}
    # Nobody answers for another, and the next question of another session has the same id.
    assert other.post({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "stolen"}}).status == 202
    assert session.post({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept"}}).status == 202
    answer = next(messages)
    assert answer["id"] == 1 and json.loads(answer["result"]["content"][0]["text"]) == {"name": {"action": "accept"}}
    refused = session.call("ask", identity=2).messages()
    question = next(refused)
    session.post({"jsonrpc": "2.0", "id": question["id"], "error": {"code": -1, "message": "no"}})
    assert "answered with an error" in next(refused)["error"]["message"]
    session.end(), other.end()


def test_older_clients_hear_of_changes(newer: Bridge) -> None:
    session, other = newer.session(), newer.session()
    own, others = session.listen().messages(), other.listen().messages()
    assert session.ask("resources/subscribe", {"uri": "a://b"}).json()["result"] == {}
    session.text("changed", {"uri": "a://b"})
    assert {next(own)["method"] for _ in range(2)} == {
        "notifications/tools/list_changed",
        "notifications/resources/updated",
    }
    assert next(others)["method"] == "notifications/tools/list_changed"
    assert session.ask("resources/unsubscribe", {"uri": "a://b"}).json()["result"] == {}
    session.end(), other.end()
    assert list(own) == [] and list(others) == []
