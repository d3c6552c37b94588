//! Packages and images that configurations and Dockerfiles start by name: `npx`, `uvx`, `pipx run`, `docker run`.

use sigyl_core::{Span, node};

use crate::{
    context::FileContext,
    dependencies::{Ecosystem, Origin},
    files::FileKind,
    lexical::{Pattern, instructions},
    rule::Place,
};

/// Values of one configuration. Chosen: configurations of clients have a few hundred.
const MAX_NODES: usize = 20_000;
/// Launches of one file. Chosen.
const MAX_LAUNCHES: usize = 1_000;

/// One package or image that is started.
pub(crate) struct Launch {
    pub(crate) runner: Runner,
    /// The name without its version.
    pub(crate) name: String,
    /// What follows the name: `latest`, `1.2.3`, a digest.
    pub(crate) version: Option<String>,
    /// The address, where it is taken from Git or an address.
    pub(crate) origin: Option<Origin>,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    Npm,
    Python,
    Docker,
    /// `pip install`, which fetches and does not start.
    Pip,
}

impl Launch {
    /// The registry that the name belongs to; none for images and addresses.
    pub(crate) fn ecosystem(&self) -> Option<Ecosystem> {
        match (self.runner, &self.origin) {
            (_, Some(_)) | (Runner::Docker, _) => None,
            (Runner::Npm, None) => Some(Ecosystem::Npm),
            (Runner::Python | Runner::Pip, None) => Some(Ecosystem::PyPi),
        }
    }
}

static STARTS: Pattern = Pattern::new(r"\b(?:npx|bunx|pnpx|uvx|pipx|docker|podman|pip3?|dlx)\b");

/// What a file starts. Files of other kinds start nothing that is known here.
pub(crate) fn launches(file: &FileContext<'_>) -> Vec<Launch> {
    let is_configuration = matches!(file.kind, FileKind::Json | FileKind::Yaml | FileKind::Compose);
    if !is_configuration && file.kind != FileKind::Dockerfile {
        return Vec::new();
    }
    file.spend(file.text.len());
    if !STARTS.is_match(file.text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    match file.kind {
        FileKind::Dockerfile => {
            for instruction in instructions(file.text) {
                if !matches!(instruction.name.as_str(), "RUN" | "CMD" | "ENTRYPOINT") {
                    continue;
                }
                let place = file.at(instruction.start, instruction.end);
                for command in instruction.arguments.split(['&', ';', '|']).take(200) {
                    let words: Vec<&str> = command
                        .split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"' | ',' | '\''))
                        .filter(|word| !word.is_empty())
                        .collect();
                    found.extend(of_words(&words, place));
                }
            }
        }
        FileKind::Json => {
            if let Ok(root) = node::read_json_within(file.text, MAX_NODES) {
                configuration(file, &root, &mut found);
            }
        }
        _ => {
            if let Ok(root) = node::read_yaml_within(file.text, MAX_NODES) {
                configuration(file, &root, &mut found);
            }
        }
    }
    found.truncate(MAX_LAUNCHES);
    found
}

/// Walks a configuration for objects with `command` and `args`. The readers have bounded the depth.
fn configuration(file: &FileContext<'_>, root: &node::Node, found: &mut Vec<Launch>) {
    let mut open = vec![root];
    while let Some(at) = open.pop() {
        if let Some(items) = at.as_sequence() {
            open.extend(items);
        }
        let Some(mapping) = at.as_mapping() else { continue };
        open.extend(mapping.entries.values().map(|entry| &entry.value));
        let Some(command) = at.get("command") else { continue };
        let mut words: Vec<&str> = Vec::new();
        let mut span = command.span;
        match (command.as_str(), command.as_sequence()) {
            (Some(text), _) => words.extend(text.split_whitespace()),
            (None, Some(items)) => words.extend(items.iter().filter_map(node::Node::as_str)),
            _ => continue,
        }
        if let Some(arguments) = at.get("args") {
            span = Span::new(span.start.min(arguments.span.start), span.end.max(arguments.span.end));
            words.extend(arguments.as_sequence().unwrap_or_default().iter().filter_map(node::Node::as_str));
        }
        // `cmd /c npx …` and `sh -c "npx …"` start the same.
        let words: Vec<&str> = words.into_iter().flat_map(str::split_whitespace).collect();
        found.extend(of_words(&words, file.place(span)));
    }
}

/// What a command line starts by name.
pub(crate) fn of_words(words: &[&str], place: Place) -> Option<Launch> {
    let program = |word: &str| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        name.strip_suffix(".cmd").or(name.strip_suffix(".exe")).unwrap_or(name).to_owned()
    };
    let start = words.iter().position(|word| {
        ["npx", "bunx", "pnpx", "uvx", "pipx", "docker", "podman", "pip", "pip3", "dlx"]
            .contains(&program(word).as_str())
    })?;
    // Only what is the program itself, or what a shell or a package manager starts.
    let before = &words[..start];
    let starts_others = [
        "cmd", "/c", "/C", "sh", "bash", "-c", "pnpm", "yarn", "sudo", "exec", "python", "python3", "-m",
        "uv", "env", "RUN",
    ];
    if !before.iter().all(|word| {
        starts_others.contains(word)
            || starts_others.contains(&program(word).as_str())
            || word.starts_with("--")
    }) {
        return None;
    }
    let rest = &words[start + 1..];
    match program(words[start]).as_str() {
        "npx" | "bunx" | "pnpx" | "dlx" => npm(rest, place),
        "uvx" => python(rest, place),
        "pipx" => python(rest.strip_prefix(&["run"])?, place),
        "docker" | "podman" => docker(rest, place),
        _ => pip(rest.strip_prefix(&["install"])?, place),
    }
}

