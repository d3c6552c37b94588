//! Python: the list that the plan installs from, which every lock file has been rewritten to.

use super::Component;
use crate::plan::BuildPlan;

pub(super) fn components(plan: &BuildPlan) -> Vec<Component> {
    let mut all = Vec::new();
    for file in &plan.generated {
        let is_dev = file.path.ends_with("backend.txt");
        for line in file.text.replace(" \\\n", " ").lines() {
            all.extend(component(line, is_dev));
        }
    }
    all
}

fn component(line: &str, is_dev: bool) -> Option<Component> {
    let mut words = line.split(" --hash=");
    let (requirement, marker) = match words.next()?.split_once(';') {
        Some((requirement, marker)) => (requirement.trim(), Some(marker.trim())),
        None => (line.split(" --hash=").next()?.trim(), None),
    };
    let end = requirement.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c));
    let (name, versions) = requirement.split_at(end.unwrap_or(requirement.len()));
    let versions = match versions.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(_, versions)| versions),
        None => versions,
    };
    let version = versions.strip_prefix("==").filter(|version| !version.contains(['*', ',']));
    let hashes = words.filter_map(|hash| {
        let (algorithm, digits) = hash.trim().trim_end_matches('\\').trim().split_once(':')?;
        let algorithm = match algorithm {
            "sha256" => "SHA-256",
            "sha384" => "SHA-384",
            "sha512" => "SHA-512",
            _ => return None,
        };
        Some((algorithm, digits.to_ascii_lowercase()))
    });
    let mut properties = Vec::new();
    if version.is_none() && !versions.is_empty() {
        properties.push(("sigyl:wanted", versions.to_owned()));
    }
    properties.extend(marker.map(|marker| ("sigyl:marker", marker.to_owned())));
    (!name.is_empty()).then(|| Component {
        name: name.to_owned(),
        version: version.map(|version| version.trim_start_matches('=').to_owned()),
        hashes: hashes.collect(),
        licence: None,
        is_dev,
        properties,
    })
}
