//! What is done with deployments: `status`, `list`, `logs`, `stats`, `restart`, `stop`, `start`, `idle-stop`, `scale`,
//! `env`, `domains`, `rollback`, `delete`.

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

use super::deploy::{await_job, secrets, told, variables};
use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Api, Form, Format, Next, Target, items, pairs, table, text},
    visible::{visible, visible_line},
};

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Tell how a deployment is.
    #[command(after_help = "Example:\n  sigyl status weather --format json | jq -r .endpoint")]
    Status(One),
    /// List deployments.
    #[command(after_help = "Example:\n  sigyl list")]
    List(All),
    /// Tell where deployments may run, and what is not isolated there.
    #[command(after_help = "Example:\n  sigyl backends")]
    Backends(All),
    /// Show what a deployment's processes said.
    #[command(
        after_help = "Examples:\n  sigyl logs weather --limit 50\n  sigyl logs weather --since 10m --follow"
    )]
    Logs(LogsArguments),
    /// Tell what a deployment uses.
    #[command(after_help = "Example:\n  sigyl stats weather")]
    Stats(One),
    /// List a deployment's releases.
    #[command(after_help = "Example:\n  sigyl releases weather")]
    Releases(One),
    /// Go back to an earlier release.
    #[command(after_help = "Examples:\n  sigyl rollback weather\n  sigyl rollback weather --to 3")]
    Rollback(RollbackArguments),
    /// End and start a deployment's processes.
    #[command(after_help = "Example:\n  sigyl restart weather")]
    Restart(One),
    /// Stop a deployment; its address and release are kept.
    #[command(after_help = "Example:\n  sigyl stop weather")]
    Stop(One),
    /// Start a deployment that was stopped.
    #[command(after_help = "Example:\n  sigyl start weather")]
    Start(One),
    /// Change when a deployment is stopped because nobody asks for it.
    #[command(
        after_help = "Examples:\n  sigyl idle-stop weather 30\n  sigyl idle-stop weather 0             never"
    )]
    IdleStop(IdleStopArguments),
    /// Change how many processes or machines answer.
    #[command(after_help = "Example:\n  sigyl scale weather 3")]
    Scale(ScaleArguments),
    /// Set or unset variables and secrets; what runs is started anew with them.
    #[command(after_help = "Examples:
  sigyl env set weather LOG_LEVEL=debug
  sigyl env set weather --secret OPENAI_API_KEY
  sigyl env unset weather LOG_LEVEL")]
    Env(EnvArguments),
    /// Give a deployment names of your own, where its backend has them.
    #[command(after_help = "Examples:
  sigyl domains add weather mcp.example.com      tells what to set in the DNS
  sigyl domains list weather
  sigyl domains remove weather mcp.example.com")]
    Domains(DomainsArguments),
    /// Delete a deployment and everything that it holds; what is registered stays.
    #[command(after_help = "Example:\n  sigyl delete weather --confirm weather")]
    Delete(DeleteArguments),
}

/// One deployment.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// Its name or id.
    name: String,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

