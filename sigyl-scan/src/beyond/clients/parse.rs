//! From a client's file to the servers in it, whichever of the clients' forms it has.

use std::fmt;

use sigyl_core::node::{self, Node};

use super::{jsonc, places::ClientForm};

/// Values of one file. Chosen: some clients keep their whole history in it.
const MAX_NODES: usize = 500_000;
/// Longest TOML that is read, bytes. Chosen.
const MAX_TOML_BYTES: usize = 1 << 20;
/// Servers of one file. Chosen.
const MOST_SERVERS: usize = 1_000;
/// Projects of one file. Chosen.
const MOST_PROJECTS: usize = 1_000;

/// What a client is configured to start.
#[derive(Debug, Clone, Default)]
pub struct ClientConfig {
    /// Its servers, in the file's order.
    pub servers: Vec<ClientServer>,
}

/// One server of a client. Its values may be secret: they are shown by nothing, and not public.
#[derive(Clone, Default)]
pub struct ClientServer {
    /// Its name.
    pub name: String,
    /// The project that it belongs to, for clients that keep those of all projects in one file.
    pub project: Option<String>,
    /// The program and its arguments.
    pub(super) command: Vec<String>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) url: Option<String>,
    pub(super) folder: Option<String>,
}

impl fmt::Debug for ClientServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientServer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a file is not understood; the message holds nothing of its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientConfigError {
    /// Its author must mend it.
    #[error("it cannot be read as {form}")]
    Form {
        /// The notation.
        form: &'static str,
    },
}

impl ClientConfig {
    /// Reads a client's file. One without servers has none.
    ///
    /// # Errors
    /// [`ClientConfigError`], when it has not the form that it should have.
    pub fn parse(text: &str, form: ClientForm) -> Result<Self, ClientConfigError> {
        let failed = |form| ClientConfigError::Form { form };
        let root = match form {
            ClientForm::Json if text.trim().is_empty() => return Ok(Self::default()),
            ClientForm::Json => {
                node::read_json_within(&jsonc::plain(text), MAX_NODES).map_err(|_| failed("JSON"))?
            }
            ClientForm::Yaml => node::read_yaml_within(text, MAX_NODES).map_err(|_| failed("YAML"))?,
            ClientForm::Toml => {
                let (root, problems) = node::read_toml_within(text, MAX_NODES, MAX_TOML_BYTES);
                if !problems.is_empty() {
                    return Err(failed("TOML"));
                }
                root
            }
        };
        let mut config = Self::default();
        for path in [
            &["mcpServers"][..],
            &["servers"],
            &["mcp_servers"],
            &["context_servers"],
            &["extensions"],
            &["amp.mcpServers"],
            &["mcp", "servers"],
            &["mcp"],
            &["experimental", "modelContextProtocolServers"],
        ] {
            let found = path.iter().try_fold(&root, |node, key| node.get(key));
            if let Some(found) = found {
                config.take(found, None);
            }
        }
        let projects = root.get("projects").and_then(Node::as_mapping);
        for (folder, entry) in projects.into_iter().flat_map(|all| &all.entries).take(MOST_PROJECTS) {
            if let Some(found) = entry.value.get("mcpServers") {
                config.take(found, Some(folder));
            }
        }
        Ok(config)
    }

    /// Takes servers from a table by name, or from a list.
    fn take(&mut self, found: &Node, project: Option<&str>) {
        let named = found.as_mapping().into_iter().flat_map(|all| &all.entries);
        let named = named.map(|(name, entry)| (Some(name.as_str()), &entry.value));
        let listed = found.as_sequence().unwrap_or_default().iter().map(|item| (None, item));
        for (name, node) in named.chain(listed) {
            if self.servers.len() >= MOST_SERVERS {
                return;
            }
            if let Some(mut server) = server(node) {
                server.name = name.or(text(node, &["name"])).unwrap_or("server").chars().take(120).collect();
                server.project = project.map(str::to_owned);
                self.servers.push(server);
            }
        }
    }
}

/// A server, where the node describes one.
fn server(node: &Node) -> Option<ClientServer> {
    // Continue's older form has all of it one level below.
    let node = node.get("transport").filter(|inner| inner.as_mapping().is_some()).unwrap_or(node);
    let command = node.get("command").or(node.get("cmd"));
    let mut server = ClientServer {
        url: text(node, &["url", "serverUrl", "httpUrl", "uri"]).map(str::to_owned),
        folder: text(node, &["cwd"]).map(str::to_owned),
        environment: pairs(node, &["env", "environment", "envs"]),
        headers: pairs(node, &["headers", "http_headers", "requestInit"]),
        ..ClientServer::default()
    };
    match command {
        // Zed's older form: an object with path and args.
        Some(inner) if inner.as_mapping().is_some() => {
            server.command.extend(text(inner, &["path"]).map(str::to_owned));
            server.command.extend(texts(inner.get("args")));
            server.environment.extend(pairs(inner, &["env"]));
        }
        Some(list) if list.as_sequence().is_some() => server.command.extend(texts(Some(list))),
        Some(word) => server.command.extend(word.as_str().map(str::to_owned)),
        None => {}
    }
    if command.is_some_and(|command| command.as_mapping().is_none()) {
        server.command.extend(texts(node.get("args")));
    }
    (!server.command.is_empty() || server.url.is_some()).then_some(server)
}

