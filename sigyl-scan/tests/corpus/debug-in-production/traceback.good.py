import logging
import traceback

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


@app.exception_handler(Exception)
async def failed(request: Request, error: Exception):
    logging.error("failed: %s", traceback.format_exc())
    return JSONResponse({"error": "internal error"}, status_code=500)
