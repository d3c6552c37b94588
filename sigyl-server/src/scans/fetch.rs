//! Source by reference: a package of npm or of a Python index, or a commit of a Git repository.
//!
//! Packages come through the guarded client, and count only with the digest that their registry tells. Git is run by the
//! process that scans, with the address that was looked at here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};
use sigyl_core::secret::SecretText;
use sigyl_core::source::{Limits, NpmName, PackageVersion, PypiName, RepoRef};

use super::process::Input;
use crate::{
    app::App,
    outbound::{Asked, OutboundError},
};

/// Longest list of a package's versions, bytes. The longest known one has 20 MB.
const LIST_BYTES_MAX: usize = 64 << 20;

/// Redirects from a registry to where its files lie.
const REDIRECTS_MAX: usize = 3;

/// What was fetched, for the process that scans.
pub(super) struct Fetched {
    pub(super) kind: Input,
    pub(super) bytes: Vec<u8>,
    /// The package, with the version that was found; none of what comes from Git.
    package: Option<String>,
}

/// Source that was fetched.
pub(crate) struct FetchedSource {
    pub(crate) archive: Vec<u8>,
    /// The commit, where it came from Git.
    pub(crate) commit: Option<String>,
    /// `npm:NAME@VERSION` or `pypi:NAME==VERSION` with the version that was found, where it is a package.
    pub(crate) package: Option<String>,
}

/// A commit that the process fetches itself.
#[derive(Serialize, Deserialize)]
pub(super) struct GitOrder {
    /// The reference, as it was given.
    pub(super) reference: String,
    /// `HOST:PORT:ADDRESS`, where no proxy looks the name up.
    pub(super) resolve: Option<String>,
    pub(super) proxy: Option<String>,
    /// The file of the certificates that the server trusts, where it is told of one.
    #[serde(default)]
    pub(super) certificates: Option<String>,
    /// What a private repository asks for.
    #[serde(default)]
    pub(super) token: Option<String>,
}

/// Reads a reference that a server may fetch; paths of the server's own files are none.
pub(crate) fn remote_reference(text: &str) -> Result<RepoRef, String> {
    match RepoRef::parse(text).map_err(|error| error.to_string())? {
        RepoRef::Path(_) | RepoRef::Archive(_) => {
            Err("write an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION".to_owned())
        }
        reference => Ok(reference),
    }
}

/// Fetches the source that a reference names. An error is for whoever asked.
pub(crate) async fn fetch_source(
    app: &App,
    reference: &str,
    token: Option<&SecretText>,
) -> Result<FetchedSource, String> {
    let fetched = fetch(app, reference, token).await?;
    if fetched.kind != Input::Git {
        return Ok(FetchedSource { archive: fetched.bytes, commit: None, package: fetched.package });
    }
    let (commit, archive) =
        super::process::pack_in_a_process(app.config.scan_program.as_ref(), &fetched.bytes).await?;
    Ok(FetchedSource { archive, commit: Some(commit), package: None })
}

