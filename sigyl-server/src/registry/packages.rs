//! Packages and remotes of a document.

use serde_json::{Map, Value};

use super::{
    document::{each_at, one_version, text},
    issues::Validation,
    urls,
};

/// The registries that packages come from.
pub(super) const REGISTRY_TYPES: &[&str] = &["cargo", "mcpb", "npm", "nuget", "oci", "pypi"];

/// A package.
pub(super) fn package(package: &Map<String, Value>, path: &str, found: &mut Validation) {
    let kind = text(package, path, "registryType", 1, 50, true, found).unwrap_or_default();
    if !kind.is_empty() && !REGISTRY_TYPES.contains(&kind) {
        let message = format!("unknown; one of {}", REGISTRY_TYPES.join(", "));
        found.semantic(&format!("{path}registryType"), "unsupported-registry-type", message);
    }
    if text(package, path, "identifier", 1, 500, true, found).is_some_and(|it| it.contains(' ')) {
        found.semantic(&format!("{path}identifier"), "package-name-has-spaces", "a name has no spaces");
    }
    if let Some(version) = text(package, path, "version", 1, 255, false, found) {
        one_version(&format!("{path}version"), version, found);
    }
    let digest = text(package, path, "fileSha256", 64, 64, false, found);
    if digest.is_some_and(|it| !it.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))) {
        found.schema(&format!("{path}fileSha256"), "is 64 hexadecimal digits in lower case");
    }
    if kind == "mcpb" && !package.contains_key("fileSha256") {
        found.semantic(
            &format!("{path}fileSha256"),
            "mcpb-file-sha256-required",
            "a bundle needs its SHA-256",
        );
    }
    for key in ["runtimeArguments", "packageArguments"] {
        each_at(package, path, key, found, argument);
    }
    each_at(package, path, "environmentVariables", found, |variable, path, found| {
        text(variable, path, "name", 1, 255, true, found);
        input(variable, path, found);
    });
    match package.get("transport").map(Value::as_object) {
        Some(Some(object)) => transport(object, &format!("{path}transport."), &names(package), found),
        Some(None) => found.schema(&format!("{path}transport"), "is an object"),
        None => found.schema(&format!("{path}transport"), "is required"),
    }
}

/// The names that a template in the package's address may use.
fn names(package: &Map<String, Value>) -> Vec<&str> {
    let of = |key: &str, member: &'static str| {
        let items = package.get(key).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(move |item| item.get(member)?.as_str())
    };
    let arguments = ["runtimeArguments", "packageArguments"];
    let arguments = arguments.iter().flat_map(|key| of(key, "name").chain(of(key, "valueHint")));
    of("environmentVariables", "name").chain(arguments).collect()
}

fn argument(argument: &Map<String, Value>, path: &str, found: &mut Validation) {
    let value = text(argument, path, "value", 0, 10_000, false, found);
    let default = text(argument, path, "default", 0, 10_000, false, found);
    input(argument, path, found);
    match text(argument, path, "type", 1, 50, true, found) {
        Some("positional") => {
            let hint = text(argument, path, "valueHint", 1, 500, false, found);
            if hint.is_none() && value.is_none() {
                found.schema(path.trim_end_matches('.'), "a positional argument needs valueHint or value");
            }
        }
        Some("named") => {
            let name = text(argument, path, "name", 0, 500, false, found).unwrap_or_default();
            if name.is_empty() {
                let message = "a named argument needs its name";
                return found.semantic(&format!("{path}name"), "named-argument-name-required", message);
            }
            if name.contains(['<', '>', ' ', '$']) {
                let message = "a name has neither spaces nor placeholders";
                found.semantic(&format!("{path}name"), "invalid-named-argument-name", message);
            }
            for (key, text, reference) in [
                ("value", value, "argument-value-starts-with-name"),
                ("default", default, "argument-default-starts-with-name"),
            ] {
                if text.is_some_and(|text| text.starts_with(name)) {
                    found.semantic(&format!("{path}{key}"), reference, "it begins with the argument's name");
                }
            }
        }
        Some(_) => found.schema(&format!("{path}type"), "is positional or named"),
        None => {}
    }
}

/// What users are asked for. A secret that stands in the document is no secret.
fn input(input: &Map<String, Value>, path: &str, found: &mut Validation) {
    if input.get("isSecret") != Some(&Value::Bool(true)) {
        return;
    }
    for key in ["value", "default"] {
        // A template only says where the user's own value goes.
        let literal =
            input.get(key).and_then(Value::as_str).filter(|text| !text.is_empty() && !text.contains('{'));
        if literal.is_some() {
            let message = "the value of a secret must not stand in a document that everybody reads";
            found.semantic(&format!("{path}{key}"), "secret-has-value", message);
        }
    }
}

fn transport(transport: &Map<String, Value>, path: &str, names: &[&str], found: &mut Validation) {
    let url = text(transport, path, "url", 0, 2_000, false, found).unwrap_or_default();
    let at = format!("{path}url");
    match text(transport, path, "type", 1, 50, true, found) {
        Some("stdio") if !url.is_empty() => {
            found.semantic(&at, "stdio-transport-url-not-empty", "stdio has no address");
        }
        Some("streamable-http" | "sse") if url.is_empty() => {
            found.semantic(&at, "streamable-transport-url-required", "this transport needs an address");
        }
        Some("streamable-http" | "sse") => template(url, &at, names, found),
        Some("stdio") | None => {}
        Some(_) => {
            let message = "unknown; stdio, streamable-http or sse";
            found.semantic(&format!("{path}type"), "unsupported-transport-type", message);
        }
    }
    each_at(transport, path, "headers", found, header);
}

