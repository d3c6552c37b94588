//! `sigyl render`: the objects that a backend would apply, for those who apply them themselves.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde_json::Value;
use sigyl_deploy::{
    BuildPlan,
    backend::{
        Artifact, BuiltImage, DeploySpec, DeploymentId, Health, SecretRef,
        kubernetes::{ClusterConfig, render},
    },
};

use crate::{exit::Exit, failure::Failure, output};

/// Bytes of a plan that are read; real ones have a few thousand. Chosen.
const MAX_BYTES: u64 = 4 << 20;

/// Arguments of `sigyl render`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl plan . --format json > plan.json
  sigyl render plan.json --image registry.example/weather@sha256:… > weather.yaml
  sigyl plan . --format json | sigyl render - --image … --namespace servers --format json

Secrets are named, never read: each value is the reference in angle brackets, to be replaced by whoever
applies the objects. The image is named by its digest.")]
pub(crate) struct RenderArguments {
    /// A plan as `sigyl plan --format json` prints it; - reads standard input.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// For what.
    #[arg(long, value_enum, default_value_t = Target::Kubernetes)]
    backend: Target,
    /// The image that was built by the plan, by its digest.
    #[arg(long, value_name = "NAME@sha256:DIGEST")]
    image: String,
    /// What the deployment is called [default: what the plan says].
    #[arg(long, short, value_name = "NAME")]
    name: Option<String>,
    /// Number of the release.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    release: u64,
    /// Processes that answer.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    replicas: u32,
    /// A sandbox: runsc.
    #[arg(long, value_name = "NAME")]
    runtime: Option<String>,
    /// A variable of the server; never a secret.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    env: Vec<(String, String)>,
    /// Another reference for a secret of the plan, or a secret more.
    #[arg(long, value_name = "NAME=REF", value_parser = variable)]
    secret: Vec<(String, String)>,
    /// The namespace of all servers.
    #[arg(long, value_name = "NAME", default_value = "sigyl-servers")]
    namespace: String,
    /// A Secret of the namespace with which images are pulled.
    #[arg(long, value_name = "NAME")]
    pull_secret: Option<String>,
    /// How to write it.
    #[arg(long, short, value_enum, default_value_t = RenderFormat::Yaml)]
    format: RenderFormat,
}

/// Backends whose objects can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Objects for `kubectl apply`.
    Kubernetes,
}

