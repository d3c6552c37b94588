//! `sigyl publish`: a folder's `server.json`, or what its manifest says, its source, and what the server's scan says of it.

use std::{
    fs,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use reqwest::Method;
use serde_json::{Map, Value};
use sigyl_core::{
    Digest, Manifest, SourceTree,
    source::{self as archive, LeftOut, LeftOutReason, Limits, read_folder},
};

use crate::{
    checkout,
    exit::Exit,
    failure::Failure,
    format::diagnostics,
    output,
    remote::{Api, Format, RemoteError, Target, items, pairs, text},
};

/// Longest document that is read, bytes: the server takes no longer body.
const DOCUMENT_BYTES_MAX: u64 = 1 << 20;

/// Longest description in the registry, characters.
const DESCRIPTION_CHARS_MAX: usize = 100;

/// How long to wait between two looks at a scan.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// How long a scan is waited for. The server gives one up after three minutes, and tries it three times.
const PATIENCE: Duration = Duration::from_secs(900);

/// Arguments of `sigyl publish`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl publish                      the server.json, else the manifest, and the source of this folder
  sigyl publish --no-source          the server.json alone; nobody else sees it until it is scanned
  sigyl publish --no-wait ./server   do not wait for the scan

A manifest's bare name gets the workspace's as its namespace; its version is published once, and one is made from the
time and the commit that is checked out where it has none.
Links, .git, node_modules and other folders of dependencies, and .env files stay where they are. A version that was
published before is published again only where it is the same; its source is then sent if the server has none.
The exit code is 1 where the scan blocks the version.")]
pub(crate) struct PublishArguments {
    /// The folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The document [default: server.json of the folder, else what its manifest says].
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Publish the document alone.
    #[arg(long)]
    no_source: bool,
    /// Do not wait for the scan.
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

/// Publishes.
pub(crate) fn run(arguments: &PublishArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    let path = arguments.document.clone().unwrap_or_else(|| arguments.path.join("server.json"));
    let (document, at) = match arguments.document.is_none() && arguments.path.is_dir() && !path.exists() {
        true => {
            let tree = read_folder(&arguments.path, &Limits::default())?;
            let mut document = of_manifest(&tree, &arguments.path)?;
            // The version that the server makes names it.
            if document.get("version").is_none()
                && let Some(commit) = checkout::commit(&arguments.path)
            {
                document["commit"] = commit.into();
            }
            (document, &["api", "v1", "packages"][..])
        }
        false => (read_document(&path)?, &["v0.1", "publish"][..]),
    };
    // What cannot be packed is told before anything is published.
    let source = if arguments.no_source { None } else { Some(pack(&arguments.path)?) };
    let published = publish(&api, at, &document)?;
    let (name, version) = (text(&published, &["server", "name"]), text(&published, &["server", "version"]));
    let (name, version) = (name.to_owned(), version.to_owned());
    output::note(&format!("published {name} {version}"));
    let Some(source) = source else {
        arguments.format.write(&published, |_| String::new())?;
        return Ok(Exit::Clean);
    };
    let at = ["api", "v1", "packages", &name, "versions", &version];
    let place = |last| at.iter().copied().chain([last]).collect::<Vec<_>>();
    let mut state = match api.upload(Method::PUT, &place("source"), "application/gzip", source) {
        // The source is there already; what its scan says is told.
        Err(error) if error.status() == Some(409) => api.get(&place("scan"), &[])?,
        state => state?,
    };
    if !arguments.no_wait {
        state = wait(&api, &place("scan"), state)?;
    }
    arguments.format.write(&state, told)?;
    let is_blocked = text(&state, &["verdict"]) == "blocked";
    if text(&state, &["state"]) == "failed" {
        return Err(Failure::Said(format!("the scan failed: {}", text(&state, &["error"]))));
    }
    Ok(if is_blocked { Exit::Found } else { Exit::Clean })
}

fn read_document(path: &Path) -> Result<Value, Failure> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(DOCUMENT_BYTES_MAX).read_to_end(&mut bytes));
    read.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::Said(format!("{} is no JSON: {error}", path.display())))
}

