//! Every way in which the SDKs register tools: the tool is found, and its arguments are a caller's.

use sigyl_core::{Manifest, ScanReport, SourceTree};
use sigyl_scan::{ScanConfig, Unobserved, scan};

fn report(path: &str, text: &str) -> ScanReport {
    let tree = SourceTree::from_texts([(path, text)]);
    scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved)
}

/// Asserts that the tool `run` is found with its description, and that its argument reaches the shell.
fn assert_found(path: &str, text: &str) {
    let report = report(path, text);
    let tool = report.tools.iter().find(|tool| tool.name == "run");
    assert!(tool.is_some(), "no tool in {path}:\n{text}\n{:?}", report.not_analysed);
    let description = tool.and_then(|tool| tool.description.as_deref());
    assert_eq!(description, Some("Runs it."), "{text}");
    assert_reached(path, text);
}

fn assert_reached(path: &str, text: &str) {
    let report = report(path, text);
    let found = report.findings.iter().find(|finding| finding.rule == "command-injection");
    assert!(found.is_some_and(|finding| !finding.flow.is_empty()), "{text}\n{:#?}", report.findings);
}

#[test]
fn typescript_sdk_1() {
    let head = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { execSync } from 'node:child_process';
import { z } from 'zod';
const server = new McpServer({ name: 'x', version: '1' });
";
    for body in [
        "server.tool('run', 'Runs it.', { c: z.string() }, async ({ c }) => { execSync(c); });",
        "server.registerTool('run', { description: 'Runs it.', inputSchema: { c: z.string() } }, async (args) => execSync(args.c));",
        "const tools = [{ name: 'run', description: 'Runs it.', schema: { c: z.string() }, run: (a) => execSync(a.c) }];
         for (const tool of tools) server.tool(tool.name, tool.description, tool.schema, async (args) => tool.run(args));",
        "const tools = { run: { description: 'Runs it.', handler: ({ c }) => execSync(c) } };
         for (const [name, tool] of Object.entries(tools)) server.registerTool(name, { description: tool.description }, tool.handler);",
        "const low = new Server({ name: 'x', version: '1' }, {});
         low.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [{ name: 'run', description: 'Runs it.', inputSchema: { type: 'object' } }] }));
         low.setRequestHandler(CallToolRequestSchema, async (request) => {
           switch (request.params.name) { case 'run': return execSync(String(request.params.arguments?.c)); default: throw new Error('no'); }
         });",
    ] {
        assert_found("server.ts", &format!("{head}{body}\n"));
    }
}

#[test]
fn typescript_sdk_2() {
    let head = "import { McpServer, Server, createMcpHandler } from '@modelcontextprotocol/server';
import { execSync } from 'node:child_process';
import * as z from 'zod/v4';
";
    for body in [
        "const server = new Server({ name: 'x', version: '1' }, {});
         server.setRequestHandler('tools/list', async () => ({ tools: [{ name: 'run', description: 'Runs it.', inputSchema: {} }] }));
         server.setRequestHandler('tools/call', async (request) => execSync(request.params.arguments.c));",
        "const handler = createMcpHandler((server) => {
           server.registerTool('run', { description: 'Runs it.', inputSchema: z.object({ c: z.string() }) }, async ({ c }) => execSync(c));
         });
         export { handler as GET };",
    ] {
        assert_found("server.ts", &format!("{head}{body}\n"));
    }
}

#[test]
fn python_sdk_1() {
    let fast = "import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n";
    for body in [
        "@mcp.tool()\ndef run(c: str) -> str:\n    \"\"\"Runs it.\"\"\"\n    return subprocess.getoutput(c)\n",
        "@mcp.tool\nasync def run(c: str):\n    '''Runs it.'''\n    subprocess.run(c, shell=True)\n",
        "@mcp.tool(name='run', description='Runs it.')\ndef other(c: str):\n    subprocess.run(c, shell=True)\n",
        "def run(c: str):\n    \"\"\"Runs it.\"\"\"\n    subprocess.run(c, shell=True)\nmcp.add_tool(run)\n",
        "def run(c: str):\n    \"\"\"Runs it.\"\"\"\n    subprocess.run(c, shell=True)\nmcp.tool()(run)\n",
        "def run(c: str):\n    \"\"\"Runs it.\"\"\"\n    subprocess.run(c, shell=True)\nfor f in [run]:\n    mcp.add_tool(f)\n",
    ] {
        assert_found("server.py", &format!("{fast}{body}"));
    }
    let low = "import subprocess
from mcp.server import Server
from mcp.types import Tool
server = Server('x')
@server.list_tools()
async def list_tools() -> list[Tool]:
    return [Tool(name='run', description='Runs it.', inputSchema={'type': 'object'})]
@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name == 'run':
        return subprocess.getoutput(arguments['c'])
    raise ValueError(name)
";
    assert_found("server.py", low);
}

#[test]
fn python_sdk_2() {
    let fast = "import subprocess
from mcp.server import MCPServer
mcp = MCPServer('x')
@mcp.tool()
def run(c: str) -> str:
    \"\"\"Runs it.\"\"\"
    return subprocess.getoutput(c)
";
    assert_found("server.py", fast);
    let low = "import subprocess
from mcp.server.lowlevel import Server
from mcp import types
async def listed(ctx, params):
    return types.ListToolsResult(tools=[types.Tool(name='run', description='Runs it.', inputSchema={})])
async def called(ctx, params):
    return subprocess.getoutput(params.arguments['c'])
server = Server('x', on_list_tools=listed, on_call_tool=called)
";
    assert_found("server.py", low);
}

#[test]
fn pins_are_of_what_is_written() {
    let text = "import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
const server = new Server({ name: 'x', version: '1' }, {});
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [{ name: 'a', description: 'A', inputSchema: { type: 'object', properties: {} }, annotations: { readOnlyHint: true } }],
}));
";
    let report = report("server.ts", text);
    let [tool] = report.tools.as_slice() else { panic!("{:?}", report.tools) };
    let schema = serde_json::json!({"properties": {}, "type": "object"});
    let annotations = serde_json::json!({"readOnlyHint": true});
    let pins = sigyl_core::ToolPins::new("a", Some("A"), Some(&schema), None, Some(&annotations));
    assert_eq!(tool.pins, pins);
}
