"""The newer era in front of a server of the older one: no sessions, nothing kept, nothing seen by another."""

import json

import pytest
from conftest import CHILD, MODERN, Bridge, running, text_of, wait_for


def test_a_server_is_described_without_a_process_for_it(bridge: Bridge) -> None:
    reply = bridge.modern("server/discover")
    result = reply.json()["result"]
    assert reply.status == 200 and result["supportedVersions"] == [MODERN] and result["resultType"] == "complete"
    assert result["_meta"]["io.modelcontextprotocol/serverInfo"] == {"name": "child", "version": "1"}
    assert "tasks" not in result["capabilities"] and result["cacheScope"] == "private"


def test_requests_are_answered_as_the_era_asks(bridge: Bridge) -> None:
    reply = bridge.modern("tools/list")
    result = reply.json()["result"]
    assert "mcp-session-id" not in reply.headers
    assert (result["resultType"], result["ttlMs"], result["cacheScope"]) == ("complete", 0, "private")
    assert text_of(bridge.modern_call("echo", {"message": "é"})) == "é"
    unknown = bridge.modern("nothing/known")
    assert unknown.status == 404 and unknown.json()["error"]["code"] == -32601
    # What the older era had and this one has not.
    for method in ("initialize", "ping", "logging/setLevel", "resources/subscribe", "tasks/list"):
        assert bridge.modern(method).status == 404


def test_each_request_has_a_process_that_nobody_else_asked(bridge: Bridge) -> None:
    pids = {text_of(bridge.modern_call("pid")) for _ in range(5)}
    assert len(pids) == 5
    assert text_of(bridge.modern_call("remember", {"message": "canary"})) == ""
    assert text_of(bridge.modern_call("remember", {"message": "x"})) == ""
    wait_for(lambda: not {int(pid) for pid in pids} & set(bridge.children()), "the end of those processes")


def test_progress_streams_and_tokens_are_the_callers(bridge: Bridge, tmp_path) -> None:
    reply = bridge.modern_call("gate", {"path": str(tmp_path / "gate")}, meta={"progressToken": "mine"})
    messages = reply.messages()
    assert next(messages)["params"] == {"progressToken": "mine", "progress": 1}
    (tmp_path / "gate").touch()
    assert [message.get("params", {}).get("progress") for message in messages] == [2, None]
    # Streams of this era are not resumed.
    assert reply.last_id == ""


def test_going_away_ends_what_was_begun() -> None:
    with running(spares=0) as bridge:
        reply = bridge.ready().modern_call("wait")
        assert reply.is_stream and len(bridge.children()) == 1
        reply.close()
        wait_for(lambda: not bridge.children(), "the end of its process")


def test_log_messages_come_only_where_they_are_asked_for(bridge: Bridge) -> None:
    reply = bridge.modern_call("log", {"messages": ["a", "b"]}, meta={"io.modelcontextprotocol/logLevel": "info"})
    assert [message["params"]["data"] for message in reply.messages() if "params" in message] == ["a", "b"]
    assert not bridge.modern_call("log", {"messages": ["a"]}).is_stream


ELICITS = {"elicitation": {}}


def ask(bridge: Bridge, message: str, **more: object) -> tuple[dict, str]:
    result = bridge.modern_call("ask", {"message": message}, capabilities=ELICITS, **more).json()["result"]
    assert result["resultType"] == "input_required", result
    return result["inputRequests"], result["requestState"]


def come_back(bridge: Bridge, word: str, answers: dict, tool: str = "ask", **more: object):
    params = {"name": tool, "arguments": {"message": "?"}, "requestState": word, "inputResponses": answers}
    return bridge.modern("tools/call", params, capabilities=ELICITS, **more)


def test_a_server_that_asks_is_answered_in_the_next_round(bridge: Bridge) -> None:
    questions, word = ask(bridge, "name?")
    (key, question), = questions.items()
    assert question == {"method": "elicitation/create", "params": {"message": "name?"}} and len(word) >= 32
    others, other_word = ask(bridge, "canary of another?")
    # For another request the word is none, and a made-up one is none either.
    for wrong in (come_back(bridge, word, {}, tool="echo"), come_back(bridge, "made up", {})):
        assert wrong.json()["error"]["code"] == -32602
    # Without an answer the question is asked again, with another word.
    again = come_back(bridge, word, {"unknown": {}}).json()["result"]
    assert again["inputRequests"] == questions and again["requestState"] not in (word, other_word)
    assert come_back(bridge, word, {}).json()["error"]["code"] == -32602
    answer = come_back(bridge, again["requestState"], {key: {"action": "accept"}})
    assert json.loads(text_of(answer)) == {"action": "accept"}
    assert come_back(bridge, again["requestState"], {key: {}}).json()["error"]["code"] == -32602
    told = come_back(bridge, other_word, {next(iter(others)): {"action": "decline"}})
    assert json.loads(text_of(told)) == {"action": "decline"}


def test_a_server_may_not_ask_what_the_client_cannot_do(bridge: Bridge) -> None:
    assert json.loads(text_of(bridge.modern_call("ask", {"message": "?"})))["code"] == -32601
    answer = bridge.modern_call("ask", {"message": "?"}, capabilities={"sampling": {}})
    assert json.loads(text_of(answer))["code"] == -32601


