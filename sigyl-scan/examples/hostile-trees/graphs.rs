//! Functions that call one another, classes that extend one another, modules that import one another.

use super::{Files, Random, Shape, one};

pub(crate) const SHAPES: &[(&str, Shape)] = &[
    ("exponential-calls", exponential_calls),
    ("clique", clique),
    ("mutual", mutual),
    ("higher-order", higher_order),
    ("classes", classes),
    ("fields", fields),
    ("imports", imports),
    ("stars", stars),
    ("python-stars", python_stars),
    ("tools", tools),
    ("one-handler", one_handler),
    ("many-files", many_files),
    ("methods", methods),
];

const START: &str = "import { exec } from 'child_process';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\n\
                     const server = new McpServer({ name: 'a', version: '1' });\n";
const PYTHON: &str = "import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n";

/// Each function calls the next several times, with arguments that differ.
fn exponential_calls(random: &mut Random, size: usize) -> Files {
    let times = 2 + random.below(4);
    let mut text = START.to_owned();
    let mut python = PYTHON.to_owned();
    let mut at = 0;
    while text.len() < size {
        let calls: Vec<String> = (0..times).map(|n| format!("f{}(a + '{n}', {n})", at + 1)).collect();
        text +=
            &format!("function f{at}(a, b) {{ if (b) {{ a = [a, b]; }} return [{}]; }}\n", calls.join(", "));
        python += &format!("def f{at}(a, b):\n    return [{}]\n", calls.join(", "));
        at += 1;
    }
    text += &format!(
        "function f{at}(a, b) {{ exec(a); }}\nserver.tool('t', {{}}, async ({{ a }}) => f0(a, 1));\n"
    );
    python +=
        &format!("def f{at}(a, b):\n    os.system(a)\n\n@mcp.tool()\ndef t(a: str):\n    return f0(a, 1)\n");
    if random.once_in(2) { one("src/index.ts", text) } else { one("server.py", python) }
}

/// Functions that each call some others, whichever.
fn clique(random: &mut Random, size: usize) -> Files {
    let count = (size / 120).max(2);
    let mut text = START.to_owned();
    let mut python = PYTHON.to_owned();
    for at in 0..count {
        let calls: Vec<String> =
            (0..1 + random.below(4)).map(|_| format!("f{}(a, b)", random.below(count))).collect();
        text += &format!(
            "async function f{at}(a, b) {{ const x{at} = {}; return x{at} ?? exec(a); }}\n",
            calls.join(" + ")
        );
        python += &format!(
            "async def f{at}(a, b=None):\n    x = {}\n    return x or os.system(a)\n",
            calls.join(" + ")
        );
    }
    let tools = 1 + random.below(count.min(300));
    for at in 0..tools {
        text += &format!(
            "server.tool('t{at}', 'does', {{ a: z.string() }}, async ({{ a }}) => f{at}(a, {{}}));\n"
        );
        python += &format!("@mcp.tool()\ndef t{at}(a: str):\n    return f{at}(a, {{}})\n");
    }
    if random.once_in(2) { one("src/index.ts", text) } else { one("server.py", python) }
}

/// The same across files.
fn mutual(random: &mut Random, size: usize) -> Files {
    let count = (size / 200).clamp(2, 800);
    let is_python = random.once_in(2);
    (0..count)
        .map(|at| {
            let (a, b) = (random.below(count), random.below(count));
            if is_python {
                let text = format!("import os\nfrom .m{a} import f{a}\nfrom . import m{b}\n\ndef f{at}(x):\n    os.system(f{a}(x))\n    return m{b}.f{b}([x, f{at}])\n");
                (format!("pkg/m{at}.py"), text.into_bytes())
            } else {
                let text = format!("import {{ f{a} }} from './m{a}.js';\nimport * as other from './m{b}';\nexport const v{at} = f{a}(other);\nexport function f{at}(x) {{ return other.f{b}(f{a}([x, v{at}])); }}\n");
                (format!("src/m{at}.ts"), text.into_bytes())
            }
        })
        .collect()
}