/// What a manifest says, as the registry takes it: what its source alone tells, the scan finds there.
fn of_manifest(tree: &SourceTree, path: &Path) -> Result<Value, Failure> {
    let parsed = Manifest::discover(tree);
    let has_errors = parsed.has_errors();
    let manifest = match parsed.value {
        Some(manifest) if !has_errors => manifest,
        _ => {
            let frames = diagnostics::render(&parsed.diagnostics, tree, output::stderr_has_colour());
            let path = path.display().to_string();
            return Err(Failure::Configuration { path, mistakes: parsed.diagnostics.len(), frames });
        }
    };
    // What describes a package alone was not written to be published here.
    let Some(name) = manifest.name.filter(|_| manifest.sources.iter().any(|it| !it.format.is_inferred()))
    else {
        return Err(Failure::Said(format!(
            "{} has neither a server.json nor a manifest with a name; `sigyl manifest init` writes one",
            path.display()
        )));
    };
    let described = manifest.description.unwrap_or_else(|| name.0.clone());
    let mut description = described.split_whitespace().collect::<Vec<_>>().join(" ");
    if description.chars().count() > DESCRIPTION_CHARS_MAX {
        let cut = description.chars().take(DESCRIPTION_CHARS_MAX - 1).collect::<String>();
        description = format!("{}…", cut.trim_end());
    }
    let mut document = Map::new();
    document.insert("name".to_owned(), name.0.into());
    document.insert("description".to_owned(), description.into());
    for (key, value) in [("version", manifest.version), ("category", manifest.category)] {
        document.extend(value.map(|value| (key.to_owned(), value.into())));
    }
    if !manifest.tags.is_empty() {
        document.insert("tags".to_owned(), manifest.tags.into());
    }
    if !manifest.remotes.is_empty() {
        let remote = |url: &String| serde_json::json!({ "type": "streamable-http", "url": url });
        document.insert("remotes".to_owned(), manifest.remotes.iter().map(remote).collect());
    }
    Ok(Value::Object(document))
}

/// Publishes the document, or finds that the same one was published before.
fn publish(api: &Api, at: &[&str], document: &Value) -> Result<Value, Failure> {
    let refused = match api.send(Method::POST, at, document) {
        Ok(published) => return Ok(published),
        Err(error) if matches!(error.status(), Some(400 | 409)) => error,
        Err(error) => return Err(error.into()),
    };
    let (name, version) = (text(document, &["name"]), text(document, &["version"]));
    if name.is_empty() || version.is_empty() {
        return Err(refused.into());
    }
    let Ok(before) = api.get(&["v0.1", "servers", name, "versions", version], &[]) else {
        return Err(refused.into());
    };
    let parts = ["description", "title", "packages", "remotes", "repository", "websiteUrl"];
    let is_same = parts.iter().all(|part| before["server"].get(part) == document.get(part));
    if is_same { Ok(before) } else { Err(refused.into()) }
}

/// The folder as a gzipped tar, below one folder, which readers of archives take away.
pub(super) fn pack(path: &Path) -> Result<Vec<u8>, Failure> {
    let tree = read_folder(path, &Limits::default())?;
    let mut files = Vec::new();
    let mut left = Vec::new();
    for file in tree.files() {
        if file.name() == ".env" || (file.name().starts_with(".env.") && !file.name().ends_with(".example")) {
            left.push(file.path.as_str());
            continue;
        }
        let on_disk = if path.is_file() { path.to_owned() } else { path.join(&file.path) };
        let bytes = fs::read(&on_disk).map_err(|source| Failure::Read { path: on_disk.clone(), source })?;
        if Digest::of(&bytes) != file.digest {
            return Err(Failure::Said(format!(
                "{} changed while it was read; publish again",
                on_disk.display()
            )));
        }
        files.push((file.path.as_str(), file.executable, bytes));
    }
    // What is only too long to be read goes along.
    let is_lost =
        |it: &&LeftOut| it.reason != LeftOutReason::DependencyFolder && tree.file(&it.path).is_none();
    let lost = tree.left_out.iter().filter(is_lost);
    left.extend(lost.map(|it| it.path.as_str()));
    if !left.is_empty() {
        let more = if left.len() > 5 { ", …" } else { "" };
        output::note(&format!("left out: {}{more}", left[..left.len().min(5)].join(", ")));
    }
    archive::pack(files.iter().map(|(path, executable, bytes)| (*path, *executable, bytes.as_slice())))
        .map_err(|source| Failure::Write { path: "the archive".into(), source })
}

