//! Values that grow, and paths that differ in many of them.

use super::{Files, Random, Shape, one};

pub(crate) const SHAPES: &[(&str, Shape)] = &[
    ("spreads", spreads),
    ("doubling", doubling),
    ("one-of-many", one_of_many),
    ("guards", guards),
    ("objects", objects),
    ("writes", writes),
    ("regexes", regexes),
    ("joined-paths", joined_paths),
    ("generators", generators),
    ("schemas", schemas),
    ("exceptions", exceptions),
    ("bundle", bundle),
];

const TOOL: &str = "import { exec } from 'child_process';\nserver.tool('t', {}, async ({ a, b, c }) => {\n";

fn source(random: &mut Random, javascript: String, python: String) -> Files {
    if random.once_in(2) { one("src/index.ts", javascript) } else { one("server.py", python) }
}

/// Objects made of the one before.
fn spreads(random: &mut Random, size: usize) -> Files {
    let mut text = format!("{TOOL}const o0 = {{ a }};\n");
    let mut at = 0;
    while text.len() < size {
        at += 1;
        let (x, y) = (at - 1, random.below(at));
        text += &match random.below(4) {
            0 => format!("const o{at} = {{ ...o{x}, k{at}: b, ...o{y} }};\n"),
            1 => format!("const o{at} = [...o{x}, ...o{y}, c];\n"),
            2 => format!("const o{at} = Object.assign({{}}, o{x}, o{y}, {{ k{at}: o{y} }});\n"),
            _ => format!("const {{ k{y}, ...o{at} }} = o{x};\n"),
        };
    }
    one("src/index.ts", format!("{text}exec(o{at});\n}});\n"))
}

/// Text, lists and objects that are twice as large after each line.
fn doubling(random: &mut Random, size: usize) -> Files {
    let line = random.pick(&[
        "s = s + s;",
        "s += s;",
        "s = `${s}${s}`;",
        "s = [s, s];",
        "s = { a: s, b: s };",
        "s = s.concat(s);",
        "s = [...s, ...s];",
        "s = s.replace('a', s);",
        "s = { ...s, [s]: s };",
        "s = s.repeat(1000000);",
        "s = f(s, s);",
    ]);
    let python = random.pick(&[
        "s = s + s",
        "s += s",
        "s = f'{s}{s}'",
        "s = [s, s]",
        "s = {'a': s, 'b': s}",
        "s = [*s, *s]",
        "s = s * 1000000",
        "s = s.replace('a', s)",
        "s = s.join([s, s])",
        "s = '%s%s' % (s, s)",
        "s = f(s, s)",
    ]);
    let times = size / 16 + 1;
    let javascript = format!(
        "{TOOL}const f = (a, b) => a + b;\nlet s = 'ab' + a;\nlet t = 'ab';\n{}exec(s);\n}});\n",
        format!("{line}\n{}\n", line.replace('s', "t")).repeat(times)
    );
    let python = format!(
        "import os\ndef f(a, b):\n    return a + b\ns = 'ab'\n{}os.system(s)\n",
        format!("{python}\n").repeat(times)
    );
    source(random, javascript, python)
}

/// Variables that can be many functions, classes and objects.
fn one_of_many(random: &mut Random, size: usize) -> Files {
    let count = (size / 130).clamp(2, 3_000);
    let mut text = String::from("import { exec } from 'child_process';\nlet f = (x) => x;\nlet o = {};\n");
    for at in 0..count {
        text += &format!(
            "function g{at}(x) {{ return f(x) + o.m{}(x); }}\nif (process.env.A{at}) {{ f = g{at}; o = {{ ...o, m{at}: g{at}, n: new C{at}() }}; }}\nclass C{at} {{ m(x) {{ return exec(x); }} }}\n",
            random.below(count)
        );
    }
    text += "server.tool('t', {}, async ({ a }) => f(f(o.n.m(a))));\n";
    one("src/index.ts", text)
}

