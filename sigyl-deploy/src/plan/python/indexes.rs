//! Indexes that ask who comes: those of the project for which the manifest names build secrets.
//!
//! pip installs whatever tool made the lock file, so that what uv, Poetry, PDM, Pipenv and `requirements.txt` say of such an
//! index becomes an option of pip's list, with names of variables where credentials go. pip puts the values in when it reads
//! the list: they are on no command line, and in no plan. An index that needs no secret stays out: the operator's counts.

use sigyl_core::node::{Node, NodeValue};

use super::{Hashes, PIP};
use crate::plan::{GeneratedFile, draft::Draft, env::is_variable_name, project::Project};

/// Variables that hold whole addresses, and what of uv is called otherwise by pip.
const OF_UV: [&str; 4] = ["UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX"];

/// Indexes that one project may have. Chosen.
const MAX_INDEXES: usize = 32;

/// What comes before a list of requirements, and what pip must be told for it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes {
    /// Options of the list, each with a line end.
    pub(super) lines: String,
    /// Variables whose values are quoted before they stand in an address.
    quoted: Vec<String>,
    /// Whether variables of uv are to be read.
    of_uv: bool,
}

impl Indexes {
    /// Whether pip is to be started by [`PIP`], and with which first word.
    pub(super) fn started(&self, draft: &mut Draft) -> Option<String> {
        if self.quoted.is_empty() && !self.of_uv {
            return None;
        }
        draft.generated.push(GeneratedFile { path: PIP.to_owned(), text: include_str!("pip.py").to_owned() });
        Some(self.quoted.join(","))
    }

    fn add(&mut self, replaces: bool, address: &str) {
        let option = if replaces { "--index-url" } else { "--extra-index-url" };
        let line = format!("{option} {address}\n");
        if !self.lines.contains(&line) && self.lines.lines().count() < MAX_INDEXES {
            self.lines += &line;
        }
    }
}

/// Finds the indexes for which there are build secrets. Where each package has its hashes, they stand beside the operator's:
/// whoever has the bytes. Without hashes one that is said to replace all others does.
pub(super) fn find(
    project: &Project<'_>,
    pyproject: Option<&Node>,
    hashes: Hashes,
    draft: &mut Draft,
) -> Indexes {
    let secrets = &project.manifest.build.secrets;
    let mut found = Indexes::default();
    if secrets.is_empty() {
        return found;
    }
    let has = |name: &str| secrets.iter().any(|secret| secret == name);
    found.of_uv = OF_UV.into_iter().any(has);
    for named in named(project, pyproject) {
        let [user, password] = ["USERNAME", "PASSWORD"].map(|end| format!("{}_{end}", named.prefix));
        if !has(&user) && !has(&password) {
            continue;
        }
        let Some((scheme, said, rest)) = parts(&named.url).filter(|(_, said, _)| !said.contains(':')) else {
            draft.warn(
                "index-not-used",
                format!("the index `{}` has no address that pip could be given", named.name.escape_debug()),
            );
            continue;
        };
        let mut address = format!("{scheme}://");
        if has(&user) {
            address += &format!("${{{user}}}");
        } else {
            address += said;
        }
        if has(&password) {
            address += &format!(":${{{password}}}");
        }
        found.quoted.extend([user, password].into_iter().filter(|name| has(name)));
        found.add(named.is_default && hashes == Hashes::Absent, &format!("{address}@{rest}"));
    }
    found.quoted.sort();
    found.quoted.dedup();
    for (replaces, address) in written(project, pyproject) {
        found.add(replaces && hashes == Hashes::Absent, &address);
    }
    let unused = secrets.iter().filter(|name| is_of_index(name) && !found.quoted.contains(name));
    for name in unused {
        draft.warn(
            "build-secrets-not-used",
            format!("`{name}` is for no index of the project: one of `tool.uv.index` or `tool.poetry.source` has another name, or none"),
        );
    }
    let is_beside = found.of_uv || !found.lines.is_empty() || has("PIP_EXTRA_INDEX_URL");
    if hashes == Hashes::Absent && is_beside && !found.lines.starts_with("--index-url") {
        draft.warn(
            "index-beside-another",
            "packages without hashes are taken from whichever index has the highest version, of those that the build asks",
        );
    }
    found
}

/// Whether a variable is a user or a password for an index by its name.
fn is_of_index(name: &str) -> bool {
    (name.starts_with("UV_INDEX_") || name.starts_with("POETRY_HTTP_BASIC_"))
        && (name.ends_with("_USERNAME") || name.ends_with("_PASSWORD"))
}

/// An index with a name, whose credentials are variables that begin with a prefix.
struct Named {
    name: String,
    prefix: String,
    url: String,
    is_default: bool,
}