fn npm(words: &[&str], place: Place) -> Option<Launch> {
    let mut package = None;
    let mut at = 0;
    while let Some(word) = words.get(at).copied() {
        at += 1;
        match word {
            "-p" | "--package" => {
                package = words.get(at).copied();
                break;
            }
            "-c" | "--call" | "--registry" | "--prefix" => at += 1,
            // Only what is installed already is started.
            "--no-install" | "--no" | "--offline" => return None,
            _ if word.starts_with("--package=") => {
                package = word.strip_prefix("--package=");
                break;
            }
            _ if word.starts_with('-') => {}
            _ => {
                package = Some(word);
                break;
            }
        }
    }
    let package = package?;
    let is_name = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_alphanumeric() || "@/._-+^~*".contains(c))
            && text.chars().any(char::is_alphanumeric)
    };
    if package.starts_with(['.', '/', '$', '<', '{']) {
        return None;
    }
    if let Some(origin) = Origin::of_specifier(package).filter(|origin| !matches!(origin, Origin::Local)) {
        return Some(Launch {
            runner: Runner::Npm,
            name: package.to_owned(),
            version: None,
            origin: Some(origin),
            place,
        });
    }
    // The first character may be the `@` of a scope.
    let (name, version) = match package.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => (&package[..at], Some(package[at + 1..].to_owned())),
        None => (package, None),
    };
    is_name(package).then(|| Launch {
        runner: Runner::Npm,
        name: name.to_owned(),
        version,
        origin: None,
        place,
    })
}

fn python(words: &[&str], place: Place) -> Option<Launch> {
    let mut at = 0;
    let mut package = None;
    while let Some(word) = words.get(at).copied() {
        at += 1;
        match word {
            "--from" | "--spec" => {
                package = words.get(at).copied();
                break;
            }
            "--with" | "--python" | "-p" | "--index-url" | "--directory" | "--default-index" => at += 1,
            "--offline" => return None,
            _ if word.starts_with("--from=") => {
                package = word.strip_prefix("--from=");
                break;
            }
            _ if word.starts_with('-') => {}
            _ => {
                package = Some(word);
                break;
            }
        }
    }
    requirement(package?, Runner::Python, place)
}

fn requirement(package: &str, runner: Runner, place: Place) -> Option<Launch> {
    if package.starts_with(['.', '/', '$', '<', '{', '-']) || package.ends_with(".whl") {
        return None;
    }
    let address = package.split_once("git+").map(|(_, rest)| rest);
    if let Some(address) = address {
        let bare = address.split('#').next().unwrap_or(address);
        let path = bare.find("://").map_or(0, |at| at + 3);
        let path = path + bare[path..].find('/').unwrap_or(0);
        let reference = bare[path..].rsplit_once('@').map(|(_, reference)| reference.to_owned());
        let origin = Origin::Git { url: bare.to_owned(), reference };
        return Some(Launch { runner, name: package.to_owned(), version: None, origin: Some(origin), place });
    }
    let end = package.find(['@', '=', '<', '>', '~', '!', '[', ';']).unwrap_or(package.len());
    let (name, rest) = package.split_at(end);
    let rest = rest.split_once(']').map_or(rest, |(_, rest)| rest);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    let version = rest.trim_start_matches(['@', '=']).to_owned();
    let is_exact = rest.starts_with('@') || rest.starts_with("==");
    is_name.then(|| Launch {
        runner,
        name: name.to_owned(),
        version: is_exact.then_some(version),
        origin: None,
        place,
    })
}

fn pip(words: &[&str], place: Place) -> Option<Launch> {
    // Addresses only: what a Dockerfile installs by name is pinned by its own rule or not at all.
    let address = words.iter().find(|word| word.starts_with("git+") || word.contains("@git+"))?;
    requirement(address, Runner::Pip, place)
}

fn docker(words: &[&str], place: Place) -> Option<Launch> {
    let rest = words.strip_prefix(&["run"])?;
    let takes_value = [
        "-e",
        "--env",
        "-v",
        "--volume",
        "--mount",
        "--name",
        "-p",
        "--publish",
        "--network",
        "--net",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "--entrypoint",
        "--env-file",
        "--add-host",
        "--memory",
        "-m",
        "--cpus",
        "--pull",
        "--platform",
        "-l",
        "--label",
        "--cap-add",
        "--cap-drop",
        "--security-opt",
        "--tmpfs",
        "-h",
        "--hostname",
    ];
    let mut at = 0;
    let image = loop {
        let word = rest.get(at).copied()?;
        at += 1;
        if takes_value.contains(&word) {
            at += 1;
        } else if !word.starts_with('-') {
            break word;
        }
    };
    if !image.chars().all(|c| c.is_ascii_alphanumeric() || "/._-:@".contains(c)) {
        return None;
    }
    let (name, version) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest.to_owned())),
        None => {
            let tail = image.rfind('/').map_or(0, |at| at + 1);
            match image[tail..].split_once(':') {
                Some((_, tag)) => (&image[..image.len() - tag.len() - 1], Some(tag.to_owned())),
                None => (image, None),
            }
        }
    };
    Some(Launch { runner: Runner::Docker, name: name.to_owned(), version, origin: None, place })
}
