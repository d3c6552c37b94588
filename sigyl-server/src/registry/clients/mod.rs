//! What each client has to be told to use a server of the registry: the entry of its file, links, commands.
//!
//! One document, many clients: how the server is started or reached ([`Launch`]) is told once, with *variables* where
//! a user has to say something; each client's form then writes a variable in the way that client asks for it.

mod forms;
mod launch;
mod links;
mod template;

pub(super) use launch::exact_command;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// What the clients have to be told about one version.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ClientSetup {
    pub(crate) name: String,
    pub(crate) version: String,
    /// What the entry is called in a client's file.
    pub(crate) key: String,
    /// Each client that can use it.
    pub(crate) clients: Vec<ForClient>,
    /// Those that cannot, and why.
    pub(crate) unsupported: Vec<Unsupported>,
}

/// What one client has to be told.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ForClient {
    /// The client, as `vscode`.
    pub(crate) client: &'static str,
    /// Its name for people.
    pub(crate) title: &'static str,
    /// How its file is written: `json` or `toml`.
    pub(crate) form: &'static str,
    /// The keys that lead to the entry in its file.
    pub(crate) path: [String; 2],
    /// The entry. `${value:NAME}` in it stands for what the user has to fill in.
    pub(crate) entry: Map<String, Value>,
    /// What the client asks its user for; in VS Code's file, `inputs`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) inputs: Vec<Value>,
    /// A whole file with nothing but this.
    pub(crate) file: String,
    /// A link that installs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// A command that installs it, for a POSIX shell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<String>,
    /// What the user has to say, and where.
    pub(crate) needs: Vec<Need>,
}

/// Something that the user has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Need {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) is_secret: bool,
    /// The client asks (`input`), takes it from its environment (`environment`), or it is written into the file (`value`).
    pub(crate) how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) choices: Vec<String>,
}

/// A client that cannot use the server.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Unsupported {
    pub(crate) client: &'static str,
    /// Why not.
    pub(crate) why: &'static str,
}

/// Which of a document's ways is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// A package that the client starts.
    Package,
    /// A server that runs elsewhere.
    Remote,
}

/// What the clients have to be told about a version: its first package that a client can start, else its first remote,
/// as VS Code has it; or only what `way` says.
pub(crate) fn setup(name: &str, version: &str, document: &Value, way: Option<Way>) -> ClientSetup {
    let key = key(name);
    let mut setup = ClientSetup {
        name: name.to_owned(),
        version: version.to_owned(),
        key: key.clone(),
        clients: Vec::new(),
        unsupported: Vec::new(),
    };
    let launch = launch::of(document, way);
    for form in forms::FORMS {
        match launch.as_ref().map_err(|why| *why).and_then(|launch| form.write(&key, launch)) {
            Ok(told) => setup.clients.push(told),
            Err(why) => setup.unsupported.push(Unsupported { client: form.client, why }),
        }
    }
    setup
}

