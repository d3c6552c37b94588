"""A server over standard input and output that does what it is told to, good or bad. Standard library only.

`child.py`         speaks the older era
`child.py TRAIT…`  with traits: `deaf` never answers, `dies` ends at the first line, `chatty` writes rubbish, too,
                   `stubborn` ends by SIGKILL alone, `refuses` answers initialize with an error, `slow` never reads
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

TRAITS = set(sys.argv[1:])
lock = threading.Lock()
cancelled: dict[object, threading.Event] = {}
answers: dict[object, tuple[threading.Event, list]] = {}


def say(message: dict) -> None:
    with lock:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def text(value: str) -> dict:
    return {"content": [{"type": "text", "text": value}]}


def ask(method: str, params: dict) -> dict:
    """Asks the client, and waits for its answer."""
    number = f"q{len(answers)}"
    answers[number] = (threading.Event(), [])
    say({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    answers[number][0].wait()
    return answers[number][1][0]


def call(identity: object, name: str, arguments: dict, meta: dict) -> dict:
    progress = lambda n: say(  # noqa: E731
        {
            "jsonrpc": "2.0",
            "method": "notifications/progress",
            "params": {"progressToken": meta.get("progressToken"), "progress": n},
        }
    )
    match name:
        case "echo":
            return text(arguments["message"])
        case "remember":
            # What a server of sessions keeps between calls.
            before, call.kept = getattr(call, "kept", ""), arguments["message"]
            return text(before)
        case "environment":
            return text(json.dumps(dict(os.environ)))
        case "pid":
            return text(str(os.getpid()))
        case "wait":
            # Until it is cancelled.
            cancelled[identity].wait()
            raise InterruptedError
        case "gate":
            # Progress, until a file is there; no clock decides when.
            progress(1)
            while not os.path.exists(arguments["path"]):
                time.sleep(0.01)
            progress(2)
            return text("through")
        case "steps":
            for n in range(arguments["count"]):
                progress(n + 1)
            return text("done")
        case "log":
            for message in arguments["messages"]:
                say({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": message}})
            return text("logged")
        case "changed":
            say({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
            say({"jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {"uri": arguments["uri"]}})
            return text("changed")
        case "large":
            return text("x" * arguments["bytes"])
        case "ask":
            return text(json.dumps(ask("elicitation/create", {"message": arguments["message"]})))
        case "grandchildren":
            # One in the group, one in a session of its own, one that hides its environment, and a zombie.
            children = [
                subprocess.Popen(["sleep", "1000"]),
                subprocess.Popen(["sleep", "1000"], start_new_session=True),
                subprocess.Popen(["env", "-i", "sleep", "1000"], start_new_session=True),
                subprocess.Popen(["sh", "-c", "sleep 1000 & sleep 1001 & echo $!"], stdout=subprocess.DEVNULL),
            ]
            children[3].wait()
            return text(json.dumps([child.pid for child in children[:3]]))
        case "crash":
            os._exit(3)
        case "stderr":
            print(arguments["message"], file=sys.stderr, flush=True)
            return text("said")
    raise LookupError(name)


def serve(message: dict) -> None:
    identity, method, params = message.get("id"), message.get("method"), message.get("params") or {}
    if method is None:
        if identity in answers:
            answers[identity][1].append(message.get("result", message.get("error")))
            answers[identity][0].set()
        return
    if method == "notifications/cancelled":
        if params.get("requestId") in cancelled:
            cancelled[params["requestId"]].set()
        return
    if identity is None:
        return
    try:
        match method:
            case "initialize" if "refuses" in TRAITS:
                raise LookupError("initialize")
            case "initialize":
                result = {
                    "protocolVersion": params["protocolVersion"],
                    "capabilities": {
                        "tools": {"listChanged": True},
                        "resources": {"subscribe": True},
                        "logging": {},
                        "tasks": {},
                    },
                    "serverInfo": {"name": "child", "version": "1"},
                }
            case "tools/list":
                result = {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}
            case "tools/call":
                cancelled[identity] = threading.Event()
                result = call(identity, params["name"], params.get("arguments", {}), params.get("_meta", {}))
            case "resources/subscribe" | "resources/unsubscribe" | "logging/setLevel" | "ping":
                result = {}
            case _:
                raise LookupError(method)
    except InterruptedError:
        print("cancelled", file=sys.stderr, flush=True)
        return
    except LookupError as error:
        say({"jsonrpc": "2.0", "id": identity, "error": {"code": -32601, "message": str(error)}})
        return
    say({"jsonrpc": "2.0", "id": identity, "result": result})


if "stubborn" in TRAITS:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "slow" in TRAITS:
    signal.pause()
for line in sys.stdin:
    if "dies" in TRAITS:
        sys.exit(4)
    if "chatty" in TRAITS:
        sys.stdout.write('starting…\n{"jsonrpc": "2.0"}\n\n[1, 2]\n{"id": 1\n\x00\xff\n')
        sys.stdout.flush()
    if "deaf" not in TRAITS:
        threading.Thread(target=serve, args=(json.loads(line),), daemon=True).start()
if "stubborn" in TRAITS:
    signal.pause()
