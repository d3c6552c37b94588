//! What a user names to be scanned.

use std::{fmt, path::PathBuf};

use super::{
    git_url::{GitRef, without_credentials},
    package_name::{NpmName, PackageVersion, PypiName},
};

/// Endings of the archives that can be unpacked.
const ARCHIVES: &[&str] = &[".tar", ".tar.gz", ".tgz", ".zip", ".whl", ".mcpb", ".dxt"];

/// Where the source of a server is. Parsing touches neither disk nor network.
///
/// ```
/// use sigyl_core::source::RepoRef;
/// let RepoRef::Npm { name, version } = RepoRef::parse("npm:@modelcontextprotocol/sdk@1.2.0")? else { panic!() };
/// assert_eq!(name.as_str(), "@modelcontextprotocol/sdk");
/// assert_eq!(version.unwrap().as_str(), "1.2.0");
/// # Ok::<(), sigyl_core::source::RepoRefError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepoRef {
    /// A local folder or file.
    Path(PathBuf),
    /// A local archive, by its ending.
    Archive(PathBuf),
    /// A Git repository.
    Git(GitRef),
    /// A package of the npm registry.
    Npm {
        /// Its name.
        name: NpmName,
        /// One version or tag; the newest where it is absent.
        version: Option<PackageVersion>,
    },
    /// A package of a Python index.
    Pypi {
        /// Its name, in normal form.
        name: PypiName,
        /// One version; the newest final one where it is absent.
        version: Option<PackageVersion>,
    },
}

/// Why a text names no source. Each message says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RepoRefError {
    /// Nothing was given.
    #[error(
        "nothing is named; give a folder, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION"
    )]
    Empty,
    /// An address that is not cloned.
    #[error("{text:?} is not an address that can be cloned: {why}")]
    Url {
        /// The address, without credentials.
        text: String,
        /// What is wrong, and what to write instead.
        why: &'static str,
    },
    /// An archive on the network.
    #[error(
        "{text:?} is an archive on the network; download it, check where it came from, and name the file"
    )]
    RemoteArchive {
        /// The address.
        text: String,
    },
    /// A branch, tag or commit that Git does not allow.
    #[error("{text:?} is no branch, tag or commit that Git allows")]
    Reference {
        /// The reference.
        text: String,
    },
    /// A subfolder that leaves the repository.
    #[error("{text:?} is no folder below the repository's root; write it with `/` and without `..`")]
    Folder {
        /// The folder.
        text: String,
    },
    /// A name that npm does not allow.
    #[error("{text:?} is no npm package name; write npm:NAME@VERSION or npm:@SCOPE/NAME@VERSION")]
    NpmName {
        /// The name.
        text: String,
    },
    /// A name that PyPI does not allow.
    #[error("{text:?} is no Python package name; write pypi:NAME==VERSION, without extras")]
    PypiName {
        /// The name.
        text: String,
    },
    /// A version range, or no version at all.
    #[error("{text:?} is not one version; write it in full, without `^`, `>=` or `*`")]
    Version {
        /// The version.
        text: String,
    },
}

