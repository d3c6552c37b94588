//! What the dataflow engine knows of a value when it reaches a sink.
//!
//! The sink is a function `sink` that nothing declares; the probe says which hazards its argument still has.

use sigyl_core::{Class, Manifest, Severity, SourceTree};
use sigyl_scan::{
    Draft, Findings, Rule, RuleMeta, ScanConfig, Unobserved,
    flow::{Call, Hazards},
    scan_with,
};

struct Probe;

static META: RuleMeta = RuleMeta {
    id: "probe",
    title: "Probe",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[],
    owasp: None,
    practice: None,
    since: "0.1.0",
    fixes: &[],
    page: "",
};

const NAMES: &[(&str, Hazards)] = &[
    ("command", Hazards::COMMAND),
    ("argument", Hazards::ARGUMENT),
    ("up", Hazards::PATH_UP),
    ("absolute", Hazards::PATH_ABSOLUTE),
    ("host", Hazards::HOST),
    ("sql", Hazards::SQL),
    ("url", Hazards::URL_PATH),
];

impl Rule for Probe {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if !call.is(&["sink"]) {
            return;
        }
        let Some(value) = call.arg(0) else { return };
        let live: Vec<&str> = NAMES
            .iter()
            .filter(|(_, hazard)| {
                call.flow(value, *hazard)
                    .is_some_and(|flow| flow.source != sigyl_scan::flow::SourceKind::Parameter)
            })
            .map(|(name, _)| *name)
            .collect();
        if !live.is_empty() {
            out.report(Draft::new(call.place(), live.join(" ")));
        }
    }
}

/// The hazards that reach sinks in `files`, a line each.
fn live_in(files: &[(&str, &str)]) -> String {
    let tree = SourceTree::from_texts(files.iter().copied());
    let report = scan_with(&[&Probe], &tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    assert!(report.not_analysed.is_empty(), "{:?}", report.not_analysed);
    let mut lines: Vec<(u32, String)> =
        report.findings.into_iter().map(|finding| (finding.location.start_line, finding.message)).collect();
    lines.sort();
    lines.into_iter().map(|(_, message)| message).collect::<Vec<_>>().join("\n")
}

/// The hazards that reach the sink in a TypeScript tool whose handler is `body`.
fn typescript(body: &str) -> String {
    let text = format!(
        "import {{ McpServer }} from '@modelcontextprotocol/sdk/server/mcp.js';\n\
         import path from 'node:path';\nimport fs from 'node:fs/promises';\nimport {{ z }} from 'zod';\n\
         const server = new McpServer({{ name: 'x', version: '1' }});\n\
         const ALLOWED = ['a', 'b'];\nconst ROOT = '/srv/data';\n\
         server.tool('t', 'T', {{ x: z.string(), n: z.number(), e: z.enum(['p', 'q']) }}, async ({{ x, n, e }}) => {{\n\
         {body}\n}});\n"
    );
    live_in(&[("server.ts", &text)])
}

/// The hazards that reach the sink in a Python tool whose body is `body`.
fn python(body: &str) -> String {
    let indented: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "import os, re, shlex\nfrom pathlib import Path\nfrom typing import Literal\nfrom urllib.parse import urlparse\n\
         from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\nALLOWED = {{'a', 'b'}}\nROOT = Path('/srv/data')\n\
         @mcp.tool()\ndef t(x: str, n: int, e: Literal['p', 'q']) -> str:\n{indented}"
    );
    live_in(&[("server.py", &text)])
}

const ALL: &str = "command argument up absolute host sql url";

#[test]
fn callers_values_arrive() {
    assert_eq!(typescript("sink(x)"), ALL);
    assert_eq!(typescript("const y = x; const { length } = y; sink({ y }.y)"), ALL);
    assert_eq!(typescript("sink(n); sink(e)"), "");
    assert_eq!(python("sink(x)"), ALL);
    assert_eq!(python("y = x.strip()\nz = [y]\nsink(z[0])"), ALL);
    assert_eq!(python("sink(n)\nsink(e)"), "");
}