fn named(project: &Project<'_>, pyproject: Option<&Node>) -> Vec<Named> {
    let tool = |name: &str| pyproject.and_then(|root| root.get("tool")?.get(name));
    let own = project.toml("uv.toml");
    // uv's own file stands in for what pyproject.toml says of it.
    let uv = own.as_ref().or_else(|| tool("uv"));
    let of_uv = entries(uv, "index").map(|entry| ("UV_INDEX", entry));
    let of_poetry = entries(tool("poetry"), "source").map(|entry| ("POETRY_HTTP_BASIC", entry));
    let all = of_uv.chain(of_poetry).filter_map(|(start, entry)| {
        let (name, url) = (entry.get("name")?.as_str()?, entry.get("url")?.as_str()?);
        let is_plain = |c: char| c.is_ascii_alphanumeric();
        let key: String =
            name.chars().map(|c| if is_plain(c) { c.to_ascii_uppercase() } else { '_' }).collect();
        let is_default = entry.get("default").is_some_and(|node| node.value == NodeValue::Bool(true));
        Some(Named {
            name: name.to_owned(),
            prefix: format!("{start}_{key}"),
            url: url.to_owned(),
            is_default,
        })
    });
    all.collect()
}

fn entries<'n>(node: Option<&'n Node>, key: &str) -> impl Iterator<Item = &'n Node> {
    node.and_then(|node| node.get(key)).and_then(Node::as_sequence).unwrap_or_default().iter()
}

/// Addresses with names of build secrets in them, and whether each replaces all others.
fn written(project: &Project<'_>, pyproject: Option<&Node>) -> Vec<(bool, String)> {
    let secrets = &project.manifest.build.secrets;
    let text = project.text("requirements.txt").unwrap_or_default();
    let mut all: Vec<_> = text.lines().filter_map(|line| of_option(line.trim(), secrets)).collect();
    let pdm = pyproject.and_then(|root| root.get("tool")?.get("pdm"));
    let pipfile = project.toml("Pipfile");
    let sources = entries(pdm, "source").chain(entries(pipfile.as_ref(), "source"));
    all.extend(
        sources.filter_map(|source| Some((false, with_names(source.get("url")?.as_str()?, secrets)?))),
    );
    all
}

/// The address of an option of pip's that names an index with build secrets, and whether it replaces all others.
pub(super) fn of_option(line: &str, secrets: &[String]) -> Option<(bool, String)> {
    let (option, rest) = line.split_once(['=', ' '])?;
    let replaces = matches!(option, "--index-url" | "-i");
    let url = (replaces || option == "--extra-index-url").then(|| rest.trim_matches(['=', ' ']))?;
    Some((replaces, with_names(url, secrets)?))
}

/// Scheme, user and the rest of an address in which nothing can be taken for something else.
fn parts(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find('/').unwrap_or(rest.len());
    let user = rest.get(..end)?.rsplit_once('@').map_or("", |(user, _)| user);
    let rest = if user.is_empty() { rest.trim_start_matches('@') } else { rest.get(user.len() + 1..)? };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/:%+=&?,[]".contains(&byte);
    let is_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%:".contains(&byte);
    let is_good = matches!(scheme, "https" | "http") && !rest.is_empty() && !rest.starts_with('/');
    (is_good && url.len() <= 2048 && rest.bytes().all(is_plain) && user.bytes().all(is_user))
        .then_some((scheme, user, rest))
}

/// An address with names of build secrets in it, `$NAME` as `${NAME}`; `None` where it has none, another variable, a password
/// in plain sight, or a name for a host.
fn with_names(url: &str, secrets: &[String]) -> Option<String> {
    let (mut out, mut plain) = (String::new(), String::new());
    let mut rest = url;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        let after = &after[1..];
        let (name, next) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                after.split_at(end)
            }
        };
        // pip knows names of these letters alone.
        let is_known = is_variable_name(name) && !name.contains(|c: char| c.is_ascii_lowercase());
        if !is_known || !secrets.iter().any(|secret| secret == name) {
            return None;
        }
        out += &format!("{before}${{{name}}}");
        plain += &format!("{before}~");
        rest = next;
    }
    let as_read = format!("{plain}{rest}");
    let (_, user, place) = parts(&as_read)?;
    let host = place.split('/').next().unwrap_or_default();
    let is_secret = |text: &str| text == "~" || text.is_empty();
    let has_bare_password = user.split_once(':').is_some_and(|(_, password)| !is_secret(password));
    (!plain.is_empty() && !host.contains('~') && !has_bare_password).then(|| format!("{out}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_names() {
        let secrets = ["USER", "TOKEN", "lower"].map(str::to_owned);
        let read = |url: &str| with_names(url, &secrets);
        for (url, wanted) in [
            ("https://${TOKEN}@a.example/simple", "https://${TOKEN}@a.example/simple"),
            ("https://$USER:$TOKEN@a.example:8/s/", "https://${USER}:${TOKEN}@a.example:8/s/"),
            ("https://robot:${TOKEN}@a.example/", "https://robot:${TOKEN}@a.example/"),
            ("https://a.example/${TOKEN}/simple", "https://a.example/${TOKEN}/simple"),
        ] {
            assert_eq!(read(url).as_deref(), Some(wanted));
        }
        for url in [
            "https://a.example/simple",
            "https://robot:plain@a.example/simple",
            "https://${USER}:plain@a.example/",
            "https://${OTHER}@a.example/",
            "https://${lower}@a.example/",
            "https://${TOKEN}.a.example/",
            "https://x@${TOKEN}/",
            "https://${TOKEN@a.example/",
            "file://${TOKEN}@a/",
            "https://${TOKEN}@a.example/ --trusted-host a",
            "https://${TOKEN}@a.example/\n--pre",
            "https://${TOKEN}@a.example/#x",
            "${TOKEN}",
        ] {
            assert_eq!(read(url), None, "{url}");
        }
    }
}
