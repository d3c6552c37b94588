//! What a user may name of a Git repository, checked so that it can stand on a command line.

use std::fmt;

use super::{names::relative, repo_ref::RepoRefError};

/// Longest reference. Chosen; Git's own limit is the file system's for a name.
const REFERENCE_BYTES: usize = 255;

/// The address of a Git repository: https, without credentials, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GitUrl(String);

impl GitUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// When it is not plain https. The message says what to write instead.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        let wrong = |why| RepoRefError::Url { text: without_credentials(text), why };
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(wrong("it has no scheme; write https://HOST/OWNER/REPOSITORY"));
        };
        if !scheme.eq_ignore_ascii_case("https") {
            return Err(wrong("only https is cloned; write https://HOST/OWNER/REPOSITORY"));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(wrong(
                "it holds credentials; clone a private repository yourself and name its folder",
            ));
        }
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let is_label = |label: &str| {
            label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && label.bytes().next().is_some_and(|byte| byte != b'-')
        };
        if !host.trim_end_matches('.').split('.').all(is_label) {
            return Err(wrong("its host is no host name"));
        }
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err(wrong("its port is no number up to 65535"));
        }
        let path = path.trim_matches('/');
        let is_part = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+".contains(&byte))
        };
        if !path.split('/').all(is_part) {
            return Err(wrong(
                "its path is not letters, digits, `-`, `.`, `_`, `~` and `+` between single `/`",
            ));
        }
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("https://{}{port}/{path}", host.to_ascii_lowercase())))
    }

    /// An address that a test may clone from.
    #[cfg(all(test, feature = "git"))]
    pub(crate) fn local_for_tests(folder: &std::path::Path) -> Self {
        Self(format!("file://{}", folder.display()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text for a message, with everything before an `@` of the authority removed.
pub(super) fn without_credentials(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{path}")
}

/// A branch, a tag or a commit, by the rules of `git check-ref-format`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GitReference(String);

impl GitReference {
    /// Checks a reference.
    ///
    /// # Errors
    /// When Git would not allow it as a name, or could take it for an option or a refspec.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        let is_part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
        let fine = text.len() <= REFERENCE_BYTES
            && !text.starts_with(['-', '+'])
            && text != "@"
            && !text.ends_with('.')
            && !text.contains("..")
            && !text.contains("@{")
            && !text.contains(|c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c))
            && text.split('/').all(is_part);
        if fine { Ok(Self(text.to_owned())) } else { Err(RepoRefError::Reference { text: text.to_owned() }) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A repository, what of it, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitRef {
    /// The repository.
    pub url: GitUrl,
    /// The branch, tag or commit; the default branch where it is absent.
    pub reference: Option<GitReference>,
    /// The folder, relative to the repository's root, with `/`.
    pub subfolder: Option<String>,
}

impl GitRef {
    /// Reads `URL`, `URL@REF`, `URL#REF`, `URL#REF:FOLDER` and GitHub's and GitLab's `…/tree/REF/FOLDER`.
    ///
    /// In the last form the reference is one part of the path: for a branch with `/` in its name write `#REF:FOLDER`.
    ///
    /// # Errors
    /// When the address or the reference would not be safe to hand to Git.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        let text = text.strip_prefix("git+").unwrap_or(text);
        if let Some((url, fragment)) = text.split_once('#') {
            let (reference, folder) = fragment.split_once(':').unwrap_or((fragment, ""));
            return Self::of(url, reference, folder);
        }
        let path = text.find("://").and_then(|at| Some(at + 3 + text.get(at + 3..)?.find('/')?));
        let (host, path) = text.split_at(path.unwrap_or(text.len()));
        if let Some((repository, rest)) = path.split_once("/-/tree/") {
            let (reference, folder) = rest.split_once('/').unwrap_or((rest, ""));
            return Self::of(&format!("{host}{repository}"), reference, folder);
        }
        let mut parts = path.splitn(6, '/');
        if let (Some(""), Some(owner), Some(repository), Some("tree"), Some(reference), folder) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        {
            return Self::of(&format!("{host}/{owner}/{repository}"), reference, folder.unwrap_or(""));
        }
        match path.split_once('@') {
            Some((repository, reference)) => Self::of(&format!("{host}{repository}"), reference, ""),
            None => Self::of(text, "", ""),
        }
    }

    fn of(url: &str, reference: &str, folder: &str) -> Result<Self, RepoRefError> {
        let reference = reference.trim_end_matches('/');
        let folder = folder.trim_matches('/');
        Ok(Self {
            url: GitUrl::parse(url)?,
            reference: if reference.is_empty() { None } else { Some(GitReference::parse(reference)?) },
            subfolder: match folder {
                "" => None,
                folder => {
                    Some(relative(folder).ok_or_else(|| RepoRefError::Folder { text: folder.to_owned() })?)
                }
            },
        })
    }
}

impl fmt::Display for GitRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str())?;
        let reference = self.reference.as_ref().map_or("", GitReference::as_str);
        match &self.subfolder {
            Some(folder) => write!(f, "#{reference}:{folder}"),
            None if !reference.is_empty() => write!(f, "#{reference}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parsed = GitRef::parse(text).unwrap();
        assert_eq!(parsed.to_string(), expected);
        assert_eq!(GitRef::parse(expected).unwrap(), parsed, "what is shown reads back");
    }

    #[test]
    fn forms() {
        check("https://github.com/o/r", "https://github.com/o/r");
        check("https://GitHub.com/o/r.git/", "https://github.com/o/r.git");
        check("git+https://example.com:8443/o/r@v1.0", "https://example.com:8443/o/r#v1.0");
        check("https://example.com/o/r#feature/x", "https://example.com/o/r#feature/x");
        check("https://example.com/o/r#feature/x:src/a", "https://example.com/o/r#feature/x:src/a");
        check("https://example.com/o/r#:src", "https://example.com/o/r#:src");
        check("https://github.com/o/r/tree/main", "https://github.com/o/r#main");
        check("https://github.com/o/r/tree/main/src/a/", "https://github.com/o/r#main:src/a");
        check("https://gitlab.com/g/s/r/-/tree/v1/src", "https://gitlab.com/g/s/r#v1:src");
        check("https://example.com/o/r@feature/x", "https://example.com/o/r#feature/x");
    }

    #[test]
    fn what_is_not_cloned() {
        for text in [
            "http://example.com/o/r",
            "ssh://git@example.com/o/r",
            "file:///etc",
            "ext::sh -c id",
            "https://user:pass@example.com/o/r",
            "https://example.com",
            "https://example.com/",
            "https:///o/r",
            "https://-x/o/r",
            "https://example.com:99999/o/r",
            "https://exa mple.com/o/r",
            "https://example.com/o/../r",
            "https://example.com/o//r",
            "https://example.com/o/r?x=1",
            "https://example.com/o/%2e%2e",
            "https://example.com/o/r\nx",
            "https://[::1]/o/r",
            "https://example.com/o/r#-upload-pack=x",
            "https://example.com/o/r@--x",
            "https://example.com/o/r#main:../..",
            "https://example.com/o/r#main:a\\b",
        ] {
            assert!(GitRef::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn credentials_are_not_repeated() {
        let message = GitUrl::parse("https://user:hunter2@example.com/o/r").unwrap_err().to_string();
        assert!(!message.contains("hunter2"), "{message}");
    }

    #[test]
    fn references() {
        for fine in ["main", "v1.0", "feature/x", "refs/pull/1/head", "a-b_c", "user@x"] {
            assert!(GitReference::parse(fine).is_ok(), "{fine}");
        }
        for wrong in [
            "", "-x", "+main", "a..b", "a b", "a:b", "a^", "a~1", "a?", "a*", "[a", "a\\b", "@", "a@{1}",
            "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "a\0", "a\x7f", "a\n",
        ] {
            assert!(GitReference::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(GitReference::parse(&"a".repeat(256)).is_err());
    }
}
