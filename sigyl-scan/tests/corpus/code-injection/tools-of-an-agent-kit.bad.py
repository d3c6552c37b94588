import ast

from google.adk.tools.function_tool import FunctionTool
from google.adk.tools.mcp_tool.conversion_utils import adk_to_mcp_tool_type
from mcp.server.lowlevel import Server

app = Server("figures")


def evaluate(formula: str, figures: dict[str, float]) -> float:
    """The value of a formula over named figures."""
    return eval(formula, {"__builtins__": {}}, figures)


evaluate_tool = FunctionTool(evaluate)
TOOLS = {evaluate_tool.name: evaluate_tool}


@app.list_tools()
async def list_tools():
    return [adk_to_mcp_tool_type(tool) for tool in TOOLS.values()]


@app.call_tool()
async def call_tool(name: str, arguments: dict):
    return await TOOLS[name].run_async(args=arguments, tool_context=None)
