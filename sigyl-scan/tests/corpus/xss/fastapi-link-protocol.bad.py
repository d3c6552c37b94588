from html import escape
from urllib.parse import urlparse

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI()


def link(url: str, label: str) -> str:
    return f'<a href="{escape(url)}">{escape(label)}</a>'


@app.get("/continue")
async def go_on(next: str, label: str = "Continue"):
    body = link(next, label)
    return HTMLResponse(content="<html><body>" + body + "</body></html>")