/// Functions that are given functions, and tables of them.
fn higher_order(random: &mut Random, size: usize) -> Files {
    let count = (size / 90).max(2);
    let mut text = START.to_owned();
    for at in 0..count {
        let other = random.below(count);
        text += &match random.below(4) {
            0 => format!("const f{at} = (g, a) => g(f{other}, a);\n"),
            1 => format!("const f{at} = (g, a) => (a ? f{other} : g)(g, [a]);\n"),
            2 => format!("const f{at} = (g, a) => table[a](f{other}, a);\n"),
            _ => format!("const f{at} = (g, a) => {{ const h = () => f{other}(h, a); return h(); }};\n"),
        };
    }
    let names: Vec<String> = (0..count).map(|at| format!("f{at}")).collect();
    text += &format!(
        "const table = {{ {} }};\nfor (const k in table) server.tool(k, {{}}, async (a) => table[k](f0, a));\n",
        names.join(", ")
    );
    one("src/index.ts", text)
}

/// Hierarchies with many bases, diamonds on diamonds.
fn classes(random: &mut Random, size: usize) -> Files {
    let count = (size / 160).max(2);
    let is_python = random.once_in(2);
    let mut text = String::from(if is_python { PYTHON } else { START });
    for at in 0..count {
        let bases: Vec<String> =
            (0..1 + random.below(4)).map(|_| format!("C{}", random.below(at.max(1)))).collect();
        text += &if is_python {
            format!(
                "class C{at}({}):\n    a: str\n    def m{at}(self, x):\n        self.a = x\n        return super().m{at}(self.m{}(x))\n",
                bases.join(", "),
                random.below(count)
            )
        } else {
            format!(
                "class C{at} extends {} {{ a = 1; m{at}(x) {{ this.a = x; return super.m{at}(this.m{}(x)); }} get g() {{ return this.g; }} }}\n",
                bases[0],
                random.below(count)
            )
        };
    }
    one(if is_python { "server.py" } else { "src/index.ts" }, text)
}

/// Fields of one object that are written and read everywhere.
fn fields(random: &mut Random, size: usize) -> Files {
    let mut text = format!("{START}class A {{\n");
    let mut at = 0;
    while text.len() < size {
        let (from, to) = (random.below(300), random.below(300));
        text += &format!(
            " m{at}(x) {{ this.f{to} = [this.f{from}, x, this.m{}(x)]; return {{ ...this.f{to}, a: this }}; }}\n",
            random.below(at + 1)
        );
        at += 1;
    }
    text += &format!(
        "}}\nconst a = new A();\nserver.tool('t', {{}}, async (x) => a.m{}(x));\n",
        random.below(at.max(1))
    );
    one("src/index.ts", text)
}

/// Chains and cycles of re-exports.
fn imports(random: &mut Random, size: usize) -> Files {
    let count = (size / 80).clamp(2, 2_000);
    (0..count)
        .map(|at| {
            let next = if random.once_in(10) { random.below(count) } else { (at + 1) % count };
            let text = match random.below(4) {
                0 => format!("export {{ a, b as c }} from './m{next}';\n"),
                1 => format!("import d from './m{next}';\nexport default d;\nexport const a = d;\n"),
                2 => format!("const m = require('./m{next}');\nmodule.exports = {{ ...m, a: m.a(m) }};\n"),
                _ => format!("export * as ns from './m{next}';\nexport * from './m{next}';\n"),
            };
            (format!("src/m{at}.ts"), text.into_bytes())
        })
        .collect()
}

/// Modules that each offer everything of several others.
fn stars(random: &mut Random, size: usize) -> Files {
    let (levels, width) = (4 + random.below(14), 2 + random.below(8));
    let mut files = Files::new();
    for level in 0..levels {
        for at in 0..width {
            let text: String =
                (0..width).map(|other| format!("export * from './l{}_{other}';\n", level + 1)).collect();
            files.push((format!("src/l{level}_{at}.ts"), text.into_bytes()));
        }
    }
    let mut text = String::new();
    while text.len() < size {
        text += &format!("import {{ missing{0} }} from './l0_0';\nmissing{0}(process.argv);\n", text.len());
    }
    files.push(("src/index.ts".to_owned(), text.into_bytes()));
    files
}

