//! A commit of a Git repository, fetched by the process that scans it.

use std::process::Command;

use sigyl_core::{
    SourceTree,
    source::{GitOptions, GitRef, GitToken, Limits, RepoRef, pack, read_git, read_git_kept},
};

use super::{fetch::GitOrder, process::FETCH_TIMEOUT};

/// Where programs are: the process has no environment.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The first version of git that can be told an address (`http.curloptResolve`); an older one would look it up again, and
/// might find another.
const GIT_MIN: (u32, u32) = (2, 37);

/// Fetches and reads what an order says.
pub(super) fn read(order: &[u8]) -> Result<SourceTree, String> {
    let (reference, options) = options(order)?;
    read_git(&reference, &Limits::default(), &options).map_err(|error| error.to_string())
}

/// The id of the commit that an order says, and its source as an archive.
pub(super) fn packed(order: &[u8]) -> Result<(String, Vec<u8>), String> {
    let (reference, options) = options(order)?;
    let (tree, bytes) =
        read_git_kept(&reference, &Limits::default(), &options).map_err(|error| error.to_string())?;
    let files = tree
        .files()
        .iter()
        .filter_map(|file| bytes.get(&file.path).map(|bytes| (file.path.as_str(), file.executable, bytes)));
    let archive = pack(files).map_err(|error| error.to_string())?;
    Ok((tree.commit.unwrap_or_default(), archive))
}

fn options(order: &[u8]) -> Result<(GitRef, GitOptions), String> {
    let order: GitOrder = serde_json::from_slice(order).map_err(|error| error.to_string())?;
    let RepoRef::Git(reference) = RepoRef::parse(&order.reference).map_err(|error| error.to_string())? else {
        return Err("this is no Git repository".to_owned());
    };
    if order.resolve.is_some() && version().is_none_or(|version| version < GIT_MIN) {
        return Err("this server has no git of version 2.37 or later, which fetching needs".to_owned());
    }
    let mut environment = vec![("PATH".into(), PATH.into())];
    environment.extend(order.proxy.map(|proxy| ("HTTPS_PROXY".into(), proxy.into())));
    environment.extend(order.certificates.map(|file| ("GIT_SSL_CAINFO".into(), file.into())));
    let token = match order.token {
        Some(token) => Some(GitToken::new(token).ok_or("the repository's token is no token")?),
        None => None,
    };
    let options = GitOptions {
        environment,
        token,
        time_limit: FETCH_TIMEOUT,
        resolve: order.resolve,
        ..GitOptions::default()
    };
    Ok((reference, options))
}

fn version() -> Option<(u32, u32)> {
    let output = Command::new("git").arg("--version").env_clear().env("PATH", PATH).output().ok()?;
    parse(&String::from_utf8_lossy(&output.stdout))
}

fn parse(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().nth(2)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_git() {
        assert_eq!(parse("git version 2.39.5\n"), Some((2, 39)));
        assert_eq!(parse("git version 2.50.1 (Apple Git-155)"), Some((2, 50)));
        assert_eq!(parse("something else"), None);
    }
}
