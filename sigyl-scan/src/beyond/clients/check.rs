//! What is wrong with what a client is configured to start.

use sigyl_core::Severity;

use super::{
    parse::{ClientConfig, ClientServer},
    target::host_of,
};
use crate::{
    beyond::{Observation, Observed},
    lexical::{Pattern, is_placeholder},
    rules::{hardcoded_secret::vendor_of, unpinned_command::moving},
};

/// Shortest value that is taken for a secret, bytes. Chosen.
const SHORTEST_SECRET: usize = 6;

/// A folder that is somebody's home, or all of the disk, or where keys are kept.
static WIDE_MOUNT: Pattern = Pattern::new(
    r"(?i)^(?:/|~|\$\{?HOME\}?|%USERPROFILE%|/root|/home|/Users|/home/[^/]+|/Users/[^/]+|[a-z]:[/\\]?|[a-z]:[/\\]Users(?:[/\\][^/\\]+)?|.*[/\\]\.(?:ssh|aws|gnupg|kube|docker|config))/?$",
);

impl ClientConfig {
    /// Findings on the configuration itself. `client` is its name, `path` how its file may be shown.
    pub fn check(&self, client: &str, path: &str) -> Observed {
        let mut observed = Observed {
            rules: vec!["compose-privileges", "hardcoded-secret", "insecure-transport", "unpinned-command"],
            ..Observed::default()
        };
        for server in &self.servers {
            let mut check = Check { client, path, server, observed: &mut observed };
            check.environment();
            check.arguments();
            check.address();
            check.launch();
            check.container();
        }
        observed
    }
}

struct Check<'a> {
    client: &'a str,
    path: &'a str,
    server: &'a ClientServer,
    observed: &'a mut Observed,
}

impl Check<'_> {
    fn see(&mut self, rule: &'static str, subject: &str, what: &str, severity: Severity) -> &mut Observation {
        let name = &self.server.name;
        let project = self.server.project.as_deref().unwrap_or_default();
        self.observed.observations.push(
            Observation::new(
                rule,
                self.path,
                [project, name, subject].join("\0"),
                format!("{}'s server `{name}` {what}", self.client),
            )
            .severity(severity),
        );
        let last = self.observed.observations.len() - 1;
        &mut self.observed.observations[last]
    }

    fn secret(&mut self, place: &str, severity: Severity) {
        let what = format!("has a secret in plain text: {place}");
        let fix = "Take it from the environment or from the client's store of secrets, and make a new one where the file was shared";
        self.see("hardcoded-secret", place, &what, severity).fixes.push(fix.to_owned());
    }

    fn environment(&mut self) {
        for (name, value) in &self.server.environment {
            if is_secret(name, value) {
                self.secret(&format!("the variable {}", shown(name)), Severity::Warning);
            }
        }
        for (name, value) in &self.server.headers {
            let bare = value.split_once(' ').map_or(value.as_str(), |(_, rest)| rest.trim());
            if is_secret(name, bare) {
                self.secret(&format!("the header {}", shown(name)), Severity::Warning);
            }
        }
    }

    /// Arguments are seen by every user of the computer, in the list of processes.
    fn arguments(&mut self) {
        let words = &self.server.command;
        for (at, word) in words.iter().enumerate().skip(1) {
            let before = words[at - 1].as_str();
            if let Some((name, value)) = word.split_once('=').or(word.split_once(": "))
                && is_secret(name, value.split_once(' ').map_or(value, |(_, rest)| rest))
            {
                self.secret(&format!("the argument {}", shown(name)), Severity::Error);
            } else if before.starts_with('-') && !before.contains('=') && is_secret(before, word) {
                self.secret(&format!("the value of the argument {}", shown(before)), Severity::Error);
            } else if let Some(vendor) = vendor_of(word) {
                self.secret(&format!("an argument is a {vendor}"), Severity::Error);
            } else if has_password(word) {
                self.secret("an argument is an address with a password", Severity::Error);
            }
        }
    }

    fn address(&mut self) {
        let in_arguments = self.server.command.iter().skip(1).filter(|word| word.starts_with("http://"));
        let urls: Vec<String> = self.server.url.iter().chain(in_arguments).cloned().collect();
        for url in urls {
            let host = host_of(&url);
            if url.to_ascii_lowercase().starts_with("http://") && !is_local(&host) {
                let has_secret = self.server.headers.iter().any(|(name, value)| is_secret(name, value));
                let severity = if has_secret { Severity::Error } else { Severity::Warning };
                self.see("insecure-transport", &host, &format!("is reached by http: {host}"), severity);
            }
        }
        let Some(url) = &self.server.url else { return };
        if has_password(url) {
            self.secret("its address has a password", Severity::Error);
        }
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default().to_owned();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            if is_secret(name, value) {
                self.secret(&format!("the parameter {} of its address", shown(name)), Severity::Warning);
            }
        }
    }

    fn launch(&mut self) {
        let Some(launch) = self.server.launch() else { return };
        if let Some(what) = moving(&launch) {
            let name = shown(&launch.name);
            self.see("unpinned-command", &name, &format!("starts {what} of {name}"), Severity::Warning);
        }
    }

    fn container(&mut self) {
        let words = self.server.command.clone();
        let is_engine =
            |word: &String| ["docker", "podman"].contains(&word.rsplit(['/', '\\']).next().unwrap_or(word));
        let Some(start) = words.iter().position(is_engine) else { return };
        let words = &words[start + 1..];
        for (at, word) in words.iter().enumerate() {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => (option, value),
                _ => (word.as_str(), words.get(at + 1).map_or("", String::as_str)),
            };
            let wide = match option {
                "--privileged" if !value.eq_ignore_ascii_case("false") => {
                    Some("has all rights of the host (--privileged)")
                }
                "-v" | "--volume" if is_wide(value) => Some("has a home, or the whole disk, of the host"),
                "-v" | "--volume" if value.contains("docker.sock") => {
                    Some("has the socket of the container engine, which is all rights of the host")
                }
                "--mount" if is_wide_mount(value) => Some("has a home, or the whole disk, of the host"),
                "--mount" if value.contains("docker.sock") => {
                    Some("has the socket of the container engine, which is all rights of the host")
                }
                "--pid" | "--network" | "--net" | "--ipc" if value == "host" => {
                    Some("shares the host's processes or network")
                }
                "--cap-add" if ["ALL", "SYS_ADMIN"].contains(&value.trim_start_matches("CAP_")) => {
                    Some("has rights of the host's administrator")
                }
                _ => None,
            };
            if let Some(what) = wide {
                let severity = if what.contains("all rights") { Severity::Error } else { Severity::Warning };
                self.see("compose-privileges", option, what, severity);
            }
        }
    }
}

