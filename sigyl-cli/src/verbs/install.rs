//! `sigyl install` and `sigyl uninstall`: servers of a registry in the files of this computer's clients.

use std::{
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use sigyl_scan::{ClientBase, ClientForm, client_places};

use crate::{
    beyond::Places,
    exit::Exit,
    failure::Failure,
    install::{self, Changed, Form, Place},
    output,
    remote::{RemoteError, Target, ask, items, secret, text},
};

/// Longest file of values that is read, bytes.
const VALUES_BYTES_MAX: u64 = 1 << 20;

/// Arguments of `sigyl install`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl install com.example/weather --client vscode
  sigyl install com.example/weather --client claude-code --client cursor --scope project
  sigyl install com.example/weather --client codex --print      only what would be written
  sigyl install com.example/weather --client claude-desktop --values values.env

The rest of a client's file stays as it is, comments too, and is kept beside it as FILE.sigyl-backup. Secrets are asked
for by the client or come from its environment where it can; where it cannot, they are asked for here, or come from a
file of NAME=VALUE lines (--values).")]
pub(crate) struct InstallArguments {
    /// The server's name in the registry.
    name: String,
    #[command(flatten)]
    which: Which,
    /// The version.
    #[arg(long, default_value = "latest")]
    version: String,
    /// Only a package that the client starts, or only a server that runs elsewhere.
    #[arg(long, value_enum)]
    way: Option<WayName>,
    /// Replace an entry of this name that is there.
    #[arg(long)]
    replace: bool,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    print: bool,
    /// A file of NAME=VALUE lines with what the user has to say.
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
}

/// Arguments of `sigyl uninstall`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sigyl uninstall com.example/weather --client vscode")]
pub(crate) struct UninstallArguments {
    /// The server's name in the registry, or the name of its entry.
    name: String,
    #[command(flatten)]
    which: Which,
}

/// Which entry of which file.
#[derive(Debug, Args)]
struct Which {
    /// The client; more than one may be named.
    #[arg(long = "client", value_enum, required = true)]
    clients: Vec<ClientName>,
    /// The user's own file, or the one of the project in this folder.
    #[arg(long, value_enum, default_value_t = Scope::User)]
    scope: Scope,
    /// What the entry is called [default: the last part of the server's name].
    #[arg(long = "as", value_name = "KEY")]
    key: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scope {
    User,
    Project,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WayName {
    Package,
    Remote,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClientName {
    ClaudeCode,
    ClaudeDesktop,
    Codex,
    CopilotCli,
    Cursor,
    GeminiCli,
    Vscode,
    Windsurf,
}

impl ClientName {
    /// Its name in the registry's answers, for people, and the key above the entries of its file.
    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::ClaudeCode => ("claude-code", "Claude Code", "mcpServers"),
            Self::ClaudeDesktop => ("claude-desktop", "Claude Desktop", "mcpServers"),
            Self::Codex => ("codex", "Codex", "mcp_servers"),
            Self::CopilotCli => ("copilot-cli", "Copilot CLI", "mcpServers"),
            Self::Cursor => ("cursor", "Cursor", "mcpServers"),
            Self::GeminiCli => ("gemini-cli", "Gemini CLI", "mcpServers"),
            Self::Vscode => ("vscode", "VS Code", "servers"),
            Self::Windsurf => ("windsurf", "Windsurf", "mcpServers"),
        }
    }

    /// Its file, and how that is written.
    fn file(self, scope: Scope) -> Result<(PathBuf, Form), Failure> {
        let places = Places::find(None)?;
        let (_, title, _) = self.names();
        let is_meant = |place: &&sigyl_scan::ClientPlace| {
            let is_project = place.base == ClientBase::Project;
            place.client == title && is_project == (scope == Scope::Project)
        };
        let all = client_places(places.platform);
        let place = all.iter().find(is_meant);
        let place = place
            .ok_or_else(|| Failure::Said(format!("{title} has no file of a project; use --scope user")))?;
        let form = if place.form == ClientForm::Toml { Form::Toml } else { Form::Json };
        Ok((places.base(place).join(place.path), form))
    }
}

/// Installs.
pub(crate) fn install(arguments: &InstallArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    let path = ["api", "v1", "packages", &arguments.name, "versions", &arguments.version, "clients"];
    let query = match arguments.way {
        None => None,
        Some(WayName::Package) => Some(("way", "package")),
        Some(WayName::Remote) => Some(("way", "remote")),
    };
    let setup = api.get(&path, query.as_slice())?;
    let given = arguments.values.as_deref().map(read_values).transpose()?.unwrap_or_default();
    // Everything that can go wrong without writing goes wrong before anything is written.
    let mut planned = Vec::new();
    for client in &arguments.which.clients {
        let told = told(&setup, *client)?;
        let key = arguments.which.key.clone().unwrap_or_else(|| text(&setup, &["key"]).to_owned());
        let mut entry = told["entry"].as_object().cloned().unwrap_or_default();
        if !arguments.print {
            fill(&mut entry, told, &given)?;
        }
        planned.push((*client, key, entry, items(told, "inputs").to_vec(), items(told, "needs").to_vec()));
    }
    for (client, key, entry, inputs, needs) in planned {
        let (_, title, root) = client.names();
        let (path, form) = client.file(arguments.which.scope)?;
        let place = Place { root, key: &key };
        if arguments.print {
            let snippet = install::snippet(form, place, &entry, &inputs);
            output::write(None, &snippet.map_err(|error| Failure::Said(error.to_string()))?)?;
            continue;
        }
        let done = install::change(&path, |text| {
            install::put(text, form, place, &entry, &inputs, arguments.replace).map(Some)
        })?;
        let at = path.display();
        output::note(&match done {
            Changed::Not => format!("{title}: {at} has {key} already"),
            Changed::Made => format!("{title}: made {at} with {key}"),
            Changed::Rewritten(backup) => {
                format!("{title}: put {key} into {at}; as it was, it is {}", backup.display())
            }
        });
        for need in needs.iter().filter(|need| need["how"] == "environment") {
            let (name, about) = (text(need, &["name"]), text(need, &["description"]));
            output::note(&format!("{title} takes {name} from its environment: {about}"));
        }
    }
    Ok(Exit::Clean)
}

/// Uninstalls.
pub(crate) fn uninstall(arguments: &UninstallArguments) -> Result<Exit, Failure> {
    let last = arguments.name.rsplit('/').next().unwrap_or_default();
    let fine = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let key = arguments.which.key.clone().unwrap_or_else(|| last.chars().map(fine).take(60).collect());
    for client in &arguments.which.clients {
        let (_, title, root) = client.names();
        let (path, form) = client.file(arguments.which.scope)?;
        let done = install::change(&path, |text| install::take(text, form, Place { root, key: &key }))?;
        let at = path.display();
        output::note(&match done {
            Changed::Rewritten(backup) => {
                format!("{title}: took {key} out of {at}; as it was, it is {}", backup.display())
            }
            _ => format!("{title}: {at} has no {key}"),
        });
    }
    Ok(Exit::Clean)
}

/// What the registry says about a client.
fn told(setup: &Value, client: ClientName) -> Result<&Value, Failure> {
    let (name, title, _) = client.names();
    let is_it = |it: &&Value| text(it, &["client"]) == name;
    if let Some(told) = items(setup, "clients").iter().find(is_it) {
        return Ok(told);
    }
    let why = items(setup, "unsupported").iter().find(is_it).map_or("", |it| text(it, &["why"]));
    Err(Failure::Said(format!("{title} cannot use {}: {why}", text(setup, &["name"]))))
}

/// Lines of NAME=VALUE; empty ones and those that begin with `#` say nothing.
fn read_values(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let wrong = |source| Failure::Read { path: path.to_owned(), source };
    if fs::metadata(path).map_err(wrong)?.len() > VALUES_BYTES_MAX {
        return Err(wrong(io::Error::new(io::ErrorKind::FileTooLarge, "it is too long")));
    }
    let text = fs::read_to_string(path).map_err(wrong)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let pairs = lines.map(pair).collect::<Option<Vec<_>>>();
    // The line itself may hold a secret.
    pairs.ok_or_else(|| Failure::Said(format!("{} has a line that is no NAME=VALUE", path.display())))
}

/// Puts in what the user has to say: of the file, else asked for.
fn fill(entry: &mut Map<String, Value>, told: &Value, given: &[(String, String)]) -> Result<(), Failure> {
    for need in items(told, "needs").iter().filter(|need| need["how"] == "value") {
        let name = text(need, &["name"]);
        let value = match given.iter().find(|(other, _)| other == name) {
            Some((_, value)) => value.clone(),
            None if io::stdin().is_terminal() && need["is_secret"] == true => secret(name, None, "")?,
            None if io::stdin().is_terminal() => ask(name, "")?,
            None => {
                let client = text(told, &["title"]);
                let why =
                    format!("{client} needs the value of {name} in its file; give it with --values FILE");
                return Err(RemoteError::Missing(why).into());
            }
        };
        let marked = format!("${{value:{name}}}");
        entry.values_mut().for_each(|it| replace(it, &marked, &value));
    }
    Ok(())
}

fn replace(of: &mut Value, marked: &str, value: &str) {
    match of {
        Value::String(text) => *text = text.replace(marked, value),
        Value::Array(items) => items.iter_mut().for_each(|it| replace(it, marked, value)),
        Value::Object(map) => map.values_mut().for_each(|it| replace(it, marked, value)),
        _ => {}
    }
}
