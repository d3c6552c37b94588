//! Packages of a Python index.

use sigyl_core::{
    SourceTree,
    source::{Origin, PackageVersion, PypiName, TopFolder, read_archive_bytes},
};

use super::{
    FetchError, FetchOptions,
    http::Get,
    integrity::check_pypi,
    options::shown,
    python_version::PythonVersion,
    simple_index::{self, IndexFile},
};

/// PEP 691, section "Version + Format Selection".
const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";
/// Longest page. Chosen; the largest known are about 30 MB.
const PAGE_BYTES: u64 = 64 << 20;

/// What a file is, best to scan last: of wheels for every platform, pip takes that one; otherwise the source says more
/// than compiled modules do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    PlatformWheel,
    Source,
    PureWheel,
}

struct Candidate<'a> {
    file: &'a IndexFile,
    kind: Kind,
    version_text: &'a str,
    version: Option<PythonVersion>,
}

/// Fetches one version, checks it and unpacks it. No build runs.
pub(super) fn fetch(
    name: &PypiName,
    version: Option<&PackageVersion>,
    options: &FetchOptions,
    get: &dyn Get,
) -> Result<SourceTree, FetchError> {
    let package = format!("pypi:{name}");
    let index = &options.pypi_index;
    let no_names =
        |_| FetchError::Malformed { url: shown(index), why: "its address takes no names".to_owned() };
    let url = index.join(&format!("{name}/")).map_err(no_names)?;
    let no_package = || FetchError::NoPackage {
        package: package.clone(),
        registry: index.host_str().unwrap_or_default().to_owned(),
    };
    let page = get.get(&url, ACCEPT, PAGE_BYTES).map_err(|error| match error {
        FetchError::Status { status: 404, .. } => no_package(),
        error => error,
    })?;
    let files = simple_index::read(&page)?;
    let candidates: Vec<_> = files.iter().filter_map(|file| Candidate::of(file, name)).collect();
    let newest = newest(&candidates);
    let Some(chosen) = (match version {
        Some(version) => best(candidates.iter().filter(|candidate| candidate.is(version))),
        None => best(candidates.iter().filter(|it| Some(it.version_text) == newest)),
    }) else {
        let Some(version) = version else { return Err(no_package()) };
        let newest = newest.unwrap_or("not known").to_owned();
        return Err(FetchError::NoVersion { package, version: version.to_string(), newest });
    };

    let address = simple_index::address(&page.url, chosen.file)?;
    let file = get.get(&address, "*/*", options.limits.archive_bytes)?;
    check_pypi(&file.bytes, &chosen.file.name, chosen.file.sha256.as_deref())?;
    let origin = Origin::Package { reference: format!("pypi:{name}=={}", chosen.version_text) };
    let top = if chosen.kind == Kind::Source { TopFolder::StripCommon } else { TopFolder::Keep };
    Ok(read_archive_bytes(&file.bytes, &chosen.file.name, origin, top, &options.limits)?)
}

impl<'a> Candidate<'a> {
    /// A file that can be unpacked and is of this package, by its name alone.
    fn of(file: &'a IndexFile, package: &PypiName) -> Option<Self> {
        let (name, version_text, kind) = if let Some(stem) = file.name.strip_suffix(".whl") {
            let mut parts = stem.split('-');
            let (name, version) = (parts.next()?, parts.next()?);
            (name, version, if stem.ends_with("-none-any") { Kind::PureWheel } else { Kind::PlatformWheel })
        } else {
            let endings = [".tar.gz", ".zip"];
            let stem = endings.iter().find_map(|ending| file.name.strip_suffix(ending))?;
            let (name, version) = stem.rsplit_once('-')?;
            (name, version, Kind::Source)
        };
        PackageVersion::parse(version_text).ok()?;
        let is_package = PypiName::parse(name).is_ok_and(|name| name == *package);
        is_package.then(|| Self { file, kind, version_text, version: PythonVersion::parse(version_text) })
    }

    fn is(&self, version: &PackageVersion) -> bool {
        self.version_text == version.as_str()
            || (self.version.is_some() && self.version == PythonVersion::parse(version.as_str()))
    }
}

/// The newest version: final where there is one, and not withdrawn.
fn newest<'a>(candidates: &[Candidate<'a>]) -> Option<&'a str> {
    let offered = candidates.iter().filter(|candidate| !candidate.file.yanked);
    let key = |candidate: &&Candidate<'_>| {
        let version = candidate.version.clone();
        (version.as_ref().is_some_and(PythonVersion::is_final), version)
    };
    offered.max_by_key(key).map(|candidate| candidate.version_text)
}

