//! From the files of a tree to its dependencies, within limits.

use sigyl_core::{
    Span,
    node::{self, Node, Problem},
};

use super::{
    Dependency, Ecosystem, Origin, Relation, ToldBy, Unread, UnreadReason, bun, cargo_go, npm, pnpm, python,
    requirements, toml_locks, yarn,
};
use crate::{
    context::FileContext,
    rule::{FileId, Place},
};

/// Values of one lock file. Chosen: a hundred thousand packages, ten times the largest lock file that is known.
const MAX_NODES: usize = 1_500_000;
/// Bytes of one lock file. Chosen; a parser's tree takes about twenty times as much.
const MAX_BYTES: usize = 16 << 20;
/// Bytes of one lock file in TOML, whose parser takes longest. Chosen: ten times the largest that is known.
const MAX_TOML_BYTES: usize = 8 << 20;
/// Dependencies of one tree. Chosen.
const MAX_DEPENDENCIES: usize = 250_000;

/// Everything that a tree depends on.
#[derive(Debug, Default)]
pub struct Dependencies {
    /// The packages, in the tree's order of files and in each file's order.
    pub all: Vec<Dependency>,
    /// The lock files that were read.
    pub lock_files: Vec<FileId>,
    /// Lock files that could not be read.
    pub unread: Vec<Unread>,
}

/// How one file is read.
type Reader = fn(&mut Collector<'_>) -> Result<(), UnreadReason>;

/// Takes the dependencies of one file.
pub(super) struct Collector<'a> {
    pub(super) text: &'a str,
    file: FileId,
    pub(super) told_by: ToldBy,
    found: Vec<Dependency>,
    room: usize,
}

impl Dependencies {
    /// Reads every lock file and package file among `files`.
    pub(crate) fn read(files: &[FileContext<'_>]) -> Self {
        let mut all = Self::default();
        for file in files {
            let Some((reader, told_by)) = reader(file.path) else { continue };
            all.read_file(file, reader, told_by);
        }
        all
    }

    fn read_file(&mut self, file: &FileContext<'_>, reader: Reader, told_by: ToldBy) {
        let room = MAX_DEPENDENCIES.saturating_sub(self.all.len());
        let mut collector = Collector { text: file.text, file: file.id, told_by, found: Vec::new(), room };
        let result = if file.text.len() > MAX_BYTES {
            Err(UnreadReason::TooLarge(format!("it has more than {MAX_BYTES} bytes")))
        } else {
            reader(&mut collector)
        };
        self.all.append(&mut collector.found);
        match result {
            Ok(()) if told_by == ToldBy::LockFile => self.lock_files.push(file.id),
            // Of package files the manifests' own diagnostics tell.
            Err(why) if told_by == ToldBy::LockFile => self.unread.push(Unread { file: file.id, why }),
            _ => {}
        }
    }
}

/// The reader of a file, by its name.
fn reader(path: &str) -> Option<(Reader, ToldBy)> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let reader: (Reader, ToldBy) = match name.as_str() {
        "package-lock.json" | "npm-shrinkwrap.json" => (npm::lock, ToldBy::LockFile),
        "yarn.lock" => (yarn::lock, ToldBy::LockFile),
        "pnpm-lock.yaml" => (pnpm::lock, ToldBy::LockFile),
        "bun.lock" => (bun::lock, ToldBy::LockFile),
        "uv.lock" => (toml_locks::uv, ToldBy::LockFile),
        "poetry.lock" | "pdm.lock" => (toml_locks::poetry, ToldBy::LockFile),
        "cargo.lock" => (toml_locks::cargo, ToldBy::LockFile),
        "pipfile.lock" => (python::pipfile_lock, ToldBy::LockFile),
        "package.json" => (npm::package, ToldBy::PackageFile),
        "pyproject.toml" => (python::pyproject, ToldBy::PackageFile),
        "go.mod" => (cargo_go::go_mod, ToldBy::PackageFile),
        _ if name.starts_with("requirements") && name.ends_with(".txt") => {
            (requirements::read, ToldBy::PackageFile)
        }
        _ => return None,
    };
    Some(reader)
}

