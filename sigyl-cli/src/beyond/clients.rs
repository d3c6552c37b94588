//! `sigyl scan --clients`: what the clients of this computer start, and what is wrong with it. Nothing is started.

use std::{
    collections::BTreeSet,
    env, io,
    path::{Path, PathBuf},
};

use clap::Args;
use sigyl_core::{Digest, ScanReport, SourceTree, source::RepoRef};
use sigyl_scan::{
    ClientBase, ClientConfig, ClientPlace, ClientServer, ClientTarget, Listing, Observed, Platform,
    ScanConfig, client_places, join, observe, scan_listing,
};

use super::{Subject, live, with_listing};
use crate::{failure::Failure, settings, trust};

/// Sources that are scanned for one computer. Chosen.
const MOST_SOURCES: usize = 100;
/// Folders above a file in which its project is looked for. Chosen.
const MOST_LEVELS: usize = 6;

/// How the clients of this computer are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Beyond source")]
pub(crate) struct ClientsArguments {
    /// Read what the clients of this computer are configured to start (Claude, Cursor, VS Code, Codex and others), and
    /// scan the source that lies here; nothing is started.
    #[arg(long, conflicts_with_all = ["source", "tools", "stdio", "header", "header_env", "header_file"])]
    pub(crate) clients: bool,
    /// Another user's home, or a copy of one [default: yours].
    #[arg(long, value_name = "FOLDER", requires = "clients")]
    home: Option<PathBuf>,
    /// Fetch the packages that clients start, and scan them, too.
    #[arg(long, requires = "clients")]
    fetch: bool,
}

/// Reads a source and scans it.
type ScanSource<'a> = &'a dyn Fn(&RepoRef) -> Result<Subject, Failure>;

/// Scans every client's configuration, and what it leads to.
pub(super) fn scan(
    arguments: &ClientsArguments,
    asks_remotes: bool,
    config: &ScanConfig,
    scan_source: ScanSource<'_>,
) -> Result<Subject, Failure> {
    let places = Places::find(arguments.home.as_deref())?;
    let mut base = scan_listing(&Listing::default(), config);
    // Nothing was listed, so that no words were read.
    base.rules_run.clear();
    let mut run = Run {
        arguments,
        asks_remotes,
        config,
        scan_source,
        observed: Observed::default(),
        subject: Subject { tree: SourceTree::from_texts([]), report: base, manifest_diagnostics: Vec::new() },
        done: BTreeSet::new(),
        parts: Vec::new(),
        places,
    };
    run.all();
    let Run { observed, mut subject, parts, .. } = run;
    observe(&mut subject.report, observed, config);
    subject.report.tree_digest = Digest::of_parts(parts.iter().map(String::as_bytes));
    Ok(subject)
}

/// The folders that paths of clients are relative to.
pub(crate) struct Places {
    pub(crate) platform: Platform,
    home: PathBuf,
    settings: PathBuf,
    project: PathBuf,
}

impl Places {
    /// The folders of this user, or of the one whose home is named.
    ///
    /// # Errors
    /// When nobody says where the home is.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, Failure> {
        let platform = if cfg!(windows) {
            Platform::Windows
        } else if cfg!(target_os = "macos") {
            Platform::MacOs
        } else {
            Platform::Linux
        };
        let own = || variable("HOME").or_else(|| variable("USERPROFILE"));
        let home = named.map(Path::to_owned).or_else(own);
        let home =
            home.ok_or_else(|| Failure::Said("HOME is not set; name the folder with --home".to_owned()))?;
        let home = home.canonicalize().map_err(|source| Failure::Read { path: home, source })?;
        // Another user's settings lie where they do by default.
        let set = |name: &str| variable(name).filter(|path| named.is_none() && path.is_absolute());
        let settings = match platform {
            Platform::Linux => set("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
            Platform::MacOs => home.join("Library/Application Support"),
            Platform::Windows => set("APPDATA").unwrap_or_else(|| home.join("AppData/Roaming")),
        };
        let project = trust::current_folder().map_err(Failure::CurrentFolder)?;
        Ok(Self { platform, home, settings, project })
    }

