//! `sigyl registry`: what other registries keep, into this one; what clients may start, out of it.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Api, Format, Target, items, table, text},
};

/// Longest file that is sent, bytes: the server takes no longer body.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Files and bytes of one request.
const FILES_AT_A_TIME: usize = 100;
const BYTES_AT_A_TIME: usize = 8 << 20;

/// Folders below folders that are looked into.
const DEPTH_MAX: usize = 6;

/// Arguments of `sigyl registry`.
#[derive(Debug, Args)]
pub(crate) struct RegistryArguments {
    #[command(subcommand)]
    command: RegistryCommand,
}

#[derive(Debug, Subcommand)]
enum RegistryCommand {
    /// Import server.json, lists, catalogs of Docker and ToolHive, smithery.yaml and bundles.
    Import(ImportArguments),
    /// Follow other registries of the official API.
    Mirror(MirrorArguments),
    /// Print managed settings of clients that allow what a scan found safe.
    ExportPolicy(PolicyArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl registry import server.json
  sigyl registry import https://registry.example.com/servers.json
  sigyl registry import ./mcp-registry/servers      every server.yaml, smithery.yaml and server.json below it
  sigyl registry import hello.mcpb

Entries that cannot be published are told one by one, and stop nothing; the exit code is then 1.")]
struct ImportArguments {
    /// Files, folders or addresses; the server fetches addresses.
    #[arg(required = true)]
    sources: Vec<String>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl registry mirror add https://registry.example.com --allow 'io.github.acme/*'
  sigyl registry mirror list
  sigyl registry mirror remove 01m3252nmpqamjt7wjpvfz3y9w

What comes from a mirror is published for the workspace and scanned by nobody; it stays when the mirror is removed.")]
struct MirrorArguments {
    #[command(subcommand)]
    command: MirrorCommand,
}

/// Which server, and how to write its answer.
#[derive(Debug, Args)]
struct Asked {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum MirrorCommand {
    /// Follow a registry.
    Add {
        /// Its address, behind which `/v0.1/servers` stands.
        url: String,
        /// Names that are followed, with `*` for any letters; all where none is given.
        #[arg(long, value_name = "PATTERN")]
        allow: Vec<String>,
        /// How often it is looked at, in minutes.
        #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u32).range(5..=10_080))]
        every: u32,
        #[command(flatten)]
        asked: Asked,
    },
    /// The registries that are followed, and how far it is with each.
    List(Asked),
    /// Follow a registry no more.
    Remove {
        /// Its id, as the list tells it.
        id: String,
        #[command(flatten)]
        asked: Asked,
    },
}

/// Whose settings.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Client {
    Copilot,
    Vscode,
    Claude,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl registry export-policy > managed-settings.json
  sigyl registry export-policy --client vscode")]
struct PolicyArguments {
    /// Whose settings.
    #[arg(long, value_enum, default_value = "copilot")]
    client: Client,
    /// Allow servers that nobody scanned, too.
    #[arg(long)]
    unscanned: bool,
    #[command(flatten)]
    target: Target,
}

/// Runs a verb.
pub(crate) fn run(arguments: &RegistryArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        RegistryCommand::Import(arguments) => import(arguments),
        RegistryCommand::Mirror(arguments) => mirror(arguments),
        RegistryCommand::ExportPolicy(arguments) => export(arguments),
    }
}

fn mirror(arguments: &MirrorArguments) -> Result<Exit, Failure> {
    const MIRRORS: [&str; 4] = ["api", "v1", "registry", "mirrors"];
    let (MirrorCommand::Add { asked, .. } | MirrorCommand::List(asked) | MirrorCommand::Remove { asked, .. }) =
        &arguments.command;
    let (api, format) = (asked.target.api()?, &asked.format);
    api.known()?;
    match &arguments.command {
        MirrorCommand::Add { url, allow, every, .. } => {
            let body = json!({ "url": url, "allow": allow, "every_minutes": every });
            let made = api.send(Method::POST, &MIRRORS, &body)?;
            format.write(&made, |made| format!("{}\n", text(made, &["id"])))?;
        }
        MirrorCommand::List(_) => {
            let list = api.get(&MIRRORS, &[])?;
            format.write(&list["items"], |mirrors| {
                let row = |it: &Value| {
                    let problem = [text(it, &["error"]), text(it, &["last_problem"])];
                    [
                        text(it, &["id"]).to_owned(),
                        text(it, &["url"]).to_owned(),
                        format!("{} imported, {} rejected", it["imported"], it["rejected"]),
                        problem.into_iter().find(|it| !it.is_empty()).unwrap_or("").to_owned(),
                    ]
                };
                let rows =
                    mirrors.as_array().map_or(&[][..], Vec::as_slice).iter().map(row).collect::<Vec<_>>();
                table(["ID", "URL", "VERSIONS", "PROBLEM"], &rows)
            })?;
        }
        MirrorCommand::Remove { id, .. } => {
            let path = [MIRRORS[0], MIRRORS[1], MIRRORS[2], MIRRORS[3], id.as_str()];
            api.delete(&path)?;
        }
    }
    Ok(Exit::Clean)
}

fn export(arguments: &PolicyArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    let client = match arguments.client {
        Client::Copilot => "copilot",
        Client::Vscode => "vscode",
        Client::Claude => "claude",
    };
    let unscanned = arguments.unscanned.to_string();
    let query = [("format", client), ("unscanned", unscanned.as_str())];
    let policy = api.get(&["api", "v1", "registry", "policy"], &query)?;
    output::write(None, &(serde_json::to_string_pretty(&policy)? + "\n"))?;
    Ok(Exit::Clean)
}

/// What is sent at a time.
#[derive(Default)]
struct Batch {
    files: Vec<Value>,
    bytes: usize,
}

/// What became of everything.
struct Done {
    entries: Vec<Value>,
}

const PATH: [&str; 4] = ["api", "v1", "registry", "import"];

impl Done {
    fn take(&mut self, answer: &Value) {
        self.entries.extend_from_slice(items(answer, "entries"));
    }

    fn send(&mut self, api: &Api, batch: &mut Batch) -> Result<(), Failure> {
        let batch = std::mem::take(batch);
        if !batch.files.is_empty() {
            self.take(&api.send(Method::POST, &PATH, &json!({ "files": batch.files }))?);
        }
        Ok(())
    }

    fn count(&self, outcome: &str) -> usize {
        self.entries.iter().filter(|entry| text(entry, &["outcome"]) == outcome).count()
    }
}

fn import(arguments: &ImportArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    let (mut done, mut batch) = (Done { entries: Vec::new() }, Batch::default());
    for source in &arguments.sources {
        if source.starts_with("https://") || source.starts_with("http://") {
            done.take(&api.send(Method::POST, &PATH, &json!({ "url": source }))?);
            continue;
        }
        let mut files = Vec::new();
        find(Path::new(source), 0, &mut files)?;
        if files.is_empty() {
            return Err(Failure::Said(format!("{source} has no server.json, server.yaml or smithery.yaml")));
        }
        for path in files {
            let bytes = read(&path)?;
            if bytes.starts_with(b"PK") {
                done.take(&api.upload(Method::POST, &PATH, "application/zip", bytes)?);
                continue;
            }
            if batch.files.len() >= FILES_AT_A_TIME || batch.bytes + bytes.len() > BYTES_AT_A_TIME {
                done.send(&api, &mut batch)?;
            }
            batch.bytes += bytes.len();
            let text = String::from_utf8_lossy(&bytes);
            batch.files.push(json!({ "path": path.display().to_string(), "text": text }));
        }
    }
    done.send(&api, &mut batch)?;
    let (imported, exists, rejected) = (done.count("imported"), done.count("exists"), done.count("rejected"));
    let answer =
        json!({ "imported": imported, "exists": exists, "rejected": rejected, "entries": done.entries });
    arguments.format.write(&answer, |answer| {
        let row = |entry: &Value| {
            let notes = items(entry, "notes").iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ");
            let why = text(entry, &["problem"]).to_owned();
            [
                text(entry, &["name"]).to_owned(),
                text(entry, &["version"]).to_owned(),
                text(entry, &["outcome"]).to_owned(),
                if why.is_empty() { notes } else { why },
            ]
        };
        let rows = items(answer, "entries").iter().map(row).collect::<Vec<_>>();
        let table = table(["NAME", "VERSION", "OUTCOME", "WHY"], &rows);
        format!("{table}\n{imported} imported, {exists} there already, {rejected} rejected\n")
    })?;
    Ok(if rejected > 0 { Exit::Found } else { Exit::Clean })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let done = fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    let done = done.and_then(|count| match count as u64 > FILE_BYTES_MAX {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 16 MiB")),
        false => Ok(()),
    });
    done.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// A file as it was named; of a folder, what can be imported, in the order of names.
fn find(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    if !path.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        // A link could lead anywhere.
        let kind = entry.file_type().map_err(failed)?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let is_known = ["server.json", "server.yaml", "server.yml", "smithery.yaml", "smithery.yml"]
            .contains(&&*name)
            || name.ends_with(".mcpb");
        if kind.is_dir() && depth < DEPTH_MAX && name != ".git" && name != "node_modules" {
            find(&entry.path(), depth + 1, found)?;
        } else if kind.is_file() && is_known {
            found.push(entry.path());
        }
    }
    Ok(())
}
