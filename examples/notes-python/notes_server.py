"""Plain-text notes below one folder, as an MCP server."""

import os
from pathlib import Path

from mcp.server.fastmcp import FastMCP
from mcp.types import ToolAnnotations

# Largest note, in bytes of UTF-8; chosen to fit well into a model's context.
MAX_NOTE_BYTES = 64 * 1024

ROOT = Path(os.environ.get("NOTES_DIR", "notes")).resolve()

mcp = FastMCP("notes-python")


def note_path(name: str) -> Path:
    """The file of a note. Resolving first means that neither `..` nor a link can lead out of the folder."""
    path = (ROOT / f"{name}.txt").resolve()
    if not path.is_relative_to(ROOT):
        raise ValueError("a note's name must not lead out of the notes folder")
    return path


@mcp.tool(annotations=ToolAnnotations(readOnlyHint=True, openWorldHint=False))
def list_notes() -> list[str]:
    """Names of all notes, in alphabetical order."""
    return sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.rglob("*.txt"))


@mcp.tool(annotations=ToolAnnotations(readOnlyHint=True, openWorldHint=False))
def read_note(name: str) -> str:
    """The text of one note."""
    path = note_path(name)
    if not path.is_file():
        raise ValueError("there is no such note")
    if path.stat().st_size > MAX_NOTE_BYTES:
        raise ValueError(f"the note is larger than {MAX_NOTE_BYTES} bytes")
    return path.read_text(encoding="utf-8")


@mcp.tool(annotations=ToolAnnotations(destructiveHint=True, idempotentHint=True, openWorldHint=False))
def write_note(name: str, text: str) -> str:
    """Create a note, or replace the text of one."""
    data = text.encode("utf-8")
    if len(data) > MAX_NOTE_BYTES:
        raise ValueError(f"a note has at most {MAX_NOTE_BYTES} bytes")
    path = note_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return f"wrote {len(data)} bytes"


def main() -> None:
    """Serve on standard input and output."""
    mcp.run(transport="stdio")


if __name__ == "__main__":
    main()
