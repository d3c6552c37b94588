from pathlib import Path

from mcp.server.fastmcp import FastMCP

NOTES = Path("/srv/notes")


def read_note(name: str) -> str:
    return (NOTES / name).read_text()


def count_notes() -> int:
    return len(list(NOTES.iterdir()))


HANDLERS = {"read_note": read_note, "count_notes": count_notes}
GROUPS = {"reading": ["read_note"], "counting": ["count_notes"]}


def build(groups: set[str]) -> FastMCP:
    mcp = FastMCP("notes")
    for group in sorted(groups):
        for name in GROUPS[group]:
            if name in HANDLERS:
                mcp.tool()(HANDLERS[name])
    return mcp


server = build({"reading", "counting"})
