//! What is nested, chained or simply long.

use super::{Files, Random, Shape, one};

pub(crate) const SHAPES: &[(&str, Shape)] = &[
    ("brackets", brackets),
    ("blocks", blocks),
    ("closures", closures),
    ("callbacks", callbacks),
    ("chains", chains),
    ("operators", operators),
    ("long-line", long_line),
    ("ladder", ladder),
    ("loops", loops),
    ("comprehensions", comprehensions),
    ("decorators", decorators),
    ("templates", templates),
    ("patterns", patterns),
    ("cut", cut),
    ("bytes", bytes),
];

fn source(random: &mut Random, javascript: impl Into<Vec<u8>>, python: impl Into<Vec<u8>>) -> Files {
    if random.once_in(2) { one("src/index.ts", javascript) } else { one("server.py", python) }
}

/// Nested `depth` deep, as many times as fit into `size`.
fn nested(size: usize, depth: usize, open: &str, inner: &str, close: &str, end: &str) -> String {
    let each = format!("{}{inner}{}{end}", open.repeat(depth), close.repeat(depth));
    each.repeat((size / each.len().max(1)).max(1))
}

fn brackets(random: &mut Random, size: usize) -> Files {
    let (open, close) =
        [("(", ")"), ("[", "]"), ("{a:", "}"), ("f(", ")"), ("-(", ")"), ("!(", ")"), ("[...", "]")]
            [random.below(7)];
    let depth = 1 + random.below(size / (open.len() + 1));
    let javascript = nested(size, depth, &format!(" {open}"), "x", close, ";\n");
    let (open, close) =
        [("(", ")"), ("[", "]"), ("{'a':", "}"), ("f(", ")"), ("-(", ")"), ("not (", ")"), ("[*", "]")]
            [random.below(7)];
    source(random, format!("const x = 1;\n{javascript}"), nested(size, depth, open, "x", close, "\n"))
}

fn blocks(random: &mut Random, size: usize) -> Files {
    let open = random.pick(&[
        "{",
        "if (a) {",
        "while (b) {",
        "try {",
        "for (const x of y) {",
        "function f() {",
        "class A { m() {",
        "switch (a) { case 1: {",
    ]);
    let close = match open {
        "try {" => "} catch (e) { g(e) }",
        "class A { m() {" | "switch (a) { case 1: {" => "}}",
        _ => "}",
    };
    let depth = 1 + random.below((size / (open.len() + 2)).min(3_000));
    let javascript = nested(size, depth, open, "exec(a)", close, "\n");
    let word =
        random.pick(&["if a:", "while b:", "try:", "for x in y:", "def f(a):", "class A:", "with a as b:"]);
    let depth = 1 + random.below(90);
    let mut python = String::new();
    while python.len() < size {
        for level in 0..depth {
            python += &format!("{}{word}\n", " ".repeat(level));
        }
        python += &format!("{}os.system(a)\n", " ".repeat(depth));
        if word == "try:" {
            for level in (0..depth).rev() {
                python += &format!("{0}except E as e:\n{0} g(e)\n", " ".repeat(level));
            }
        }
    }
    source(random, javascript, python)
}

fn closures(random: &mut Random, size: usize) -> Files {
    let depth = 2 + random.below(300);
    let mut text = String::new();
    for level in 0..depth {
        text +=
            &format!("const f{level} = (a{level}, b{level}) => {{ const c{level} = a{level} + b{level};\n");
    }
    text += &format!("exec(c{});\n", random.below(depth));
    for level in (0..depth).rev() {
        text += &format!("use(c0, c{level}); }}; f{level}(process.argv[{level}], () => f{level});\n");
    }
    let python: String = (0..depth.min(90))
        .map(|level| format!("{}def f{level}(a{level}, *b{level}):\n", " ".repeat(level)))
        .chain([format!("{}return a0\n", " ".repeat(depth.min(90)))])
        .collect();
    let times = size / text.len() + 1;
    let python_times = size / python.len() + 1;
    source(random, text.repeat(times), python.repeat(python_times))
}

