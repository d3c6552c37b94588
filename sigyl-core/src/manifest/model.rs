//! What a manifest says, whatever format it was written in.

use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Location;

/// Name of a server as its author wrote it: bare (`weather`) or with a namespace (`io.github.user/weather`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ServerName(pub String);

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The merged manifest of a server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// The files it was read from, most authoritative first.
    pub sources: Vec<ManifestSource>,
    /// The server's name.
    pub name: Option<ServerName>,
    /// What the server does.
    pub description: Option<String>,
    /// The server's own version; absent when the registry is to number it.
    pub version: Option<String>,
    /// What runs it.
    pub runtime: Option<Runtime>,
    /// How clients reach it.
    pub transport: Option<Transport>,
    /// The category it is listed under.
    pub category: Option<String>,
    /// Free tags.
    pub tags: Vec<String>,
    /// Tools that the manifest declares.
    pub tools: Vec<ManifestTool>,
    /// What each user, or the deployment, must provide.
    pub requirements: Vec<Requirement>,
    /// How the image is built.
    pub build: Build,
    /// What it may use of the machine.
    pub resources: Resources,
    /// Which hosts it may reach.
    pub network: Network,
    /// True when one process may serve every caller because it keeps nothing between calls.
    pub stateless: bool,
    /// Environment variables that are no secrets, with their values.
    pub environment: IndexMap<String, String>,
    /// Addresses at which the server already runs.
    pub remotes: Vec<String>,
    /// Published packages and images that hold the server, as `npm:NAME@VERSION`, `pypi:NAME==VERSION`, `oci:REF`.
    pub packages: Vec<String>,
}

impl Manifest {
    /// True when some format was present in which secrets can be declared; inference from package files is none.
    pub fn can_declare_secrets(&self) -> bool {
        self.sources.iter().any(|source| !source.format.is_inferred())
    }
}

/// One file that a manifest was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestSource {
    /// Its path in the tree.
    pub path: String,
    /// Its format.
    pub format: ManifestFormat,
}

/// The formats, most authoritative first: what one says is not overwritten by a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ManifestFormat {
    /// `mcp.yaml`, `mcp.yml`, `sigyl.yaml`, `.mcp/mcp.yaml`.
    Sigyl,
    /// `smithery.yaml`.
    Smithery,
    /// `server.json` of the MCP registry.
    ServerJson,
    /// MCPB `manifest.json`, formerly DXT.
    Mcpb,
    /// `server.yaml` of Docker's MCP catalog.
    DockerCatalog,
    /// Inferred from `package.json`.
    PackageJson,
    /// Inferred from `pyproject.toml`.
    PyprojectToml,
    /// Inferred from `requirements.txt`.
    RequirementsTxt,
    /// Inferred from `go.mod`.
    GoMod,
    /// Inferred from `Cargo.toml`.
    CargoToml,
    /// Inferred from a `Dockerfile`.
    Dockerfile,
}

impl ManifestFormat {
    /// True for files that describe a package, not an MCP server.
    pub const fn is_inferred(self) -> bool {
        matches!(
            self,
            Self::PackageJson
                | Self::PyprojectToml
                | Self::RequirementsTxt
                | Self::GoMod
                | Self::CargoToml
                | Self::Dockerfile
        )
    }
}

/// What runs a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// Node.js: JavaScript or TypeScript.
    Node,
    /// CPython.
    Python,
    /// A Go program.
    Go,
    /// A Rust program.
    Rust,
    /// The author's own Dockerfile, or a prebuilt image.
    Container,
}

/// How clients reach a server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Transport {
    /// Standard input and output of a process.
    Stdio,
    /// Streamable HTTP.
    Http {
        /// TCP port it listens on, where fixed.
        port: Option<u16>,
        /// Path of the endpoint, `/mcp` where not told otherwise.
        path: Option<String>,
    },
}

/// A tool that a manifest declares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestTool {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// JSON Schema of its arguments.
    pub input_schema: Option<Value>,
    /// JSON Schema of its structured result.
    pub output_schema: Option<Value>,
    /// Where the manifest declares it.
    pub location: Option<Location>,
}

/// A value that each user, or the deployment, must provide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Requirement {
    /// What the server calls it: `OPENAI_API_KEY`, `X-Api-Key`, `server.host`. The name of the stored secret that
    /// fills it is another thing.
    pub key: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether a call without it is refused.
    pub required: bool,
    /// Whether it must be kept secret.
    pub secret: bool,
    /// The type of its value.
    pub value_type: ValueType,
    /// Where it is put.
    pub injection: Injection,
    /// The text that is put there, in which `{KEY}` stands for the value of the requirement with that key:
    /// `Bearer {token}`. The value alone where absent.
    pub template: Option<String>,
    /// What applies when it is not given. Never set for a secret.
    pub default: Option<Value>,
    /// The values it may have; empty where any may be given.
    pub choices: Vec<Value>,
    /// Where it is declared.
    pub location: Option<Location>,
}

/// Type of a requirement's value; checked when it is stored and before a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// Text; files and folders are text that names them.
    #[default]
    String,
    /// A JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// Where a requirement's value is put.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Injection {
    /// The part of the call or of the process.
    pub method: InjectionMethod,
    /// Name of the header, query parameter, body field (dot notation) or variable.
    pub name: String,
}

/// The part of a call, or of a process, that takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InjectionMethod {
    /// A header of each request.
    Header,
    /// A query parameter of each request.
    Query,
    /// A field of each request's body.
    Body,
    /// An environment variable of the process.
    Environment,
}

/// How a server's image is built.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Build {
    /// Dependencies whose install scripts may run, by name.
    pub scripts_allowed: Vec<String>,
    /// The build step, as an argument vector.
    pub command: Option<Vec<String>>,
    /// The start command, as an argument vector.
    pub start: Option<Vec<String>>,
    /// The author's own Dockerfile, relative to the root.
    pub dockerfile: Option<String>,
    /// The folder that the Dockerfile is built in, relative to the root; the root where absent.
    pub context: Option<String>,
    /// Secrets that the installation of dependencies gets as variables, by name; never a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

/// What a server may use of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// Memory, bytes.
    pub memory_bytes: Option<u64>,
    /// CPU, thousandths of a core.
    pub cpu_millis: Option<u32>,
}

/// Which hosts a server may reach.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Network {
    /// Host names; nothing else is reachable. `None` where the manifest does not say.
    pub allow: Option<Vec<String>>,
}
