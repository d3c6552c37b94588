import json
import subprocess
import sys


def handle_call(name, arguments):
    if name == "disk_usage":
        path = arguments.get("path", "/")
        return subprocess.run(["du", "-sh", "--", path], capture_output=True, text=True).stdout
    raise ValueError(f"unknown tool {name}")


def main():
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "tools/call":
            params = request["params"]
            text = handle_call(params["name"], params.get("arguments", {}))
            answer = {"content": [{"type": "text", "text": text}]}
        else:
            answer = {}
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request.get("id"), "result": answer}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
