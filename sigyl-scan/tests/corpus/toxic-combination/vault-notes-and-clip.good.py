from urllib.request import Request, urlopen

from fastmcp import FastMCP

mcp = FastMCP("clipper")


@mcp.tool
def clip_article(address: str) -> str:
    """Clips an article of the web."""
    if not address.startswith(("http://", "https://")):
        raise ValueError("not an address of the web")
    with urlopen(Request(address, headers={"User-Agent": "vault-clipper"}), timeout=10) as answer:
        return answer.read(200_000).decode("utf-8", "replace")


if __name__ == "__main__":
    mcp.run()
