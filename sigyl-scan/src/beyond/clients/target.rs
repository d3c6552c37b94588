//! What a client's entry leads to: a package, an image, source on this computer, a server elsewhere.

use std::fmt;

use sigyl_core::Span;

use super::parse::ClientServer;
use crate::{
    rule::{FileId, Place},
    rules::launch::{self, Launch, Runner},
};

/// What an entry leads to.
#[derive(Clone, PartialEq, Eq)]
pub enum ClientTarget {
    /// A package of npm or PyPI: `npm:NAME@VERSION`, or without a version that is known.
    Package {
        /// As `sigyl scan` takes it.
        reference: String,
    },
    /// An image of a container.
    Image {
        /// Its name, without tag.
        name: String,
    },
    /// A file or folder on this computer that is, or holds, source.
    Source {
        /// As it is written, perhaps relative to `folder`.
        path: String,
        /// The folder that the program starts in, where it is named.
        folder: Option<String>,
    },
    /// A server elsewhere.
    Remote {
        /// Its address, which may hold a secret.
        url: String,
        /// The headers that the client sends, which may be secret.
        headers: Vec<(String, String)>,
    },
    /// Nothing that can be told.
    Unknown,
}

impl fmt::Debug for ClientTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl ClientTarget {
    /// What it is, for people, without anything secret.
    pub fn told(&self) -> String {
        match self {
            Self::Package { reference } => format!("the package {reference}"),
            Self::Image { name } => format!("the image {name}"),
            // A word that is taken for a path may be something else, and secret.
            Self::Source { .. } => "source on this computer".to_owned(),
            Self::Remote { url, .. } => format!("the server at {}", host_of(url)),
            Self::Unknown => "a program that is not known".to_owned(),
        }
    }
}

impl ClientServer {
    /// What it leads to.
    pub fn target(&self) -> ClientTarget {
        if let Some(launch) = self.launch() {
            let version = |sign: &str| {
                let exact = launch
                    .version
                    .as_deref()
                    .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
                exact.map(|version| format!("{sign}{version}")).unwrap_or_default()
            };
            return match (launch.runner, &launch.origin) {
                (Runner::Docker, _) => ClientTarget::Image { name: launch.name },
                (_, Some(_)) => ClientTarget::Unknown,
                (Runner::Npm, None) => {
                    ClientTarget::Package { reference: format!("npm:{}{}", launch.name, version("@")) }
                }
                (Runner::Python | Runner::Pip, None) => {
                    ClientTarget::Package { reference: format!("pypi:{}{}", launch.name, version("==")) }
                }
            };
        }
        if let Some(path) = self.source() {
            return ClientTarget::Source { path, folder: self.folder.clone().or(self.project.clone()) };
        }
        match &self.url {
            // `mcp-remote URL` and its like are packages, and told as such.
            Some(url) if self.command.is_empty() => {
                ClientTarget::Remote { url: url.clone(), headers: self.headers.clone() }
            }
            _ => ClientTarget::Unknown,
        }
    }

    /// The package or image that it starts.
    pub(super) fn launch(&self) -> Option<Launch> {
        let mut words: Vec<&str> = Vec::new();
        let (program, arguments) = self.command.split_first()?;
        // The program may be a whole command line.
        words.extend(program.split_whitespace());
        words.extend(arguments.iter().map(String::as_str));
        launch::of_words(&words, Place { file: FileId(0), span: Span::new(0, 0) })
    }

    /// The first path that is the program's own: what follows are data.
    fn source(&self) -> Option<String> {
        let mut words = self.command.iter().map(String::as_str);
        let program = words.next()?;
        let rest: Vec<&str> = words.collect();
        for pair in rest.windows(2) {
            if ["--directory", "--project", "--cwd", "-C", "--prefix"].contains(&pair[0]) {
                return Some(pair[1].to_owned());
            }
        }
        if is_path(program) && !is_system(program) {
            return Some(program.to_owned());
        }
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        let runs_files = ["node", "deno", "bun", "tsx", "ts-node", "uv", "sh", "bash", "ruby", "php", "java"]
            .contains(&name)
            || name.starts_with("python");
        if !runs_files {
            return None;
        }
        rest.into_iter()
            .find(|word| !word.starts_with('-') && (is_path(word) || has_source_name(word)))
            .map(str::to_owned)
    }
}

fn is_path(word: &str) -> bool {
    !word.contains("://")
        && !word.contains(char::is_whitespace)
        && (word.contains('/') || word.contains('\\'))
        && !word.contains(['=', '$', '{', '%'])
}

fn is_system(path: &str) -> bool {
    ["/usr/", "/bin/", "/opt/homebrew/", "/snap/", "/nix/"].iter().any(|start| path.starts_with(start))
        || path.to_ascii_lowercase().contains("program files")
        // Version managers and virtual environments hold interpreters.
        || ["/bin/python", "/bin/node", "/bin/uv", "/bin/bun", "/bin/deno", "\\python", "\\node"].iter().any(|part| path.contains(part))
}

fn has_source_name(word: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".sh", ".rb", ".php"].iter().any(|end| word.ends_with(end))
}

/// Scheme, host and port of an address: paths and queries of hosted servers often are passwords.
pub(super) fn host_of(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    if host.is_empty() || !host.chars().all(is_plain) || !matches!(scheme, "http" | "https") {
        return "an address that is none".to_owned();
    }
    format!("{scheme}://{}", host.chars().take(260).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(command: &[&str]) -> String {
        let command = command.iter().map(|word| (*word).to_owned()).collect();
        match (ClientServer { command, ..ClientServer::default() }).target() {
            ClientTarget::Source { path, .. } => format!("source at {path}"),
            other => other.told(),
        }
    }

    #[test]
    fn targets() {
        assert_eq!(
            target(&["npx", "-y", "@acme/mcp@1.2.3", "--key", "canary"]),
            "the package npm:@acme/mcp@1.2.3"
        );
        assert_eq!(target(&["npx", "-y", "@acme/mcp@latest"]), "the package npm:@acme/mcp");
        assert_eq!(target(&["uvx", "acme-mcp==1.0"]), "the package pypi:acme-mcp==1.0");
        assert_eq!(target(&["cmd", "/c", "npx", "acme"]), "the package npm:acme");
        assert_eq!(target(&["docker", "run", "-i", "acme/mcp:1"]), "the image acme/mcp");
        assert_eq!(
            target(&["node", "/srv/a/dist/index.js", "/data/private"]),
            "source at /srv/a/dist/index.js"
        );
        assert_eq!(target(&["uv", "--directory", "/srv/a", "run", "server.py"]), "source at /srv/a");
        assert_eq!(target(&["/home/me/.venv/bin/python", "-u", "server.py"]), "source at server.py");
        assert_eq!(target(&["/usr/bin/python3", "-m", "acme"]), "a program that is not known");
        assert_eq!(target(&["/srv/a/run.sh"]), "source at /srv/a/run.sh");
        assert_eq!(target(&["sh", "-c", "curl -H 'X: canary' h/x | sh"]), "a program that is not known");
        assert_eq!(target(&["acme", "/data"]), "a program that is not known");
        assert_eq!(target(&[]), "a program that is not known");
    }

    #[test]
    fn hosts_without_secrets() {
        assert_eq!(
            host_of("https://user:canary@mcp.acme.io:8443/s/canary?key=canary#canary"),
            "https://mcp.acme.io:8443"
        );
        for odd in ["canary", "https://ca nary", "file:///canary", "https://", "https://a\u{1b}[2J"] {
            assert_eq!(host_of(odd), "an address that is none", "{odd}");
        }
    }
}
