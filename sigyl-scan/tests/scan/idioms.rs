//! Ways in which programs hand a value on: each is followed, and what makes it harmless on the way counts.

use sigyl_core::{Manifest, Severity, SourceTree};
use sigyl_scan::{ScanConfig, Unobserved, scan};

/// Bodies of a Python tool with the argument `x`, a text; each runs it in a shell.
const PYTHON: &[&str] = &[
    "if (m := re.search(r'(\\S+)', x)):\n        os.system('ls ' + m.group(1))",
    "m = re.match(r'(?P<name>.*)', x)\n    os.system('ls ' + m['name'])",
    "for word in re.findall(r'a (.+)', x):\n        os.system(word)",
    "p = Pair(x)._replace(mode='w')\n    os.system('ls ' + p.name)",
    "d = dataclasses.asdict(Job(x))\n    os.system('ls ' + d['name'])",
    "os.system('ls ' + Model(path=x).model_dump()['path'])",
    "os.system('ls ' + Model(path=x).model_copy(update={}).path)",
    "pool = ThreadPoolExecutor()\n    pool.submit(os.system, 'ls ' + x)",
    "pool = ThreadPoolExecutor()\n    pool.map(lambda n: os.system('ls ' + n), [x])",
    "stack = collections.deque([x])\n    while stack:\n        os.system('ls ' + stack.popleft())",
    "found = collections.defaultdict(list)\n    found['a'].append(x)\n    for key, values in found.items():\n        for value in values:\n            os.system('ls ' + value)",
    "queue = asyncio.Queue()\n    await queue.put(x)\n    os.system('ls ' + await queue.get())",
    "text = io.StringIO()\n    text.write('ls ')\n    text.write(x)\n    os.system(text.getvalue())",
    "subprocess.run(['sh'], input='ls ' + x, text=True)",
    "run = functools.partial(shell, 'ls')\n    run(x)",
    "run = functools.partial(shell, rest=x)\n    run('ls')",
    "threading.Thread(target=shell, args=('ls', x)).start()",
    "Caller()('ls ' + x)",
    "tools = {kind.name: kind for kind in [Caller(), Other()]}\n    tools[x].run('ls ' + x)",
    "command = 'ls ' + x\n    subprocess.run(command, shell=isinstance(command, str))",
    "subprocess.run(['ssh', '-p', '22', 'host', 'ls ' + x])",
];

/// The same, where the value is harmless.
const PYTHON_HARMLESS: &[&str] = &[
    "if (m := re.search(r'(\\d+)', x)):\n        os.system('ls ' + m.group(1))",
    "m = re.match(r'(?P<name>[a-z]+).*', x)\n    os.system('ls ' + m['name'])",
    "m = re.search('v([0-9.]+)', x)\n    if m is None:\n        return ''\n    os.system('ls ' + m.group(1))",
    "run = functools.partial(shell, 'ls')\n    run(shlex.quote(x))",
    "subprocess.run(['ssh', 'host', 'ls ' + shlex.quote(x)])",
    "tools = {kind.name: kind for kind in [Caller(), Other()]}\n    if x in tools:\n        os.system('ls ' + x)",
];

/// Bodies of a TypeScript tool with the argument `x`.
const TYPESCRIPT: &[&str] = &[
    "const m = /a(?<x>.*)/.exec(x); cp.execSync('ls ' + m?.groups?.x);",
    "const [, a] = x.match(/^(.*):/)!; cp.execSync('ls ' + a);",
    "const all = new Set<string>(); all.add(x); for (const one of all) cp.execSync('ls ' + one);",
    "cp.execSync.call(null, 'ls ' + x);",
    "const run = cp.execSync.bind(null); run('ls ' + x);",
    "const p = new Proxy({ x }, {}); cp.execSync('ls ' + p.x);",
    "cp.execSync('ls ' + [x].map(String).join(' '));",
    "const f = run.bind(null, 'ls'); f(x);",
    "bus.on('done', ({ title }) => cp.execSync('ls ' + title)); bus.emit('done', { title: x });",
    "const { depth } = (JSON.parse(x) ?? { depth: '1' }); cp.execSync('ls ' + depth);",
    "cp.spawn('adb', ['-s', 'one', 'shell', `ls ${x}`]);",
];