/// Checks of many values, on many paths.
fn guards(random: &mut Random, size: usize) -> Files {
    let mut text = TOOL.to_owned();
    let mut python = "import os\n@mcp.tool()\ndef t(a, b, c):\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        let value = random.pick(&["a", "b", "c", "a.x", "b.y.z"]);
        text += &format!(
            "const v{at} = {value}.p{at};\nif (!/^[a-z]+$/.test(v{at})) {} {{ throw new Error('no'); }}\n",
            random.pick(&["", "if (c)", "while (b)"])
        );
        python += &format!(
            "    v{at} = {value}.p{at}\n    if '..' in v{at} {} not v{at}.startswith('/srv/'):\n        raise ValueError(v{at})\n",
            random.pick(&["or", "and"])
        );
        at += 1;
    }
    let all: Vec<String> = (0..at).map(|at| format!("v{at}")).collect();
    source(
        random,
        format!("{text}exec([{}].join(' '));\n}});\n", all.join(", ")),
        format!("{python}    os.system(' '.join([{}]))\n", all.join(", ")),
    )
}

/// One object literal, wide or deep, that is passed on and changed.
fn objects(random: &mut Random, size: usize) -> Files {
    let depth = 1 + random.below(60);
    let mut text = String::from("const table = {\n");
    let mut python = String::from("table = {\n");
    let mut at = 0;
    while text.len() < size {
        text += &format!(
            "k{at}: {}v: (x) => x.k{at}{},\n",
            "{ a: ".repeat(depth).replace("a: { a: ", "a: {a: ") + "{",
            "}".repeat(depth + 1)
        );
        python += &format!("'k{at}': {}lambda x: x{},\n", "{'a': ".repeat(depth), "}".repeat(depth));
        at += 1;
    }
    let text = format!(
        "{text}}};\nfor (const k of Object.keys(table)) {{ table[k] = {{ ...table, k }}; }}\n{TOOL}table[a].v(table); exec(table[b]);\n}});\n"
    );
    source(random, text, format!("{python}}}\nfor k, v in table.items():\n    table[k] = dict(table, k=v)\n"))
}

/// Many variables that every branch writes.
fn writes(random: &mut Random, size: usize) -> Files {
    let count = (size / 60).clamp(2, 20_000);
    let mut text = TOOL.to_owned();
    for at in 0..count {
        text += &format!("let v{at} = a.x{at};\n");
    }
    for _ in 0..count {
        text += &format!(
            "if (v{}) {{ v{} = [v{}]; }}\n",
            random.below(count),
            random.below(count),
            random.below(count)
        );
    }
    one("src/index.ts", format!("{text}exec(v0);\n}});\n"))
}

fn regexes(random: &mut Random, size: usize) -> Files {
    let mut text = TOOL.to_owned();
    let mut at = 0;
    while text.len() < size {
        let piece = random.pick(&[
            "(a+)+",
            "[a-z0-9._-]{1,1000}",
            "(?:x|y|z)*",
            "(?=a)",
            "\\p{L}+",
            "(((((",
            ")))))",
            "[^\\]\\\\/]",
            "(?<n>a)",
            "a{1000}{1000}",
            "\\u{1F600}",
            ".*.*.*",
        ]);
        let pattern = piece.repeat(1 + random.below(200));
        text += &format!(
            "if (!/^{pattern}$/{}.test(a)) throw new Error('{at}');\nif (!new RegExp(`^{pattern}$`).test(b)) return;\n",
            random.pick(&["", "i", "gu", "ims"])
        );
        at += 1;
    }
    one("src/index.ts", format!("{text}exec(a + b);\n}});\n"))
}

