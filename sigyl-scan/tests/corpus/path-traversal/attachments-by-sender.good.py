import imaplib
import re
from email import message_from_bytes
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("invoices")
INBOX = Path("/var/lib/invoices")


def plain(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[^A-Za-z0-9._-]", "_", last).lstrip(".") or "invoice"


@mcp.tool()
def fetch_invoices(folder: int) -> int:
    """Puts the invoices of a folder on the disk."""
    client = imaplib.IMAP4_SSL("mail.example.com")
    _, data = client.fetch("1", "(RFC822)")
    message = message_from_bytes(data[0][1])
    target = INBOX / str(folder)
    target.mkdir(exist_ok=True)
    for part in message.walk():
        (target / plain(part.get_filename() or "")).write_bytes(part.get_payload(decode=True))
    return folder