fn header(header: &Map<String, Value>, path: &str, found: &mut Validation) {
    text(header, path, "name", 1, 255, true, found);
    input(header, path, found);
}

/// An address, whose variables are all declared.
fn template(url: &str, at: &str, names: &[&str], found: &mut Validation) {
    let unknown = urls::variables(url).into_iter().find(|name| !names.contains(name));
    if let Some(name) = unknown {
        let name: String = name.chars().take(100).collect();
        found.semantic(at, "invalid-templated-url", format!("the variable {name} is declared nowhere"));
    } else if urls::parts(&urls::filled(url)).is_none() {
        found.semantic(at, "invalid-templated-url", "this is no address");
    }
}

/// A remote.
pub(super) fn remote(remote: &Map<String, Value>, path: &str, found: &mut Validation) {
    let url = text(remote, path, "url", 0, 2_000, false, found).unwrap_or_default();
    let at = format!("{path}url");
    match text(remote, path, "type", 1, 50, true, found) {
        Some("streamable-http" | "sse") => {}
        Some(_) => {
            let message = "unknown; streamable-http or sse";
            return found.semantic(&format!("{path}type"), "unsupported-remote-transport-type", message);
        }
        None => return,
    }
    if url.is_empty() {
        return found.semantic(&at, "remote-transport-url-required", "a remote needs its address");
    }
    let declared = remote.get("variables").and_then(Value::as_object);
    let names = declared.into_iter().flat_map(Map::keys).map(String::as_str).collect::<Vec<_>>();
    template(url, &at, &names, found);
    let filled = urls::filled(url);
    let fits = urls::parts(&filled).is_none_or(|(scheme, host)| scheme == "https" && !urls::is_local(&host));
    if !fits {
        found.semantic(&at, "invalid-remote-url", "write an https address that is not this computer");
    }
    each_at(remote, path, "headers", found, header);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn references(check: fn(&Map<String, Value>, &str, &mut Validation), value: &Value) -> Vec<&'static str> {
        let mut found = Validation::new();
        check(value.as_object().unwrap(), "it.", &mut found);
        found.issues.iter().map(|issue| issue.reference).collect()
    }

    #[test]
    fn packages_are_checked() {
        let good = json!({
            "registryType": "npm", "identifier": "@a/b", "version": "1.0.0",
            "transport": { "type": "streamable-http", "url": "http://localhost:{PORT}/mcp" },
            "environmentVariables": [{ "name": "PORT" }, { "name": "KEY", "isSecret": true, "value": "{key}" }],
            "packageArguments": [{ "type": "positional", "valueHint": "x" }, { "type": "named", "name": "--x" }],
        });
        assert_eq!(references(package, &good), Vec::<&str>::new());
        for (change, reference) in [
            (json!({ "registryType": "apt" }), "unsupported-registry-type"),
            (json!({ "registryType": "mcpb" }), "mcpb-file-sha256-required"),
            (json!({ "identifier": "a b" }), "package-name-has-spaces"),
            (json!({ "version": "latest" }), "reserved-version-string"),
            (json!({ "version": "~1.2" }), "version-looks-like-range"),
            (json!({ "fileSha256": "A".repeat(64) }), "schema-validation"),
            (json!({ "transport": { "type": "stdio", "url": "http://x" } }), "stdio-transport-url-not-empty"),
            (json!({ "transport": { "type": "sse" } }), "streamable-transport-url-required"),
            (json!({ "transport": { "type": "sse", "url": "http://{HOST}/" } }), "invalid-templated-url"),
            (json!({ "transport": { "type": "ws" } }), "unsupported-transport-type"),
            (json!({ "transport": null }), "schema-validation"),
            (json!({ "packageArguments": [{ "type": "positional" }] }), "schema-validation"),
            (json!({ "packageArguments": [{ "type": "named" }] }), "named-argument-name-required"),
            (
                json!({ "runtimeArguments": [{ "type": "named", "name": "--p <x>" }] }),
                "invalid-named-argument-name",
            ),
            (
                json!({ "runtimeArguments": [{ "type": "named", "name": "--p", "value": "--p=1" }] }),
                "argument-value-starts-with-name",
            ),
            (
                json!({ "runtimeArguments": [{ "type": "named", "name": "--p", "default": "--p 1" }] }),
                "argument-default-starts-with-name",
            ),
            (
                json!({ "environmentVariables": [{ "name": "K", "isSecret": true, "value": "x" }] }),
                "secret-has-value",
            ),
        ] {
            let mut value = good.clone();
            value.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            assert!(references(package, &value).contains(&reference), "{change}");
        }
    }

    #[test]
    fn remotes_are_checked() {
        let at = |url: &str| json!({ "type": "sse", "url": url, "variables": { "tenant": {} } });
        assert_eq!(references(remote, &at("https://{tenant}.example.com/mcp")), Vec::<&str>::new());
        for (url, reference) in [
            ("", "remote-transport-url-required"),
            ("http://a.example/", "invalid-remote-url"),
            ("https://localhost/", "invalid-remote-url"),
            ("https://127.0.0.1:1/", "invalid-remote-url"),
            ("https://[::1]/", "invalid-remote-url"),
            ("https://x.localhost/", "invalid-remote-url"),
            ("https://{other}.example/", "invalid-templated-url"),
            ("not an address", "invalid-templated-url"),
        ] {
            assert!(references(remote, &at(url)).contains(&reference), "{url}");
        }
        assert_eq!(references(remote, &json!({ "type": "stdio" })), ["unsupported-remote-transport-type"]);
    }
}
