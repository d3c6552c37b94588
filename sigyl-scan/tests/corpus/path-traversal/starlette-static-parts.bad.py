from pathlib import Path, PurePosixPath

from mcp.server.fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse

mcp = FastMCP("artifacts")
ARTIFACTS = Path("/srv/artifacts")


@mcp.custom_route("/artifacts/{path:path}", methods=["GET"])
async def artifact(request: Request):
    wanted = request.path_params["path"]
    parts = wanted.split("/")
    if len(parts) > 8:
        return JSONResponse({"error": "bad path"}, status_code=400)
    return FileResponse(ARTIFACTS / wanted)


@mcp.tool()
def list_artifacts() -> list[str]:
    """Names of artifacts."""
    return [entry.name for entry in ARTIFACTS.iterdir()]