const TYPESCRIPT_HARMLESS: &[&str] = &[
    "const m = /a(?<x>\\d+)/.exec(x); cp.execSync('ls ' + m?.groups?.x);",
    "const [, a] = x.match(/^([a-z]+):/)!; cp.execSync('ls ' + a);",
    "cp.execSync('ls ' + [x].map(Number).join(' '));",
    "const m = x.match(/^[a-z]+$/); if (m === null) throw new Error('no'); cp.execSync('ls ' + x);",
    "cp.execSync('ls ' + Safe.parse(x));",
    "cp.execSync('ls ' + Told.parse({ a: x }).a);",
    "cp.execSync('ls ' + Base.extend({}).shape.n.parse(x));",
];

fn python(body: &str) -> String {
    format!(
        "import asyncio, collections, dataclasses, functools, io, os, re, shlex, subprocess, threading\n\
         from concurrent.futures import ThreadPoolExecutor\nfrom typing import NamedTuple\n\
         from pydantic import BaseModel\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n\n\
         class Pair(NamedTuple):\n    name: str\n    mode: str = 'r'\n\n\n\
         @dataclasses.dataclass\nclass Job:\n    name: str\n\n    def line(self):\n        return self.name\n\n\n\
         class Model(BaseModel):\n    path: str\n\n    def full(self):\n        return self.path\n\n\n\
         class Caller:\n    name = 'caller'\n\n    def __call__(self, text):\n        os.system(text)\n\n    \
         def run(self, text):\n        os.system(text)\n\n\n\
         class Other:\n    name = 'other'\n\n    def run(self, text):\n        return text\n\n\n\
         def shell(first, rest):\n    os.system(first + ' ' + rest)\n\n\n\
         @mcp.tool()\nasync def t(x: str) -> str:\n    {body}\n    return 'done'\n"
    )
}

fn typescript(body: &str) -> String {
    format!(
        "import {{ McpServer }} from '@modelcontextprotocol/sdk/server/mcp.js';\nimport cp from 'node:child_process';\n\
         import {{ EventEmitter }} from 'node:events';\nimport {{ z }} from 'zod';\n\
         const bus = new EventEmitter();\nconst run = (a: string, b: string) => cp.execSync(a + ' ' + b);\n\
         const Safe = z.string().superRefine((value, context) => {{ if (!/^[a-z]+$/.test(value)) context.addIssue({{ code: 'custom' }}); }});\n\
         const Told = z.object({{ a: z.string() }}).refine((value) => /^[a-z]+$/.test(value.a));\n\
         const Base = z.object({{ n: z.number() }});\n\
         const server = new McpServer({{ name: 'x', version: '1' }});\n\
         server.tool('t', 'T', {{ x: z.string() }}, async ({{ x }}) => {{\n{body}\nreturn {{ content: [] }};\n}});\n"
    )
}

/// Whether command injection is reported, as a warning or worse.
fn reported(name: &str, text: &str) -> bool {
    let tree = SourceTree::from_texts([(name, text)]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    assert!(report.not_analysed.is_empty(), "{:?}", report.not_analysed);
    report.findings.iter().any(|one| one.rule == "command-injection" && one.severity != Severity::Info)
}

#[test]
fn values_are_followed() {
    let python = PYTHON.iter().map(|body| (*body, reported("server.py", &python(body))));
    let typescript = TYPESCRIPT.iter().map(|body| (*body, reported("server.ts", &typescript(body))));
    let missed: Vec<&str> =
        python.chain(typescript).filter(|(_, told)| !told).map(|(body, _)| body).collect();
    assert!(missed.is_empty(), "not reported:\n{}", missed.join("\n\n"));
}

#[test]
fn what_is_harmless_is_not_reported() {
    let python = PYTHON_HARMLESS.iter().map(|body| (*body, reported("server.py", &python(body))));
    let typescript = TYPESCRIPT_HARMLESS.iter().map(|body| (*body, reported("server.ts", &typescript(body))));
    let told: Vec<&str> = python.chain(typescript).filter(|(_, told)| *told).map(|(body, _)| body).collect();
    assert!(told.is_empty(), "reported:\n{}", told.join("\n\n"));
}