    /// What the path of a place is relative to.
    pub(crate) fn base(&self, place: &ClientPlace) -> &Path {
        match place.base {
            ClientBase::Home => &self.home,
            ClientBase::Settings => &self.settings,
            ClientBase::Project => &self.project,
        }
    }

    /// The path as it is shown: the home as `~`.
    fn shown(&self, path: &Path) -> String {
        let text = match path.strip_prefix(&self.home) {
            Ok(rest) => Path::new("~").join(rest),
            Err(_) => path.to_owned(),
        };
        text.to_string_lossy().replace('\\', "/")
    }
}

#[expect(clippy::disallowed_methods, reason = "where clients keep their settings is told by the environment")]
fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

struct Run<'a> {
    arguments: &'a ClientsArguments,
    asks_remotes: bool,
    config: &'a ScanConfig,
    scan_source: ScanSource<'a>,
    places: Places,
    observed: Observed,
    subject: Subject,
    /// What was read or asked already: several clients start the same.
    done: BTreeSet<String>,
    /// What the digest is made of: nothing secret.
    parts: Vec<String>,
}

impl Run<'_> {
    fn all(&mut self) {
        let mut count = 0;
        for place in client_places(self.places.platform) {
            let path = self.places.base(&place).join(place.path);
            let shown = self.places.shown(&path);
            let text = match settings::read_text(&path) {
                Ok(text) => text,
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
                {
                    continue;
                }
                Err(error) => {
                    self.observed.not_checked(shown, format!("{} cannot be read: {error}", place.client));
                    continue;
                }
            };
            let real = path.canonicalize().unwrap_or(path);
            if !self.done.insert(format!("file {}", real.display())) {
                continue;
            }
            count += 1;
            match ClientConfig::parse(&text, place.form) {
                Ok(config) => {
                    self.observed.extend(config.check(place.client, &shown));
                    let project = self.places.project.clone();
                    let folder = Some(project.as_path()).filter(|_| place.base == ClientBase::Project);
                    for server in &config.servers {
                        self.parts.extend([shown.clone(), server.name.clone(), server.target().told()]);
                        self.follow(server, &shown, folder);
                    }
                }
                Err(error) => self
                    .observed
                    .not_checked(shown, format!("the configuration of {}: {error}", place.client)),
            }
        }
        if count == 0 {
            self.observed.not_checked(".", "no configuration of a client was found");
        }
    }

    /// Scans what a server's entry leads to, or says that it was not.
    fn follow(&mut self, server: &ClientServer, shown: &str, folder: Option<&Path>) {
        let target = server.target();
        let told = target.told();
        let outcome = match target {
            ClientTarget::Source { path, folder: own } => self.source(&path, own.as_deref(), folder),
            ClientTarget::Package { reference } if self.arguments.fetch => self.package(&reference),
            ClientTarget::Package { .. } => Err("it was not fetched; say --fetch".to_owned()),
            ClientTarget::Remote { url, headers } if self.asks_remotes => self.remote(&url, &headers),
            ClientTarget::Remote { .. } => Err("it was not asked; say --live".to_owned()),
            ClientTarget::Image { .. } => Err("images of containers are not read".to_owned()),
            _ => Err("what it runs cannot be told".to_owned()),
        };
        if let Err(why) = outcome {
            self.observed.not_checked(shown, format!("`{}` is {told}: {why}", server.name));
        }
    }

    fn source(&mut self, path: &str, own: Option<&str>, folder: Option<&Path>) -> Result<(), String> {
        let home = self.places.home.clone();
        let expand = |text: &str| match text.strip_prefix("~/") {
            Some(rest) => home.join(rest),
            None => PathBuf::from(text),
        };
        let mut path = expand(path);
        if path.is_relative() {
            let own = own.map(expand).filter(|from| from.is_absolute());
            let from = own.or_else(|| folder.map(Path::to_owned));
            path = from.ok_or("the folder that it is relative to is not known")?.join(path);
        }
        let real = path.canonicalize().map_err(|error| format!("it cannot be read: {error}"))?;
        let root = root_of(&real, &self.places.home)?;
        let shown = self.places.shown(&root);
        self.add(&RepoRef::Path(root), &shown)
    }

    fn package(&mut self, reference: &str) -> Result<(), String> {
        let parsed = RepoRef::parse(reference).map_err(|error| error.to_string())?;
        self.add(&parsed, reference)
    }

    fn add(&mut self, reference: &RepoRef, shown: &str) -> Result<(), String> {
        if !self.done.insert(format!("source {shown}")) {
            return Ok(());
        }
        if self.done.iter().filter(|done| done.starts_with("source ")).count() > MOST_SOURCES {
            return Err(format!("more than {MOST_SOURCES} sources are not scanned at once"));
        }
        let subject = (self.scan_source)(reference).map_err(|failure| failure.told())?;
        self.merge(subject, shown);
        Ok(())
    }

    fn remote(&mut self, url: &str, headers: &[(String, String)]) -> Result<(), String> {
        let (label, listing, observed) =
            live::ask_as_client(url, headers).map_err(|error| error.to_string())?;
        self.observed.extend(observed);
        let subject = with_listing(None, &listing, Observed::default(), self.config);
        self.merge(subject, &label);
        Ok(())
    }

    /// Adds a report, with `prefix` before every path.
    fn merge(&mut self, subject: Subject, prefix: &str) {
        let Subject { tree, mut report, manifest_diagnostics } = subject;
        let put = |path: &mut String| *path = format!("{prefix}/{path}");
        rename(&mut report, &put);
        self.subject.manifest_diagnostics.extend(manifest_diagnostics.into_iter().map(|mut diagnostic| {
            put(&mut diagnostic.location.path);
            diagnostic
        }));
        let needed: BTreeSet<&str> =
            report.findings.iter().map(|finding| finding.location.path.as_str()).collect();
        let old = self
            .subject
            .tree
            .files()
            .iter()
            .filter_map(|file| Some((file.path.clone(), file.text()?.to_owned())));
        let new = tree.files().iter().filter_map(|file| {
            let path = format!("{prefix}/{}", file.path);
            needed.contains(path.as_str()).then_some((path, file.text()?.to_owned()))
        });
        let texts: Vec<(String, String)> = old.chain(new).collect();
        self.subject.tree =
            SourceTree::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        self.subject.report = join(self.subject.report.clone(), report);
    }
}