fn text<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| node.get(key)?.as_str())
}

fn texts(node: Option<&Node>) -> impl Iterator<Item = String> + '_ {
    let items = node.and_then(Node::as_sequence).unwrap_or_default();
    items.iter().filter_map(Node::as_str).map(str::to_owned)
}

fn pairs(node: &Node, keys: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in keys.iter().filter_map(|key| node.get(key)?.as_mapping()) {
        for (name, entry) in &table.entries {
            if let Some(value) = entry.value.as_str() {
                found.push((name.clone(), value.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, form: ClientForm) -> Vec<String> {
        let config = ClientConfig::parse(text, form).expect("a configuration");
        let told = |server: &ClientServer| {
            format!(
                "{}: {} {} {}",
                server.name,
                server.command.join(" "),
                server.url.as_deref().unwrap_or("-"),
                server.environment.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",")
            )
        };
        config.servers.iter().map(told).collect()
    }

    #[test]
    fn every_clients_form() {
        let usual = r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "p"], "env": {"K": "v"}}, "b": {"url": "https://h/"}}}"#;
        assert_eq!(told(usual, ClientForm::Json), ["a: npx -y p - K", "b:  https://h/ "]);
        let code = "{ // mine\n \"servers\": {\"a\": {\"type\": \"stdio\", \"command\": \"node\", \"args\": [\"s.js\"],},}, \"inputs\": [] }";
        assert_eq!(told(code, ClientForm::Json), ["a: node s.js - "]);
        let zed = r#"{"context_servers": {"a": {"command": {"path": "node", "args": ["s.js"], "env": {"K": "v"}}}}, "theme": "x"}"#;
        assert_eq!(told(zed, ClientForm::Json), ["a: node s.js - K"]);
        let codex = "model = \"x\"\n[mcp_servers.a]\ncommand = \"uvx\"\nargs = [\"p\"]\n[mcp_servers.a.env]\nK = \"v\"\n";
        assert_eq!(told(codex, ClientForm::Toml), ["a: uvx p - K"]);
        let proceed =
            "name: n\nmcpServers:\n  - name: a\n    command: npx\n    args: [p]\n    env:\n      K: v\n";
        assert_eq!(told(proceed, ClientForm::Yaml), ["a: npx p - K"]);
        let older = r#"{"experimental": {"modelContextProtocolServers": [{"transport": {"type": "stdio", "command": "uvx", "args": ["p"]}}]}}"#;
        assert_eq!(told(older, ClientForm::Json), ["server: uvx p - "]);
        let goose = "extensions:\n  a:\n    type: stdio\n    cmd: npx\n    args: [p]\n    envs: {K: v}\n  b:\n    type: builtin\n";
        assert_eq!(told(goose, ClientForm::Yaml), ["a: npx p - K"]);
        let open = r#"{"mcp": {"a": {"type": "local", "command": ["npx", "p"], "environment": {"K": "v"}}, "b": {"type": "remote", "url": "https://h/"}}}"#;
        assert_eq!(told(open, ClientForm::Json), ["a: npx p - K", "b:  https://h/ "]);
        let projects = r#"{"mcpServers": {}, "projects": {"/home/a/p": {"mcpServers": {"a": {"command": "x"}}, "history": []}}}"#;
        let config = ClientConfig::parse(projects, ClientForm::Json).expect("a configuration");
        assert_eq!(config.servers[0].project.as_deref(), Some("/home/a/p"));
    }

    #[test]
    fn what_is_no_configuration() {
        assert!(ClientConfig::parse("{\"mcpServers\": canary", ClientForm::Json).is_err());
        assert!(ClientConfig::parse(&"[".repeat(100_000), ClientForm::Json).is_err());
        assert!(ClientConfig::parse(&"a: ".repeat(1_000), ClientForm::Yaml).is_err());
        assert!(ClientConfig::parse("a = [", ClientForm::Toml).is_err());
        for text in [
            "",
            "{}",
            "{\"mcpServers\": 3}",
            "{\"mcpServers\": {\"a\": 3, \"b\": {}, \"c\": {\"command\": 3}}}",
        ] {
            assert_eq!(told(text, ClientForm::Json).len(), 0, "{text}");
        }
    }

    #[test]
    fn nothing_secret_is_shown() {
        let text = r#"{"mcpServers": {"a": {"command": "canary", "args": ["canary"], "env": {"K": "canary"}, "url": "canary"}}}"#;
        let config = ClientConfig::parse(text, ClientForm::Json).expect("a configuration");
        assert!(!format!("{config:?}").contains("canary"));
    }
}
