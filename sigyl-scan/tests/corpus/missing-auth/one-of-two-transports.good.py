import argparse
import hmac
import os

from fastmcp import FastMCP
from fastmcp.server.auth import TokenVerifier

mcp = FastMCP("ledger")


class Shared(TokenVerifier):
    async def verify_token(self, token):
        return hmac.compare_digest(token, os.environ["LEDGER_GATE"]) or None


def require_token(server, host):
    if not os.environ.get("LEDGER_GATE"):
        if host not in ("127.0.0.1", "localhost"):
            raise SystemExit("set LEDGER_GATE to listen on the network")
        return
    server.auth = Shared()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--transport", choices=["stdio", "sse", "streamable-http"], default="stdio")
    parser.add_argument("--host", default="127.0.0.1")
    args = parser.parse_args()
    options = {"transport": args.transport}
    if args.transport != "stdio":
        options["host"] = args.host
        require_token(mcp, args.host)
    mcp.run(**options)