#[test]
fn position_in_text_matters() {
    assert_eq!(typescript("sink(`git log ${x}`)"), "command argument up sql url");
    assert_eq!(typescript("sink(`https://${x}/a`)"), "command up host sql url");
    assert_eq!(typescript("sink(`https://api.example.com/users/${x}`)"), "command up sql url");
    assert_eq!(python("sink(f'https://api.example.com/users/{x}')"), "command up sql url");
    assert_eq!(python("sink('--name=%s' % x)"), "command up sql url");
    assert_eq!(python("sink('id={}'.format(x))"), "command up sql url");
}

#[test]
fn allow_lists_and_early_returns() {
    assert_eq!(typescript("if (!ALLOWED.includes(x)) throw new Error('no'); sink(x)"), "");
    assert_eq!(typescript("if (ALLOWED.includes(x)) { sink(x) } else { sink(x) }"), ALL);
    assert_eq!(typescript("const ok = ALLOWED.includes(x); if (!ok) return; sink(x)"), "");
    assert_eq!(typescript("switch (x) { case 'a': sink(x); break; default: sink(x) }"), ALL);
    assert_eq!(typescript("if (x !== 'a' && x !== 'b') { return } sink(x)"), "");
    assert_eq!(python("if x not in ALLOWED:\n    raise ValueError(x)\nsink(x)"), "");
    assert_eq!(python("if x in ALLOWED:\n    return ''\nsink(x)"), ALL);
    assert_eq!(python("assert x in ALLOWED\nsink(x)"), "");
}

#[test]
fn regular_expressions() {
    assert_eq!(typescript("if (!/^[a-z0-9_]+$/.test(x)) throw new Error(); sink(x)"), "");
    assert_eq!(typescript("if (!/[a-z0-9_]+/.test(x)) throw new Error(); sink(x)"), ALL);
    assert!(typescript("if (/[;&|]/.test(x)) throw new Error(); sink(x)").contains("command"));
    assert_eq!(typescript("const RE = /^[\\w-]+$/; if (!RE.test(x)) return; sink(x)"), "argument");
    assert_eq!(python("if not re.fullmatch(r'[a-z]+', x):\n    raise ValueError\nsink(x)"), "");
    assert_eq!(
        python("if not re.match(r'[a-z]+', x):\n    raise ValueError\nsink(x)"),
        ALL.replace(" argument", "").replace("argument ", "")
    );
    assert_eq!(python("x = re.sub(r'[^a-z0-9]', '_', x)\nsink(x)"), "");
}

#[test]
fn sanitizers() {
    assert_eq!(python("sink(shlex.quote(x))"), ALL.replace("command ", ""));
    assert_eq!(typescript("sink(encodeURIComponent(x))"), "argument sql");
    assert_eq!(typescript("sink(parseInt(x, 10)); sink(Number(x))"), "");
    assert_eq!(typescript("sink(path.basename(x))"), "command argument host sql");
}

#[test]
fn containment_of_paths() {
    let guard =
        "const p = path.resolve(ROOT, x); if (!p.startsWith(ROOT + path.sep)) throw new Error(); sink(p)";
    assert!(!typescript(guard).contains("up"));
    let weak = "const p = path.resolve(ROOT, x); if (!p.startsWith(ROOT)) throw new Error(); sink(p)";
    assert!(typescript(weak).contains("up"));
    let other =
        "const p = path.resolve(ROOT, x); if (!p.startsWith(ROOT + path.sep)) throw new Error(); sink(x)";
    assert!(typescript(other).contains("up"));
    let before = "if (!x.startsWith(ROOT + '/')) throw new Error(); sink(path.resolve(x))";
    assert!(typescript(before).contains("up"));
    let relative = "const r = path.relative(ROOT, x); if (r.startsWith('..') || path.isAbsolute(r)) throw new Error(); sink(x)";
    assert!(!typescript(relative).contains("up"));
    let real = "p = (ROOT / x).resolve()\nif not p.is_relative_to(ROOT):\n    raise ValueError\nsink(p)";
    assert!(!python(real).contains("up"));
    let unresolved = "p = ROOT / x\nif not p.is_relative_to(ROOT):\n    raise ValueError\nsink(p)";
    assert!(python(unresolved).contains("up"));
    let raises = "p = (ROOT / x).resolve()\np.relative_to(ROOT)\nsink(p)";
    assert!(!python(raises).contains("up"));
    let parents = "p = (ROOT / x).resolve()\nif ROOT not in p.parents:\n    raise ValueError\nsink(p)";
    assert!(!python(parents).contains("up"));
    let common = "p = os.path.realpath(os.path.join('/srv', x))\nif os.path.commonpath(['/srv', p]) != '/srv':\n    raise ValueError\nsink(p)";
    assert!(!python(common).contains("up"));
}