def test_whoever_does_not_come_back_is_not_waited_for() -> None:
    with running(spares=0, idle=0.5) as bridge:
        _, word = ask(bridge.ready(), "?")
        assert len(bridge.children()) == 1
        wait_for(lambda: not bridge.children(), "the end of its process")
        assert come_back(bridge, word, {}).json()["error"]["code"] == -32602
    with running(spares=0, sessions_max=2, evict_idle=0.001) as bridge:
        bridge.ready()
        for _ in range(10):
            ask(bridge, "?")
            assert len(bridge.children()) <= 2


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"mcp_method": None}, -32020),
        ({"mcp_method": "tools/list"}, -32020),
        ({"mcp_name": None}, -32020),
        ({"mcp_name": "other"}, -32020),
        ({"mcp_name": "=?base64?ZWNobw==?="}, None),
        ({"mcp_name": "=?base64?ZWNobw?="}, -32020),
        ({"mcp_protocol_version": None}, -32020),
        ({"mcp_protocol_version": "2025-11-25"}, -32020),
        ({"mcp_session_id": "ignored"}, None),
        ({"last_event_id": "1-1"}, None),
        ({"mcp_param_region": "ignored"}, None),
    ],
)
def test_headers_must_say_what_the_body_says(bridge: Bridge, headers: dict, code: int | None) -> None:
    reply = bridge.modern_call("echo", {"message": "m"}, **headers)
    if code is None:
        assert reply.status == 200 and text_of(reply) == "m"
    else:
        assert reply.status == 400 and reply.json()["error"]["code"] == code


def test_versions_and_what_a_request_must_say(bridge: Bridge) -> None:
    later = {"io.modelcontextprotocol/protocolVersion": "2027-01-01"}
    reply = bridge.modern("tools/list", meta=later, mcp_protocol_version="2027-01-01")
    error = reply.json()["error"]
    assert reply.status == 400 and error["code"] == -32022
    assert error["data"] == {"supported": [MODERN], "requested": "2027-01-01"}
    missing = bridge.modern("tools/list", meta={"io.modelcontextprotocol/clientCapabilities": None})
    assert missing.status == 400 and missing.json()["error"]["code"] == -32602
    headers = {"mcp_protocol_version": MODERN, "mcp_method": "tools/list"}
    bare = bridge.request("POST", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, **headers)
    assert bare.status == 400 and bare.json()["error"]["code"] == -32602
    assert bridge.request("POST", {"jsonrpc": "2.0", "id": 1, "result": {}}, **headers).status == 400
    assert bridge.request("POST", [{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}], **headers).status == 400
    assert bridge.request("POST", {"jsonrpc": "2.0", "method": "notifications/x"}, **headers).status == 202
    for method in ("GET", "DELETE"):
        reply = bridge.request(method, mcp_protocol_version=MODERN)
        assert reply.status == 405 and reply.headers["allow"] == "POST"


def test_a_subscription_hears_what_it_asked_for() -> None:
    with running(sessions_max=4, spares=0) as bridge:
        bridge.ready()
        wait_for(lambda: not bridge.descendants(), "the end of the process that was asked for its health")
        wanted = {"toolsListChanged": True, "promptsListChanged": True, "resourceSubscriptions": ["a://b"]}
        reply = bridge.modern("subscriptions/listen", {"notifications": wanted})
        first = next(reply.messages())
        assert first["method"] == "notifications/subscriptions/acknowledged"
        # The server says nothing of changed prompts.
        assert first["params"]["notifications"] == {"toolsListChanged": True, "resourceSubscriptions": ["a://b"]}
        assert first["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"] == 1
        wait_for(lambda: len(bridge.descendants()) == 1, "its process")
        reply.close()
        wait_for(lambda: not bridge.descendants(), "the end of its process")
        nothing = bridge.modern("subscriptions/listen", {"notifications": {}})
        assert next(nothing.messages())["params"]["notifications"] == {}
        assert not bridge.descendants()
        assert bridge.modern("subscriptions/listen", {"notifications": {"resourceSubscriptions": 1}}).status == 400
        nothing.close()


def test_more_requests_than_places_wait_or_are_refused(tmp_path) -> None:
    with running(sessions_max=2, spares=0) as bridge:
        bridge.ready()
        gates = [bridge.modern_call("gate", {"path": str(tmp_path / "gate")}, meta={"progressToken": 1}) for _ in range(2)]
        assert len(bridge.children()) == 2
        refused = bridge.modern_call("echo", {"message": "m"})
        assert refused.status == 503 and refused.headers["retry-after"]
        (tmp_path / "gate").touch()
        assert [text_of(gate) for gate in gates] == ["through"] * 2
        assert text_of(bridge.modern_call("echo", {"message": "m"})) == "m"


def test_a_server_that_dies_answers_with_an_error(bridge: Bridge) -> None:
    answer = bridge.modern_call("crash").json()
    assert answer["error"]["code"] == -32603 and "exited with 3" in answer["error"]["message"]
    assert text_of(bridge.modern_call("echo", {"message": "m"})) == "m"


def test_nothing_works_while_the_server_does_not() -> None:
    with running(*CHILD, "dies") as bridge:
        wait_for(lambda: bridge.health()[1]["status"] == "failed", "the reason")
        assert bridge.modern("server/discover").status == 503