fn python_stars(random: &mut Random, size: usize) -> Files {
    let (levels, width) = (4 + random.below(14), 2 + random.below(8));
    let mut files = Files::new();
    for level in 0..levels {
        for at in 0..width {
            let text: String =
                (0..width).map(|other| format!("from .l{}_{other} import *\n", level + 1)).collect();
            files.push((format!("pkg/l{level}_{at}.py"), text.into_bytes()));
        }
    }
    let mut text = String::new();
    while text.len() < size {
        text += &format!("from .l0_0 import missing{0}\nmissing{0}(open('a'))\n", text.len());
    }
    files.push(("pkg/server.py".to_owned(), text.into_bytes()));
    files
}

/// Thousands of tools.
fn tools(random: &mut Random, size: usize) -> Files {
    let is_python = random.once_in(2);
    let same = random.once_in(2);
    let mut text = String::from(if is_python { PYTHON } else { START });
    let mut at = 0;
    while text.len() < size {
        let name = if same { "tool".to_owned() } else { format!("tool_{at}") };
        text += &if is_python {
            format!(
                "@mcp.tool()\ndef {name}(path: str, n: int = 1) -> str:\n    '''Reads {name} of a file.'''\n    return open(path).read() + helper(path)\n"
            )
        } else {
            format!(
                "server.tool('{name}', 'Reads {name} of a file', {{ path: z.string().max(9) }}, async ({{ path }}) => ({{ content: [{{ type: 'text', text: helper(path) }}] }}));\n"
            )
        };
        at += 1;
    }
    text += if is_python {
        "def helper(p):\n    os.system('ls ' + p)\n"
    } else {
        "function helper(p) { return exec(`ls ${p}`); }\n"
    };
    one(if is_python { "server.py" } else { "src/index.ts" }, text)
}

/// One handler for all tools, whose cases each call helpers.
fn one_handler(random: &mut Random, size: usize) -> Files {
    let mut text = "import { exec } from 'child_process';\nserver.setRequestHandler(CallToolRequestSchema, async (request) => {\n const args = request.params.arguments;\n switch (request.params.name) {\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        text += &format!(
            "  case 't{at}': {{ const v{at} = check(args.a{at}); if (!v{at}.ok) throw new Error('no'); out = await run(v{at}.value, out, args.b{}); break; }}\n",
            random.below(9)
        );
        at += 1;
    }
    text += "  default: throw new Error();\n }\n return { content: out };\n});\nfunction check(v) { if (typeof v !== 'string' || v.includes('..')) return { ok: false }; return { ok: true, value: v.trim() }; }\nasync function run(a, b, c) { return b ? [b, exec(a, c)] : { a, c }; }\n";
    one("src/index.ts", text)
}

fn many_files(random: &mut Random, size: usize) -> Files {
    let count = (size / 40).min(6_000);
    (0..count)
        .map(|at| {
            let folder = (0..random.below(6)).map(|_| format!("d{}/", random.below(4))).collect::<String>();
            let end = random.pick(&["py", "ts", "js", "json", "md", "yaml", "toml", "lock", "txt"]);
            (format!("{folder}f{at}.{end}"), format!("x{at} = '{at}'\n").into_bytes())
        })
        .collect()
}

/// Calls of methods of things that nobody knows, of which the tree has several.
fn methods(random: &mut Random, size: usize) -> Files {
    let names = 2 + random.below(60);
    let mut text = PYTHON.to_owned();
    let mut at = 0;
    while text.len() < size {
        let body: String = (0..1 + random.below(5))
            .map(|_| format!("        a = b.m{}(a, self.m{}(b))\n", random.below(names), random.below(names)))
            .collect();
        text += &format!(
            "class C{at}:\n    def m{}(self, a, b=None):\n{body}        return a\n",
            random.below(names)
        );
        at += 1;
    }
    text += "@mcp.tool()\ndef t(a: str, b: str):\n    return something.m0(a, b)\n";
    one("server.py", text)
}
