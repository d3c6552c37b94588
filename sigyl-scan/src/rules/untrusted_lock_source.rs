//! Lock files that take packages from somewhere else than their registry.

use std::collections::BTreeMap;

use sigyl_core::{Class, Severity};

use crate::{
    context::TreeContext,
    dependencies::{Dependency, Ecosystem, Origin, ToldBy},
    rule::{Draft, FileId, Findings, Rule, RuleMeta},
};

pub(crate) struct UntrustedLockSource;

static META: RuleMeta = RuleMeta {
    id: "untrusted-lock-source",
    title: "Lock file takes a package from elsewhere",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[494, 829],
    owasp: Some("MCP04"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Write the lock file anew from the package file, against the registry",
        "Review changes of lock files like changes of code",
    ],
    page: include_str!("untrusted_lock_source.md"),
};

/// Hosts that give what the public registries hold.
const REGISTRIES: &[&str] = &[
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "registry.npmmirror.com",
    "npm.jsr.io",
    "pypi.org",
    "files.pythonhosted.org",
    "pypi.python.org",
    "download.pytorch.org",
    "github.com",
    "index.crates.io",
    "static.crates.io",
];

impl Rule for UntrustedLockSource {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let mut of_file: BTreeMap<FileId, Vec<&Dependency>> = BTreeMap::new();
        for dependency in tree.dependencies.all.iter().filter(|it| it.told_by == ToldBy::LockFile) {
            of_file.entry(dependency.place.file).or_default().push(dependency);
        }
        for dependencies in of_file.into_values() {
            check_lock(&dependencies, out);
        }
    }
}

fn check_lock(dependencies: &[&Dependency], out: &mut Findings) {
    let mut hosts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, host) in dependencies.iter().filter_map(|it| address(it)) {
        *hosts.entry(host).or_default() += 1;
    }
    let with_digest = dependencies.iter().filter(|it| it.has_digest == Some(true)).count();
    for dependency in dependencies {
        let name = &dependency.name;
        let Some((scheme, host)) = address(dependency) else {
            if dependency.has_digest == Some(false) && with_digest * 2 > dependencies.len() {
                out.report(no_digest(dependency));
            }
            continue;
        };
        // A mirror gives most packages of a file; what is slipped in comes from a host of its own.
        let of_host = hosts.get(host).copied().unwrap_or_default();
        let is_mirror = of_host * 2 > dependencies.len() && of_host > 2;
        if scheme == "http" && !host.starts_with("localhost") && !host.starts_with("127.") {
            out.report(Draft::new(
                dependency.place,
                format!("`{name}` is fetched over http from `{host}`: whoever is on the way can replace it"),
            ));
        } else if !REGISTRIES.contains(&host) && !is_mirror {
            out.report(Draft::new(
                dependency.place,
                format!(
                    "`{name}` comes from `{host}`, not from the registry that the other packages come from"
                ),
            ));
        } else if let Some(other) = other_package(dependency) {
            out.report(
                Draft::new(dependency.place, format!("`{name}` is locked to the archive of `{other}`"))
                    .severity(Severity::Error),
            );
        } else if dependency.has_digest == Some(false) && with_digest * 2 > dependencies.len() {
            out.report(no_digest(dependency));
        }
    }
}

fn no_digest(dependency: &Dependency) -> Draft {
    Draft::new(
        dependency.place,
        format!("`{}` has no digest, though the others have: its bytes are not checked", dependency.name),
    )
}

/// Scheme and host of where an archive comes from.
fn address(dependency: &Dependency) -> Option<(&str, &str)> {
    let url = match &dependency.origin {
        Origin::Registry(Some(url)) | Origin::Url(url) => url,
        _ => return None,
    };
    // Cargo names registries, not archives.
    if dependency.ecosystem == Ecosystem::CratesIo {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    Some((scheme, host.split(':').next().unwrap_or(host)))
}

/// The package whose archive is at an npm registry's address, where it is not the one that it should be.
fn other_package(dependency: &Dependency) -> Option<&str> {
    let Origin::Registry(Some(url)) = &dependency.origin else { return None };
    if dependency.ecosystem != Ecosystem::Npm {
        return None;
    }
    let (_, path) = url.split_once("://")?.1.split_once('/')?;
    let (package, _) = path.split_once("/-/")?;
    if !url.starts_with("https://registry.npmjs.org/") && !url.starts_with("https://registry.yarnpkg.com/") {
        return None;
    }
    let decoded = package.replace("%2f", "/").replace("%2F", "/");
    (decoded != dependency.name).then_some(package)
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn messages(entries: &str) -> Vec<String> {
        let lock = format!(r#"{{"lockfileVersion": 3, "packages": {{{entries}}}}}"#);
        let found = findings_of("untrusted-lock-source", &[("package-lock.json", &lock)]);
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_mirror_is_no_stranger() {
        let of = |name: &str, host: &str| {
            format!(
                r#""node_modules/{name}": {{"version": "1.0.0", "resolved": "https://{host}/{name}/-/{name}-1.0.0.tgz", "integrity": "sha512-x"}}"#
            )
        };
        let mirror: Vec<_> = ["a", "b", "c", "d"].iter().map(|name| of(name, "npm.corp.example")).collect();
        assert!(messages(&mirror.join(",")).is_empty());
        let slipped = [mirror.join(","), of("e", "cdn.evil.example")].join(",");
        assert_eq!(
            messages(&slipped),
            ["`e` comes from `cdn.evil.example`, not from the registry that the other packages come from"]
        );
        let other = of("a", "registry.npmjs.org").replace("/a/-/", "/b/-/");
        assert_eq!(messages(&other), ["`a` is locked to the archive of `b`"]);
    }
}
