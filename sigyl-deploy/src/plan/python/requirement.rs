//! One requirement, as PEP 508 writes them, without anything that pip would take for an option.

/// A requirement that may be written into a list for pip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// Name with extras: `mcp[cli]`.
    pub(crate) name: String,
    /// `==1.0`, `>=1,<2`, or nothing.
    pub(crate) versions: String,
    /// Where it is needed: `sys_platform == 'win32'`; empty for everywhere.
    pub(crate) marker: String,
    /// `sha256:…`.
    pub(crate) hashes: Vec<String>,
}

/// Whether an index has packages of this name.
pub(crate) fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=128).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.ends_with(|last: char| last.is_ascii_alphanumeric())
        && name.bytes().all(inner)
}

fn is_versions(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+!*,<>=~ ".contains(&byte))
        && !text.contains("--")
}

/// Nothing that begins an option, a comment, a variable, or another line.
fn is_marker(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+*,<>=!~ '\"()".contains(&byte))
        && !text.contains("--")
}

pub(crate) fn is_hash(text: &str) -> bool {
    let Some((algorithm, digits)) = text.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Requirement {
    /// One exact version.
    pub(crate) fn exact(
        name: &str,
        version: &str,
        marker: &str,
        hashes: Vec<String>,
    ) -> Result<Self, &'static str> {
        Self { name: name.to_owned(), versions: format!("=={version}"), marker: marker.to_owned(), hashes }
            .checked()
    }

    /// Reads `name[extra]>=1 ; marker --hash=sha256:…`, in one line.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut words = text.split(" --hash");
        let body = words.next().unwrap_or_default().trim();
        let mut hashes = Vec::new();
        for word in words {
            hashes.push(word.trim_start_matches(['=', ' ']).trim().to_owned());
        }
        let (requirement, marker) = body.split_once(';').unwrap_or((body, ""));
        let requirement = requirement.trim();
        if requirement.contains("://") || requirement.contains('@') {
            return Err("it is taken from an address, not from the index");
        }
        if requirement.starts_with(['.', '/']) {
            return Err("it is a folder");
        }
        let end = requirement
            .find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c))
            .unwrap_or(requirement.len());
        let (name, rest) = requirement.split_at(end);
        let rest = rest.trim();
        let (extras, versions) = match rest.strip_prefix('[') {
            Some(inner) => {
                let (extras, versions) = inner.split_once(']').ok_or("its extras have no end")?;
                (Some(extras), versions.trim())
            }
            None => (None, rest),
        };
        let extras = extras.map_or(String::new(), |it| format!("[{}]", it.replace(' ', "")));
        let versions = versions.trim_matches(['(', ')']).trim().to_owned();
        Self { name: format!("{name}{extras}"), versions, marker: marker.trim().to_owned(), hashes }.checked()
    }

    fn checked(self) -> Result<Self, &'static str> {
        let (name, extras) = self.name.split_once('[').unwrap_or((&self.name, "]"));
        let extras = extras.strip_suffix(']').unwrap_or("-");
        if !is_name(name) || !extras.split(',').all(|extra| extra.is_empty() || is_name(extra)) {
            return Err("it is no name of a package");
        }
        if !is_versions(&self.versions) {
            return Err("its version is none");
        }
        if !is_marker(&self.marker) {
            return Err("its marker has characters that markers have not");
        }
        if !self.hashes.iter().all(|hash| is_hash(hash)) {
            return Err("its hash is none of SHA-256, SHA-384 and SHA-512");
        }
        Ok(self)
    }

    /// The one version that it names.
    pub(crate) fn exact_version(&self) -> Option<&str> {
        let version = self.versions.strip_prefix("===").or_else(|| self.versions.strip_prefix("=="))?.trim();
        (!version.is_empty() && !version.contains([',', '*', '<', '>', '!', '~', '='])).then_some(version)
    }

    /// As it stands in a list for pip, with a line end.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{}{}", self.name, self.versions);
        if !self.marker.is_empty() {
            line += &format!(" ; {}", self.marker);
        }
        for hash in &self.hashes {
            line += &format!(" \\\n    --hash={hash}");
        }
        line + "\n"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms() {
        let parsed = |text: &str| Requirement::parse(text).map(|it| it.line());
        assert_eq!(
            parsed("mcp[cli] >= 1.0, <2 ; python_version < '3.13'").unwrap(),
            "mcp[cli]>= 1.0, <2 ; python_version < '3.13'\n"
        );
        assert_eq!(parsed("zstd (==1.0)").unwrap(), "zstd==1.0\n");
        let hash = format!("sha256:{}", "0a".repeat(32));
        assert_eq!(parsed(&format!("a==1 --hash={hash}")).unwrap(), format!("a==1 \\\n    --hash={hash}\n"));
        for wrong in [
            "-e .",
            "a @ https://x/y.whl",
            "git+https://x/y",
            "./a",
            "a==1 --hash=md5:00",
            "a; b#c",
            "a==${X}",
            "a ; x == '\\'",
            "",
            "a[b",
            "a==1 ; b --index-url x",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_line_is_one_requirement(text in "[ -~\\n\\\\#$;@\\[\\]=-]{0,60}") {
            if let Ok(requirement) = Requirement::parse(&text) {
                let line = requirement.line();
                prop_assert!(line.starts_with(|c: char| c.is_ascii_alphanumeric()), "{line:?}");
                prop_assert!(!line.contains(['#', '$', '@']), "{line:?}");
                for next in line.trim_end().split('\n').skip(1) {
                    prop_assert!(next.starts_with("    --hash=sha"), "{line:?}");
                }
                prop_assert!(!line.split('\n').next().unwrap_or_default().contains("--"), "{line:?}");
            }
        }
    }
}
