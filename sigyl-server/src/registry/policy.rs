//! What clients may start, as their managed settings say it.
//!
//! Each rule names one thing: an address, in which a variable is a `*`, or the exact words of a command. A package that
//! needs words from its user has no exact command, and goes by its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::urls::variables;

/// Whose settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PolicyFormat {
    /// `managed-settings.json` of GitHub Copilot.
    #[default]
    Copilot,
    /// `settings.json` of VS Code.
    Vscode,
    /// `managed-settings.json` of Claude Code.
    Claude,
}

/// The rules for one document.
pub(crate) fn rules(document: &Value) -> Vec<Value> {
    let list = |key: &str| document[key].as_array().into_iter().flatten();
    let mut rules = Vec::new();
    for remote in list("remotes") {
        if let Some(url) = remote["url"].as_str() {
            rules.push(json!({ "serverUrl": starred(url) }));
        }
    }
    for package in list("packages") {
        rules.push(match command(package) {
            Some(command) => json!({ "serverCommand": command }),
            None => json!({ "serverName": document["name"] }),
        });
    }
    rules.dedup();
    rules
}

/// An address with a `*` for each variable.
fn starred(url: &str) -> String {
    let named = variables(url).into_iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>();
    named.iter().fold(url.to_owned(), |url, name| url.replace(name, "*"))
}

/// The words that start a package, where they are the same for everybody; as VS Code makes them of it.
fn command(package: &Value) -> Option<Vec<String>> {
    let identifier = package["identifier"].as_str()?;
    let version = package["version"].as_str().filter(|version| !version.is_empty());
    let mut words = Vec::new();
    let with =
        |sign: &str| version.map_or(identifier.to_owned(), |version| format!("{identifier}{sign}{version}"));
    let arguments = |key: &str| fixed(&package[key]);
    match package["registryType"].as_str()? {
        "npm" => {
            words.push("npx".to_owned());
            words.extend(arguments("runtimeArguments")?);
            words.push(with("@"));
        }
        "pypi" => {
            words.push("uvx".to_owned());
            words.extend(arguments("runtimeArguments")?);
            words.push(with("=="));
        }
        "nuget" => {
            words.push("dnx".to_owned());
            words.extend(arguments("runtimeArguments")?);
            words.extend([with("@"), "--yes".to_owned()]);
        }
        "oci" => {
            words.extend(["docker", "run", "-i", "--rm"].map(ToOwned::to_owned));
            words.extend(arguments("runtimeArguments")?);
            for variable in package["environmentVariables"].as_array().into_iter().flatten() {
                words.extend(["-e".to_owned(), variable["name"].as_str()?.to_owned()]);
            }
            words.push(with(":"));
        }
        _ => return None,
    }
    let more = arguments("packageArguments")?;
    if package["registryType"] == "nuget" && !more.is_empty() {
        words.push("--".to_owned());
    }
    words.extend(more);
    Some(words)
}

/// The words of arguments that nobody is asked for; none where somebody is.
fn fixed(arguments: &Value) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for argument in arguments.as_array().into_iter().flatten() {
        let value = argument["value"].as_str().filter(|value| !value.contains('{'));
        let is_named = argument["type"] == "named";
        if is_named {
            words.push(argument["name"].as_str()?.to_owned());
        }
        match value {
            Some(value) => words.push(value.to_owned()),
            // A flag has no value; what else has none is asked for.
            None if is_named && argument.get("value").is_none() && argument.get("valueHint").is_none() => {}
            None => return None,
        }
    }
    Some(words)
}

/// The settings, in the words of a client.
pub(crate) fn policy(format: PolicyFormat, allowed: Vec<Value>, denied: Vec<Value>) -> Value {
    match format {
        PolicyFormat::Copilot => json!({ "allowedMcpServers": allowed, "deniedMcpServers": denied }),
        PolicyFormat::Vscode => {
            json!({ "chat.mcp.allowedServers": allowed, "chat.mcp.deniedServers": denied })
        }
        PolicyFormat::Claude => json!({
            "allowManagedMcpServersOnly": true, "allowedMcpServers": allowed, "deniedMcpServers": denied,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_names_one_thing() {
        let document = json!({
            "name": "com.example/weather",
            "remotes": [{ "type": "sse", "url": "https://{tenant}.example.com/mcp" }],
            "packages": [
                { "registryType": "npm", "identifier": "@a/b", "version": "1.0.0",
                  "runtimeArguments": [{ "type": "positional", "value": "-y" }],
                  "packageArguments": [{ "type": "named", "name": "--port", "value": "80" }, { "type": "named", "name": "--quiet" }] },
                { "registryType": "pypi", "identifier": "weather", "version": "1.0" },
                { "registryType": "oci", "identifier": "ghcr.io/a/b:1", "environmentVariables": [{ "name": "KEY" }] },
                { "registryType": "npm", "identifier": "c", "packageArguments": [{ "type": "positional", "valueHint": "folder" }] },
                { "registryType": "mcpb", "identifier": "https://example.com/x.mcpb" },
            ],
        });
        assert_eq!(
            Value::Array(rules(&document)),
            json!([
                { "serverUrl": "https://*.example.com/mcp" },
                { "serverCommand": ["npx", "-y", "@a/b@1.0.0", "--port", "80", "--quiet"] },
                { "serverCommand": ["uvx", "weather==1.0"] },
                { "serverCommand": ["docker", "run", "-i", "--rm", "-e", "KEY", "ghcr.io/a/b:1"] },
                { "serverName": "com.example/weather" },
            ])
        );
    }
}