/// The best kind; of several the first by name, so that the choice does not hang on the page's order.
fn best<'a, 'b>(candidates: impl Iterator<Item = &'b Candidate<'a>>) -> Option<&'b Candidate<'a>>
where
    'a: 'b,
{
    candidates.min_by(|a, b| (b.kind, &a.file.name).cmp(&(a.kind, &b.file.name)))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::fetch::fake::{Fake, tarball};

    const PAGE: &str = "https://pypi.org/simple/my-server/";
    const FILES: &str = "https://files.example/";

    /// A page with these files, all with the same content.
    fn page(names: &[&str], bytes: &[u8]) -> String {
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let file = |name: &&str| match name.strip_suffix(" yanked") {
            Some(name) => {
                format!(r#"<a data-yanked="" href="{FILES}{name}#sha256={sha256}">{name}</a>"#)
            }
            None => format!(r#"<a href="{FILES}{name}#sha256={sha256}">{name}</a>"#),
        };
        names.iter().map(file).collect::<Vec<_>>().join("\n")
    }

    /// The file that is fetched of a page that lists `names`.
    fn chosen(names: &[&str], version: Option<&str>) -> String {
        let candidates = names.iter().map(|name| {
            let bytes = tarball(&[("my_server-1/which", name.trim_end_matches(" yanked"))]);
            (format!("{FILES}{}", name.trim_end_matches(" yanked")), bytes)
        });
        // One page for each file, so that whichever is fetched has the right hash.
        for (address, bytes) in candidates {
            let page = page(names, &bytes);
            let fake = Fake::new(&[(PAGE, page.as_bytes()), (&address, &bytes)]);
            match check(&fake, version) {
                Ok(tree) => {
                    let Origin::Package { reference } = &tree.origin else { panic!("{:?}", tree.origin) };
                    let text = tree.files()[0].text().unwrap();
                    return format!("{reference} {text}");
                }
                Err(FetchError::Status { status: 404, .. }) => {}
                Err(error) => return error.to_string(),
            }
        }
        "nothing".to_owned()
    }

    fn check(fake: &Fake, version: Option<&str>) -> Result<SourceTree, FetchError> {
        let options = FetchOptions::new(None, None, []).unwrap();
        let version = version.map(|version| PackageVersion::parse(version).unwrap());
        fetch(&PypiName::parse("My_Server").unwrap(), version.as_ref(), &options, fake)
    }

    #[test]
    fn which_file() {
        let names = [
            "my_server-1.9.tar.gz",
            "my_server-1.10.tar.gz",
            "my_server-1.10-py3-none-any.whl",
            "my_server-1.10-cp312-cp312-linux_x86_64.whl",
            "my_server-2.0rc1-py3-none-any.whl",
            "my_server-1.11-py3-none-any.whl yanked",
            "my-server-1.2.zip",
            "my_server-0.9-cp312-cp312-macosx_11_0_arm64.whl",
            "my_server-0.9-cp312-cp312-linux_x86_64.whl",
            "my_server_extra-9.0.tar.gz",
            "my_server-9.0.exe",
            "my_server-9.0.tar.gz.asc",
        ];
        assert_eq!(chosen(&names, None), "pypi:my-server==1.10 my_server-1.10-py3-none-any.whl");
        assert_eq!(chosen(&names, Some("1.9.0")), "pypi:my-server==1.9 my_server-1.9.tar.gz");
        assert_eq!(chosen(&names, Some("1.2")), "pypi:my-server==1.2 my-server-1.2.zip");
        assert_eq!(chosen(&names, Some("1.11")), "pypi:my-server==1.11 my_server-1.11-py3-none-any.whl");
        let linux = "my_server-0.9-cp312-cp312-linux_x86_64.whl";
        assert_eq!(chosen(&names, Some("0.9")), format!("pypi:my-server==0.9 {linux}"));
        assert_eq!(
            chosen(&names, Some("9.0")),
            "pypi:my-server has no version 9.0 with a file to scan; the newest is 1.10"
        );
        assert_eq!(
            chosen(&["my_server-2.0rc1.tar.gz"], None),
            "pypi:my-server==2.0rc1 my_server-2.0rc1.tar.gz"
        );
    }

    #[test]
    fn what_is_not_the_published_file() {
        let bytes = tarball(&[("my_server-1/a.py", "a")]);
        let page = page(&["my_server-1.tar.gz"], &bytes);
        let address = format!("{FILES}my_server-1.tar.gz");
        let fake = Fake::new(&[(PAGE, page.as_bytes()), (&address, b"other")]);
        assert!(matches!(check(&fake, None), Err(FetchError::WrongHash { .. })));
        let without = format!("<a href=\"{address}\">my_server-1.tar.gz</a>");
        let fake = Fake::new(&[(PAGE, without.as_bytes()), (&address, &bytes)]);
        assert!(matches!(check(&fake, None), Err(FetchError::NoHash { .. })));
    }

    #[test]
    fn what_is_not_there() {
        let error = check(&Fake::new(&[]), None).unwrap_err();
        assert_eq!(error.to_string(), "there is no package pypi:my-server at pypi.org");
        let error = check(&Fake::new(&[(PAGE, b"<html>")]), None).unwrap_err();
        assert!(matches!(error, FetchError::NoPackage { .. }));
    }
}
