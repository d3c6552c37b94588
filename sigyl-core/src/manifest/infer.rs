//! What nobody wrote down: transport, runtime and secrets, from the source text. Nothing is parsed or run here; a word
//! that occurs is a sign, and a sign only fills what the manifests leave open.

use std::{collections::BTreeSet, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

use super::{
    model::{Manifest, Runtime, Transport},
    values,
};
use crate::{SourceTree, source::SourceFile};

/// Bytes of source that are searched. Chosen: a server's entry point is rarely beyond.
const MAX_SEARCHED_BYTES: u64 = 8 << 20;
/// Variables that are listed at most.
const MAX_VARIABLES: usize = 50;

/// Words that stand in servers that speak over standard input and output.
const STDIO: [&str; 8] = [
    "StdioServerTransport",
    "stdio_server(",
    "transport=\"stdio\"",
    "transport='stdio'",
    "mcp.run()",
    "ServeStdio",
    "StdioTransport",
    "transport::stdio",
];
/// Words that stand in servers that speak over HTTP.
const HTTP: [&str; 13] = [
    "StreamableHTTPServerTransport",
    "StreamableHTTPSessionManager",
    "streamable_http_app",
    "transport=\"streamable-http\"",
    "transport='streamable-http'",
    "transport=\"http\"",
    "transport=\"sse\"",
    "SSEServerTransport",
    "SseServerTransport",
    "createMcpHandler",
    "NewStreamableHTTPHandler",
    "NewStreamableHTTPServer",
    "StreamableHttpService",
];
/// What stands before the name of a variable that a program reads.
const READS: [&str; 9] = [
    "process.env.",
    "process.env['",
    "process.env[\"",
    "os.environ[\"",
    "os.environ['",
    "os.environ.get(\"",
    "os.environ.get('",
    "os.getenv(\"",
    "os.getenv('",
];

/// The words of each list at once: source is long, and most of it has none.
type Words = LazyLock<Option<AhoCorasick>>;

static STDIO_WORDS: Words = LazyLock::new(|| automaton(&STDIO));
static HTTP_WORDS: Words = LazyLock::new(|| automaton(&HTTP));
static READ_WORDS: Words = LazyLock::new(|| automaton(&READS));

/// Of this kind several words are looked for in vectors of bytes.
fn automaton(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
}

fn has_any(words: &Words, list: &[&str], text: &str) -> bool {
    match &**words {
        Some(words) => words.is_match(text),
        None => list.iter().any(|word| text.contains(word)),
    }
}

/// Fills transport and runtime where they are absent.
pub(crate) fn fill(tree: &SourceTree, manifest: &mut Manifest) {
    if manifest.runtime.is_none() {
        manifest.runtime = runtime(tree, manifest);
    }
    if manifest.transport.is_none() {
        manifest.transport = transport(tree);
    }
}

fn runtime(tree: &SourceTree, manifest: &Manifest) -> Option<Runtime> {
    let packages = manifest.packages.iter().find_map(|package| match package.split(':').next() {
        Some("npm") => Some(Runtime::Node),
        Some("pypi") => Some(Runtime::Python),
        _ => None,
    });
    let count = |extensions: &[&str]| {
        let files = source_files(tree).filter(|file| extensions.contains(&file.extension().as_str()));
        files.count()
    };
    let counts = [
        (count(&["js", "mjs", "cjs", "ts", "mts", "cts"]), Runtime::Node),
        (count(&["py"]), Runtime::Python),
        (count(&["go"]), Runtime::Go),
        (count(&["rs"]), Runtime::Rust),
    ];
    let most = counts.into_iter().filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count);
    let image = manifest.packages.iter().any(|package| package.starts_with("oci:"));
    packages.or(most.map(|(_, runtime)| runtime)).or(image.then_some(Runtime::Container))
}

/// A server that has both starts with stdio unless told otherwise by an argument that we do not know.
fn transport(tree: &SourceTree) -> Option<Transport> {
    let mut http = false;
    for text in searched(tree) {
        let stdio = has_any(&STDIO_WORDS, &STDIO, text);
        if !stdio && (http || !has_any(&HTTP_WORDS, &HTTP, text)) {
            continue;
        }
        if !text.contains("ransport") && !text.contains("mcp") && !text.contains("tdio") {
            continue;
        }
        if stdio {
            return Some(Transport::Stdio);
        }
        http = true;
    }
    http.then_some(Transport::Http { port: None, path: None })
}

/// Environment variables that the code reads and whose names look like secrets, sorted.
pub(crate) fn secret_variables(tree: &SourceTree) -> Vec<String> {
    let mut names = BTreeSet::new();
    for text in searched(tree) {
        if !has_any(&READ_WORDS, &READS, text) {
            continue;
        }
        for prefix in READS {
            for (at, _) in text.match_indices(prefix) {
                let rest = &text[at + prefix.len()..];
                let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
                let name = &rest[..end.unwrap_or(rest.len())];
                let upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
                if upper && values::is_variable_name(name) && values::looks_secret(name) {
                    names.insert(name.to_owned());
                }
            }
            if names.len() > MAX_VARIABLES {
                break;
            }
        }
    }
    names.into_iter().take(MAX_VARIABLES).collect()
}

fn searched(tree: &SourceTree) -> impl Iterator<Item = &str> {
    let mut left = MAX_SEARCHED_BYTES;
    // Declarations of types, which are often long and made by programs, run nothing.
    let declares =
        |file: &&SourceFile| [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| file.path.ends_with(end));
    source_files(tree).filter(move |file| !declares(file)).filter_map(move |file| {
        left = left.checked_sub(file.size_bytes)?;
        file.text()
    })
}

/// Source files outside of tests, examples and dependencies.
fn source_files(tree: &SourceTree) -> impl Iterator<Item = &SourceFile> {
    tree.files().iter().filter(|file| {
        let source = ["js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "py", "go", "rs"];
        source.contains(&file.extension().as_str()) && !is_aside(&file.path)
    })
}

/// True for paths in folders that hold no server of their own.
pub(crate) fn is_aside(path: &str) -> bool {
    let aside = [
        "test",
        "tests",
        "__tests__",
        "spec",
        "example",
        "examples",
        "fixtures",
        "docs",
        "vendor",
        "node_modules",
        "benches",
        "scripts",
    ];
    let Some((folders, _)) = path.rsplit_once('/') else { return false };
    folders.split('/').any(|folder| aside.contains(&folder) || (folder.starts_with('.') && folder != ".mcp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_fill_what_is_open() {
        let tree = SourceTree::from_texts([
            ("server.py", "from mcp.server.fastmcp import FastMCP\nmcp.run(transport=\"streamable-http\")\n"),
            ("tests/x.ts", "new StdioServerTransport()"),
            ("types/sdk.d.ts", "export declare class StdioServerTransport {}"),
        ]);
        let mut manifest = Manifest::default();
        fill(&tree, &mut manifest);
        assert_eq!(manifest.runtime, Some(Runtime::Python));
        assert_eq!(manifest.transport, Some(Transport::Http { port: None, path: None }));
    }

    #[test]
    fn secrets_are_found_by_the_variables_that_code_reads() {
        let code = "const a = process.env.GITHUB_TOKEN; const b = process.env['OPENAI_API_KEY'];\
                    const c = process.env.HOME; const d = process.env.apiKey; process.env.";
        let tree =
            SourceTree::from_texts([("index.js", code), ("s.py", "os.environ.get(\"DB_PASSWORD\", '')")]);
        assert_eq!(secret_variables(&tree), ["DB_PASSWORD", "GITHUB_TOKEN", "OPENAI_API_KEY"]);
    }
}
