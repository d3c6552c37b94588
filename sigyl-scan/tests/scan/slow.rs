//! Trees that once took minutes: each is here as small as it still did.

use sigyl_core::{Manifest, ScanReport, SourceTree};
use sigyl_scan::{ScanConfig, Unobserved, scan};

fn scanned(files: &[(String, String)]) -> ScanReport {
    let tree = SourceTree::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved)
}

/// Modules that each offer everything of eight others, on sixteen levels: as many ways as 8 to the power of 16.
#[test]
fn stars_of_stars() {
    for (module, importing) in [
        ("export * from './m';\n", "import { missing } from './l0_0';\nmissing(process.argv);\n"),
        ("from .m import *\n", "from .l0_0 import missing\nmissing(open('a'))\n"),
    ] {
        let end = if importing.starts_with("from") { "py" } else { "ts" };
        let mut files: Vec<(String, String)> = (0..16 * 8)
            .map(|at| {
                let next = |other: usize| {
                    module
                        .replace("m'", &format!("l{}_{other}'", at / 8 + 1))
                        .replace(".m ", &format!(".l{}_{other} ", at / 8 + 1))
                };
                (format!("src/l{}_{}.{end}", at / 8, at % 8), (0..8).map(next).collect())
            })
            .collect();
        files.push((format!("src/index.{end}"), importing.to_owned()));
        assert!(scanned(&files).findings.is_empty());
    }
}

/// Names that modules import from one another, and none of them has.
#[test]
fn imports_in_a_circle() {
    let circles = [
        [
            ("m0.ts", "import { a } from './m1';\nexport { a };\na();\n"),
            ("m1.ts", "import { a } from './m0';\nexport { a };\n"),
        ],
        [
            ("m0.ts", "import d from './m1';\nexport default d;\nexport const a = d;\n"),
            ("m1.ts", "import d from './m0';\nexport default d;\nexport const a = d;\n"),
        ],
        [("a.py", "from b import x\nprint(x)\n"), ("b.py", "from a import x\n")],
    ];
    for circle in circles {
        let files = circle.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert!(scanned(&files).findings.is_empty());
    }
}

/// What a star finds is found all the same, however many ways lead there.
#[test]
fn what_stars_offer_is_found() {
    let files = [
        ("src/a.ts", "export * from './b';\nexport * from './c';\n"),
        ("src/b.ts", "export * from './d';\nexport * from './a';\n"),
        ("src/c.ts", "export * from './d';\nexport { run as other } from './d';\n"),
        ("src/d.ts", "import { exec } from 'child_process';\nexport const run = (text) => exec(text);\n"),
        (
            "src/index.ts",
            "import { run, other } from './a';\nserver.tool('t', { a: z.string() }, async ({ a }) => run(a));\nserver.tool('u', { a: z.string() }, async ({ a }) => other(a));\n",
        ),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let found = scanned(&files).findings;
    assert_eq!(found.iter().filter(|finding| finding.rule == "command-injection").count(), 2, "{found:#?}");
}

/// What a handler reaches through what was already evaluated while the program was set up is no function beside it.
#[test]
fn what_was_set_up_is_reached_all_the_same() {
    let text = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('demo')\n\n\
                def note(name):\n    return open(name).read()\n\n\
                def notes():\n    return note('a.md') + note('b.md')\n\nSTART = notes()\n\n\
                @mcp.tool()\ndef all_notes() -> str:\n    return notes()\n";
    let report = scanned(&[("server.py".to_owned(), text.to_owned())]);
    assert!(report.findings.iter().all(|finding| finding.rule != "path-traversal"), "{:#?}", report.findings);
}

/// What one handler keeps is found by another that ran before, through a function whose answer was remembered, and
/// handlers that read nothing of it are not evaluated again.
#[test]
fn what_is_kept_is_found() {
    let server = |read: &str| {
        let text = format!(
            "import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('demo')\nlast = ''\nother = ''\n\n\
             def known():\n    return {read}\n\ndef asked():\n    return known()\n\n\
             @mcp.tool()\ndef first():\n    os.system(asked())\n\n\
             @mcp.tool()\ndef keep(text: str):\n    global last\n    last = text\n"
        );
        let found = scanned(&[("server.py".to_owned(), text)]).findings;
        found.iter().filter(|finding| finding.rule == "command-injection").count()
    };
    assert_eq!((server("last"), server("other")), (1, 0));
}

/// A table of functions that call one another through the table.
#[test]
fn tables_of_functions() {
    let count = 110;
    let mut text: String = (0..count)
        .map(|at| format!("const f{at} = (g, a) => table[a](f{}, a);\n", (at * 7) % count))
        .collect();
    let names: Vec<String> = (0..count).map(|at| format!("f{at}")).collect();
    text += &format!("const table = {{ {} }};\n", names.join(", "));
    text += "for (const k in table) server.tool(k, {}, async (a) => table[k](f0, a));\n";
    scanned(&[("src/index.ts".to_owned(), text)]);
}

/// Objects of hundreds of methods that every call gets.
#[test]
fn large_objects_as_receivers() {
    let mut text = String::from("let f = (x) => x;\nlet o = {};\n");
    for at in 0..400 {
        text += &format!(
            "function g{at}(x) {{ return f(x) + o.m{}(x); }}\nif (process.env.A{at}) {{ f = g{at}; o = {{ ...o, m{at}: g{at} }}; }}\n",
            (at * 7) % 400
        );
    }
    text += "server.tool('t', {}, async ({ a }) => f(o.m3(a)));\n";
    scanned(&[("src/index.ts".to_owned(), text)]);
}

/// The same finding on very many ways is kept once: the best of each place, and one for each tool that is told nowhere.
#[test]
fn one_sink_on_many_ways() {
    let count = 80;
    let mut text = String::from("import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n");
    for at in 0..count {
        let (x, y) = ((at * 7 + 1) % count, (at * 13 + 5) % count);
        text += &format!(
            "def f{at}(a, b=None):\n    x = f{x}(a, b) + f{y}(a, b)\n    return x or os.system(a)\n"
        );
    }
    for at in 0..20 {
        text += &format!("@mcp.tool()\ndef t{at}(a: str):\n    return f{at}(a, {{}})\n");
    }
    let report = scanned(&[("server.py".to_owned(), text)]);
    let found = report.findings.iter().filter(|finding| finding.rule == "command-injection").count();
    assert!(found > 20 && found <= count + 20, "{found}");
}

/// A list of tools that says nothing of any: two megabytes of it took a gigabyte.
#[test]
fn entries_without_a_field() {
    let list = format!("{{\"tools\":[{}{{\"name\":\"add\"}}]}}", "{},".repeat(100_000));
    let report = scanned(&[("tools.json".to_owned(), list)]);
    assert_eq!(report.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), ["add"]);
}
