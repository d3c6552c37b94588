//! What the server is told: one file, then `SIGYL_*`, then flags; a later one wins.

mod cloud_settings;
mod clouds;
mod file;
mod gather;
mod namespaces;
mod network;
mod reference;
mod sections;
mod settings;
mod show;
mod unknown;
mod values;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use sigyl_core::secret::SecretText;

pub(crate) use clouds::GOOGLE;
pub use clouds::{CloudRunConfig, CloudsConfig, KubernetesConfig, RailwayConfig, RegistryConfig};
pub(crate) use gather::has_password;
pub use gather::{Gathered, Given, gather};
pub use namespaces::{NamespaceOf, NamespaceRule};
pub use network::{Network, PublicUrl};
pub use reference::reference;
pub use settings::{Secrecy, Setting, settings};
pub use show::show;
pub(crate) use unknown::unknown;

/// Where the file is looked for when none is named.
pub const DEFAULT_CONFIG_FILE: &str = "/etc/sigyl/server.toml";

/// Everything that decides how the server runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address and port of the listener.
    pub listen: SocketAddr,
    /// Where clients reach the server; none where that is the listener's own address.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: Vec<Network>,
    /// The certificate chain of the server's own TLS.
    pub tls_certificate_file: Option<PathBuf>,
    /// Its private key.
    pub tls_key_file: Option<PathBuf>,
    /// Where the server keeps its files.
    pub data_dir: PathBuf,
    /// Longest body of a request, bytes.
    pub body_limit_bytes: usize,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long a client may take to send the head of a request.
    pub header_timeout: Duration,
    /// Connections at a time.
    pub connections_max: usize,
    /// How long requests may go on when the server ends.
    pub shutdown_grace: Duration,
    /// Which database: `sqlite`, `sqlite:PATH` or `postgres://…`.
    pub database_url: SecretText,
    /// Connections to it.
    pub database_connections: u32,
    /// How long a statement waits for a lock or a connection.
    pub database_timeout: Duration,
    /// The file with the master key.
    pub master_key_file: Option<PathBuf>,
    /// The command that prints the master key.
    pub master_key_command: Vec<String>,
    /// The master key itself.
    pub master_key: Option<SecretText>,
    /// Who may make an account.
    pub registration: Registration,
    /// How long a session lasts after its last use.
    pub session_idle: Duration,
    /// How long a session lasts at most.
    pub session_lifetime: Duration,
    /// Fewest characters of a password.
    pub password_min_length: usize,
    /// Requests that read, for each caller and minute.
    pub reads_per_minute: u32,
    /// Requests that write, for each caller and minute.
    pub writes_per_minute: u32,
    /// Attempts to log in, for each address and minute.
    pub logins_per_minute: u32,
    /// Whether the registry is read without a key or session.
    pub anonymous_reads: bool,
    /// Longest source that is uploaded, bytes.
    pub source_limit_bytes: usize,
    /// The program that scans uploads; this one where none is named.
    pub scan_program: Option<PathBuf>,
    /// What becomes of versions that nobody scanned.
    pub unscanned: Unscanned,
    /// Who publishes without an account.
    pub publishers: PublisherConfig,
    /// Where and how servers are deployed.
    pub deploy: DeployConfig,
    /// Where packages of npm are fetched from.
    pub npm_registry: String,
    /// Where packages of Python are fetched from.
    pub pypi_index: String,
    /// Addresses beyond the internet that the server may ask.
    pub outbound_networks: Vec<Network>,
    /// The proxy through which it asks.
    pub outbound_proxy: Option<SecretText>,
    /// How long a whole answer may take.
    pub outbound_timeout: Duration,
    /// Who vouches for people by OpenID Connect.
    pub oidc_issuer: String,
    /// What this server is called there; empty where nobody logs in so.
    pub oidc_client_id: String,
    /// Its secret there.
    pub oidc_client_secret: Option<SecretText>,
    /// What people call the provider.
    pub oidc_title: String,
    /// Who gets in by it.
    pub oidc_accounts: SignOnAccounts,
    /// GitHub, or a GitHub Enterprise Server.
    pub github_url: String,
    /// What this server is called there; empty where nobody logs in so.
    pub github_client_id: String,
    /// Its secret there.
    pub github_client_secret: Option<SecretText>,
    /// Who gets in by it.
    pub github_accounts: SignOnAccounts,
    /// Where traces go.
    pub telemetry: TelemetryConfig,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The least important lines that are logged.
    pub log_level: tracing::level_filters::LevelFilter,
}

