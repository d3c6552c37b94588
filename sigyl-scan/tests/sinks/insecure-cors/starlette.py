from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
mcp = FastMCP("notes")
app = mcp.http_app(middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"])])