#[test]
fn hosts_of_addresses() {
    let guard = "const u = new URL(x); if (!ALLOWED.includes(u.hostname)) throw new Error(); sink(x)";
    assert!(!typescript(guard).contains("host"));
    let scheme = "const u = new URL(x); if (u.protocol !== 'https:') throw new Error(); sink(x)";
    assert!(typescript(scheme).contains("host"));
    let guard = "if urlparse(x).hostname not in ALLOWED:\n    raise ValueError\nsink(x)";
    assert!(!python(guard).contains("host"));
}

#[test]
fn helpers_in_the_same_file() {
    let text = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
const server = new McpServer({ name: 'x', version: '1' });
function check(value: string) { if (!/^[a-z]+$/.test(value)) { throw new Error('bad'); } }
function isGood(value: string): boolean { for (const a of ['p', 'q']) { if (value === a) return true; } return false; }
function validate(value: string) { if (!/^[a-z]+$/.test(value)) return { ok: false }; return { ok: true }; }
const run = (command: string) => new Promise((resolve) => { sink(command); resolve(command); });
server.tool('a', 'A', { x: z.string() }, async ({ x }) => { check(x); sink(x); });
server.tool('b', 'B', { x: z.string() }, async ({ x }) => { if (!isGood(x)) return; sink(x); });
server.tool('c', 'C', { x: z.string() }, async ({ x }) => { const v = validate(x); if (!v.ok) return; sink(x); });
server.tool('d', 'D', { x: z.string() }, async ({ x }) => { await run(`ls ${x}`); });
";
    assert_eq!(live_in(&[("server.ts", text)]), "command argument up sql url");
}

#[test]
fn across_files_and_classes() {
    let server = "import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { tools } from './tools/index.js';
class App {
  server: Server;
  constructor() { this.server = new Server({ name: 'x', version: '1' }); this.setup(); }
  private setup() {
    this.server.setRequestHandler(CallToolRequestSchema, async (request) => {
      switch (request.params.name) {
        case 'run': return this.handle(request.params.arguments);
        default: return tools[request.params.name](request.params.arguments);
      }
    });
  }
  private async handle(args: any) { sink(args.command); }
}
new App();
";
    let tools = "export { tools } from './table.js';";
    let table = "import { helper } from '../util';\nexport const tools = { list: async (args) => { helper(args.dir) } };";
    let util = "export function helper(dir: string) { sink(`ls ${dir}`) }";
    let files = [
        ("src/index.ts", server),
        ("src/tools/index.ts", tools),
        ("src/tools/table.ts", table),
        ("src/util.ts", util),
    ];
    assert_eq!(live_in(&files), format!("command argument up sql url\n{ALL}"));
}

#[test]
fn python_packages() {
    let server = "from mcp.server import Server
from .tools import run
from . import util as u
app = Server('x')
@app.call_tool()
async def call_tool(name: str, arguments: dict):
    if name == 'run':
        return await run(arguments.get('path'))
    return u.other(arguments['q'])
";
    let tools = "class Runner:\n    def __init__(self, path):\n        self.path = path\n    def go(self):\n        sink(self.path)\nasync def run(path):\n    Runner(path).go()\n";
    let util = "def other(q):\n    sink(q)\n";
    let files =
        [("pkg/__init__.py", ""), ("pkg/server.py", server), ("pkg/tools.py", tools), ("pkg/util.py", util)];
    assert_eq!(live_in(&files), format!("{ALL}\n{ALL}"));
}

#[test]
fn handlers_made_in_loops_and_wrappers() {
    let text = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
const one = { name: 'one', description: 'One', inputSchema: {}, work: (args) => sink(args.a) };
const two = { name: 'two', description: 'Two', inputSchema: {}, work: (args) => sink(`ls ${args.b}`) };
function wrap(f) { return async (...args) => { return await f(...args); }; }
export function setup(server) {
  for (const tool of [one, two]) {
    server.registerTool(tool.name, { description: tool.description }, async (args) => tool.work(args));
  }
  server.setRequestHandler(CallToolRequestSchema, wrap((request) => { sink(request.params.arguments.c); }));
}
";
    assert_eq!(live_in(&[("server.ts", text)]), format!("{ALL}\ncommand argument up sql url\n{ALL}"));
}