/// Where and how servers are deployed.
#[derive(Debug, Clone, Default)]
pub struct DeployConfig {
    /// Names of backends, or `auto`, or `none`.
    pub backends: Vec<String>,
    /// Where the container engine listens.
    pub docker_host: String,
    /// Host and folder of the registry for images; empty for none.
    pub registry: String,
    /// Images instead of others.
    pub base_images: Vec<(String, String)>,
    /// More certificates that builds and servers trust.
    pub ca_file: Option<PathBuf>,
    /// The static bridge.
    pub bridge: Option<PathBuf>,
    /// Whether processes are isolated.
    pub isolates: bool,
    /// Deployments of a workspace.
    pub deployments_max: u32,
    /// The https address of each deployment at the operator's proxy, with placeholders; empty for none.
    pub public_url: String,
    /// Releases of a deployment to which one can go back.
    pub releases_kept: u32,
    /// Minutes without a request after which a deployment is stopped, where it says nothing itself; 0 for never.
    pub idle_stop_minutes: u32,
    /// Deployments that are worked on at a time.
    pub workers: usize,
    /// Where programs are looked for that build and run what runs without an engine.
    pub path: String,
    /// Variables of those builds: where packages come from, and whom to trust.
    pub build_env: Vec<(String, String)>,
    /// Clusters, hosting services, and the registry that they pull from.
    pub clouds: CloudsConfig,
}

/// Where traces go.
#[derive(Debug, Clone, Default)]
pub struct TelemetryConfig {
    /// The collector's address, before `/v1/traces`; empty for none.
    pub endpoint: String,
    /// What it is shown.
    pub headers: Vec<(String, SecretText)>,
    /// How many of a hundred requests are traced.
    pub sample_percent: u32,
}

/// Who publishes without an account, by proving a namespace.
#[derive(Debug, Clone, Default)]
pub struct PublisherConfig {
    /// How they may prove it.
    pub logins: Vec<PublisherLogin>,
    /// Where what they publish belongs.
    pub workspaces: Vec<PublisherWorkspace>,
    /// Who is asked for records of domains; the system's name servers where none is named.
    pub dns_server: Option<SocketAddr>,
    /// Whom tokens of workflows have to be for; empty for the server's own origin.
    pub audience: String,
    /// Who signs tokens of workflows.
    pub issuer: String,
    /// Who else signs tokens; empty for nobody.
    pub oidc_issuer: String,
    /// Whom those have to be for; empty for the server's own origin.
    pub oidc_audience: String,
    /// Which namespaces their claims give.
    pub oidc_namespaces: Vec<NamespaceRule>,
}

/// How somebody proves a namespace, as the official publisher does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublisherLogin {
    /// Not at all: for development.
    None,
    /// By a key in the records of a domain.
    Dns,
    /// By a key that a domain's web server shows.
    Http,
    /// By the token of a workflow on GitHub.
    GithubOidc,
    /// By a person's token of GitHub.
    GithubAt,
    /// By a token of the issuer that the operator names.
    Oidc,
}

impl PublisherLogin {
    /// All of them, by their names.
    pub const ALL: [(&'static str, Self); 6] = [
        ("none", Self::None),
        ("dns", Self::Dns),
        ("http", Self::Http),
        ("github-oidc", Self::GithubOidc),
        ("github-at", Self::GithubAt),
        ("oidc", Self::Oidc),
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, it)| *it == self).map_or("", |(name, _)| name)
    }
}

/// The workspace for a namespace and those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherWorkspace {
    /// In lower case; empty for any.
    pub namespace: String,
    /// Its slug.
    pub workspace: String,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Whoever was invited.
    Invitation,
    /// Anyone.
    Open,
}

/// What becomes of versions that nobody scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unscanned {
    /// Only their workspace sees them.
    Hide,
    /// Everybody does.
    Show,
}

/// Who gets in by a login elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOnAccounts {
    /// Whoever logs in there; the first login makes an account.
    Make,
    /// Who added that login to an account of this server.
    Known,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Whether clients reach the server by https.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    /// Where clients reach the server, without a slash at its end.
    pub fn base(&self) -> String {
        self.public_url.as_ref().map_or_else(|| self.origin(), ToString::to_string)
    }

    /// The address to print and to compare origins with.
    pub fn origin(&self) -> String {
        match &self.public_url {
            Some(url) => url.origin(),
            None => {
                format!("{}://{}", if self.tls_key_file.is_some() { "https" } else { "http" }, self.listen)
            }
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The file, with line and column, both 1-based.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u32,
        /// The column.
        column: u32,
    },
    /// A variable of the environment.
    Environment(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it was given.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub mend: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.message, self.mend)
    }
}
