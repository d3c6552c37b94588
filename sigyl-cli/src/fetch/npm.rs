//! Packages of the npm registry.

use std::collections::BTreeMap;

use serde::Deserialize;
use sigyl_core::{
    SourceTree,
    source::{NpmName, Origin, PackageVersion, TopFolder, read_archive_bytes},
};

use super::{FetchError, FetchOptions, http::Get, integrity::check_npm, options::shown};

/// The short form of a package's document, with the long one where a mirror does not know it.
const ACCEPT: &str = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
/// Longest document. Chosen; the largest known are about 30 MB in the long form.
const DOCUMENT_BYTES: u64 = 64 << 20;

#[derive(Deserialize)]
struct Document {
    #[serde(default, rename = "dist-tags")]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    versions: BTreeMap<String, Version>,
}

#[derive(Deserialize)]
struct Version {
    dist: Distribution,
}

#[derive(Deserialize)]
struct Distribution {
    tarball: String,
    integrity: Option<String>,
}

/// Fetches one version, checks it and unpacks it. Install scripts stay text.
pub(super) fn fetch(
    name: &NpmName,
    version: Option<&PackageVersion>,
    options: &FetchOptions,
    get: &dyn Get,
) -> Result<SourceTree, FetchError> {
    let package = format!("npm:{name}");
    let malformed = |url: &_, why: &str| FetchError::Malformed { url: shown(url), why: why.to_owned() };
    // A scope's slash belongs to the name.
    let url = options.npm_registry.join(&name.as_str().replace('/', "%2f"));
    let url = url.map_err(|_| malformed(&options.npm_registry, "its address takes no names"))?;
    let body = get.get(&url, ACCEPT, DOCUMENT_BYTES).map_err(|error| match error {
        FetchError::Status { status: 404, .. } => FetchError::NoPackage {
            package: package.clone(),
            registry: options.npm_registry.host_str().unwrap_or_default().to_owned(),
        },
        error => error,
    })?;
    let document: Document =
        serde_json::from_slice(&body.bytes).map_err(|error| malformed(&url, &error.to_string()))?;

    let wanted = version.map_or("latest", PackageVersion::as_str);
    let found = document.tags.get(wanted).map_or(wanted, String::as_str);
    let Some(Version { dist }) = document.versions.get(found) else {
        let newest = document.tags.get("latest").cloned().unwrap_or_else(|| "not known".to_owned());
        return Err(FetchError::NoVersion { package, version: wanted.to_owned(), newest });
    };
    // What stands in the document ends in a report.
    let found = PackageVersion::parse(found).map_err(|_| malformed(&url, "a version is no version"))?;
    let tarball = body.url.join(&dist.tarball).ok().filter(|tarball| tarball.scheme() == "https");
    let tarball = tarball.ok_or_else(|| malformed(&url, "the package's file is not at an https address"))?;
    let reference = format!("npm:{name}@{found}");
    let file = get.get(&tarball, "*/*", options.limits.archive_bytes)?;
    check_npm(&file.bytes, &reference, dist.integrity.as_deref())?;
    let origin = Origin::Package { reference: reference.clone() };
    Ok(read_archive_bytes(&file.bytes, &reference, origin, TopFolder::StripFirst, &options.limits)?)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha512};

    use super::*;
    use crate::fetch::{
        fake::{Fake, tarball},
        integrity::base64,
    };

    const REGISTRY: &str = "https://registry.npmjs.org/";

    fn document(tarball: &[u8], address: &str) -> String {
        let integrity = base64(&Sha512::digest(tarball));
        format!(
            r#"{{"dist-tags":{{"latest":"1.2.0","next":"2.0.0-a"}},"versions":{{
                "1.2.0":{{"dist":{{"tarball":"{address}","integrity":"sha512-{integrity}"}}}},
                "1.0.0":{{"dist":{{"tarball":"{address}","shasum":"da39"}}}}}}}}"#
        )
    }

    fn check(fake: &Fake, name: &str, version: Option<&str>) -> Result<SourceTree, FetchError> {
        let options = FetchOptions::new(None, None, []).unwrap();
        let version = version.map(|version| PackageVersion::parse(version).unwrap());
        fetch(&NpmName::parse(name).unwrap(), version.as_ref(), &options, fake)
    }

    #[test]
    fn a_scoped_package() {
        let bytes = tarball(&[("package/index.js", "let a"), ("package/package.json", "{}")]);
        let address = format!("{REGISTRY}@a/b/-/b-1.2.0.tgz");
        let fake = Fake::new(&[
            (&format!("{REGISTRY}@a%2fb"), document(&bytes, &address).as_bytes()),
            (&address, &bytes),
        ]);
        for version in [None, Some("latest"), Some("1.2.0")] {
            let tree = check(&fake, "@a/b", version).unwrap();
            assert_eq!(tree.origin, Origin::Package { reference: "npm:@a/b@1.2.0".to_owned() });
            assert_eq!(tree.file("index.js").unwrap().text(), Some("let a"));
        }
    }

    #[test]
    fn what_is_not_the_published_file() {
        let bytes = tarball(&[("package/index.js", "let a")]);
        let other = tarball(&[("package/index.js", "evil()")]);
        let address = format!("{REGISTRY}a.tgz");
        let document = document(&bytes, &address);
        let fake = Fake::new(&[(&format!("{REGISTRY}a"), document.as_bytes()), (&address, &other)]);
        assert!(matches!(check(&fake, "a", None), Err(FetchError::WrongHash { .. })));
        assert!(matches!(check(&fake, "a", Some("1.0.0")), Err(FetchError::NoHash { .. })));
    }

    #[test]
    fn what_is_not_there() {
        let document = document(b"", &format!("{REGISTRY}a.tgz"));
        let fake = Fake::new(&[(&format!("{REGISTRY}a"), document.as_bytes())]);
        let error = check(&fake, "b", None).unwrap_err();
        assert_eq!(error.to_string(), "there is no package npm:b at registry.npmjs.org");
        let error = check(&fake, "a", Some("9.9.9")).unwrap_err();
        assert_eq!(error.to_string(), "npm:a has no version 9.9.9 with a file to scan; the newest is 1.2.0");
        assert!(matches!(check(&fake, "a", None), Err(FetchError::Status { status: 404, .. })));
    }

    #[test]
    fn hostile_documents() {
        for address in ["http://registry.npmjs.org/a.tgz", "file:///etc/passwd", "https://["] {
            let document = document(b"", address);
            let fake = Fake::new(&[(&format!("{REGISTRY}a"), document.as_bytes())]);
            assert!(matches!(check(&fake, "a", None), Err(FetchError::Malformed { .. })), "{address}");
        }
        for document in ["", "7", "{\"versions\":[]}", &"[".repeat(100_000)] {
            let fake = Fake::new(&[(&format!("{REGISTRY}a"), document.as_bytes())]);
            assert!(matches!(check(&fake, "a", None), Err(FetchError::Malformed { .. })));
        }
    }
}