#[test]
fn default_exports_and_tables_of_tools() {
    let index = "import tools from './tools.js';
for (const tool of Object.values(tools)) { server.tool(tool.name, tool.description, tool.schema, tool.execute); }
";
    let tools = "import * as run from './run.js';\nexport default { run };";
    let run = "export const name = 'run';\nexport const execute = async (params) => { sink(params.q) };";
    assert_eq!(live_in(&[("index.ts", index), ("tools.ts", tools), ("run.ts", run)]), ALL);
    let table = "export const tool = { name: 'x', description: 'X', parameters: {}, execute: async (args) => sink(args.q) };";
    assert_eq!(live_in(&[("x.ts", table)]), ALL);
}

#[test]
fn normal_forms_stand_for_their_paths() {
    let helper = "import path from 'path';
import fs from 'fs/promises';
export function isWithin(p: string, dirs: string[]): boolean {
  if (!p || p.includes('\\x00')) { return false; }
  let normal: string;
  try { normal = path.resolve(path.normalize(p)); } catch { return false; }
  return dirs.some((dir) => {
    let base: string;
    try { base = path.resolve(path.normalize(dir)); } catch { return false; }
    if (normal === base) { return true; }
    if (base === path.sep) { return normal.startsWith(path.sep); }
    return normal.startsWith(base + path.sep);
  });
}
";
    let server = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import path from 'path';
import fs from 'fs/promises';
import { z } from 'zod';
import { isWithin } from './within.js';
const dirs = process.argv.slice(2);
async function validate(requested: string): Promise<string> {
  const absolute = path.isAbsolute(requested) ? path.resolve(requested) : path.resolve(process.cwd(), requested);
  const normal = path.normalize(absolute);
  if (!isWithin(normal, dirs)) { throw new Error('no'); }
  try {
    const real = await fs.realpath(absolute);
    if (!isWithin(path.normalize(real), dirs)) { throw new Error('no'); }
    return real;
  } catch (error) {
    if (error.code === 'ENOENT') { return absolute; }
    throw error;
  }
}
const server = new McpServer({ name: 'x', version: '1' });
server.tool('a', 'A', { x: z.string() }, async ({ x }) => { const p = await validate(x); sink(p); });
";
    let live = live_in(&[("server.ts", server), ("within.ts", helper)]);
    assert!(!live.contains("up") && !live.contains("absolute"), "{live}");
}

#[test]
fn error_texts_as_results() {
    let text = "import re
from mcp.server.fastmcp import FastMCP
mcp = FastMCP('x')
PATTERN = re.compile(r'^[a-z]+$')
def check(name):
    if len(name) > 63:
        return f'too long: {name}'
    if not PATTERN.match(name):
        return f'bad name {name}'
    return None
@mcp.tool()
def t(x: str) -> str:
    error = check(x)
    if error:
        return error
    sink(x)
    return ''
";
    assert_eq!(live_in(&[("server.py", text)]), "");
}

#[test]
fn private_addresses() {
    let text = "import { lookup } from 'node:dns/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
const server = new McpServer({ name: 'x', version: '1' });
function isPrivateIP(ip) { const parts = ip.split('.').map(Number); return parts[0] === 10; }
async function validate(text) {
  let parsed;
  try { parsed = new URL(text); } catch { throw new Error('bad'); }
  if (parsed.protocol !== 'https:') { throw new Error('scheme'); }
  const hostname = parsed.hostname;
  if (['localhost'].includes(hostname.toLowerCase())) { throw new Error('no'); }
  let address;
  try { const result = await lookup(hostname); address = result.address; } catch { throw new Error('unknown'); }
  if (isPrivateIP(address)) { throw new Error('private'); }
  return parsed;
}
server.tool('a', 'A', { x: z.string() }, async ({ x }) => { const url = await validate(x); sink(url.href); });
";
    assert!(!live_in(&[("server.ts", text)]).contains("host"));
}