/// All of them.
#[derive(Debug, Args)]
pub(crate) struct All {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

/// Arguments of `sigyl logs`.
#[derive(Debug, Args)]
pub(crate) struct LogsArguments {
    /// Wait for more.
    #[arg(long)]
    follow: bool,
    /// The last lines.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
    /// Only lines of the last seconds, minutes, hours or days (90s, 10m, 2h, 1d), or since a time in milliseconds since 1970.
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Since>,
    #[command(flatten)]
    one: One,
}

/// Arguments of `sigyl rollback`.
#[derive(Debug, Args)]
pub(crate) struct RollbackArguments {
    /// The release [default: the one that answered before].
    #[arg(long, value_name = "NUMBER")]
    to: Option<i64>,
    #[command(flatten)]
    one: One,
}

/// Arguments of `sigyl idle-stop`.
#[derive(Debug, Args)]
pub(crate) struct IdleStopArguments {
    #[command(flatten)]
    one: One,
    /// Minutes without a request after which it is stopped until the next one, which waits for it; 0 for never.
    minutes: u32,
}

/// Arguments of `sigyl scale`.
#[derive(Debug, Args)]
pub(crate) struct ScaleArguments {
    #[command(flatten)]
    one: One,
    /// How many.
    replicas: u32,
}

/// Arguments of `sigyl env`.
#[derive(Debug, Args)]
pub(crate) struct EnvArguments {
    #[command(subcommand)]
    verb: EnvVerb,
}

#[derive(Debug, Subcommand)]
enum EnvVerb {
    /// Set variables, and secrets that become variables.
    Set {
        #[command(flatten)]
        one: One,
        /// Variables; never secrets.
        #[arg(value_name = "NAME=VALUE", required_unless_present = "secret")]
        variables: Vec<String>,
        /// A stored secret that becomes a variable.
        #[arg(long, value_name = "NAME[=REF]")]
        secret: Vec<String>,
    },
    /// Take variables away.
    Unset {
        #[command(flatten)]
        one: One,
        /// Their names.
        #[arg(required = true, value_name = "NAME")]
        variables: Vec<String>,
    },
}

/// Arguments of `sigyl domains`.
#[derive(Debug, Args)]
pub(crate) struct DomainsArguments {
    #[command(subcommand)]
    verb: DomainsVerb,
}

#[derive(Debug, Subcommand)]
enum DomainsVerb {
    /// List a deployment's names, with what to set in the DNS and how far each is.
    List(One),
    /// Give it a name.
    Add(DomainArguments),
    /// Take a name away.
    Remove(DomainArguments),
}

#[derive(Debug, Args)]
struct DomainArguments {
    #[command(flatten)]
    one: One,
    /// The name: mcp.example.com.
    domain: String,
}

/// Arguments of `sigyl delete`.
#[derive(Debug, Args)]
pub(crate) struct DeleteArguments {
    /// Its name once more.
    #[arg(long, value_name = "NAME")]
    confirm: String,
    /// Forget it although its backend cannot be asked to free what it holds.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    one: One,
}

const ALL: [&str; 3] = ["api", "v1", "deployments"];

/// Runs one of them.
pub(crate) fn run(verb: &Verb) -> Result<Exit, Failure> {
    match verb {
        Verb::Status(one) => shown(one, &[], told),
        Verb::Stats(one) => shown(one, &["stats"], |stats| {
            let told = |name: &str, unit: &str| match &stats[name] {
                Value::Null => None,
                number => Some(format!("{number}{unit}")),
            };
            let processor = told("cpu_total_ms", " ms").or_else(|| told("cpu_millis", " thousandths of one"));
            let untold = || "not told by this backend".to_owned();
            pairs(&[
                ("memory", format!("{} of {} bytes", stats["memory_bytes"], stats["memory_limit_bytes"])),
                ("processor", processor.unwrap_or_else(untold)),
                ("processes", told("pids", "").unwrap_or_else(untold)),
            ])
        }),
        Verb::List(all) => list(all),
        Verb::Backends(all) => backends(all),
        Verb::Releases(one) => releases(one),
        Verb::Logs(arguments) => logs(arguments),
        Verb::Rollback(arguments) => {
            let body = match arguments.to {
                Some(release) => json!({ "release": release }),
                None => json!({}),
            };
            act(&arguments.one, Method::POST, "rollback", &body)
        }
        Verb::Restart(one) => act(one, Method::POST, "restart", &Value::Null),
        Verb::Stop(one) => act(one, Method::POST, "stop", &Value::Null),
        Verb::Start(one) => act(one, Method::POST, "start", &Value::Null),
        Verb::IdleStop(arguments) => {
            let api = known(&arguments.one.target)?;
            let body = json!({ "idle_stop": arguments.minutes });
            let deployment = api.send(Method::PATCH, &path(&arguments.one.name, &[]), &body)?;
            arguments.one.format.write(&deployment, told)?;
            Ok(Exit::Clean)
        }
        Verb::Scale(arguments) => {
            act(&arguments.one, Method::POST, "scale", &json!({ "replicas": arguments.replicas }))
        }
        Verb::Env(EnvArguments { verb: EnvVerb::Set { one, variables: given, secret } }) => {
            let body = json!({ "set": variables(given, None)?, "secrets": secrets(secret) });
            act(one, Method::PATCH, "env", &body)
        }
        Verb::Env(EnvArguments { verb: EnvVerb::Unset { one, variables } }) => {
            act(one, Method::PATCH, "env", &json!({ "unset": variables }))
        }
        Verb::Domains(DomainsArguments { verb: DomainsVerb::List(one) }) => {
            shown(one, &["domains"], |found| domains(items(found, "items")))
        }
        Verb::Domains(DomainsArguments { verb: DomainsVerb::Add(DomainArguments { one, domain }) }) => {
            let api = known(&one.target)?;
            let body = json!({ "name": domain });
            let made = api.send(Method::POST, &path(&one.name, &["domains"]), &body)?;
            one.format.write(&made, |made| domains(std::slice::from_ref(made)))?;
            Ok(Exit::Clean)
        }
        Verb::Domains(DomainsArguments { verb: DomainsVerb::Remove(DomainArguments { one, domain }) }) => {
            let api = known(&one.target)?;
            api.delete(&path(&one.name, &["domains", domain]))?;
            one.format
                .write(&json!({ "removed": domain }), |_| format!("{} is taken away\n", visible(domain)))?;
            Ok(Exit::Clean)
        }
        Verb::Delete(arguments) => {
            let body = json!({ "confirm": arguments.confirm, "force": arguments.force });
            act(&arguments.one, Method::DELETE, "", &body)
        }
    }
}

/// Each with its state, and a line for each record to set; uncut, since they are copied.
fn domains(found: &[Value]) -> String {
    let mut told = String::new();
    for domain in found {
        let part = |name: &str| visible_line(text(domain, &[name]));
        told.push_str(&format!("{}  {}", part("name"), part("state")));
        if !part("reason").is_empty() {
            told.push_str(&format!(": {}", part("reason")));
        }
        told.push('\n');
        for record in items(domain, "records") {
            let of = |name: &str| visible_line(text(record, &[name]));
            let seen = match record["is_set"].as_bool() {
                Some(true) => "  (seen)",
                Some(false) => "  (not seen)",
                None => "",
            };
            told.push_str(&format!("  {}  {}  {}{seen}\n", of("kind"), of("name"), of("value")));
        }
    }
    told
}

fn path<'a>(name: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    ALL.into_iter().chain([name]).chain(rest.iter().copied().filter(|part| !part.is_empty())).collect()
}

