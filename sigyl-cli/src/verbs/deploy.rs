//! `sigyl deploy` and `redeploy`: from a source to a server that answers, told step by step.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::{Args, ValueEnum};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sigyl_core::{
    Manifest,
    source::{Limits, RepoRef, read_archive, read_folder},
};

use super::publish::pack;
use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Api, Form, Format, Isolation, Next, Target, items, pairs, text},
    visible::visible,
};

/// How long to wait before a server that stopped telling is asked again.
const PAUSE: Duration = Duration::from_millis(400);

/// Longest file of variables that is read, bytes.
const ENV_FILE_BYTES_MAX: u64 = 1 << 20;

/// Arguments of `sigyl deploy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl deploy .                                        this folder, on this computer
  sigyl deploy https://github.com/acme/weather --ref v1.2.0 --folder server
  sigyl deploy npm:@modelcontextprotocol/server-everything
  sigyl deploy . --backend docker --env LOG_LEVEL=debug --secret OPENAI_API_KEY
  sigyl deploy . --build-secret NPM_TOKEN               dependencies of a private registry
  sigyl deploy . --server https://mcp.example.com       on another Sigyl

Where no server is named and none answers on this computer, one is started, which goes on. A value of a secret is never
an argument: store it with `sigyl secret set NAME`, then name it. What has a name already gets another release.
The exit code is 1 where the scan stands against it.")]
pub(crate) struct DeployArguments {
    /// A folder, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION.
    #[arg(default_value = ".", value_name = "PATH|URL")]
    source: String,
    /// What it is called [default: what its manifest or its folder says].
    #[arg(long, short, value_name = "NAME")]
    name: Option<String>,
    /// Where it runs: process, docker, swarm, … [default: the server's own choice].
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Processes or machines that answer.
    #[arg(long, value_name = "NUMBER")]
    replicas: Option<u32>,
    /// The engine's runtime, such as runsc.
    #[arg(long, value_name = "NAME")]
    runtime: Option<String>,
    /// Stop it after so many minutes without a request, until the next one; 0 for never [default: the server's own choice].
    #[arg(long, value_name = "MINUTES")]
    idle_stop: Option<u32>,
    /// A variable of the server; never a secret.
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// A file of variables, one NAME=VALUE a line; never secrets.
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// A stored secret that becomes a variable: its own name, or the variable and the secret's name.
    #[arg(long, value_name = "NAME[=REF]")]
    secret: Vec<String>,
    /// A stored secret with the token that a private repository asks for.
    #[arg(long, value_name = "NAME")]
    git_secret: Option<String>,
    /// Start the server on this computer without isolation for what runs without an engine.
    #[arg(long)]
    no_isolation: bool,
    #[command(flatten)]
    more: More,
}

/// Arguments of `sigyl redeploy`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl redeploy weather               its reference again: a new commit makes a new release
  sigyl redeploy weather .             this folder
  sigyl redeploy weather https://github.com/acme/weather --ref v1.3.0")]
pub(crate) struct RedeployArguments {
    /// The deployment's name or id.
    name: String,
    /// Another source [default: where it came from].
    #[arg(value_name = "PATH|URL")]
    source: Option<String>,
    #[command(flatten)]
    more: More,
}

/// What both take.
#[derive(Debug, Args)]
struct More {
    /// Branch, tag or commit of a Git URL.
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<String>,
    /// Folder below a Git URL's root.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// A stored secret for the installation of dependencies: the name that the manifest declares in `build.secrets`, which is
    /// its own name, too, or is followed by it.
    #[arg(long, value_name = "NAME[=REF]")]
    build_secret: Vec<String>,
    /// The scan's warnings are known and accepted, where the backend does not isolate.
    #[arg(long)]
    accept_warnings: bool,
    /// Let pass what the scan refuses; an administrator's decision, kept in the audit log.
    #[arg(long, value_enum, value_name = "WHAT", requires = "reason")]
    allow: Option<AllowWhat>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Do not wait until it answers.
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

/// What an administrator lets pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AllowWhat {
    /// Source that was not analysed.
    Unanalysed,
    /// Findings that block, too.
    Blocked,
}

