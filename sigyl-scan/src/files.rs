//! What a file is, by its name and first line: which parser takes it, and whether a deployment would run it.

use sigyl_core::source::SourceFile;

use crate::ir::Language;

/// What a text file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Source of a language with dataflow.
    Source(Language),
    /// Source of a language that only the lexical rules read: Go, Rust, shell, and so on.
    OtherSource,
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// A compose file.
    Compose,
    /// `package.json`.
    PackageJson,
    /// Any other JSON.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// `.env` and its relatives, `.ini`, `.cfg`, `.properties`, `.npmrc`.
    Settings,
    /// `requirements.txt` and its relatives.
    Requirements,
    /// A lock file of a package manager.
    LockFile,
    /// Markdown, reStructuredText, plain text.
    Document,
    /// HTML, SVG and templates.
    Markup,
    /// Any other text.
    Other,
}

/// What a file is for. Findings outside of what runs are information only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileRole {
    /// Part of the server, as far as the tree tells.
    Runtime,
    /// Tests, fixtures, mocks, benchmarks.
    Test,
    /// Documentation and examples of use.
    Example,
    /// Build scripts, continuous integration, developers' tools.
    Tooling,
}

/// Tells what a text file is.
pub(crate) fn kind(file: &SourceFile) -> FileKind {
    let name = file.name();
    let lower = name.to_ascii_lowercase();
    let is_docker = |word: &str| {
        lower == word
            || lower.strip_prefix(word).is_some_and(|rest| rest.starts_with('.') || rest.starts_with('-'))
    };
    let extension = file.extension();
    if (is_docker("dockerfile") || is_docker("containerfile") || extension == "dockerfile")
        && extension != "md"
    {
        return FileKind::Dockerfile;
    }
    match lower.as_str() {
        "package.json" => return FileKind::PackageJson,
        "package-lock.json"
        | "npm-shrinkwrap.json"
        | "yarn.lock"
        | "pnpm-lock.yaml"
        | "bun.lock"
        | "uv.lock"
        | "poetry.lock"
        | "pdm.lock"
        | "pipfile.lock"
        | "cargo.lock"
        | "go.sum" => return FileKind::LockFile,
        "makefile" | "rakefile" | "jenkinsfile" | "justfile" => return FileKind::OtherSource,
        ".npmrc" | ".pypirc" | ".netrc" | ".yarnrc" => return FileKind::Settings,
        _ => {}
    }
    if (lower.contains("compose")) && (extension == "yml" || extension == "yaml") {
        return FileKind::Compose;
    }
    if lower.starts_with("requirements") && extension == "txt" {
        return FileKind::Requirements;
    }
    if lower == ".env" || lower.starts_with(".env.") || extension == "env" {
        return FileKind::Settings;
    }
    match extension.as_str() {
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => FileKind::Source(Language::JavaScript),
        "py" | "pyw" | "pyi" => FileKind::Source(Language::Python),
        "go" | "rs" | "rb" | "php" | "java" | "kt" | "kts" | "cs" | "swift" | "c" | "h" | "cc" | "cpp"
        | "hpp" | "lua" | "pl" | "pm" | "sh" | "bash" | "zsh" | "fish" | "ps1" | "psm1" | "bat" | "cmd"
        | "scala" | "ex" | "exs" | "r" | "jl" | "dart" | "vue" | "svelte" | "astro" | "coffee" | "mk"
        | "ipynb" | "applescript" => FileKind::OtherSource,
        "json" | "jsonc" | "json5" | "map" => FileKind::Json,
        "yml" | "yaml" => FileKind::Yaml,
        "toml" => FileKind::Toml,
        "ini" | "cfg" | "conf" | "properties" => FileKind::Settings,
        "lock" => FileKind::LockFile,
        "md" | "mdx" | "rst" | "txt" | "adoc" => FileKind::Document,
        "html" | "htm" | "svg" | "xml" | "hbs" | "ejs" | "jinja" | "j2" | "jinja2" => FileKind::Markup,
        _ => by_shebang(file.text().unwrap_or_default()),
    }
}