/// The last part of the name, of characters that every client takes.
fn key(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let fine = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let key: String = last.chars().map(fine).take(60).collect();
    if key.is_empty() { "server".to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({ "packages": [{
            "registryType": "npm", "identifier": "@example/weather", "version": "1.0.0",
            "transport": { "type": "stdio" },
            "runtimeArguments": [{ "type": "named", "name": "--yes" }],
            "packageArguments": [
                { "type": "positional", "value": "serve" },
                { "type": "named", "name": "--region", "value": "{region}",
                  "variables": { "region": { "description": "Where", "default": "eu", "isRequired": true } } },
                { "type": "named", "name": "--debug", "format": "boolean", "value": "true" },
                { "type": "positional", "valueHint": "optional_path" },
            ],
            "environmentVariables": [
                { "name": "WEATHER_KEY", "description": "Key", "isRequired": true, "isSecret": true },
                { "name": "UNITS", "default": "metric", "choices": ["metric", "imperial"] },
                { "name": "EXTRA" },
            ],
        }] })
    }

    fn of<'a>(setup: &'a ClientSetup, client: &str) -> &'a ForClient {
        setup.clients.iter().find(|it| it.client == client).unwrap()
    }

    fn entry(setup: &ClientSetup, client: &str) -> Value {
        Value::Object(of(setup, client).entry.clone())
    }

    #[test]
    fn packages_are_started_as_each_client_starts_them() {
        let setup = setup("com.example/weather", "1.0.0", &document(), None);
        assert!(setup.unsupported.is_empty());
        let args = json!(["--yes", "@example/weather@1.0.0", "serve", "--region", "eu", "--debug", "true"]);
        assert_eq!(
            entry(&setup, "cursor"),
            json!({ "command": "npx", "args": args,
                    "env": { "WEATHER_KEY": "${env:WEATHER_KEY}", "UNITS": "metric" } })
        );
        assert_eq!(
            entry(&setup, "claude-code"),
            json!({ "type": "stdio", "command": "npx", "args": args,
                    "env": { "WEATHER_KEY": "${WEATHER_KEY}", "UNITS": "metric" } })
        );
        assert_eq!(entry(&setup, "claude-desktop")["env"]["WEATHER_KEY"], "${value:WEATHER_KEY}");
        assert_eq!(of(&setup, "claude-desktop").needs[0].how, "value");
        let vscode = of(&setup, "vscode");
        assert_eq!(vscode.entry["env"]["WEATHER_KEY"], "${input:weather_WEATHER_KEY}");
        assert_eq!(
            vscode.inputs,
            [
                json!({ "type": "promptString", "id": "weather_WEATHER_KEY", "description": "Key", "password": true })
            ]
        );
        assert_eq!(
            of(&setup, "codex").file,
            "[mcp_servers.weather]\ncommand = \"npx\"\nargs = [\"--yes\", \"@example/weather@1.0.0\", \"serve\", \
             \"--region\", \"eu\", \"--debug\", \"true\"]\nenv = { UNITS = \"metric\" }\nenv_vars = [\"WEATHER_KEY\"]\n"
        );
        let copilot = entry(&setup, "copilot-cli");
        assert_eq!((&copilot["type"], &copilot["tools"]), (&json!("local"), &json!(["*"])));
    }

    #[test]
    fn every_registry_has_its_command() {
        for (package, command, args) in [
            (
                json!({ "registryType": "pypi", "identifier": "weather", "version": "1.0" }),
                "uvx",
                json!(["weather==1.0"]),
            ),
            (
                json!({ "registryType": "oci", "identifier": "ghcr.io/example/weather:1",
                        "environmentVariables": [{ "name": "A", "value": "1" }] }),
                "docker",
                json!(["run", "-i", "--rm", "-e", "A", "ghcr.io/example/weather:1"]),
            ),
            (
                json!({ "registryType": "nuget", "identifier": "Weather", "version": "1.0",
                        "packageArguments": [{ "type": "positional", "value": "x" }] }),
                "dnx",
                json!(["Weather@1.0", "--yes", "--", "x"]),
            ),
        ] {
            let mut package = package;
            package["transport"] = json!({ "type": "stdio" });
            let setup = setup("a.b/c", "1", &json!({ "packages": [package] }), None);
            let entry = entry(&setup, "cursor");
            assert_eq!((&entry["command"], &entry["args"]), (&json!(command), &args));
        }
    }

    #[test]
    fn remotes_have_their_headers_and_variables() {
        let document = json!({ "remotes": [{
            "type": "streamable-http", "url": "https://{host}/mcp",
            "variables": { "host": { "description": "Host", "default": "a.example", "choices": ["a.example", "b.example"], "isRequired": true } },
            "headers": [
                { "name": "Authorization", "value": "Bearer {token}", "isRequired": true,
                  "variables": { "token": { "description": "Token", "isSecret": true, "isRequired": true } } },
                { "name": "X-Plain", "value": "1" },
            ],
        }] });
        let setup = setup("a.b/c", "1", &document, None);
        assert_eq!(
            entry(&setup, "vscode"),
            json!({ "type": "http", "url": "https://a.example/mcp",
                    "headers": { "Authorization": "Bearer ${input:c_token}", "X-Plain": "1" } })
        );
        assert_eq!(entry(&setup, "windsurf")["serverUrl"], "https://a.example/mcp");
        assert_eq!(entry(&setup, "gemini-cli")["httpUrl"], "https://a.example/mcp");
        assert_eq!(
            of(&setup, "codex").file,
            "[mcp_servers.c]\nurl = \"https://a.example/mcp\"\nbearer_token_env_var = \"token\"\nhttp_headers = { \
             X-Plain = \"1\" }\n"
        );
        assert_eq!(setup.unsupported[0].client, "claude-desktop");
        let cursor = of(&setup, "cursor").link.clone().unwrap();
        let config = cursor.split("config=").nth(1).unwrap();
        assert!(
            cursor.starts_with("cursor://anysphere.cursor-deeplink/mcp/install?name=c&config="),
            "{cursor}"
        );
        assert!(!config.contains(['+', '/', '&', '=']), "{config}");
    }

    #[test]
    fn what_could_do_something_else_is_not_told() {
        for package in [
            json!({ "registryType": "npm", "identifier": "--call=id", "transport": { "type": "stdio" } }),
            json!({ "registryType": "oci", "identifier": "-v/:/host", "transport": { "type": "stdio" } }),
            json!({ "registryType": "pypi", "identifier": "", "transport": { "type": "stdio" } }),
            json!({ "registryType": "mcpb", "identifier": "https://a.example/mcp.mcpb", "transport": { "type": "stdio" } }),
            json!({ "registryType": "npm", "identifier": "x", "transport": { "type": "sse", "url": "http://localhost" } }),
        ] {
            let setup = setup("a.b/c", "1", &json!({ "packages": [package] }), None);
            assert!(setup.clients.is_empty(), "{package}");
        }
        // A document cannot name what a client would put in from elsewhere.
        let document = json!({ "packages": [{
            "registryType": "npm", "identifier": "x", "transport": { "type": "stdio" },
            "environmentVariables": [{ "name": "A", "value": "${env:AWS_SECRET_ACCESS_KEY}" }] }] });
        assert!(setup("a.b/c", "1", &document, None).clients.is_empty());
    }

    #[test]
    fn commands_hold_against_a_shell() {
        let mut document = document();
        document["packages"][0]["packageArguments"] =
            json!([{ "type": "positional", "value": "it's; rm -rf \"$HOME\" `id`" }]);
        let setup = setup("a.b/c", "1", &document, None);
        let command = of(&setup, "claude-code").command.clone().unwrap();
        let printed = std::process::Command::new("sh")
            .args(["-c", &format!("set -- {command}; printf %s \"$5\"")])
            .output()
            .unwrap();
        let given: Value = serde_json::from_slice(&printed.stdout).unwrap();
        assert_eq!(given, entry(&setup, "claude-code"));
    }
}
