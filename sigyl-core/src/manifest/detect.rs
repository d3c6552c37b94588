//! Which format a file is in, by its name and by what it holds.

use super::{
    model::ManifestFormat,
    node::{Node, NodeValue},
};

/// How a format is written down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Notation {
    Yaml,
    Json,
    Toml,
    Text,
}

/// Names by which each format is found in a folder, in the order in which a folder is searched.
pub(crate) const NAMES: [(&str, ManifestFormat); 18] = [
    ("mcp.yaml", ManifestFormat::Sigyl),
    ("mcp.yml", ManifestFormat::Sigyl),
    ("sigyl.yaml", ManifestFormat::Sigyl),
    ("sigyl.yml", ManifestFormat::Sigyl),
    (".mcp/mcp.yaml", ManifestFormat::Sigyl),
    (".mcp/mcp.yml", ManifestFormat::Sigyl),
    ("smithery.yaml", ManifestFormat::Smithery),
    ("smithery.yml", ManifestFormat::Smithery),
    ("server.json", ManifestFormat::ServerJson),
    ("manifest.json", ManifestFormat::Mcpb),
    ("server.yaml", ManifestFormat::DockerCatalog),
    ("server.yml", ManifestFormat::DockerCatalog),
    ("package.json", ManifestFormat::PackageJson),
    ("pyproject.toml", ManifestFormat::PyprojectToml),
    ("requirements.txt", ManifestFormat::RequirementsTxt),
    ("go.mod", ManifestFormat::GoMod),
    ("Cargo.toml", ManifestFormat::CargoToml),
    ("Dockerfile", ManifestFormat::Dockerfile),
];

/// The format that a file's name says. For names that others use too, [`is`] has the last word.
pub(crate) fn by_name(path: &str) -> Option<ManifestFormat> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some((_, format)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*format);
    }
    let is_dockerfile = name == "Containerfile"
        || name.starts_with("Dockerfile.")
        || name.ends_with(".Dockerfile")
        || name.ends_with(".dockerfile");
    if is_dockerfile {
        return Some(ManifestFormat::Dockerfile);
    }
    let is_requirements = name.starts_with("requirements") && name.ends_with(".txt");
    is_requirements.then_some(ManifestFormat::RequirementsTxt)
}

/// True for names that files of other kinds have too: web manifests, servers' configurations.
pub(crate) fn is_ambiguous(format: ManifestFormat) -> bool {
    matches!(format, ManifestFormat::ServerJson | ManifestFormat::Mcpb | ManifestFormat::DockerCatalog)
}

/// How a format is written down.
pub(crate) fn notation(format: ManifestFormat) -> Notation {
    match format {
        ManifestFormat::Sigyl | ManifestFormat::Smithery | ManifestFormat::DockerCatalog => Notation::Yaml,
        ManifestFormat::ServerJson | ManifestFormat::Mcpb | ManifestFormat::PackageJson => Notation::Json,
        ManifestFormat::PyprojectToml | ManifestFormat::CargoToml => Notation::Toml,
        ManifestFormat::RequirementsTxt | ManifestFormat::GoMod | ManifestFormat::Dockerfile => {
            Notation::Text
        }
    }
}

/// The notation that a file's extension says.
pub(crate) fn notation_by_name(path: &str) -> Option<Notation> {
    match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "yaml" | "yml" => Some(Notation::Yaml),
        "json" => Some(Notation::Json),
        "toml" => Some(Notation::Toml),
        _ => None,
    }
}

/// The format of a file with a name that says nothing.
pub(crate) fn by_content(notation: Notation, node: &Node) -> Option<ManifestFormat> {
    let has = |key: &str| node.get(key).is_some();
    let is_list = |key: &str| node.get(key).is_some_and(|value| value.as_sequence().is_some());
    match notation {
        Notation::Json if is(ManifestFormat::Mcpb, node) => Some(ManifestFormat::Mcpb),
        Notation::Json if is(ManifestFormat::ServerJson, node) => Some(ManifestFormat::ServerJson),
        // A lock file has a mapping of packages.
        Notation::Json if is_list("packages") || is_list("remotes") => Some(ManifestFormat::ServerJson),
        // Whoever asks about a file by name means a manifest; this one lacks its name, or has a bad one.
        Notation::Json if has("description") && has("version") => Some(ManifestFormat::ServerJson),
        Notation::Yaml if is(ManifestFormat::DockerCatalog, node) => Some(ManifestFormat::DockerCatalog),
        Notation::Yaml if has("startCommand") => Some(ManifestFormat::Smithery),
        Notation::Yaml if has("name") => Some(ManifestFormat::Sigyl),
        Notation::Toml if has("project") || has("build-system") => Some(ManifestFormat::PyprojectToml),
        Notation::Toml if has("package") || has("workspace") => Some(ManifestFormat::CargoToml),
        _ => None,
    }
}

