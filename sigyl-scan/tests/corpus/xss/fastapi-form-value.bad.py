from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse
from markupsafe import escape

app = FastAPI()

FORM = """
<form action="/login" method="post">
  <input type="hidden" name="state" value="{state}">
  <button>Log in as {user}</button>
</form>
"""


@app.get("/login", response_class=HTMLResponse)
async def login(state: str = Query(...), user: str = "guest"):
    return HTMLResponse(FORM.format(state=state, user=user))