fn shown(one: &One, rest: &[&str], told: impl FnOnce(&Value) -> String) -> Result<Exit, Failure> {
    let api = known(&one.target)?;
    let answer = api.get(&path(&one.name, rest), &[])?;
    one.format.write(&answer, told)?;
    Ok(Exit::Clean)
}

fn known(target: &Target) -> Result<Api, Failure> {
    let api = target.api()?;
    api.known()?;
    Ok(api)
}

/// Has something done, and waits until it is.
fn act(one: &One, method: Method, what: &str, body: &Value) -> Result<Exit, Failure> {
    let api = known(&one.target)?;
    let queued = api.send(method, &path(&one.name, &[what]), body)?;
    await_job(&api, &queued, &one.format, told)
}

fn list(all: &All) -> Result<Exit, Failure> {
    let api = known(&all.target)?;
    let found = api.pages(&ALL, &[], 10_000)?;
    all.format.write(&json!(found), |_| {
        let row = |it: &Value| {
            let part = |path: &[&str]| visible(text(it, path));
            [
                part(&["name"]),
                part(&["state"]),
                part(&["health", "status"]),
                part(&["backend"]),
                it["release"].as_i64().map(|release| release.to_string()).unwrap_or_default(),
                part(&["endpoint"]),
            ]
        };
        let rows = found.iter().map(row).collect::<Vec<_>>();
        table(["NAME", "STATE", "HEALTH", "BACKEND", "RELEASE", "ENDPOINT"], &rows)
    })?;
    Ok(Exit::Clean)
}

fn backends(all: &All) -> Result<Exit, Failure> {
    let api = known(&all.target)?;
    let found = api.get(&["api", "v1", "backends"], &[])?;
    all.format.write(&found, |found| {
        let row = |it: &Value| {
            let gaps = items(it, "not_isolated").iter().filter_map(Value::as_str).collect::<Vec<_>>();
            let (isolates, told) = match it["problem"].as_str() {
                Some(problem) => ("-", format!("cannot be used now: {problem}")),
                None => (if it["isolates"] == true { "yes" } else { "no" }, gaps.join("; ")),
            };
            [text(it, &["name"]).to_owned(), isolates.to_owned(), visible(&told)]
        };
        table(
            ["NAME", "ISOLATES", "NOT ISOLATED"],
            &items(found, "items").iter().map(row).collect::<Vec<_>>(),
        )
    })?;
    Ok(Exit::Clean)
}