#[expect(clippy::disallowed_methods, reason = "a person waits for so long and no longer")]
fn wait(api: &Api, place: &[&str], mut state: Value) -> Result<Value, Failure> {
    let (begun, is_terminal, mut shown) = (Instant::now(), io::stderr().is_terminal(), String::new());
    while matches!(text(&state, &["state"]), "queued" | "running") {
        if begun.elapsed() > PATIENCE {
            return Err(RemoteError::Missing(
                "the scan takes too long; look again with `sigyl show`".to_owned(),
            )
            .into());
        }
        let now = text(&state, &["state"]);
        if is_terminal {
            let line = format!("\r\x1b[Kscan: {now}, {} s", begun.elapsed().as_secs());
            let _ = io::stderr().write_all(line.as_bytes());
        } else if now != shown {
            output::note(&format!("scan: {now}"));
            now.clone_into(&mut shown);
        }
        thread::sleep(LOOK_EVERY);
        state = match api.get(place, &[]) {
            // Too many requests: the next look is later.
            Err(error) if error.status() == Some(429) => state,
            state => state?,
        };
    }
    if is_terminal {
        let _ = io::stderr().write_all(b"\r\x1b[K");
    }
    Ok(state)
}

/// What a scan says, for people.
fn told(state: &Value) -> String {
    let findings = items(&state["report"], "findings").iter().map(|finding| {
        let place = format!("{}:{}", text(finding, &["location", "path"]), finding["location"]["start_line"]);
        format!("{} {} {place}", text(finding, &["severity"]), text(finding, &["rule"]))
    });
    let findings = findings.collect::<Vec<_>>().join("\n");
    pairs(&[
        ("scan", text(state, &["state"]).to_owned()),
        ("verdict", text(state, &["verdict"]).to_owned()),
        ("findings", findings),
    ])
}

#[cfg(test)]
mod tests {
    use sigyl_core::source::{Origin, TopFolder, read_archive_bytes};

    use super::*;

    #[test]
    fn a_manifest_is_told_as_the_registry_takes_it() {
        let text = format!(
            "name: weather\ndescription: {}\nversion: 1.2.3\ncategory: travel\ntags: [a, b]\nruntime: node\n",
            "Tells the weather. ".repeat(9)
        );
        let tree =
            SourceTree::from_texts([("mcp.yaml", text.as_str()), ("package.json", "{\"name\":\"x\"}")]);
        let mut document = of_manifest(&tree, Path::new(".")).unwrap();
        let description = document["description"].take();
        let description = description.as_str().unwrap();
        assert!(description.ends_with('…') && description.chars().count() == DESCRIPTION_CHARS_MAX);
        let whole = serde_json::json!({ "name": "weather", "description": null, "version": "1.2.3",
            "category": "travel", "tags": ["a", "b"] });
        assert_eq!(document, whole);
        // Without a version the server makes one; a package's own file is no wish to be published.
        let tree = SourceTree::from_texts([("mcp.yaml", "name: weather\n")]);
        let document = of_manifest(&tree, Path::new(".")).unwrap();
        assert_eq!(document, serde_json::json!({ "name": "weather", "description": "weather" }));
        let tree = SourceTree::from_texts([("package.json", "{\"name\":\"x\",\"version\":\"1.0.0\"}")]);
        assert!(matches!(of_manifest(&tree, Path::new(".")), Err(Failure::Said(_))));
        let tree = SourceTree::from_texts([("mcp.yaml", "name: 3\n")]);
        assert!(of_manifest(&tree, Path::new(".")).is_err());
    }

    #[test]
    fn a_packed_folder_is_read_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("{}/{}.js", "d".repeat(90), "é".repeat(60));
        for (path, bytes) in [
            ("a.js", &b"1"[..]),
            ("src/b.bin", &[0, 159, 146, 150][..]),
            ("empty", b""),
            (".env", b"SECRET=canary"),
            (".env.local", b"SECRET=canary"),
            (".env.example", b"SECRET="),
            ("node_modules/x/index.js", b"x"),
            (&long, b"long"),
            ("block", &[b'x'; 512]),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let packed = pack(folder.path()).unwrap();
        let origin = Origin::Archive { path: "x".to_owned() };
        let read =
            read_archive_bytes(&packed, "x", origin, TopFolder::StripCommon, &Limits::default()).unwrap();
        let before = read_folder(folder.path(), &Limits::default()).unwrap();
        let kept = before.files().iter().filter(|file| !matches!(file.name(), ".env" | ".env.local"));
        let paths = |file: &sigyl_core::source::SourceFile| (file.path.clone(), file.digest.clone());
        assert_eq!(read.files().iter().map(paths).collect::<Vec<_>>(), kept.map(paths).collect::<Vec<_>>());
        assert!(read.left_out.is_empty(), "{:?}", read.left_out);
    }
}