/// True when a file with an ambiguous name is in the format that the name says.
pub(crate) fn is(format: ManifestFormat, node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    match format {
        ManifestFormat::Mcpb => {
            let version = node.get("manifest_version").is_some_and(|version| version.as_str().is_some());
            (version || has("dxt_version"))
                && node.get("server").is_some_and(|server| server.as_mapping().is_some())
                || node.get("server").is_some_and(|server| server.get("mcp_config").is_some())
        }
        ManifestFormat::ServerJson => {
            let inner = node.get("server").filter(|_| !has("name")).unwrap_or(node);
            let schema = inner.get("$schema").and_then(Node::as_str).unwrap_or_default();
            let keys = ["packages", "remotes", "version_detail"];
            let named = inner.get("name").and_then(Node::as_str).is_some_and(|name| name.contains('/'));
            schema.contains("modelcontextprotocol")
                || named
                    && (keys.iter().any(|key| inner.get(key).is_some()) || inner.get("version").is_some())
        }
        ManifestFormat::DockerCatalog => {
            let kind = node.get("type").and_then(Node::as_str);
            let kind = matches!(kind, Some("server" | "remote" | "poci"));
            let parts = ["about", "meta", "run", "config", "source"];
            let count = parts.iter().filter(|key| node.get(key).is_some_and(|part| !is_scalar(part))).count();
            has("name") && (kind || has("image")) && count >= 1
        }
        _ => true,
    }
}

/// The same question of a text that could not be parsed: better to report a broken manifest than to overlook it, but a
/// broken file of another kind is none of our business.
pub(crate) fn may_be(format: ManifestFormat, text: &str) -> bool {
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    match format {
        ManifestFormat::Mcpb => has(&["mcp_config"]) || has(&["dxt_version"]),
        ManifestFormat::ServerJson => {
            has(&["modelcontextprotocol"]) || has(&["\"packages\"", "\"transport\""])
        }
        ManifestFormat::DockerCatalog => has(&["image:", "about:"]) || has(&["remote:", "about:"]),
        _ => true,
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, NodeValue::Mapping(_) | NodeValue::Sequence(_))
}

#[cfg(test)]
mod tests {
    use super::{super::node, *};

    #[test]
    fn other_files_of_the_same_name_are_left_alone() {
        let json = |text: &str| node::read_json(text).unwrap();
        let web = json(r#"{"name": "App", "manifest_version": 3, "version": "1", "background": {}}"#);
        assert!(!is(ManifestFormat::Mcpb, &web));
        let icons = json(r#"{"name": "App", "start_url": "/", "icons": []}"#);
        assert!(!is(ManifestFormat::Mcpb, &icons) && !is(ManifestFormat::ServerJson, &icons));
        let settings = json(r#"{"server": {"port": 80}}"#);
        assert!(!is(ManifestFormat::ServerJson, &settings) && !is(ManifestFormat::Mcpb, &settings));
        let yaml = node::read_yaml("name: x\nport: 80\nimage: y\n").unwrap();
        assert!(!is(ManifestFormat::DockerCatalog, &yaml));
    }

    #[test]
    fn names() {
        assert_eq!(by_name("a/.mcp/mcp.yaml"), Some(ManifestFormat::Sigyl));
        assert_eq!(by_name("docker/Dockerfile.prod"), Some(ManifestFormat::Dockerfile));
        assert_eq!(by_name("requirements-dev.txt"), Some(ManifestFormat::RequirementsTxt));
        assert_eq!(by_name("tsconfig.json"), None);
    }
}