/// Deploys.
pub(crate) fn run(arguments: &DeployArguments) -> Result<Exit, Failure> {
    let more = &arguments.more;
    let mut body = source(&arguments.source, more)?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => name_of(&arguments.source)?,
    };
    body.insert("name".to_owned(), json!(name));
    body.insert("env".to_owned(), json!(variables(&arguments.env, arguments.env_file.as_deref())?));
    body.insert("secrets".to_owned(), json!(secrets(&arguments.secret)));
    for (key, value) in [
        ("backend", &arguments.backend),
        ("runtime", &arguments.runtime),
        ("git_secret", &arguments.git_secret),
    ] {
        if let Some(value) = value {
            body.insert(key.to_owned(), json!(value));
        }
    }
    if let Some(replicas) = arguments.replicas {
        body.insert("replicas".to_owned(), json!(replicas));
    }
    if let Some(minutes) = arguments.idle_stop {
        body.insert("idle_stop".to_owned(), json!(minutes));
    }
    decide(&mut body, more);
    let isolation = if arguments.no_isolation { Isolation::None } else { Isolation::Bubblewrap };
    let api = more.target.api_or_own(isolation)?;
    api.known()?;
    let created = api.send(Method::POST, &["api", "v1", "deployments"], &Value::Object(body.clone()));
    let queued = match created {
        Err(error) if error.status() == Some(409) => {
            let Ok(found) = api.get(&["api", "v1", "deployments", &name], &[]) else {
                return Err(error.into());
            };
            for key in ["name", "env", "secrets", "backend", "replicas", "runtime", "git_secret", "idle_stop"]
            {
                body.remove(key);
            }
            output::note(&format!("{name} is there: it gets another release; its place and variables stay"));
            if let Some(told) = stays(&found, arguments) {
                output::note(&told);
            }
            api.send(Method::POST, &["api", "v1", "deployments", &name, "redeploy"], &Value::Object(body))?
        }
        created => created?,
    };
    finish(&api, &queued, more)
}

/// Makes another release.
pub(crate) fn redeploy(arguments: &RedeployArguments) -> Result<Exit, Failure> {
    let more = &arguments.more;
    let mut body = match &arguments.source {
        Some(named) => source(named, more)?,
        None => Map::new(),
    };
    decide(&mut body, more);
    let api = more.target.api()?;
    api.known()?;
    let path = ["api", "v1", "deployments", &arguments.name, "redeploy"];
    let queued = api.send(Method::POST, &path, &Value::Object(body))?;
    finish(&api, &queued, more)
}

/// What was said, and is not changed by another release.
fn stays(found: &Value, arguments: &DeployArguments) -> Option<String> {
    let name = text(found, &["name"]);
    let other =
        |said: &Option<String>, key: &str| said.as_deref().is_some_and(|it| it != text(found, &[key]));
    let is_elsewhere = other(&arguments.backend, "backend") || other(&arguments.runtime, "runtime");
    let variables = !arguments.env.is_empty() || arguments.env_file.is_some() || !arguments.secret.is_empty();
    let all = [
        (variables, format!("--env, --env-file and --secret: `sigyl env set {name} …` changes them")),
        (arguments.replicas.is_some(), format!("--replicas: `sigyl scale {name} NUMBER` does")),
        (arguments.idle_stop.is_some(), format!("--idle-stop: `sigyl idle-stop {name} MINUTES` does")),
        (
            is_elsewhere || arguments.git_secret.is_some(),
            "--backend, --runtime and --git-secret: only a new deployment takes them".to_owned(),
        ),
    ];
    let told: Vec<String> = all.into_iter().filter(|(is_said, _)| *is_said).map(|(_, told)| told).collect();
    (!told.is_empty()).then(|| format!("not used: {}", told.join("; ")))
}

fn finish(api: &Api, queued: &Value, more: &More) -> Result<Exit, Failure> {
    if more.no_wait {
        more.format.write(queued, |queued| told(&queued["deployment"]))?;
        return Ok(Exit::Clean);
    }
    await_job(api, queued, &more.format, told)
}

