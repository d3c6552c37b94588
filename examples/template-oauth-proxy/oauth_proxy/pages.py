"""The two pages that a user sees."""

from html import escape
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from .store import Client

HEADERS = {
    # No frame may hold the page: the user's click must be meant for it. `form-action` is left out on purpose,
    # because browsers apply it to the redirect that follows the form, too.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # With `no-referrer` the browser would send `Origin: null` with the form.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def consent_page(client: Client, redirect_uri: str, upstream: str, key: str) -> HTMLResponse:
    """Ask the user whether this very client may act for them. All that the client says of itself is escaped."""
    destination = urlsplit(redirect_uri)
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Allow access?</title>
<h1>Allow access?</h1>
<p>A program that calls itself <strong>{escape(client.name)}</strong> wants to act for you at
<strong>{escape(urlsplit(upstream).netloc)}</strong>. Its name is not verified.</p>
<p>Afterwards you will be sent to <strong>{escape(f"{destination.scheme}://{destination.netloc}")}</strong>.
If you did not start this yourself, choose Deny.</p>
<form method="post" action="/consent">
<input type="hidden" name="request" value="{escape(key)}">
<button name="decision" value="deny">Deny</button>
<button name="decision" value="allow">Allow</button>
</form>
</html>
""",
        headers=HEADERS,
    )


def error_page(message: str) -> HTMLResponse:
    """Tell the user what is wrong, here: a request that is not trusted is never answered by a redirect."""
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Not possible</title>
<h1>Not possible</h1>
<p>{escape(message)}</p>
</html>
""",
        status_code=400,
        headers=HEADERS,
    )
