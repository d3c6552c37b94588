//! A bill of materials: what the lock files say gets into an image, in CycloneDX 1.6. The same plan and tree give the
//! same bytes: no time, and a serial number that is made of the plan's digest.
//!
//! The scanner's list of dependencies is another one: it keeps places for findings and drops hashes and licences, which
//! are all that matters here.

mod go_rust;
mod node;
mod python;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sigyl_core::SourceTree;

use crate::plan::BuildPlan;

/// Version of the format.
const SPEC_VERSION: &str = "1.6";
/// Licences of most packages by their SPDX ids; any other text is given as a name.
const LICENCES: &[&str] = &[
    "0BSD",
    "AFL-2.1",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
];
/// Components that one bill has at most, as many as the scanner reads of one tree.
const MAX_COMPONENTS: usize = 250_000;

/// One package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Component {
    name: String,
    version: Option<String>,
    /// Algorithm as CycloneDX calls it, and hexadecimal digits.
    hashes: Vec<(&'static str, String)>,
    licence: Option<String>,
    /// Only the build needs it.
    is_dev: bool,
    properties: Vec<(&'static str, String)>,
}

/// The bill of materials of a plan, from the lock files of the tree that it is of.
pub fn sbom(plan: &BuildPlan, tree: &SourceTree) -> Value {
    let text = |name: &str| {
        let path = if plan.root.is_empty() { name.to_owned() } else { format!("{}/{name}", plan.root) };
        tree.file(&path).and_then(|file| file.text())
    };
    let (kind, found) = match plan.planner.as_str() {
        "node" => ("npm", node::components(text)),
        "python" => ("pypi", python::components(plan)),
        "go" => ("golang", go_rust::go(text)),
        "rust" => ("cargo", go_rust::rust(text)),
        _ => ("generic", Vec::new()),
    };
    let mut by_address: BTreeMap<String, Component> = BTreeMap::new();
    for component in found.into_iter().take(MAX_COMPONENTS) {
        let address = purl(kind, &component);
        by_address
            .entry(address)
            // A package that stands twice is a developer's only when both are.
            .and_modify(|known| known.is_dev &= component.is_dev)
            .or_insert(component);
    }
    let components: Vec<Value> = by_address.iter().map(|(address, it)| component(address, it)).collect();
    let mut server = json!({ "type": "application", "bom-ref": "server", "name": plan.name.as_deref().unwrap_or("server") });
    if let Some(version) = &plan.version {
        server["version"] = json!(version);
    }
    let property = |name: &str, value: &str| json!({ "name": format!("sigyl:{name}"), "value": value });
    let mut properties = vec![
        property("tree", plan.tree_digest.as_str()),
        property("report", plan.report_digest.as_str()),
        property("plan", plan.digest().as_str()),
        property("image", &plan.run_image.reference),
    ];
    properties.extend(plan.run_image.digest.iter().map(|digest| property("image-digest", digest)));
    properties.extend(plan.commit.iter().map(|commit| property("commit", commit)));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "serialNumber": serial_number(plan),
        "version": 1,
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "sigyl", "version": env!("CARGO_PKG_VERSION") }] },
            "component": server,
            "properties": properties,
        },
        "components": components,
    })
}

fn component(address: &str, it: &Component) -> Value {
    let mut value = json!({
        "type": "library",
        "bom-ref": address,
        "name": it.name,
        "scope": if it.is_dev { "excluded" } else { "required" },
        "purl": address,
    });
    if let Some(version) = &it.version {
        value["version"] = json!(version);
    }
    if !it.hashes.is_empty() {
        let hashes = it.hashes.iter().map(|(alg, content)| json!({ "alg": alg, "content": content }));
        value["hashes"] = hashes.collect();
    }
    if let Some(licence) = &it.licence {
        let is_known = LICENCES.contains(&licence.as_str());
        value["licenses"] = json!([{ "license": { (if is_known { "id" } else { "name" }): licence } }]);
    }
    if !it.properties.is_empty() {
        let properties = it.properties.iter().map(|(name, text)| json!({ "name": name, "value": text }));
        value["properties"] = properties.collect();
    }
    value
}

/// A package's address: `pkg:npm/%40scope/name@1.0.0`.
fn purl(kind: &str, component: &Component) -> String {
    let name = match kind {
        // PEP 503.
        "pypi" => component.name.to_ascii_lowercase().replace(['_', '.'], "-"),
        _ => component.name.clone(),
    };
    let parts: Vec<String> = name.split('/').map(encoded).collect();
    let version = component.version.as_deref().map(|version| format!("@{}", encoded(version)));
    format!("pkg:{kind}/{}{}", parts.join("/"), version.unwrap_or_default())
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A UUID of version 8 (RFC 9562), made of the plan's digest.
fn serial_number(plan: &BuildPlan) -> String {
    let digest = plan.digest();
    let hex = digest.as_str();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