fn joined_paths(random: &mut Random, size: usize) -> Files {
    let mut text = "import os, pathlib\n@mcp.tool()\ndef t(a, b):\n    p = pathlib.Path('/srv')\n".to_owned();
    while text.len() < size {
        text += random.pick(&[
            "    p = p / a\n",
            "    p = os.path.join(p, b, p)\n",
            "    p = p.resolve()\n",
            "    p = os.path.normpath(p)\n",
            "    if not p.is_relative_to('/srv'):\n        return\n",
            "    for x in str(p).split('/'):\n        if x == '..':\n            raise E\n",
            "    p = p.parent\n",
            "    q = [x for x in p.parts if x != a]\n",
        ]);
    }
    one("server.py", format!("{text}    return open(p).read()\n"))
}

fn generators(random: &mut Random, size: usize) -> Files {
    let mut text = "import os\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        text += &format!(
            "async def g{at}(x, *a, **k):\n    async with f(x) as y, g(y) as z:\n        yield from g{}(*a, z, **k)\n    yield [v async for v in g{}(y)]\n    (w := [*a, *k])\n    return w\n",
            random.below(at + 1),
            at + 1
        );
        at += 1;
    }
    one("server.py", text)
}

/// Schemas of zod and pydantic that nest, extend and merge.
fn schemas(random: &mut Random, size: usize) -> Files {
    let mut text = "import { z } from 'zod';\nimport { exec } from 'child_process';\nconst s0 = z.object({ a: z.string() });\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        at += 1;
        let (x, y) = (at - 1, random.below(at));
        text += &match random.below(5) {
            0 => format!("const s{at} = s{x}.extend({{ k{at}: s{y} }});\n"),
            1 => format!("const s{at} = s{x}.merge(s{y}).partial().strict();\n"),
            2 => format!("const s{at} = z.union([s{x}, s{y}, z.array(s{x})]);\n"),
            3 => format!("const s{at} = z.lazy(() => s{});\n", at + 1),
            _ => format!(
                "const s{at} = z.record(z.string().regex(/^[a-z]+$/), s{x}).describe('{}');\n",
                "d".repeat(random.below(50))
            ),
        };
    }
    one("src/index.ts", format!("{text}server.tool('t', s{at}, async (a) => exec(s{at}.parse(a).k1));\n"))
}

fn exceptions(random: &mut Random, size: usize) -> Files {
    let mut text = TOOL.to_owned();
    while text.len() < size {
        let depth = 1 + random.below(12);
        text += &"try { a = f(b); if (c) return a; ".repeat(depth);
        text += &"} catch (e) { b = [a, e]; if (b) throw e; } finally { c = a; }\n".repeat(depth);
    }
    one("src/index.ts", format!("{text}exec(c);\n}});\n"))
}

/// What bundlers make: thousands of functions in one, which see one another's variables.
fn bundle(random: &mut Random, size: usize) -> Files {
    let mut text = String::from("(()=>{var e={};");
    let mut at = 0;
    while text.len() < size {
        let (x, y) = (random.below(at + 1), random.below(at + 1));
        text += &match random.below(5) {
            0 => format!("var m{at}=(t,n)=>{{let r=m{x}(t);return n?m{y}(r,{{...t,a:n}}):r}};"),
            1 => format!("function m{at}(t){{return e.x{x}=t,e.x{y}||(e.x{at}=m{x}(e))}}"),
            2 => format!(
                "var m{at}=class extends m{x}{{constructor(t){{super(t);this.a=t;this.b=m{y}(this)}}c(){{return this.a.c(this.b)}}}};"
            ),
            3 => format!("m{x}.prototype.p{at}=function(){{return this.p{y}(m{x})}};var m{at}=e.x{x};"),
            _ => format!(
                "var m{at}=t=>{{switch(t.k){{case {x}:return m{x}(t.v);case {y}:t=m{y};default:return[t,m{x}]}}}};"
            ),
        };
        at += 1;
    }
    one(
        "dist/index.js",
        format!("{text}module.exports=e;process.stdin.on('data',t=>m0(JSON.parse(t)))}})();"),
    )
}
