//! Names and versions of registry packages, checked so that they can stand in an address.

use std::fmt;

use super::repo_ref::RepoRefError;

/// Longest name, bytes: npm's limit, and more than any name on PyPI.
const NAME_BYTES: usize = 214;
/// Longest version, bytes. Chosen.
const VERSION_BYTES: usize = 128;

/// A name that npm allows: `name` or `@scope/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NpmName(String);

impl NpmName {
    /// Checks a name. Capital letters are allowed, as old packages have them.
    ///
    /// # Errors
    /// When npm would not allow it.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        let is_part = |part: &str| {
            part.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-~".contains(&byte))
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        };
        let fine = text.len() <= NAME_BYTES
            && match text.strip_prefix('@') {
                Some(scoped) => {
                    scoped.split_once('/').is_some_and(|(scope, name)| is_part(scope) && is_part(name))
                }
                None => is_part(text),
            };
        if fine { Ok(Self(text.to_owned())) } else { Err(RepoRefError::NpmName { text: text.to_owned() }) }
    }

    /// The name, with its scope.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that PyPI allows, in its normal form: lower case, runs of `-`, `_` and `.` as one `-` (PEP 503).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PypiName(String);

impl PypiName {
    /// Checks a name and brings it into its normal form.
    ///
    /// # Errors
    /// When PEP 508 does not allow it.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        let is_edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let fine = text.len() <= NAME_BYTES
            && is_edge(text.bytes().next())
            && is_edge(text.bytes().last())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !fine {
            return Err(RepoRefError::PypiName { text: text.to_owned() });
        }
        let words = text.split(['-', '_', '.']).filter(|word| !word.is_empty());
        Ok(Self(words.collect::<Vec<_>>().join("-").to_ascii_lowercase()))
    }

    /// The name in its normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One version of a package, or on npm a tag such as `latest`; never a range.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PackageVersion(String);

impl PackageVersion {
    /// Checks a version.
    ///
    /// # Errors
    /// When it is a range, or has characters that neither semantic versioning nor PEP 440 knows.
    pub fn parse(text: &str) -> Result<Self, RepoRefError> {
        let fine = text.len() <= VERSION_BYTES
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+!".contains(&byte));
        if fine { Ok(Self(text.to_owned())) } else { Err(RepoRefError::Version { text: text.to_owned() }) }
    }

    /// The version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! display {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
display!(NpmName, PypiName, PackageVersion);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_names() {
        for fine in ["express", "@modelcontextprotocol/sdk", "JSONStream", "a.b_c~d", "-", "@a/b.c"] {
            assert!(NpmName::parse(fine).is_ok(), "{fine}");
        }
        for wrong in
            ["", ".a", "_a", "a/b", "@a", "@/b", "@a/", "@a/b/c", "a?b", "a b", "../a", "a%2fb", "@a/..", "é"]
        {
            assert!(NpmName::parse(wrong).is_err(), "{wrong}");
        }
        assert!(NpmName::parse(&"a".repeat(215)).is_err());
    }

    #[test]
    fn pypi_names() {
        for (text, expected) in
            [("mcp", "mcp"), ("Foo._-Bar", "foo-bar"), ("a", "a"), ("zope.interface", "zope-interface")]
        {
            assert_eq!(PypiName::parse(text).unwrap().as_str(), expected);
        }
        for wrong in ["", "-a", "a-", "a/b", "a[cli]", "a b", "..", "a\n", "é"] {
            assert!(PypiName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn versions() {
        for fine in ["1.0.0", "1!2.0.post1+local.1", "2.0.0-beta.1", "latest", "1_0"] {
            assert!(PackageVersion::parse(fine).is_ok(), "{fine}");
        }
        for wrong in ["", "^1.0", ">=1", "1.x || 2", "*", "../1", "1/2", "-1", "1.0#"] {
            assert!(PackageVersion::parse(wrong).is_err(), "{wrong}");
        }
    }
}
