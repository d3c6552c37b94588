//! Dependencies whose bytes can change under the same name.

use std::collections::BTreeSet;

use sigyl_core::{Class, Severity};

use crate::{
    context::TreeContext,
    dependencies::{Dependency, Ecosystem, Origin, ToldBy},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct UnpinnedDependency;

static META: RuleMeta = RuleMeta {
    id: "unpinned-dependency",
    title: "Dependency not pinned",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[1357, 829],
    owasp: Some("MCP04"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Take the package from its registry, and keep the lock file with the source",
        "Name a Git dependency by its full commit",
    ],
    page: include_str!("unpinned_dependency.md"),
};

impl Rule for UnpinnedDependency {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let locked: BTreeSet<(Ecosystem, &str)> = tree
            .dependencies
            .lock_files
            .iter()
            .chain(tree.dependencies.unread.iter().map(|unread| &unread.file))
            .filter_map(|id| tree.file(*id))
            .filter_map(|file| Some((ecosystem_of(file.path)?, folder(file.path))))
            .collect();
        let mut without_lock = BTreeSet::new();
        for dependency in tree.dependencies.all.iter().filter(|it| it.told_by == ToldBy::PackageFile) {
            let Some(file) = tree.file(dependency.place.file) else { continue };
            // The lock file of a workspace lies in one of the folders above.
            let mut at = folder(file.path);
            let has_lock = loop {
                if locked.contains(&(dependency.ecosystem, at)) {
                    break true;
                }
                match at.rsplit_once('/') {
                    Some((above, _)) => at = above,
                    None if at.is_empty() => break false,
                    None => at = "",
                }
            };
            check(dependency, has_lock, out);
            let is_package = file.path.ends_with("package.json") || file.path.ends_with("pyproject.toml");
            if !has_lock && is_package && !dependency.is_dev && without_lock.insert(dependency.place.file) {
                out.report(
                    Draft::new(
                        dependency.place,
                        "no lock file: every installation may get other versions of what the server needs",
                    )
                    .severity(Severity::Info)
                    .fix("Keep the lock file of the package manager with the source"),
                );
            }
        }
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn ecosystem_of(path: &str) -> Option<Ecosystem> {
    match path.rsplit('/').next()?.to_ascii_lowercase().as_str() {
        "package-lock.json" | "npm-shrinkwrap.json" | "yarn.lock" | "pnpm-lock.yaml" | "bun.lock" => {
            Some(Ecosystem::Npm)
        }
        "uv.lock" | "poetry.lock" | "pdm.lock" | "pipfile.lock" => Some(Ecosystem::PyPi),
        _ => None,
    }
}

fn check(dependency: &Dependency, has_lock: bool, out: &mut Findings) {
    let name = if dependency.name.is_empty() { "a package" } else { &dependency.name };
    let report = |message: String, is_mild: bool, out: &mut Findings| {
        let draft = Draft::new(dependency.place, message);
        out.report(if is_mild { draft.severity(Severity::Info) } else { draft });
    };
    match &dependency.origin {
        Origin::Git { url, .. } if url.starts_with("git://") || url.contains("+http://") => {
            report(
                format!("`{name}` is cloned without encryption: whoever is on the way can replace it"),
                false,
                out,
            );
        }
        origin @ Origin::Git { reference, .. } if !origin.is_fixed() => {
            let what = match reference {
                Some(reference) => format!("`{reference}`, which can be moved"),
                None => "whatever its main branch holds".to_owned(),
            };
            report(format!("`{name}` is built from Git at {what}"), has_lock || dependency.is_dev, out);
        }
        Origin::Url(url) if url.starts_with("http://") => {
            report(
                format!("`{name}` is fetched over http: whoever is on the way can replace it"),
                false,
                out,
            );
        }
        Origin::Url(url) if !url.contains("sha256=") => {
            let is_release = url.contains("files.pythonhosted.org/") || url.contains("registry.npmjs.org/");
            report(
                format!("`{name}` is fetched from an address whose bytes can change"),
                has_lock || dependency.is_dev || is_release,
                out,
            );
        }
        Origin::Registry(_) if dependency.ecosystem == Ecosystem::Npm => {
            let wanted = dependency.wanted.as_deref().unwrap_or_default().trim();
            if matches!(wanted, "*" | "" | "latest" | "x" | ">=0" | ">=0.0.0" | "next") {
                let message = format!("`{name}` may be any version that is ever published");
                report(message, has_lock || dependency.is_dev, out);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    #[test]
    fn a_lock_file_above_pins() {
        let package = ("packages/a/package.json", r#"{"dependencies": {"b": "github:c/b"}}"#);
        let worst = |files: &[(&str, &str)]| {
            findings_of("unpinned-dependency", files).iter().map(|finding| finding.severity).max()
        };
        assert_eq!(worst(&[package]), Some(Severity::Warning));
        assert_eq!(worst(&[package, ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")]), Some(Severity::Info));
        assert_eq!(worst(&[package, ("packages/uv.lock", "version = 1\n")]), Some(Severity::Warning));
    }
}