/// The project that a program belongs to: the nearest folder above with a manifest, below the home; else the file alone.
fn root_of(path: &Path, home: &Path) -> Result<PathBuf, String> {
    let holds_home = |folder: &Path| home.starts_with(folder);
    if path.is_dir() {
        return if holds_home(path) {
            Err("it holds the whole home".to_owned())
        } else {
            Ok(path.to_owned())
        };
    }
    let marks = [
        "package.json",
        "pyproject.toml",
        "setup.py",
        "requirements.txt",
        "mcp.yaml",
        "manifest.json",
        ".git",
    ];
    let above = path.ancestors().skip(1).take(MOST_LEVELS).take_while(|folder| !holds_home(folder));
    let root = above.into_iter().find(|folder| marks.iter().any(|mark| folder.join(mark).exists()));
    Ok(root.unwrap_or(path).to_owned())
}

fn rename(report: &mut ScanReport, put: &dyn Fn(&mut String)) {
    let suppressed = report.suppressed.iter_mut().map(|suppressed| &mut suppressed.finding);
    for finding in report.findings.iter_mut().chain(suppressed) {
        put(&mut finding.location.path);
        let edits = finding.fix.iter_mut().flat_map(|fix| &mut fix.edits);
        edits.for_each(|edit| put(&mut edit.location.path));
        let ways = finding.other_flows.iter_mut().flatten();
        let notes = finding.related.iter_mut().chain(&mut finding.flow).chain(ways);
        notes.for_each(|note| put(&mut note.location.path));
    }
    for tool in &mut report.tools {
        tool.location.iter_mut().chain(&mut tool.description_location).for_each(|place| put(&mut place.path));
    }
    report.not_analysed.iter_mut().for_each(|entry| put(&mut entry.path));
}
