//! Packages with known vulnerabilities, by the advisories that the caller brought.

use std::collections::BTreeSet;

use sigyl_core::{Class, Severity};

use crate::{
    advisories::{Advisory, Level},
    context::TreeContext,
    dependencies::{Dependency, Origin, Relation, ToldBy},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct VulnerableDependency;

static META: RuleMeta = RuleMeta {
    id: "vulnerable-dependency",
    title: "Dependency with a known vulnerability",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[1395],
    owasp: Some("MCP04"),
    practice: None,
    since: "0.1.0",
    fixes: &["Raise the package to a version in which it is mended, and write the lock file anew"],
    page: include_str!("vulnerable_dependency.md"),
};

/// Ids that a message names. Chosen.
const MAX_NAMED: usize = 3;

impl Rule for VulnerableDependency {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let Some(advisories) = tree.advisories else { return };
        let all = &tree.dependencies.all;
        let key = |it: &Dependency| (it.ecosystem, it.ecosystem.normalize(&it.name));
        let is_locked = |it: &&Dependency| it.told_by == ToldBy::LockFile;
        let locked: BTreeSet<_> = all.iter().filter(is_locked).map(key).collect();
        for dependency in all {
            // What a lock file says is installed; what a package file wishes is then not looked at.
            if dependency.told_by == ToldBy::PackageFile && locked.contains(&key(dependency)) {
                continue;
            }
            let Some(version) = &dependency.version else { continue };
            // A repository under the package's name may hold a mended version under the same number.
            if !matches!(dependency.origin, Origin::Registry(_)) {
                continue;
            }
            let found = advisories.affecting(dependency.ecosystem, &dependency.name, version);
            if !found.is_empty() {
                out.report(draft(dependency, version, &found));
            }
        }
    }
}

fn draft(dependency: &Dependency, version: &str, found: &[Advisory]) -> Draft {
    let name = &dependency.name;
    let worst = found.iter().filter_map(|advisory| advisory.level).max();
    let mut ids: Vec<&str> = found.iter().map(public_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let more = ids.len().saturating_sub(MAX_NAMED);
    let mut named = ids[..ids.len().min(MAX_NAMED)].join(", ");
    if more > 0 {
        named += &format!(" and {more} more");
    }
    if found.iter().any(|advisory| advisory.is_malicious) {
        return Draft::new(dependency.place, format!("`{name}` {version} was published to do harm: {named}"))
            .severity(Severity::Error)
            .fix(format!("Remove `{name}`, and treat every machine that installed it as taken over"));
    }
    let level = worst.map_or("of unknown severity", Level::as_str);
    let summary = found.iter().max_by_key(|advisory| advisory.level).map_or("", |it| it.summary.as_str());
    let mut message = format!("`{name}` {version} has a known vulnerability ({level}): {named}");
    if ids.len() > 1 {
        message = format!("`{name}` {version} has {} known vulnerabilities ({level}): {named}", ids.len());
    } else if !summary.is_empty() {
        message += &format!(", {summary}");
    }
    let is_minor = worst.is_some_and(|level| level <= Level::Moderate);
    let mut draft = Draft::new(dependency.place, message);
    if dependency.is_dev || (is_minor && dependency.relation != Relation::Direct) {
        draft.severity = Some(Severity::Info);
    } else if worst == Some(Level::Critical) && dependency.told_by == ToldBy::LockFile {
        draft.severity = Some(Severity::Error);
    }
    let fixed: Option<Vec<&str>> =
        found.iter().map(|advisory| advisory.fixed_after(dependency.ecosystem, version)).collect();
    match fixed {
        Some(mut fixed) => {
            fixed.sort_unstable();
            fixed.dedup();
            let fixed = fixed.join(", ");
            draft.fix(format!("Raise `{name}` to {fixed} or later, and write the lock file anew"))
        }
        None => draft.fix(format!(
            "No release of `{name}` mends all of it: replace it, or keep callers' data from it"
        )),
    }
}

/// The CVE number, where there is one.
fn public_id(advisory: &Advisory) -> &str {
    let aliases = advisory.aliases.iter().find(|alias| alias.starts_with("CVE-"));
    aliases.map_or(&advisory.id, |alias| alias)
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severity(version: &str, extra: &str) -> Option<Severity> {
        let lock = format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"acme-parser": "^1"}}}},
            "node_modules/acme-parser": {{"version": "{version}"{extra}}}}}}}"#
        );
        findings_of("vulnerable-dependency", &[("package-lock.json", &lock)]).first().map(|it| it.severity)
    }

    #[test]
    fn the_lock_file_decides() {
        assert_eq!(severity("1.4.1", ""), Some(Severity::Error));
        assert_eq!(severity("1.4.1", r#", "dev": true"#), Some(Severity::Info));
        assert_eq!(severity("1.4.2", ""), None);
        let wish = ("package.json", r#"{"dependencies": {"acme-parser": "1.0.0"}}"#);
        assert_eq!(findings_of("vulnerable-dependency", &[wish])[0].severity, Severity::Warning);
        let lock = r#"{"lockfileVersion": 1, "dependencies": {"acme-parser": {"version": "1.4.2"}}}"#;
        assert!(findings_of("vulnerable-dependency", &[wish, ("package-lock.json", lock)]).is_empty());
    }
}