fn callbacks(random: &mut Random, size: usize) -> Files {
    let depth = 2 + random.below(400);
    let name = random.pick(&[
        "app.get('/a', ",
        "x.then(",
        "list.map(",
        "server.tool('t', { a: z.string() }, ",
        "new Promise(",
    ]);
    let each =
        format!("{}exec(a){}\n", format!("{name}async (a, b) => {{ ").repeat(depth), " });".repeat(depth));
    one(
        "src/index.ts",
        format!("import {{ exec }} from 'child_process';\n{}", each.repeat(size / each.len() + 1)),
    )
}

fn chains(random: &mut Random, size: usize) -> Files {
    let part =
        random.pick(&[".a", ".then(f)", "()", "[0]", "?.b", "`x`", ".map(x => x)", ".optional()", "[k]"]);
    let python_part = random.pick(&[".a", "()", "[0]", ".format(a)", ".replace('a', b)", "[k]"]);
    let length = 1 + random.below(size);
    let make = |part: &str| {
        let each = format!("y = x{};\n", part.repeat(length / part.len() + 1));
        each.repeat(size / each.len() + 1)
    };
    source(random, make(part), make(python_part).replace(';', ""))
}

fn operators(random: &mut Random, size: usize) -> Files {
    let operator = random.pick(&[" + ", " && ", " || ", " ?? ", " == ", ", ", " ? 1 : "]);
    let python = random.pick(&[" + ", " and ", " or ", " == ", ", ", " if a else ", " % "]);
    let operand = random.pick(&["a", "f(a)", "'text'", "req.query.a", "process.env.A"]);
    let make = |operator: &str| [operand].repeat(size / (operand.len() + operator.len()) + 2).join(operator);
    let javascript = format!("const a = process.argv[2];\nconst z = ({});\nexec(z);\n", make(operator));
    source(random, javascript, format!("import os\na = 1\nz = ({})\nos.system(z)\n", make(python)))
}

fn long_line(random: &mut Random, size: usize) -> Files {
    let piece = random.pick(&[
        "a=f(b);",
        "x.y(z);",
        "[1,2,3];",
        "'abc';",
        "if(a){b()}",
        "(function(){return a})();",
        "/a+/.test(b);",
    ]);
    one("dist/index.js", piece.repeat(size / piece.len() + 1))
}

fn ladder(random: &mut Random, size: usize) -> Files {
    let mut text = String::from("function f(name, a) {\n let x = a;\n");
    let mut python = String::from("def f(name, a):\n    x = a\n");
    let is_switch = random.once_in(2);
    if is_switch {
        text += " switch (name) {\n";
    }
    let mut at = 0;
    while text.len() < size {
        text += &if is_switch {
            format!(
                "  case 'c{at}': x{at} = x; x = [x, a, {at}]; {}\n",
                random.pick(&["break;", "return x;", ""])
            )
        } else {
            format!(
                "  {}if (name === 'c{at}' && !a.includes('..')) {{ x = g{at}(x, a); }}\n",
                random.pick(&["", "else "])
            )
        };
        python += &format!(
            "    {} name == 'c{at}':\n        x{at} = x + a\n        x = [x{at}, a]\n",
            if at == 0 { "if" } else { random.pick(&["if", "elif"]) }
        );
        at += 1;
    }
    let close = if is_switch { "  }\n  exec(x);\n}\n" } else { "  exec(x);\n}\n" };
    let text = text.replace("{ x = a;\n  else if", "{ x = a;\n  if") + close;
    let call = "server.tool('t', {}, ({ name, a }) => f(name, a));\n";
    source(random, format!("{text}{call}"), format!("{python}    os.system(x)\n"))
}