/// Tells what a job does until it ends, then the deployment.
pub(super) fn await_job(
    api: &Api,
    queued: &Value,
    format: &Format,
    told: impl FnOnce(&Value) -> String,
) -> Result<Exit, Failure> {
    let (id, job) = (text(queued, &["deployment", "id"]), text(queued, &["job", "id"]));
    let mut after = String::from("0");
    let (mut is_over, mut is_failed) = (false, false);
    while !is_over {
        let before = after.clone();
        let query = [("job", job), ("after", before.as_str())];
        let path = ["api", "v1", "deployments", id, "events"];
        let heard = api.follow(&path, &query, |event| {
            after = event["number"].to_string();
            match text(event, &["kind"]) {
                "done" => is_over = true,
                "failed" => (is_over, is_failed) = (true, true),
                kind => tell(kind, text(event, &["text"])),
            }
            if is_over { Next::Enough } else { Next::More }
        });
        match heard {
            // Deleted, with all that was told of it.
            Err(error) if error.status() == Some(404) => break,
            heard => heard?,
        }
        if !is_over {
            // The server ended what it told, and not the job; it is asked again, not without a pause.
            thread::sleep(PAUSE);
        }
    }
    if is_failed {
        let job = api.get(&["api", "v1", "deploy-jobs", job], &[])?;
        let why = text(&job, &["error"]);
        let told = serde_json::from_str(why).unwrap_or_else(|_| json!({ "message": why }));
        return refused(api, id, (text(&job, &["kind"]), &told), format);
    }
    match api.get(&["api", "v1", "deployments", id], &[]) {
        Ok(deployment) => format.write(&deployment, told)?,
        Err(error) if error.status() == Some(404) => {
            format.write(&json!({ "id": id, "state": "deleted" }), |_| String::new())?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Exit::Clean)
}

fn tell(kind: &str, words: &str) {
    let words = visible(words);
    match (kind, io::stderr().is_terminal()) {
        ("step", _) => output::note(&format!("{words} …")),
        ("state", _) => output::note(&format!("state: {words}")),
        (_, true) => output::note(&format!("  \u{2502} {words}")),
        (_, false) => output::note(&format!("  {words}")),
    }
}

/// What stands against it: 1 where the scan does, else 2.
fn refused(api: &Api, id: &str, (kind, failed): (&str, &Value), format: &Format) -> Result<Exit, Failure> {
    let what = match kind {
        "restart" => "restarted",
        "stop" => "stopped",
        "start" => "started",
        "scale" => "scaled",
        "delete" | "forget" => "deleted",
        _ => "deployed",
    };
    let code = text(failed, &["code"]);
    for line in items(failed, "output") {
        output::note(&format!("  {}", visible(line.as_str().unwrap_or_default())));
    }
    for finding in items(failed, "findings").iter().take(20) {
        let place = format!("{}:{}", text(finding, &["location", "path"]), finding["location"]["start_line"]);
        let (rule, message) = (text(finding, &["rule"]), text(finding, &["message"]));
        output::note(&format!("  {rule} {} {}", visible(&place), visible(message)));
    }
    for found in items(failed, "diagnostics").iter().take(20) {
        let place = format!("{}:{}", text(found, &["location", "path"]), found["location"]["start_line"]);
        let (code, message) = (text(found, &["code"]), text(found, &["message"]));
        output::note(&format!("  {code} {} {}", visible(&place), visible(message)));
        output::note(&format!("    {}", visible(text(found, &["mend"]))));
    }
    for file in items(failed, "not_analysed").iter().take(20) {
        output::note(&format!("  not analysed: {}", visible(text(file, &["path"]))));
    }
    if format.form() == Form::Json {
        let deployment = api.get(&["api", "v1", "deployments", id], &[]).unwrap_or(Value::Null);
        format.write(&json!({ "deployment": deployment, "error": failed }), |_| String::new())?;
    }
    let message = visible(text(failed, &["message"]));
    if matches!(code, "blocked" | "not-analysed" | "warnings" | "needs-isolation") {
        output::note(&format!("not {what}: {message}"));
        return Ok(Exit::Found);
    }
    Err(Failure::Said(format!("not {what}: {message}")))
}

/// A deployment, for people.
pub(super) fn told(deployment: &Value) -> String {
    let release = match deployment["release"].as_i64() {
        Some(release) => release.to_string(),
        None => String::new(),
    };
    let health = match (text(deployment, &["health", "status"]), text(deployment, &["health", "reason"])) {
        (status, "") => status.to_owned(),
        (status, reason) => format!("{status}: {reason}"),
    };
    let replicas = deployment["replicas"].as_u64().unwrap_or(1);
    pairs(&[
        ("name", text(deployment, &["name"]).to_owned()),
        ("state", text(deployment, &["state"]).to_owned()),
        ("endpoint", text(deployment, &["endpoint"]).to_owned()),
        ("backend", text(deployment, &["backend"]).to_owned()),
        ("release", release),
        ("replicas", if replicas > 1 { replicas.to_string() } else { String::new() }),
        ("package", text(deployment, &["package"]).to_owned()),
        ("version", text(deployment, &["version"]).to_owned()),
        ("health", health),
        ("reason", text(deployment, &["reason"]).to_owned()),
    ])
}

fn decide(body: &mut Map<String, Value>, more: &More) {
    body.insert("accept_warnings".to_owned(), json!(more.accept_warnings));
    if !more.build_secret.is_empty() {
        body.insert("build_secrets".to_owned(), json!(secrets(&more.build_secret)));
    }
    if let Some(what) = more.allow {
        let what = match what {
            AllowWhat::Unanalysed => "unanalysed",
            AllowWhat::Blocked => "blocked",
        };
        body.insert("allow".to_owned(), json!({ "what": what, "reason": more.reason }));
    }
}

/// Where the source is: a reference, or an archive in Base64.
fn source(named: &str, more: &More) -> Result<Map<String, Value>, Failure> {
    let mut body = Map::new();
    let refuse_git = || match more.reference.is_some() || more.folder.is_some() {
        true => Err(Failure::Said("--ref and --folder are for Git URLs".to_owned())),
        false => Ok(()),
    };
    let archive = match RepoRef::parse(named)? {
        RepoRef::Path(path) => {
            refuse_git()?;
            if read_folder(&path, &Limits::default())?.files().is_empty() {
                return Err(Failure::Said(format!("there is no source in {}", path.display())));
            }
            pack(&path)?
        }
        RepoRef::Archive(path) => {
            refuse_git()?;
            fs::read(&path).map_err(|source| Failure::Read { path, source })?
        }
        RepoRef::Git(git) if more.reference.is_some() || more.folder.is_some() => {
            let reference = more.reference.clone().or_else(|| git.reference.map(|it| it.as_str().to_owned()));
            let folder = more.folder.clone().or(git.subfolder).unwrap_or_default();
            let reference = reference.unwrap_or_else(|| "HEAD".to_owned());
            let whole = format!("{}#{reference}:{}", git.url, folder.trim_matches('/'));
            body.insert(
                "reference".to_owned(),
                json!(RepoRef::parse(whole.trim_end_matches(':'))?.to_string()),
            );
            return Ok(body);
        }
        reference => {
            if !matches!(reference, RepoRef::Git(_)) {
                refuse_git()?;
            }
            body.insert("reference".to_owned(), json!(reference.to_string()));
            return Ok(body);
        }
    };
    body.insert("source".to_owned(), json!(STANDARD.encode(archive)));
    Ok(body)
}

/// A name from what the source is called.
fn name_of(named: &str) -> Result<String, Failure> {
    let of_tree = |tree: &sigyl_core::SourceTree| {
        Manifest::discover(tree).value.and_then(|manifest| manifest.name).map(|name| name.0)
    };
    let name = match RepoRef::parse(named)? {
        RepoRef::Path(path) => {
            let own = of_tree(&read_folder(&path, &Limits::default())?);
            own.or_else(|| Some(fs::canonicalize(&path).ok()?.file_name()?.to_string_lossy().into_owned()))
        }
        RepoRef::Archive(path) => {
            let own = of_tree(&read_archive(&path, &Limits::default())?);
            own.or_else(|| Some(path.file_stem()?.to_string_lossy().into_owned()))
        }
        RepoRef::Git(git) => {
            let part = git.subfolder.unwrap_or_else(|| git.url.as_str().trim_end_matches(".git").to_owned());
            part.rsplit('/').next().map(str::to_owned)
        }
        RepoRef::Npm { name, .. } => Some(name.as_str().to_owned()),
        RepoRef::Pypi { name, .. } => Some(name.to_string()),
    };
    let plain = plain_name(&name.unwrap_or_default());
    if plain.len() < 2 {
        return Err(Failure::Said("the source does not say what it is called; give --name".to_owned()));
    }
    Ok(plain)
}

/// Letters, digits and single hyphens, as a server takes them.
fn plain_name(text: &str) -> String {
    let last = text.rsplit('/').next().unwrap_or(text).to_ascii_lowercase();
    let mut plain = String::new();
    for letter in last.chars() {
        match letter {
            'a'..='z' | '0'..='9' => plain.push(letter),
            _ if !plain.is_empty() && !plain.ends_with('-') => plain.push('-'),
            _ => {}
        }
    }
    plain.truncate(39);
    plain.trim_end_matches('-').to_owned()
}

/// Variables of arguments and of a file; arguments count more.
pub(super) fn variables(given: &[String], file: Option<&Path>) -> Result<BTreeMap<String, String>, Failure> {
    let mut all = BTreeMap::new();
    if let Some(path) = file {
        use std::io::Read;
        let mut text = String::new();
        let read =
            fs::File::open(path).and_then(|file| file.take(ENV_FILE_BYTES_MAX).read_to_string(&mut text));
        read.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| Failure::Said(format!("{}:{}: write NAME=VALUE", path.display(), at + 1)))?;
            all.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
        }
    }
    for pair in given {
        let (name, value) =
            pair.split_once('=').ok_or_else(|| Failure::Said("--env: write NAME=VALUE".to_owned()))?;
        all.insert(name.to_owned(), value.to_owned());
    }
    Ok(all)
}

