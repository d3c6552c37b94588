import os

import openpyxl
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("spreadsheets")
FILES = os.environ.get("EXCEL_FILES_PATH", "./excel_files")


def get_path(filename: str) -> str:
    base = os.path.realpath(FILES)
    candidate = os.path.realpath(os.path.join(base, filename))
    if os.path.commonpath([base, candidate]) != base:
        raise ValueError(f"{filename} is outside of the folder")
    return candidate


@mcp.tool()
def create_workbook(filename: str, sheet: str = "Sheet1") -> str:
    """Create a workbook."""
    path = get_path(filename)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    workbook = openpyxl.Workbook()
    workbook.active.title = sheet
    workbook.save(path)
    return path


@mcp.tool()
def delete_workbook(filename: str) -> str:
    """Delete a workbook."""
    os.remove(get_path(filename))
    return "deleted"