fn by_shebang(text: &str) -> FileKind {
    let Some(line) = text.strip_prefix("#!").and_then(|rest| rest.lines().next()) else {
        return FileKind::Other;
    };
    let interpreter = |word: &str| {
        line.split(['/', ' ', '\t'])
            .any(|part| part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') == word)
    };
    if ["node", "deno", "bun", "tsx", "ts-node"].iter().any(|word| interpreter(word)) {
        FileKind::Source(Language::JavaScript)
    } else if interpreter("python") || interpreter("uv") {
        FileKind::Source(Language::Python)
    } else {
        FileKind::OtherSource
    }
}

/// Tells what a file is for, by its path. A file that runtime code imports is runtime code, whatever its path: the
/// driver raises those.
pub(crate) fn role(path: &str, text: &str) -> FileRole {
    match role_by_path(path) {
        // A server may lie among the scripts that start it.
        FileRole::Tooling if TRANSPORTS.iter().any(|transport| text.contains(transport)) => FileRole::Runtime,
        role => role,
    }
}

/// What a file of the TypeScript SDK needs to serve, which nothing else does.
const TRANSPORTS: &[&str] = &["HTTPServerTransport(", "SSEServerTransport(", "StdioServerTransport("];

fn role_by_path(path: &str) -> FileRole {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.split('.').next().unwrap_or(name);
    let in_folder = |names: &[&str]| folders.split('/').any(|folder| names.contains(&folder));
    if in_folder(&[
        "test",
        "tests",
        "__tests__",
        "testing",
        "__mocks__",
        "mocks",
        "fixtures",
        "__fixtures__",
        "testdata",
        "spec",
        "specs",
        "e2e",
        "benchmark",
        "benchmarks",
        "bench",
        "evals",
    ]) || name.contains(".test.")
        || name.contains(".spec.")
        || name.contains(".stories.")
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
    {
        return FileRole::Test;
    }
    if in_folder(&[
        "docs",
        "doc",
        "documentation",
        "examples",
        "example",
        "samples",
        "demo",
        "demos",
        "website",
    ]) {
        return FileRole::Example;
    }
    if in_folder(&[
        ".github",
        ".gitlab",
        ".circleci",
        "scripts",
        "script",
        "tools-dev",
        "ci",
        ".husky",
        ".vscode",
        "hack",
    ]) || matches!(
        stem,
        "setup"
            | "gulpfile"
            | "rollup"
            | "webpack"
            | "vite"
            | "vitest"
            | "jest"
            | "eslint"
            | "noxfile"
            | "tsup"
    ) && (name.contains(".config.") || matches!(name, "setup.py" | "gulpfile.js" | "noxfile.py"))
    {
        return FileRole::Tooling;
    }
    FileRole::Runtime
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigyl_core::SourceTree;

    fn kind_of(path: &str, text: &str) -> FileKind {
        let tree = SourceTree::from_texts([(path, text)]);
        kind(&tree.files()[0])
    }

    #[test]
    fn kinds_by_name_and_shebang() {
        assert_eq!(kind_of("a/server.mts", ""), FileKind::Source(Language::JavaScript));
        assert_eq!(kind_of("bin/run", "#!/usr/bin/env python3.12\n"), FileKind::Source(Language::Python));
        assert_eq!(
            kind_of("bin/run", "#!/usr/bin/env -S node --x\n"),
            FileKind::Source(Language::JavaScript)
        );
        assert_eq!(kind_of("Dockerfile.prod", ""), FileKind::Dockerfile);
        assert_eq!(kind_of("docker-compose.yml", ""), FileKind::Compose);
        assert_eq!(kind_of(".env.example", ""), FileKind::Settings);
        assert_eq!(kind_of("dockerfile.md", ""), FileKind::Document);
    }

    #[test]
    fn roles_by_path() {
        assert_eq!(role("src/index.ts", ""), FileRole::Runtime);
        assert_eq!(role("src/__tests__/a.ts", ""), FileRole::Test);
        assert_eq!(role("pkg/test_a.py", ""), FileRole::Test);
        assert_eq!(role("docs/a.py", ""), FileRole::Example);
        assert_eq!(role("latest/contest.py", ""), FileRole::Runtime);
        assert_eq!(role("scripts/build.ts", "spawn('tsc')"), FileRole::Tooling);
        assert_eq!(role("scripts/start.ts", "new SSEServerTransport('/x', res)"), FileRole::Runtime);
        assert_eq!(role("tests/start.ts", "new SSEServerTransport('/x', res)"), FileRole::Test);
    }
}
