//! What a tree depends on, read from lock files and package files. Nothing is resolved or fetched.

mod bun;
mod cargo_go;
mod npm;
mod pnpm;
mod python;
mod read;
mod requirements;
mod toml_locks;
mod yarn;

pub use read::Dependencies;

use crate::rule::{FileId, Place};

/// Where packages of a kind come from, as OSV names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Ecosystem {
    /// crates.io.
    CratesIo,
    /// Go modules.
    Go,
    /// The npm registry.
    Npm,
    /// The Python Package Index.
    PyPi,
}

impl Ecosystem {
    /// OSV's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CratesIo => "crates.io",
            Self::Go => "Go",
            Self::Npm => "npm",
            Self::PyPi => "PyPI",
        }
    }

    /// The ecosystem that OSV calls `name`; a suffix such as `:3.1` is not part of the name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::CratesIo, Self::Go, Self::Npm, Self::PyPi].into_iter().find(|known| known.as_str() == name)
    }

    /// A name in the form in which two spellings of one package are equal: PEP 503 for Python.
    pub fn normalize(self, name: &str) -> String {
        if self != Self::PyPi {
            return name.to_owned();
        }
        let mut out = String::with_capacity(name.len());
        for c in name.chars() {
            match c {
                '-' | '_' | '.' if out.ends_with('-') => {}
                '-' | '_' | '.' => out.push('-'),
                c => out.push(c.to_ascii_lowercase()),
            }
        }
        out
    }
}

/// Whether the tree asks for a package itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// A package file of the tree names it.
    Direct,
    /// Another package needs it.
    Transitive,
    /// The file does not tell.
    Unknown,
}

/// Where a package is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The ecosystem's registry, or one in its place; the address, where the file has one.
    Registry(Option<String>),
    /// A Git repository: the address with its reference.
    Git {
        /// The address.
        url: String,
        /// Branch, tag or commit.
        reference: Option<String>,
    },
    /// An archive at an address.
    Url(String),
    /// The tree itself or another folder.
    Local,
}

impl Origin {
    /// Reads what package files write for a source: `git+https://…#ref`, `github:a/b`, `https://…/a.tgz`, `file:…`.
    pub(crate) fn of_specifier(specifier: &str) -> Option<Self> {
        let lower = specifier.to_ascii_lowercase();
        let git = |url: &str, reference: Option<&str>| {
            Some(Self::Git {
                url: url.to_owned(),
                reference: reference.filter(|text| !text.is_empty()).map(str::to_owned),
            })
        };
        let (address, fragment) = match specifier.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (specifier, None),
        };
        let is_forge = ["github:", "gitlab:", "bitbucket:", "gist:"].iter().any(|it| lower.starts_with(it));
        let is_short = !specifier.starts_with(['.', '@', '/', '~'])
            && address.split('/').count() == 2
            && !address.contains(':')
            && address.split('/').all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            });
        if lower.starts_with("git+") || lower.starts_with("git://") || is_forge || is_short {
            return git(address, fragment);
        }
        if lower.starts_with("http://") || lower.starts_with("https://") {
            let path = address.split('?').next().unwrap_or(address);
            return if path.ends_with(".git") {
                git(address, fragment)
            } else {
                Some(Self::Url(specifier.to_owned()))
            };
        }
        let is_local = ["file:", "link:", "workspace:", "portal:", "./", "../", "/"];
        is_local.iter().any(|it| lower.starts_with(it)).then_some(Self::Local)
    }

    /// Whether it names the same bytes tomorrow: a commit, not a branch or a tag.
    pub(crate) fn is_fixed(&self) -> bool {
        match self {
            Self::Git { reference, .. } => reference.as_deref().is_some_and(is_commit),
            Self::Registry(_) | Self::Url(_) | Self::Local => true,
        }
    }
}

/// Whether a Git reference is a commit: 40 or 64 hexadecimal digits, or an abbreviation of at least 7.
pub(crate) fn is_commit(reference: &str) -> bool {
    let text = reference.strip_prefix("commit=").unwrap_or(reference);
    (7..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// What kind of file told of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ToldBy {
    /// A lock file: the version is what gets installed.
    LockFile,
    /// A file that people write: the version is a wish, exact only where it is pinned.
    PackageFile,
}

/// A package that the tree depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Where it comes from.
    pub ecosystem: Ecosystem,
    /// Its name as the file writes it.
    pub name: String,
    /// The one version that gets installed, where the file says it.
    pub version: Option<String>,
    /// What a package file asks for: `^1.2`, `latest`.
    pub wanted: Option<String>,
    /// Where it is taken from.
    pub origin: Origin,
    /// Whether the file holds a digest of its bytes; `None` where such files hold none.
    pub has_digest: Option<bool>,
    /// Whether the lock file says that it runs code when it is installed.
    pub has_install_script: bool,
    /// Whether the tree asks for it itself.
    pub relation: Relation,
    /// Needed by developers only.
    pub is_dev: bool,
    /// What kind of file told.
    pub told_by: ToldBy,
    /// Where it stands.
    pub place: Place,
}

impl Dependency {
    pub(crate) fn new(ecosystem: Ecosystem, name: &str, told_by: ToldBy, place: Place) -> Self {
        Self {
            ecosystem,
            name: name.to_owned(),
            version: None,
            wanted: None,
            origin: Origin::Registry(None),
            has_digest: None,
            has_install_script: false,
            relation: Relation::Unknown,
            is_dev: false,
            told_by,
            place,
        }
    }
}

/// A lock file that could not be read, or not in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub file: FileId,
    /// What is wrong.
    pub why: UnreadReason,
}

/// Why a lock file was not read in full.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadReason {
    /// Its notation is broken; the sentence says how.
    Syntax(String),
    /// It is larger, deeper or longer than is read.
    TooLarge(String),
    /// A version of the format that is not known.
    UnknownFormat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sources() {
        assert_eq!(Ecosystem::PyPi.normalize("Typing__Extensions.x"), "typing-extensions-x");
        assert_eq!(Ecosystem::Npm.normalize("A_b"), "A_b");
        let fixed = |text: &str| Origin::of_specifier(text).map(|origin| origin.is_fixed());
        assert_eq!(fixed("github:a/b"), Some(false));
        assert_eq!(fixed("a/b#main"), Some(false));
        assert_eq!(fixed("git+ssh://git@host/a.git#0123456789abcdef0123456789abcdef01234567"), Some(true));
        assert_eq!(fixed("https://host/a.tgz"), Some(true));
        assert_eq!(fixed("^1.2.3"), None);
        assert_eq!(fixed("npm:other@1"), None);
        assert!(!is_commit("deadbeef") && is_commit("1eadbeef") && !is_commit("v1.0.0"));
    }
}