impl RepoRef {
    /// Reads what a user wrote: `npm:…`, `pypi:…`, an address with `://`, the name of an archive, or else a path.
    ///
    /// # Errors
    /// When it is one of these forms and not a valid one.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        if text.is_empty() {
            return Err(RepoRefError::Empty);
        }
        if let Some(package) = text.strip_prefix("npm:") {
            // The first `@` may begin a scope.
            let at = package.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(at, _)| at);
            let (name, version) = at.map_or((package, ""), |at| package.split_at(at));
            let version = version.strip_prefix('@').map(PackageVersion::parse).transpose()?;
            return Ok(Self::Npm { name: NpmName::parse(name)?, version });
        }
        if let Some(package) = text.strip_prefix("pypi:") {
            let (name, version) = match package.split_once("==") {
                Some((name, version)) => (name.trim(), Some(PackageVersion::parse(version.trim())?)),
                None => (package.trim(), None),
            };
            return Ok(Self::Pypi { name: PypiName::parse(name)?, version });
        }
        if text.contains("://") {
            if is_archive(text) {
                return Err(RepoRefError::RemoteArchive { text: without_credentials(text) });
            }
            return Ok(Self::Git(GitRef::parse(text)?));
        }
        if text.split_once(':').is_some_and(|(user, _)| user.contains('@') && !user.contains('/')) {
            let text = text.to_owned();
            return Err(RepoRefError::Url {
                text,
                why: "only https is cloned; write https://HOST/OWNER/REPOSITORY",
            });
        }
        Ok(if is_archive(text) { Self::Archive(text.into()) } else { Self::Path(text.into()) })
    }
}

fn is_archive(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ARCHIVES.iter().any(|ending| text.ends_with(ending))
}

impl fmt::Display for RepoRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) | Self::Archive(path) => write!(f, "{}", path.display()),
            Self::Git(git) => git.fmt(f),
            Self::Npm { name, version: Some(version) } => write!(f, "npm:{name}@{version}"),
            Self::Npm { name, version: None } => write!(f, "npm:{name}"),
            Self::Pypi { name, version: Some(version) } => write!(f, "pypi:{name}=={version}"),
            Self::Pypi { name, version: None } => write!(f, "pypi:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_reads_back() {
        for text in [
            ".",
            "/srv/weather",
            "a/server.zip",
            "weather-1.0.tar.gz",
            "https://example.com/o/r#main:src",
            "npm:express",
            "npm:@scope/name@1.2.3-beta.1",
            "pypi:mcp-server-fetch==2025.4.7",
        ] {
            assert_eq!(RepoRef::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn kinds() {
        assert!(matches!(RepoRef::parse("a.MCPB"), Ok(RepoRef::Archive(_))));
        assert!(matches!(RepoRef::parse("C:\\server"), Ok(RepoRef::Path(_))));
        assert!(matches!(RepoRef::parse("./git@host:x"), Ok(RepoRef::Path(_))));
        assert_eq!(RepoRef::parse("pypi:My_Server").unwrap().to_string(), "pypi:my-server");
        assert_eq!(RepoRef::parse("npm:@a/b@latest").unwrap().to_string(), "npm:@a/b@latest");
    }

    #[test]
    fn errors_say_what_to_write() {
        insta::assert_snapshot!(
            [
                "",
                "npm:",
                "npm:a@^1.0",
                "npm:../x@1.0",
                "pypi:a[cli]==1.0",
                "pypi:a>=1.0",
                "git@github.com:o/r.git",
                "http://example.com/o/r",
                "https://user:hunter2@example.com/a.tar.gz",
                "https://example.com/o/r#-x",
            ]
            .map(|text| RepoRef::parse(text).unwrap_err().to_string())
            .join("\n"),
            @r#"
        nothing is named; give a folder, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION
        "" is no npm package name; write npm:NAME@VERSION or npm:@SCOPE/NAME@VERSION
        "^1.0" is not one version; write it in full, without `^`, `>=` or `*`
        "../x" is no npm package name; write npm:NAME@VERSION or npm:@SCOPE/NAME@VERSION
        "a[cli]" is no Python package name; write pypi:NAME==VERSION, without extras
        "a>=1.0" is no Python package name; write pypi:NAME==VERSION, without extras
        "git@github.com:o/r.git" is not an address that can be cloned: only https is cloned; write https://HOST/OWNER/REPOSITORY
        "http://example.com/o/r" is not an address that can be cloned: only https is cloned; write https://HOST/OWNER/REPOSITORY
        "https://example.com/a.tar.gz" is an archive on the network; download it, check where it came from, and name the file
        "-x" is no branch, tag or commit that Git allows
        "#
        );
    }
}