impl Collector<'_> {
    /// A dependency at a span of the file; the rest is filled in by the caller.
    pub(super) fn dependency(&self, ecosystem: Ecosystem, name: &str, span: Span) -> Dependency {
        Dependency::new(ecosystem, name, self.told_by, Place { file: self.file, span })
    }

    pub(super) fn add(&mut self, dependency: Dependency) -> Result<(), UnreadReason> {
        if self.found.len() >= self.room {
            return Err(UnreadReason::TooLarge(format!(
                "the tree has more than {MAX_DEPENDENCIES} dependencies"
            )));
        }
        if dependency.origin != Origin::Local {
            self.found.push(dependency);
        }
        Ok(())
    }

    /// Says of each package found whether it is one that the tree asks for.
    pub(super) fn relate(&mut self, is_direct: impl Fn(&Dependency) -> bool) {
        for dependency in &mut self.found {
            dependency.relation = if is_direct(dependency) { Relation::Direct } else { Relation::Transitive };
        }
    }

    pub(super) fn json(&self) -> Result<Node, UnreadReason> {
        node::read_json_within(self.text, MAX_NODES).map_err(unread)
    }

    pub(super) fn yaml(&self) -> Result<Node, UnreadReason> {
        node::read_yaml_within(self.text, MAX_NODES).map_err(unread)
    }

    pub(super) fn toml(&self) -> Result<Node, UnreadReason> {
        toml(self.text)
    }

    /// The file's text.
    pub(super) fn text(&self) -> &str {
        self.text
    }
}

pub(super) fn toml(text: &str) -> Result<Node, UnreadReason> {
    let (node, problems) = node::read_toml_within(text, MAX_NODES, MAX_TOML_BYTES);
    problems.into_iter().next().map_or(Ok(node), |problem| Err(unread(problem)))
}

fn unread(problem: Problem) -> UnreadReason {
    if problem.code == "syntax" {
        UnreadReason::Syntax(problem.message)
    } else {
        UnreadReason::TooLarge(problem.message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prop_assert, proptest, sample::select};
    use sigyl_core::{Manifest, NotAnalysedReason, SourceTree};

    use crate::{ScanConfig, Unobserved, scan};

    fn check(path: &str, text: &str) -> (Option<u32>, Vec<NotAnalysedReason>) {
        let tree = SourceTree::from_texts([("server.py", "x = 1\n"), (path, text)]);
        let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
        let reasons = report.not_analysed.iter().filter(|it| it.path == path).map(|it| it.reason).collect();
        (report.dependencies.map(|it| it.dependencies), reasons)
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (path, text) in [
            ("package-lock.json", "{\"packages\": "),
            ("package-lock.json", "[]"),
            ("yarn.lock", "not a lock file"),
            ("yarn.lock", "é:\n"),
            ("pnpm-lock.yaml", "a: [b"),
            ("pnpm-lock.yaml", "a: b"),
            ("bun.lock", "{}"),
            ("uv.lock", "[[package]"),
            ("poetry.lock", "a = 1"),
            ("Cargo.lock", "package = 3"),
            ("Pipfile.lock", "{}"),
        ] {
            assert_eq!(check(path, text), (None, vec![NotAnalysedReason::SyntaxError]), "{path} {text}");
        }
        let deep = format!("{}1{}", "{\"dependencies\":".repeat(5_000), "}".repeat(5_000));
        assert_eq!(check("package-lock.json", &deep).1, [NotAnalysedReason::TooLarge]);
    }

    /// What lock files and package files are made of.
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "@",
        "/",
        ":",
        ": ",
        ",",
        "=",
        " = ",
        "==",
        "#",
        "\n",
        "  ",
        "é",
        "-",
        "1.0.0",
        "packages",
        "[[package]]\n",
        "name",
        "version",
        "source",
        "resolution",
        "resolved",
        "dependencies",
        "node_modules/",
        "lockfileVersion",
        "npm:",
        "git+https://",
        "http://",
        "egg=",
        "require (",
        "v1",
        "\\",
        "\": [\"a@",
        "command",
        "args",
        "npx",
        "uvx",
        "docker run",
        "services",
    ];

    proptest! {
        #[test]
        fn nothing_makes_a_reader_fail(
            name in select(&[
                "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "uv.lock", "poetry.lock",
                "Cargo.lock", "Pipfile.lock", "package.json", "pyproject.toml", "go.mod", "requirements.txt",
                "mcp.json", "compose.yaml", "Dockerfile",
            ][..]),
            pieces in vec(select(PIECES), 0..40),
        ) {
            let text = pieces.concat();
            let tree = SourceTree::from_texts([(name, text.as_str())]);
            let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
            let failed = report.not_analysed.iter().find(|it| it.path == "." || it.rule.is_some());
            prop_assert!(failed.is_none(), "{name} {text:?}: {failed:?}");
        }
    }

    #[test]
    fn long_lock_files_end() {
        let mut lock = String::from("{\"lockfileVersion\": 3, \"packages\": {");
        for number in 0..120_000 {
            lock += &format!("\"node_modules/p{number}\": {{\"version\": \"1.0.0\"}},");
        }
        lock += "\"node_modules/last\": {}}}";
        assert_eq!(check("package-lock.json", &lock), (Some(120_001), Vec::new()));
        let yarn = "a@1:\n  version \"1\"\n".repeat(260_000);
        assert_eq!(check("yarn.lock", &yarn).1, [NotAnalysedReason::TooLarge]);
    }
}
