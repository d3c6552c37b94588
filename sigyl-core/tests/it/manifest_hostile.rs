//! Files from strangers: each gets an answer, soon, and no answer points outside its file.

use insta::assert_snapshot;
use proptest::prelude::*;
use sigyl_core::{Manifest, SourceTree, manifest};

use crate::show::diagnostic_lines;

const NAMES: [&str; 11] = [
    "mcp.yaml",
    "smithery.yaml",
    "server.json",
    "manifest.json",
    "server.yaml",
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "go.mod",
    "Cargo.toml",
    "Dockerfile",
];

/// Reads `bytes` as every format, and checks that each diagnostic lies inside the file.
fn read_as_all(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.split('\n').count() as u32 + text.matches('\r').count() as u32;
    for name in NAMES {
        for diagnostic in manifest::read_file(name, bytes).diagnostics {
            let place = &diagnostic.location;
            assert!((1..=lines).contains(&place.start_line) && place.start_column >= 1, "{diagnostic:?}");
            assert!(
                (place.end_line, place.end_column) >= (place.start_line, place.start_column),
                "{diagnostic:?}"
            );
            if let Some(span) = diagnostic.span {
                assert!(span.start <= span.end && span.end as usize <= text.len(), "{name}: {diagnostic:?}");
                diagnostic.render(text, false);
            }
            assert!(!diagnostic.message.contains(['\n', '\u{1b}']), "{diagnostic:?}");
        }
    }
}

fn code(name: &str, bytes: &[u8]) -> String {
    diagnostic_lines(&manifest::read_file(name, bytes).diagnostics)
}

#[test]
fn size_and_encoding_are_told_first() {
    assert_snapshot!(code("mcp.yaml", &vec![b'a'; 10 << 20]), @"mcp.yaml:1:1: Error too-large: the manifest has 10485760 bytes; at most 1048576 are read");
    assert_snapshot!(code("mcp.yaml", b"name: x\ndescription: caf\xe9\n"), @"mcp.yaml:2:17: Error not-utf8: the file is not UTF-8");
    assert_snapshot!(code("mcp.yaml", b"\xff\xfen\0a\0"), @"mcp.yaml:1:1: Error not-utf8: the file is UTF-16");
    assert_snapshot!(code("mcp.yaml", b"\xef\xbb\xbfname: x\r\nport: x\r\n"), @"mcp.yaml:2:7: Error wrong-type: `port` must be a number, not text");
    assert_snapshot!(code("server.json", b"\xef\xbb\xbf{\r\n  \"name\": 1\r\n}"), @"
    server.json:2:3: Error missing-key: `description` is missing
    server.json:2:3: Error missing-key: `version` is missing
    server.json:2:11: Error wrong-type: `name` must be text, not a number
    ");
    assert_snapshot!(code("mcp.yaml", b"name: \0\n"), @r#"mcp.yaml:1:7: Error syntax: this is no valid YAML: unexpected character: `\u{0}'"#);
}

#[test]
fn depth_and_bombs_are_told() {
    let deep = "[".repeat(200_000);
    for name in NAMES {
        let parsed = manifest::read_file(name, deep.as_bytes());
        let text_only = ["requirements.txt", "go.mod", "Dockerfile"].contains(&name);
        assert!(text_only || parsed.has_errors(), "{name}");
    }
    let mut bomb = "name: x\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_snapshot!(code("mcp.yaml", bomb.as_bytes()), @"mcp.yaml:6:15: Error too-complex: the file has more than 20000 values, aliases counted for what they stand for");
}

/// Inputs that would cost the square of their size if anything looked at everything for each value.
#[test]
fn many_values_on_one_line_cost_little() {
    let list = |count: usize, item: &dyn Fn(usize) -> String| -> String {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    };
    let fill = "x".repeat(500_000);
    let inputs = [
        format!("{{name: a, {}}}", list(9_000, &|at| format!("k{at}: 1"))),
        format!("{{name: a, {}}}", list(9_000, &|_| "name: 1".to_owned())),
        format!("{{name: a, secrets: [{}]}}", list(4_000, &|at| format!("{{name: S{at}}}"))),
        format!("{{name: a, tools: [{}]}}", list(4_000, &|at| format!("{{name: T{at}, x: 1}}"))),
        format!("{{name: a, description: \"{fill}\", tags: [{}]}}", list(15_000, &|_| "1".to_owned())),
        format!(
            "{{startCommand: {{type: stdio, commandFunction: \"env: {{ {} }}\", configSchema: {{type: object, properties: {{{}}}}}, exampleConfig: {{{}}}}}}}",
            list(20_000, &|at| format!("V{at}: config.p{at}")),
            list(5_000, &|at| format!("p{at}: {{type: string}}")),
            list(5_000, &|at| format!("q{at}: 1")),
        ),
        format!(
            r#"{{"name": "a/b", "description": "d", "version": "1", "packages": [{{"registryType": "npm", "identifier": "x", "environmentVariables": [{{"name": "A", "value": "{}", "variables": {{{}}}}}]}}]}}"#,
            list(6_000, &|at| format!("{{v{at}}}")),
            list(6_000, &|at| format!(r#""v{at}": {{}}"#)),
        ),
    ];
    for input in inputs {
        read_as_all(input.as_bytes());
    }
}

#[test]
fn text_of_the_file_cannot_steer_a_terminal() {
    read_as_all(b"\"na\\e[31mme\": x\n\"\\u202ex\": 1\nname: \"\\e]0;x\\a\"\nruntime: \"\\n\\n\"\n");
    read_as_all(br#"{"name": "\u001b[31m\n", "version": "\u001b", "server": {"type": "\n"}, "manifest_version": "1"}"#);
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_as_all(&bytes);
    }

    #[test]
    fn anything_like_yaml_gets_an_answer(text in "[a-c\u{e9}:\\-\\[\\]{}&*!|>'\"%@#,?~<. 0\\n\\r\\t]{0,120}") {
        read_as_all(text.as_bytes());
    }

}

proptest! {
    // Every case reads 66 files.
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_values_under_known_keys_get_an_answer(
        key in "name|version|runtime|transport|port|path|tags|tools|secrets|build|resources|network|startCommand|env|packages|remotes|server|user_config|config|run|remote|oauth|project|package|bin|about|meta",
        inner in "name|type|injection|command|memory|allow|configSchema|properties|transport|mcp_config|secrets|env|value|variables|headers|url",
        value in "null|true|3|-1.5|\"\"|\"..\"|\"\\{x\\}\"|\\[\\]|\\{\\}|\\[1,null\\]|\\[\\{\\}\\]|\\{\"a\":\\[\\]\\}|\\{\"x\":\\{\"type\":1\\}\\}",
    ) {
        for text in [
            format!(r#"{{"name": "a/b", "manifest_version": "1", "{key}": {value}}}"#),
            format!(r#"{{"name": "a/b", "manifest_version": "1", "{key}": {{"{inner}": {value}}}}}"#),
            format!(r#"{{"name": "a/b", "manifest_version": "1", "{key}": [{{"{inner}": {value}, "name": "n", "type": "named"}}]}}"#),
        ] {
            read_as_all(text.as_bytes());
            let tree = SourceTree::from_texts(NAMES.map(|name| (name, text.as_str())));
            Manifest::discover(&tree);
        }
    }
}