fn loops(random: &mut Random, size: usize) -> Files {
    let depth = 1 + random.below(40);
    let mut each = String::new();
    for level in 0..depth {
        each += &format!(
            "for (const a{level} of list{level}) {{ if (a{level}.b) continue; let v{level} = a{level}; "
        );
    }
    each +=
        &(0..depth).map(|level| format!("v0 = [v0, v{level}]; if (v{level}) break; ")).collect::<String>();
    each += &"}".repeat(depth);
    let text = format!("function f(list0) {{ {each} exec(v0) }}\n");
    one("src/index.ts", text.repeat(size / text.len() + 1))
}

fn comprehensions(random: &mut Random, size: usize) -> Files {
    let depth = 1 + random.below(80);
    let mut inner = String::from("x");
    for level in 0..depth {
        inner = match random.below(3) {
            0 => format!("[{inner} for x{level} in a if x{level}]"),
            1 => format!("{{{inner}: y for x{level} in a for y in x{level}}}"),
            _ => format!("(lambda x{level}: {inner})(a)"),
        };
    }
    let line = format!("y = {inner}\n");
    one("server.py", format!("import os\na = os.environ\n{}", line.repeat(size / line.len() + 1)))
}

fn decorators(random: &mut Random, size: usize) -> Files {
    let decorator =
        random.pick(&["@mcp.tool()\n", "@app.get('/a')\n", "@d\n", "@d(lambda f: f)\n", "@property\n"]);
    let each =
        format!("{}def f(a, b=f()):\n    return os.system(a)\n", decorator.repeat(1 + random.below(2_000)));
    one(
        "server.py",
        format!(
            "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n{}",
            each.repeat(size / each.len() + 1)
        ),
    )
}

fn templates(random: &mut Random, size: usize) -> Files {
    let depth = 1 + random.below(200);
    let javascript = nested(size, depth, "`a${", "x", "}b`", ";\n");
    let python = "f'{a!r:>{w}}' + ".repeat(size / 17 + 1) + "''\n";
    source(random, javascript, python)
}

fn patterns(random: &mut Random, size: usize) -> Files {
    let depth = 1 + random.below(200);
    let open = random.pick(&["{a: ", "[", "[, ", "{...", "{[k]: "]);
    let close = if open.starts_with('{') { "}" } else { "]" };
    let target = format!("{}x{}", open.repeat(depth), close.repeat(depth));
    let each = format!("function f({target}) {{ const {target} = x; ({target} = y); exec(x); }}\n");
    let python = format!("{}x{} = y\n", "(".repeat(depth), ",)".repeat(depth));
    source(random, each.repeat(size / each.len() + 1), python.repeat(size / python.len() + 1))
}

/// A server, cut and repeated at random places.
fn cut(random: &mut Random, size: usize) -> Files {
    let (path, text) = if random.once_in(2) {
        ("server.py", include_str!("../../../examples/notes-python/notes_server.py"))
    } else {
        ("src/index.ts", include_str!("../../../examples/weather-typescript/src/index.ts"))
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut made = String::new();
    while made.len() < size {
        let from = random.below(lines.len());
        let count = 1 + random.below(20);
        for line in lines.iter().skip(from).take(count) {
            let line = if random.once_in(20) {
                &line[..line.floor_char_boundary(random.below(line.len()))]
            } else {
                line
            };
            made += line;
            made.push('\n');
        }
    }
    one(path, made)
}

/// Bytes that are no text, or nearly some.
fn bytes(random: &mut Random, size: usize) -> Files {
    let mut made: Vec<u8> = b"import os\ndef f(a):\n    os.system(a)\n".repeat(size / 36 + 1);
    let count = 1 + random.below(made.len());
    let is_wild = random.once_in(2);
    for _ in 0..count {
        let at = random.below(made.len());
        made[at] = if is_wild {
            random.below(256) as u8
        } else {
            *random.pick(&[&b'(', &b'"', &b'\\', &b'\n', &0xC3, &0])
        };
    }
    let path = random.pick(&[
        "server.py",
        "src/index.ts",
        "package.json",
        "uv.lock",
        "pnpm-lock.yaml",
        "mcp.json",
        "Dockerfile",
    ]);
    one(path, made)
}