/// Tables that hold one another, changed again and again: joining them must not multiply them.
#[test]
fn tables_of_tables_stay_small() {
    let mut text = String::from("const a = new Map();\nconst b = new Map();\nfunction step(x) {\n");
    for number in 0..8 {
        text += &format!("  if (x > {number}) {{ a.set(\"k{number}\", b); b.set(\"l{number}\", a); }}\n");
    }
    text += "  return a;\n}\n";
    for number in 0..3 {
        text += &format!(
            "export function f{number}(x) {{ const t = step(x); t.set(x, step(x + 1)); return step(t); }}\n"
        );
    }
    let tree = sigyl_core::SourceTree::from_texts([("tables.js", text.as_str())]);
    let report = sigyl_scan::scan(
        &tree,
        &sigyl_core::Manifest::default(),
        &sigyl_scan::ScanConfig::default(),
        &sigyl_scan::Unobserved,
    );
    assert!(report.findings.iter().all(|finding| finding.severity == sigyl_core::Severity::Info));
}

/// How often the sink is reached in JavaScript whose tools run `handlers`, one each, with `before` above them.
fn reached(before: &str, handlers: &[&str], others: &[(&str, &str)]) -> usize {
    let tools: String = handlers
        .iter()
        .enumerate()
        .map(|(at, body)| {
            format!("server.tool('t{at}', 'T', {{ c: z.string() }}, async (args) => {{ {body} }});\n")
        })
        .collect();
    let text = format!(
        "const {{ McpServer }} = require('@modelcontextprotocol/sdk/server/mcp.js');\nconst {{ z }} = require('zod');\n\
         const server = new McpServer({{ name: 'x', version: '1' }});\n{before}\n{tools}"
    );
    let files: Vec<(&str, &str)> = others.iter().copied().chain([("index.js", &*text)]).collect();
    live_in(&files).lines().count()
}

#[test]
fn what_typescript_compiles_to() {
    let awaiter = "var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) {};\n\
                   function inner(c) { return __awaiter(this, void 0, void 0, function* () { yield wait(); sink(c); }); }\n\
                   function outer(c) { return __awaiter(this, void 0, void 0, function* () { yield inner(c); }); }";
    assert_eq!(reached(awaiter, &["return outer(args.c);"], &[]), 1);
    let members = "var _Service_word;\nclass Service {\n  constructor() { _Service_word.set(this, void 0); }\n\
                   put(c) { __classPrivateFieldSet(this, _Service_word, c, 'f'); return this.use(); }\n\
                   use() { sink(__classPrivateFieldGet(this, _Service_word, 'f')); }\n}\nconst service = new Service();";
    assert_eq!(reached(members, &["service.put(args.c);"], &[]), 1);
    let other = "exports.default = main;\nexports.second = second;\nfunction main(c) { sink(c); }\nfunction second(c) { sink(c); }\n";
    let imports = "const other_1 = __importDefault(require('./other.js'));\nconst all = __importStar(require('./other.js'));";
    let calls = ["(0, other_1.default)(args.c);", "all.second(args.c);"];
    assert_eq!(reached(imports, &calls, &[("other.js", other)]), 2);
    let barrel = "__exportStar(require('./other.js'), exports);\n";
    let through = "const barrel_1 = require('./barrel.js');";
    let files = [("other.js", other), ("barrel.js", barrel)];
    assert_eq!(reached(through, &["(0, barrel_1.second)(args.c);"], &files), 1);
    let rests =
        ["var { d } = args, rest = __rest(args, ['d']); sink(rest.c);", "sink(__assign({ a: 1 }, args).c);"];
    assert_eq!(reached("", &rests, &[]), 2);
    assert_eq!(reached("", &["sink(__spreadArray(['a'], [args.c], false)[1]);"], &[]), 1);
}

#[test]
fn what_bundlers_compile_to() {
    let lazily =
        "var word, run;\nvar init_run = __esm({ 'src/run.ts'() { run = (c) => sink(c); } });\ninit_run();";
    assert_eq!(reached(lazily, &["run(args.c);"], &[]), 1);
    let named = "class Runner {\n  constructor() { __publicField(this, 'go', (c) => sink(c)); }\n}\nconst runner = new Runner();\n\
                 var plain = __name((c) => sink(c), 'plain');";
    assert_eq!(reached(named, &["runner.go(args.c);", "plain(args.c);"], &[]), 2);
    let async_ = "var go = (c) => __async(null, null, function* () { sink(c); });";
    assert_eq!(reached(async_, &["go(args.c);"], &[]), 1);
}