/// Forms of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RenderFormat {
    /// One document after the other.
    Yaml,
    /// A List.
    Json,
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Prints the objects.
pub(crate) fn run(arguments: &RenderArguments) -> Result<Exit, Failure> {
    let plan: BuildPlan = serde_json::from_slice(&read(&arguments.plan)?)
        .map_err(|error| Failure::Said(format!("{} is no plan: {error}", arguments.plan.display())))?;
    let text = match arguments.backend {
        Target::Kubernetes => kubernetes(&plan, arguments)?,
    };
    output::write(None, &text)?;
    Ok(Exit::Clean)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut take = |from: &mut dyn Read| from.take(MAX_BYTES).read_to_end(&mut bytes);
    let read = match path.to_str() {
        Some("-") => take(&mut io::stdin().lock()),
        _ => fs::File::open(path).and_then(|mut file| take(&mut file)),
    };
    read.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

fn kubernetes(plan: &BuildPlan, arguments: &RenderArguments) -> Result<String, Failure> {
    let config = ClusterConfig {
        namespace: arguments.namespace.clone(),
        pull_secret: arguments.pull_secret.clone(),
        ..ClusterConfig::default()
    };
    let objects =
        render(&spec(plan, arguments)?, &config).map_err(|error| Failure::Said(error.to_string()))?;
    Ok(match arguments.format {
        RenderFormat::Json => {
            let list = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": objects });
            serde_json::to_string_pretty(&list)? + "\n"
        }
        RenderFormat::Yaml => documents(&objects)?,
    })
}

fn documents(objects: &[Value]) -> Result<String, Failure> {
    let mut text = String::new();
    for object in objects {
        let document =
            serde_yaml::to_string(object).map_err(|error| Failure::Said(format!("no YAML: {error}")))?;
        text.push_str("---\n");
        text.push_str(document.trim_end());
        text.push('\n');
    }
    Ok(text)
}

fn spec(plan: &BuildPlan, arguments: &RenderArguments) -> Result<DeploySpec, Failure> {
    // A name of the registry has its owner before it.
    let name = arguments.name.as_deref().or(plan.name.as_deref()).unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let id = DeploymentId::parse(name).ok_or_else(|| {
        Failure::Said(format!(
            "{name:?} cannot be a deployment's name: 1 to 40 lower-case letters, digits and -; say another with --name"
        ))
    })?;
    let mut env = plan.env.clone();
    env.extend(arguments.env.iter().cloned());
    let mut secrets: BTreeMap<String, SecretRef> =
        plan.secrets.iter().map(|slot| (slot.variable.clone(), SecretRef(slot.key.clone()))).collect();
    secrets.extend(
        arguments.secret.iter().map(|(name, reference)| (name.clone(), SecretRef(reference.clone()))),
    );
    let digest = arguments.image.rsplit('@').next().unwrap_or_default();
    Ok(DeploySpec {
        id,
        release: arguments.release,
        artifact: Artifact::Image(BuiltImage {
            reference: arguments.image.clone(),
            digest: digest.to_owned(),
            size_bytes: 0,
            plan_digest: plan.digest(),
            reused: true,
        }),
        command: Vec::new(),
        env,
        secrets,
        port: plan.port,
        path: plan.path.clone(),
        uid: plan.uid,
        limits: plan.limits,
        egress: plan.egress.clone(),
        replicas: arguments.replicas,
        health: Health::default(),
        runtime: arguments.runtime.clone(),
        front_port: None,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;
    use sigyl_core::Digest;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        render: RenderArguments,
    }

    fn plan() -> BuildPlan {
        let image = json!({ "reference": "node:22-slim" });
        let digest = Digest::of(b"");
        serde_json::from_value(json!({
            "format": 1, "tree_digest": digest, "report_digest": digest, "name": "acme/weather", "planner": "node",
            "build_image": image, "run_image": image, "phases": [], "keep": [], "root": "", "start": ["node", "x.js"],
            "transport": "http", "env": { "LEVEL": "yes", "EMPTY": "", "NUMBER": "010" },
            "secrets": [{ "key": "api.key", "variable": "API_KEY", "required": true, "value_type": "string" }],
            "uid": 10_001, "port": 8080, "path": "/mcp", "egress": ["api.example.com"], "stateless": false,
            "limits": { "memory_bytes": 1 << 28, "cpu_millis": 500, "pids": 128, "tmp_bytes": 1 << 26 },
        }))
        .unwrap()
    }

    fn rendered(arguments: &[&str]) -> Result<String, Failure> {
        let image = format!("registry.example.com/weather@sha256:{}", "0".repeat(64));
        let line = ["render", "plan.json", "--image", &image].into_iter().chain(arguments.iter().copied());
        kubernetes(&plan(), &Line::parse_from(line).render)
    }

    #[test]
    fn yaml_says_what_json_says() {
        let json: Value = serde_json::from_str(&rendered(&["--format", "json"]).unwrap()).unwrap();
        let yaml = rendered(&[]).unwrap();
        let documents: Vec<Value> =
            yaml.split("---\n").skip(1).map(|document| serde_yaml::from_str(document).unwrap()).collect();
        assert_eq!(json["items"], Value::from(documents));
    }

    #[test]
    fn secrets_are_references() {
        let yaml = rendered(&["--secret", "OTHER=shared/other"]).unwrap();
        assert!(yaml.contains("API_KEY: <api.key>") && yaml.contains("OTHER: <shared/other>"), "{yaml}");
    }

    #[test]
    fn an_image_without_a_digest_is_refused_and_so_is_a_bad_name() {
        let line = Line::parse_from(["render", "plan.json", "--image", "weather:latest"]);
        assert!(kubernetes(&plan(), &line.render).is_err());
        assert!(rendered(&["--name", "Bad_Name"]).is_err());
    }
}