/// Fetches what a reference names. An error is for whoever asked.
pub(super) async fn fetch(app: &App, reference: &str, token: Option<&SecretText>) -> Result<Fetched, String> {
    match remote_reference(reference)? {
        RepoRef::Npm { name, version } => npm(app, &name, version.as_ref()).await,
        RepoRef::Pypi { name, version } => pypi(app, &name, version.as_ref()).await,
        RepoRef::Git(git) => {
            let url = git.url.as_str();
            let proxy = app.config.outbound_proxy.as_ref().map(|proxy| proxy.reveal().to_owned());
            let resolve = match &proxy {
                Some(_) => None,
                None => Some(app.outbound.pinned(url).await.map_err(told)?),
            };
            let token = token.map(|token| token.reveal().to_owned());
            let told = app.config.deploy.build_env.iter().find(|(name, _)| name == "SSL_CERT_FILE");
            let certificates = told.map(|(_, file)| file.clone());
            let order = GitOrder { reference: reference.to_owned(), resolve, proxy, certificates, token };
            let bytes = serde_json::to_vec(&order).map_err(|error| error.to_string())?;
            Ok(Fetched { kind: Input::Git, bytes, package: None })
        }
        _ => Err("this kind of reference is not fetched".to_owned()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn told(error: OutboundError) -> String {
    error.to_string()
}

/// The whole body of an address, which must be there.
async fn body(app: &App, url: &str, accept: &'static str, limit: usize) -> Result<Vec<u8>, String> {
    let accept = reqwest::header::HeaderValue::from_static(accept);
    let asked = Asked::get(url, limit).following(REDIRECTS_MAX).header(reqwest::header::ACCEPT, accept);
    let answer = app.outbound.send(asked).await.map_err(told)?;
    match answer.status.as_u16() {
        200 => Ok(answer.body),
        404 => Err(format!("there is nothing at {}", shown(url))),
        status => Err(format!("{} answered with status {status}", shown(url))),
    }
}

/// An address without its query.
fn shown(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or("").chars().take(200).collect()
}

fn source_bytes_max() -> usize {
    usize::try_from(Limits::default().archive_bytes).unwrap_or(usize::MAX)
}

fn package(reference: String, bytes: Vec<u8>) -> Fetched {
    Fetched { kind: Input::Archive, bytes, package: Some(reference) }
}

async fn npm(app: &App, name: &NpmName, version: Option<&PackageVersion>) -> Result<Fetched, String> {
    let registry = app.config.npm_registry.trim_end_matches('/');
    let url = format!("{registry}/{}", name.as_str().replace('/', "%2f"));
    let list = body(app, &url, "application/vnd.npm.install-v1+json", LIST_BYTES_MAX).await?;
    let list: Value = serde_json::from_slice(&list).map_err(|_| format!("{} is no list", shown(&url)))?;
    let wanted = version.map_or("latest", PackageVersion::as_str);
    let found = list["dist-tags"][wanted].as_str().unwrap_or(wanted);
    let dist = &list["versions"][found]["dist"];
    let missing = || format!("npm:{name} has no version {wanted}");
    let tarball = dist["tarball"].as_str().ok_or_else(missing)?;
    let file = body(app, tarball, "*/*", source_bytes_max()).await?;
    let digest = STANDARD.encode(Sha512::digest(&file));
    let hashes = dist["integrity"].as_str().unwrap_or("").split_ascii_whitespace();
    let fits = hashes.filter_map(|word| word.strip_prefix("sha512-")).any(|hash| hash == digest);
    let found = PackageVersion::parse(found).map_err(|_| missing())?;
    let reference = format!("npm:{name}@{found}");
    if !fits {
        return Err(format!("{reference} is not what its registry says it is"));
    }
    Ok(package(reference, file))
}

async fn pypi(app: &App, name: &PypiName, version: Option<&PackageVersion>) -> Result<Fetched, String> {
    let index = app.config.pypi_index.trim_end_matches('/');
    let url = format!("{index}/{name}/");
    let list = body(app, &url, "application/vnd.pypi.simple.v1+json", LIST_BYTES_MAX).await?;
    let list: Value = serde_json::from_slice(&list).map_err(|_| format!("{} is no list", shown(&url)))?;
    let (file, found) = chosen(&list, name, version)
        .ok_or_else(|| format!("pypi:{name} has no such version with a file to scan"))?;
    let address = file["url"].as_str().unwrap_or("");
    let address = reqwest::Url::parse(&url).and_then(|base| base.join(address));
    let address = address.map_err(|_| format!("{} names a file without an address", shown(&url)))?;
    let bytes = body(app, address.as_str(), "*/*", source_bytes_max()).await?;
    let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let fits = file["hashes"]["sha256"].as_str().is_some_and(|hash| hash.eq_ignore_ascii_case(&digest));
    let reference = format!("pypi:{name}=={found}");
    if !fits {
        return Err(format!("{reference} is not what its index says it is"));
    }
    Ok(package(reference, bytes))
}

/// The file of a version, or of the newest release, with that version: a pure wheel, which is what gets installed, else the
/// source, else another wheel.
fn chosen<'a>(
    list: &'a Value,
    package: &PypiName,
    version: Option<&PackageVersion>,
) -> Option<(&'a Value, PackageVersion)> {
    let files = list["files"].as_array()?;
    let of = |file: &'a Value| {
        let name = file["filename"].as_str()?;
        let (stem, version, rank) = match name.strip_suffix(".whl") {
            Some(stem) => {
                let mut parts = stem.split('-');
                let rank = if stem.ends_with("-none-any") { 0 } else { 2 };
                (parts.next()?, parts.next()?, rank)
            }
            None => {
                let stem = name.strip_suffix(".tar.gz").or_else(|| name.strip_suffix(".zip"))?;
                let (stem, version) = stem.rsplit_once('-')?;
                (stem, version, 1)
            }
        };
        let is_package = PypiName::parse(stem).is_ok_and(|name| name == *package);
        is_package.then_some((file, version, rank, name))
    };
    let files = files.iter().filter_map(of).collect::<Vec<_>>();
    let wanted = match version {
        Some(version) => version.as_str(),
        None => {
            let offered =
                files.iter().filter(|file| matches!(file.0["yanked"], Value::Null | Value::Bool(false)));
            offered.filter_map(|file| Some((release(file.1)?, file.1))).max()?.1
        }
    };
    let of_it = files.iter().filter(|file| file.1 == wanted);
    let best = of_it.min_by_key(|file| (file.2, file.3))?;
    Some((best.0, PackageVersion::parse(best.1).ok()?))
}

/// The numbers of a release; none of what comes before one.
fn release(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.strip_prefix("post").unwrap_or(part).parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_server_may_fetch() {
        for text in ["npm:@a/b@1.0.0", "pypi:weather==1.0", "https://github.com/a/b"] {
            remote_reference(text).unwrap();
        }
        for text in [
            "",
            ".",
            "/etc/passwd",
            "a.tar.gz",
            "file:///etc/passwd",
            "http://github.com/a/b",
            "ssh://git@a/b",
        ] {
            assert!(remote_reference(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_newest_release_and_its_best_file() {
        let file = |name: &str| json!({ "filename": name, "url": name });
        let list = json!({ "files": [
            file("my_server-1.9.tar.gz"), file("my_server-1.10.tar.gz"), file("my_server-1.10-py3-none-any.whl"),
            file("my_server-1.10-cp312-cp312-linux_x86_64.whl"), file("my_server-2.0rc1-py3-none-any.whl"),
            { "filename": "my_server-1.11-py3-none-any.whl", "yanked": "broken" },
            file("my_server_extra-9.0.tar.gz"), file("my_server-9.0.exe"), 7,
        ] });
        let name = PypiName::parse("My_Server").unwrap();
        let of = |version: Option<&str>| {
            let version = version.map(|version| PackageVersion::parse(version).unwrap());
            chosen(&list, &name, version.as_ref())
                .map(|(file, _)| file["filename"].as_str().unwrap().to_owned())
        };
        assert_eq!(of(None).as_deref(), Some("my_server-1.10-py3-none-any.whl"));
        assert_eq!(of(Some("1.9")).as_deref(), Some("my_server-1.9.tar.gz"));
        assert_eq!(of(Some("2.0rc1")).as_deref(), Some("my_server-2.0rc1-py3-none-any.whl"));
        assert_eq!(of(Some("9.0")), None);
        assert_eq!(chosen(&json!({}), &name, None), None);
    }
}
