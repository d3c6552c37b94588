from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")
NOTES: dict[str, str] = {}


@mcp.tool()
def keep_note(title: str, text: str) -> str:
    """Keeps a note under a title until the server ends."""
    NOTES[title] = text
    return f"kept {title}"


@mcp.tool()
def find_notes(word: str) -> list[str]:
    """Lists the titles of notes that have a word in them."""
    return [title for title, text in NOTES.items() if word.lower() in text.lower()]


if __name__ == "__main__":
    mcp.run()