fn releases(one: &One) -> Result<Exit, Failure> {
    let api = known(&one.target)?;
    let found = api.pages(&path(&one.name, &["releases"]), &[], 1_000)?;
    one.format.write(&json!(found), |_| {
        let row = |it: &Value| {
            let commit = text(it, &["commit_id"]);
            [
                it["number"].to_string(),
                text(it, &["state"]).to_owned(),
                text(it, &["verdict"]).to_owned(),
                commit.get(..12).unwrap_or(commit).to_owned(),
                text(it, &["created_at"]).to_owned(),
                visible(text(it, &["reason"])),
            ]
        };
        let rows = found.iter().map(row).collect::<Vec<_>>();
        table(["RELEASE", "STATE", "VERDICT", "COMMIT", "MADE", "REASON"], &rows)
    })?;
    Ok(Exit::Clean)
}

/// Since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    /// Milliseconds since 1970.
    At(u64),
    /// Milliseconds before now.
    Ago(u64),
}

impl Since {
    fn at_ms(self, now_ms: u64) -> u64 {
        match self {
            Self::At(at) => at,
            Self::Ago(ago) => now_ms.saturating_sub(ago),
        }
    }
}

fn since(text: &str) -> Result<Since, &'static str> {
    let wrong = "write 90s, 10m, 2h, 1d, or milliseconds since 1970";
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: u64 = number.parse().map_err(|_| wrong)?;
    let unit_ms: u64 = match unit {
        "" => return Ok(Since::At(number)),
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong),
    };
    number.checked_mul(unit_ms).map(Since::Ago).ok_or(wrong)
}

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "people say how long ago")]
fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn logs(arguments: &LogsArguments) -> Result<Exit, Failure> {
    let api = known(&arguments.one.target)?;
    let limit = arguments.limit.map(|it| it.to_string());
    let since = arguments.since.map(|it| it.at_ms(now_ms()).to_string());
    let mut query = Vec::new();
    query.extend(limit.as_deref().map(|limit| ("limit", limit)));
    query.extend(since.as_deref().map(|since| ("since", since)));
    let place = path(&arguments.one.name, &["logs"]);
    let line = |line: &Value| match arguments.one.format.form() {
        Form::Json => format!("{line}\n"),
        Form::Text => format!("{}\n", visible(text(line, &["text"]))),
    };
    if !arguments.follow {
        let answer = api.get(&place, &query)?;
        let told: String = items(&answer, "items").iter().map(line).collect();
        output::write(None, &told)?;
        return Ok(Exit::Clean);
    }
    query.push(("follow", "true"));
    let mut written = Ok(());
    api.follow(&place, &query, |event| {
        written = output::write(None, &line(event));
        if written.is_ok() { Next::More } else { Next::Enough }
    })?;
    written?;
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_lines() {
        assert_eq!(since("1700000000000"), Ok(Since::At(1_700_000_000_000)));
        for (text, ms) in [("90s", 90_000), ("10m", 600_000), ("2h", 7_200_000), ("1d", 86_400_000)] {
            assert_eq!(since(text), Ok(Since::Ago(ms)), "{text}");
        }
        assert_eq!((Since::Ago(5).at_ms(12), Since::Ago(5).at_ms(3), Since::At(4).at_ms(12)), (7, 0, 4));
        for text in ["", "m", "1w", "1 m", "-1m", "1.5h", "99999999999999999999", "9999999999999999d"] {
            assert!(since(text).is_err(), "{text}");
        }
    }

    #[test]
    fn records_are_told_whole_and_visibly() {
        let found = [
            json!({ "name": "mcp.example.com", "state": "pending", "records": [
                { "kind": "CNAME", "name": "mcp.example.com", "value": "ghs.example.", "is_set": false },
                { "kind": "TXT", "name": "_verify", "value": "x\u{1b}[2J" },
            ] }),
            json!({ "name": "b.example.com", "state": "failed", "reason": "because", "records": [] }),
        ];
        assert_eq!(
            domains(&found).lines().collect::<Vec<_>>(),
            [
                "mcp.example.com  pending",
                "  CNAME  mcp.example.com  ghs.example.  (not seen)",
                "  TXT  _verify  x␛[2J",
                "b.example.com  failed: because",
            ]
        );
    }
}
