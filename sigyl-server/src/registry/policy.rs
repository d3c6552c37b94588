//! What clients may start, as their managed settings say it.
//!
//! Each rule names one thing: an address, in which a variable is a `*`, or the exact words of a command, which are those
//! that clients are told to start. A package that needs words from its user has no exact command, and goes by its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{clients::exact_command, urls::variables};

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
        rules.push(match exact_command(package) {
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
                { "registryType": "npm", "identifier": "@a/b", "version": "1.0.0", "transport": { "type": "stdio" },
                  "runtimeArguments": [{ "type": "positional", "value": "-y" }],
                  "packageArguments": [{ "type": "named", "name": "--port", "value": "80" }, { "type": "named", "name": "--quiet" }] },
                { "registryType": "pypi", "identifier": "weather", "version": "1.0", "transport": { "type": "stdio" } },
                { "registryType": "oci", "identifier": "ghcr.io/a/b:1", "transport": { "type": "stdio" },
                  "environmentVariables": [{ "name": "KEY", "isRequired": true }] },
                { "registryType": "npm", "identifier": "c", "transport": { "type": "stdio" },
                  "packageArguments": [{ "type": "positional", "valueHint": "folder", "isRequired": true }] },
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
