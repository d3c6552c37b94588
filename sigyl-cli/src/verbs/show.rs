//! `sigyl show`: everything about one server of a registry.

use clap::Args;
use serde_json::{Value, json};

use super::search::verdict;
use crate::{
    exit::Exit,
    failure::Failure,
    remote::{Format, Target, items, minute, pairs, text},
};

/// Versions that are told to people.
const VERSIONS_SHOWN: usize = 10;

/// Arguments of `sigyl show`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl show com.example/weather
  sigyl show com.example/weather --version 1.2.0
  sigyl show com.example/weather --format json | jq .server.packages")]
pub(crate) struct ShowArguments {
    /// The server's name.
    name: String,
    /// The version.
    #[arg(long, default_value = "latest")]
    version: String,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

/// Shows.
pub(crate) fn run(arguments: &ShowArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    let at = ["v0.1", "servers", &arguments.name, "versions"];
    let version: Vec<&str> = at.iter().copied().chain([arguments.version.as_str()]).collect();
    let listed = api.get(&version, &[])?;
    let versions = api.get(&at, &[])?;
    let versions = items(&versions, "servers").iter().map(|it| text(it, &["server", "version"]));
    let versions = versions.collect::<Vec<_>>();
    let mut answer = listed.clone();
    answer["versions"] = json!(versions);
    arguments.format.write(&answer, |_| told(&listed, &versions))?;
    Ok(Exit::Clean)
}

fn told(listed: &Value, versions: &[&str]) -> String {
    let server = &listed["server"];
    let official = &listed["_meta"]["io.modelcontextprotocol.registry/official"];
    let packages = items(server, "packages").iter().map(|package| {
        let version = text(package, &["version"]);
        let version = if version.is_empty() { String::new() } else { format!(" {version}") };
        let kind = text(package, &["transport", "type"]);
        format!("{} {}{version} ({kind})", text(package, &["registryType"]), text(package, &["identifier"]))
    });
    let remotes = items(server, "remotes").iter();
    let remotes = remotes.map(|remote| format!("{} ({})", text(remote, &["url"]), text(remote, &["type"])));
    let status = match text(official, &["status"]) {
        "active" => String::new(),
        status => format!("{status} {}", text(official, &["statusMessage"])),
    };
    let more = if versions.len() > VERSIONS_SHOWN { ", …" } else { "" };
    pairs(&[
        ("name", text(server, &["name"]).to_owned()),
        ("title", text(server, &["title"]).to_owned()),
        ("version", text(server, &["version"]).to_owned()),
        ("description", text(server, &["description"]).to_owned()),
        ("status", status),
        ("scan", verdict(listed).to_owned()),
        ("published", minute(official, "publishedAt")),
        ("packages", packages.collect::<Vec<_>>().join("\n")),
        ("remotes", remotes.collect::<Vec<_>>().join("\n")),
        ("needs", needs(server).join("\n")),
        ("repository", text(server, &["repository", "url"]).to_owned()),
        ("website", text(server, &["websiteUrl"]).to_owned()),
        ("versions", versions[..versions.len().min(VERSIONS_SHOWN)].join(", ") + more),
    ])
}

/// Variables and headers that must be given, each once.
fn needs(server: &Value) -> Vec<String> {
    let of = |list, key| items(server, list).iter().flat_map(move |it| items(it, key));
    let all = of("packages", "environmentVariables")
        .chain(of("packages", "headers"))
        .chain(of("remotes", "headers"));
    let mut needs = Vec::new();
    for input in all.filter(|input| input["isRequired"] == true) {
        let secret = if input["isSecret"] == true { ", secret" } else { "" };
        let need = format!("{} ({}{secret})", text(input, &["name"]), text(input, &["description"]));
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}