/// A name is shown when it is one.
fn shown(name: &str) -> String {
    let is_name = name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./@:".contains(c));
    // A value where a name should be may be the secret.
    if is_name && vendor_of(name).is_none() { name.to_owned() } else { "with an odd name".to_owned() }
}

/// Whether a value that bears this name is a secret, written out.
fn is_secret(name: &str, value: &str) -> bool {
    let value = value.trim();
    let is_reference =
        value.starts_with(['/', '~', '.']) || value.get(1..3) == Some(":\\") || is_placeholder(value);
    if value.len() < SHORTEST_SECRET || is_reference {
        return false;
    }
    if vendor_of(value).is_some() || has_password(value) {
        return true;
    }
    let lower = name.trim_start_matches('-').to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['_', '-', '.']).collect();
    let last = words.last().copied().unwrap_or_default();
    if [
        "file", "path", "dir", "id", "url", "uri", "name", "type", "limit", "max", "count", "mode", "ttl",
        "public",
    ]
    .contains(&last)
    {
        return false;
    }
    let is_flag = ["true", "false", "enabled", "disabled"].contains(&value.to_ascii_lowercase().as_str());
    let named = [
        "token",
        "key",
        "secret",
        "password",
        "passwd",
        "pass",
        "pwd",
        "pat",
        "credential",
        "credentials",
        "auth",
        "authorization",
        "apikey",
        "cookie",
    ];
    let ends = ["token", "apikey", "secret", "password", "accesskey"];
    !is_flag && (words.iter().any(|word| named.contains(word)) || ends.iter().any(|end| last.ends_with(end)))
}

/// `scheme://user:password@host`.
fn has_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    let password = user.split_once(':').map_or("", |(_, password)| password);
    scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && !password.is_empty()
        && !is_placeholder(password)
}