fn unquoted(text: &str) -> &str {
    let within = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(text)
}

/// Stored secrets by variable.
pub(super) fn secrets(given: &[String]) -> BTreeMap<String, String> {
    let pair = |text: &String| match text.split_once('=') {
        Some((variable, name)) => (variable.to_owned(), name.to_owned()),
        None => (text.clone(), text.clone()),
    };
    given.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_server_takes() {
        for (text, name) in [
            ("@acme/Weather_Server", "weather-server"),
            ("my server!!", "my-server"),
            ("--x--", "x"),
            ("weather", "weather"),
        ] {
            assert_eq!(plain_name(text), name, "{text}");
        }
    }

    #[test]
    fn files_of_variables() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("env");
        fs::write(&path, "# comment\nA=1\nexport B=\"two words\"\n\nC='x=y'\n").unwrap();
        let all = variables(&["A=3".to_owned()], Some(&path)).unwrap();
        let told: Vec<_> = all.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(told, ["A=3", "B=two words", "C=x=y"]);
        fs::write(&path, "A=1\nnonsense\n").unwrap();
        assert!(variables(&[], Some(&path)).unwrap_err().to_string().ends_with(":2: write NAME=VALUE"));
    }

    #[test]
    fn an_empty_folder_is_no_source() {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            deploy: DeployArguments,
        }
        let folder = tempfile::tempdir().unwrap();
        let line =
            Line::parse_from(["x", folder.path().to_str().unwrap(), "--env", "A=1", "--replicas", "2"]);
        let found = json!({ "name": "x", "backend": "docker" });
        let refused = source(&line.deploy.source, &line.deploy.more).unwrap_err();
        assert!(refused.to_string().starts_with("there is no source in "), "{refused}");
        assert_eq!(
            stays(&found, &line.deploy).unwrap(),
            "not used: --env, --env-file and --secret: `sigyl env set x …` changes them; \
             --replicas: `sigyl scale x NUMBER` does"
        );
        let same = Line::parse_from(["x", ".", "--backend", "docker"]);
        assert_eq!(stays(&found, &same.deploy), None);
        let other = Line::parse_from(["x", ".", "--backend", "swarm"]);
        assert!(stays(&found, &other.deploy).unwrap().contains("only a new deployment"));
    }

    #[test]
    fn how_a_deployment_is() {
        let deployment = json!({ "name": "a", "state": "running", "release": 2, "replicas": 3,
            "health": { "status": "unhealthy", "reason": "its backend does not answer" } });
        let told = told(&deployment);
        for line in ["health    unhealthy: its backend does not answer", "replicas  3", "release   2"] {
            assert!(told.contains(line), "{told}");
        }
    }

    #[test]
    fn secrets_are_named_and_never_given() {
        let all = secrets(&["TOKEN".to_owned(), "KEY=OPENAI_API_KEY".to_owned()]);
        assert_eq!(all["TOKEN"], "TOKEN");
        assert_eq!(all["KEY"], "OPENAI_API_KEY");
    }
}