fn is_local(host: &str) -> bool {
    let name = host.split_once("://").map_or(host, |(_, rest)| rest);
    let name = if name.starts_with('[') {
        name.split(']').next().unwrap_or(name)
    } else {
        name.split(':').next().unwrap_or(name)
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.")
        || matches!(name, "[::1" | "0.0.0.0")
        || name == "host.docker.internal"
}

fn is_wide(volume: &str) -> bool {
    // `C:\Users\me:/data`: the first colon of a drive is no separator.
    let is_drive = volume.get(1..2) == Some(":") && volume.starts_with(|c: char| c.is_ascii_alphabetic());
    let from = if is_drive { 2 } else { 0 };
    let rest = volume.get(from..).unwrap_or_default();
    let end = rest.find(':').map_or(volume.len(), |at| at + from);
    WIDE_MOUNT.is_match(volume.get(..end).unwrap_or_default())
}

fn is_wide_mount(mount: &str) -> bool {
    let source = mount.split(',').find_map(|part| part.strip_prefix("source=").or(part.strip_prefix("src=")));
    source.is_some_and(|source| WIDE_MOUNT.is_match(source))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::beyond::clients::ClientForm;

    const CANARY: &str = "c4n4ry-V7kq2PzX";

    fn told(server: Value) -> Vec<(&'static str, String)> {
        let text = json!({ "mcpServers": { "s": server } }).to_string();
        let config = ClientConfig::parse(&text, ClientForm::Json).expect("a configuration");
        let observed = config.check("Cursor", "~/.cursor/mcp.json");
        assert!(!format!("{observed:?}").contains(CANARY), "{observed:?}");
        observed
            .observations
            .into_iter()
            .map(|it| (it.rule, it.message.replacen("Cursor's server `s` ", "", 1)))
            .collect()
    }

    fn rules(server: Value) -> Vec<&'static str> {
        told(server).into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn secrets_in_plain_text() {
        assert_eq!(
            told(
                json!({ "command": "npx", "args": ["a@1.2.3", "--token", CANARY, format!("--api-key={CANARY}"), format!("postgres://u:{CANARY}@db.acme.io/x")],
                         "env": { "ACME_API_KEY": CANARY, "KEY_FILE": "/a/key", "LOG": CANARY, "TOKEN": "${input:token}", "SECRET": "<your-secret>" } })
            ),
            [
                ("hardcoded-secret", "has a secret in plain text: the variable ACME_API_KEY".to_owned()),
                (
                    "hardcoded-secret",
                    "has a secret in plain text: the value of the argument --token".to_owned()
                ),
                ("hardcoded-secret", "has a secret in plain text: the argument --api-key".to_owned()),
                (
                    "hardcoded-secret",
                    "has a secret in plain text: an argument is an address with a password".to_owned()
                ),
            ]
        );
        assert_eq!(
            told(
                json!({ "url": format!("https://h.io/mcp?api_key={CANARY}&mode=fast"), "headers": { "Authorization": format!("Bearer {CANARY}"), "X-Trace": "on" } })
            ),
            [
                ("hardcoded-secret", "has a secret in plain text: the header Authorization".to_owned()),
                (
                    "hardcoded-secret",
                    "has a secret in plain text: the parameter api_key of its address".to_owned()
                ),
            ]
        );
        assert_eq!(
            told(json!({ "command": "a", "args": ["--header", format!("Authorization: Bearer {CANARY}")] }))
                .len(),
            1
        );
        assert_eq!(
            rules(
                json!({ "command": "a", "args": ["--max-tokens", "100000", "--key-file", "abcdefgh"], "env": { "TOKEN": "", "DEBUG_AUTH": "true", "A_ID": CANARY } })
            ),
            [""; 0]
        );
    }

    #[test]
    fn addresses_and_versions() {
        assert_eq!(
            told(json!({ "url": format!("http://h.io/{CANARY}") })),
            [("insecure-transport", "is reached by http: http://h.io".to_owned())]
        );
        for local in ["http://localhost:3000/mcp", "http://127.0.0.1/", "http://[::1]:1/", "https://h.io/"] {
            assert_eq!(rules(json!({ "url": local })), [""; 0], "{local}");
        }
        assert_eq!(rules(json!({ "command": "npx", "args": ["-y", "@acme/mcp"] })), ["unpinned-command"]);
        assert_eq!(rules(json!({ "command": "uvx", "args": ["acme-mcp==1.0"] })), [""; 0]);
        assert_eq!(
            rules(json!({ "command": "npx", "args": ["mcp-remote@0.1.2", "http://h.io/sse"] })),
            ["insecure-transport"]
        );
    }

    #[test]
    fn containers() {
        let of = |arguments: &[&str]| {
            let mut all = vec!["run", "-i"];
            all.extend(arguments);
            all.push("acme/mcp@sha256:0a");
            rules(json!({ "command": "docker", "args": all }))
        };
        for wide in [
            &["--privileged"][..],
            &["-v", "/:/host"],
            &["-v", "/home/me:/data"],
            &["-v", "~/.ssh:/root/.ssh:ro"],
            &["--volume=$HOME:/h"],
            &["-v", "C:\\Users\\me:/data"],
            &["-v", "/var/run/docker.sock:/var/run/docker.sock"],
            &["--mount", "type=bind,src=/Users/me,dst=/d"],
            &["--network=host"],
            &["--cap-add", "SYS_ADMIN"],
        ] {
            assert_eq!(of(wide), ["compose-privileges"], "{wide:?}");
        }
        for fine in [
            &[][..],
            &["-v", "/home/me/notes:/notes"],
            &["--network", "none"],
            &["-e", "TOKEN"],
            &["-v", "data:/data"],
        ] {
            assert_eq!(of(fine), [""; 0], "{fine:?}");
        }
    }
}
