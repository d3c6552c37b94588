//! A plan as a Dockerfile.

use indexmap::IndexMap;

use super::write::{Writer, json, quoted};
use crate::plan::{
    BaseImage, BuildPlan, Phase, build_secrets,
    context::{APP, BRIDGE, CA_BUNDLE, IMAGE_APP, IMAGE_BRIDGE, IMAGE_CA_BUNDLE, is_plain},
};

/// Variables by which programs are told which certificates to trust.
const CA_VARIABLES: &[&str] = &[
    "CARGO_HTTP_CAINFO",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
];

/// What a Dockerfile may have beside the plan. None of it is a secret: build secrets are named in the plan, and their
/// values are given to the engine.
#[derive(Debug, Clone, Default)]
pub struct DockerfileOptions {
    /// The context has certificates to trust ([`CA_BUNDLE`]): the whole bundle, since most programs read one file only.
    /// They are trusted while it is built and when it runs.
    pub ca_bundle: bool,
    /// Variables of the build alone, such as mirrors of registries. They stay in layers of the build, so no secrets.
    pub build_env: IndexMap<String, String>,
    /// Labels with which every stage begins, so that whatever is made on the way has them. They are read by the engine
    /// alone: what is the same but for them is built for each apart.
    pub stage_labels: IndexMap<String, String>,
    /// An image that was built before from the stage `install`, which this Dockerfile then begins from.
    pub prepared: Option<String>,
}

/// A stage that is built by itself, since its commands may use the network or may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Its name in the Dockerfile.
    pub target: &'static str,
    /// Whether it is built with network.
    pub network: bool,
}

impl BuildPlan {
    /// The stages in which an engine builds the plan, in order.
    ///
    /// Dependencies are installed with network and the project's own build runs without. Docker's own frontend knows no
    /// `RUN --network`, so that the network is chosen for each build as a whole (`--network none`), and BuildKit counts
    /// it as a part of each command: a second build without network would install again, in vain. So:
    ///
    /// 1. build the target `install` with network and name the image;
    /// 2. write the Dockerfile again with [`DockerfileOptions::prepared`] set to that name, and build it without network.
    ///
    /// Where there is nothing to install, the one stage `run` is built without network. An engine that cannot take the
    /// network away (a hosted builder) may build the Dockerfile in one piece, and then says so.
    pub fn stages(&self) -> Vec<Stage> {
        let run = Stage { target: "run", network: false };
        if self.has_install() { vec![Stage { target: "install", network: true }, run] } else { vec![run] }
    }

    /// What the image runs: the server, with the bridge before it where it speaks over standard input and output.
    pub fn command(&self) -> Vec<String> {
        let mode = match self.bridge {
            None => return self.start.clone(),
            Some(crate::plan::Bridge::Session) => "session",
            Some(crate::plan::Bridge::Shared) => "shared",
        };
        let words = [IMAGE_BRIDGE, "--mode", mode, "--endpoint", &self.path, "--"].map(str::to_owned);
        words.into_iter().chain(self.start.iter().cloned()).collect()
    }

    /// The Dockerfile: a pure function of the plan and the options. The context is what
    /// [`write_context`](BuildPlan::write_context) writes.
    pub fn dockerfile(&self, options: &DockerfileOptions) -> String {
        let mut out = Writer::default();
        if !self.has_app() {
            self.foreign(options, &mut out);
            return out.finish();
        }
        let has_install = self.has_install();
        match &options.prepared {
            Some(prepared) => begin(&format!("FROM {} AS build", reference(prepared)), options, &mut out),
            None => {
                let name = if has_install { "install" } else { "build" };
                begin(&format!("FROM {} AS {name}", image(&self.build_image)), options, &mut out);
                self.build_head(options, &mut out);
                if has_install {
                    self.install_path_line(&mut out);
                    for phase in self.phases.iter().filter(|phase| phase.network) {
                        self.phase(phase, &mut out);
                    }
                    out.blank();
                    out.line("FROM install AS build");
                }
            }
        }
        self.path_lines(&mut out);
        out.copy("", &[format!("{APP}/"), format!("{IMAGE_APP}/")]);
        for phase in self.phases.iter().filter(|phase| !phase.network) {
            self.phase(phase, &mut out);
        }
        out.blank();
        self.run_stage(&image(&self.run_image), options, &mut out);
        out.finish()
    }

    /// Whether something is done with network before the rest.
    fn has_install(&self) -> bool {
        self.wrapped.is_some() || self.phases.iter().any(|phase| phase.network)
    }

    /// Whether the image is made of the tree's files by us, and not by its author.
    fn has_app(&self) -> bool {
        self.wrapped.is_none() && self.planner != "image"
    }

    /// An image that others made, wrapped.
    fn foreign(&self, options: &DockerfileOptions, out: &mut Writer) {
        let base = match (&options.prepared, &self.wrapped) {
            (Some(prepared), _) => reference(prepared),
            (None, Some(wrapped)) => {
                // Each line was read, checked and written again.
                for line in wrapped.lines() {
                    match line.starts_with("FROM ") {
                        true => begin(line, options, out),
                        false => out.line(line),
                    }
                }
                out.blank();
                last_stage_name().to_owned()
            }
            (None, None) => image(&self.run_image),
        };
        self.run_stage(&base, options, out);
    }

    /// The application's folder in the image.
    pub fn image_folder(&self) -> String {
        if self.root.is_empty() { IMAGE_APP.to_owned() } else { format!("{IMAGE_APP}/{}", self.root) }
    }

    /// Its folder in the context.
    fn context_folder(&self) -> String {
        if self.root.is_empty() { APP.to_owned() } else { format!("{APP}/{}", self.root) }
    }

    fn build_head(&self, options: &DockerfileOptions, out: &mut Writer) {
        out.line(&format!("WORKDIR {}", self.image_folder()));
        for (name, value) in &options.build_env {
            if crate::plan::env::is_variable_name(name) {
                out.env(name, value);
            }
        }
        certificates(options, out);
    }

    /// Folders of the application, before what the image says already.
    fn path_lines(&self, out: &mut Writer) {
        let inherited = |name: &str| (name == "PATH").then(|| "$PATH".to_owned());
        for (name, value) in self.path_env(&self.image_folder(), inherited) {
            match value.strip_suffix("$PATH") {
                Some(own) => {
                    let own = quoted(own);
                    out.line(&format!("ENV {name}={}$PATH\"", own.strip_suffix('"').unwrap_or(&own)));
                }
                None => out.env(&name, &value),
            }
        }
    }

    /// While there is network, behind what the image says.
    fn install_path_line(&self, out: &mut Writer) {
        for (name, value) in self.install_path_env(&self.image_folder(), "$PATH") {
            let own = quoted(value.strip_prefix("$PATH").unwrap_or(&value));
            out.line(&format!("ENV {name}=\"$PATH{}", own.strip_prefix('"').unwrap_or(&own)));
        }
    }

    fn phase(&self, phase: &Phase, out: &mut Writer) {
        if phase.network {
            self.phase_files(phase, out);
        }
        for (name, value) in &phase.env {
            out.env(name, value);
        }
        let secrets = self.secrets_of(phase);
        for command in &phase.commands {
            out.run(&build_secrets::mounts(secrets), &build_secrets::exported(secrets, command));
        }
    }

    /// Secrets that the commands of a phase get: those that install, and no scripts of dependencies.
    pub(crate) fn secrets_of(&self, phase: &Phase) -> &[String] {
        if phase.name == crate::plan::PhaseName::Install { &self.build_secrets } else { &[] }
    }

    /// Copies what a phase needs, and nothing else, so that its layer outlives changes of other files.
    fn phase_files(&self, phase: &Phase, out: &mut Writer) {
        let whole = || vec![format!("{APP}/"), format!("{IMAGE_APP}/")];
        if phase.name != crate::plan::PhaseName::Install {
            // What the installation needed is there.
            return;
        }
        if phase.files.is_empty() || !phase.files.iter().all(|path| is_plain(path)) {
            return out.copy("", &whole());
        }
        let mut by_folder: IndexMap<&str, Vec<String>> = IndexMap::new();
        let mut files: Vec<&String> = phase.files.iter().collect();
        files.sort();
        files.dedup();
        for path in files {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            by_folder.entry(folder).or_default().push(format!("{}/{path}", self.context_folder()));
        }
        for (folder, mut paths) in by_folder {
            paths.push(if folder.is_empty() { "./".to_owned() } else { format!("./{folder}/") });
            out.copy("", &paths);
        }
    }

    fn run_stage(&self, base: &str, options: &DockerfileOptions, out: &mut Writer) {
        begin(&format!("FROM {base} AS run"), options, out);
        if self.has_app() {
            out.line(&format!("WORKDIR {}", self.image_folder()));
        }
        certificates(options, out);
        if self.needs_bridge() {
            out.copy("", &[BRIDGE.to_owned(), IMAGE_BRIDGE.to_owned()]);
        }
        if self.keep.is_empty() && self.has_app() {
            out.copy("--from=build ", &[IMAGE_APP.to_owned(), IMAGE_APP.to_owned()]);
        }
        for path in self.keep.iter().filter(|path| is_plain(path)) {
            let path = format!("{}/{path}", self.image_folder());
            out.copy("--from=build ", &[path.clone(), path]);
        }
        self.path_lines(out);
        // A user without an entry in /etc/passwd has none; the root is read-only.
        out.env("HOME", "/tmp");
        for (name, value) in &self.env {
            out.env(name, value);
        }
        self.labels(out);
        out.line(&format!("USER {0}:{0}", self.uid));
        out.line(&format!("EXPOSE {}", self.port));
        out.line(&format!(
            "HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD {}",
            json(&self.probe())
        ));
        // Without a command of ours an image of others starts as its author says.
        if !self.start.is_empty() {
            // The image's own would start a shell before the server.
            out.line("ENTRYPOINT []");
            out.line(&format!("CMD {}", json(&self.command())));
        }
    }

    fn labels(&self, out: &mut Writer) {
        let labels = [
            ("org.opencontainers.image.title", self.name.as_deref()),
            ("org.opencontainers.image.version", self.version.as_deref()),
            ("org.opencontainers.image.revision", self.commit.as_deref()),
        ];
        for (name, value) in labels {
            if let Some(value) = value {
                out.label(name, value);
            }
        }
        out.label("dev.sigyl.tree", self.tree_digest.as_str());
        out.label("dev.sigyl.report", self.report_digest.as_str());
        out.label("dev.sigyl.plan", self.digest().as_str());
    }
}

/// Name of the stage in which an author's Dockerfile ends.
pub(crate) fn last_stage_name() -> &'static str {
    "install"
}

/// A stage.
fn begin(from: &str, options: &DockerfileOptions, out: &mut Writer) {
    out.line(from);
    for (name, value) in &options.stage_labels {
        out.label(name, value);
    }
}

fn certificates(options: &DockerfileOptions, out: &mut Writer) {
    if options.ca_bundle {
        out.copy("", &[CA_BUNDLE.to_owned(), IMAGE_CA_BUNDLE.to_owned()]);
        for name in CA_VARIABLES {
            out.env(name, IMAGE_CA_BUNDLE);
        }
    }
}

/// The image by digest where it is known.
fn image(image: &BaseImage) -> String {
    match &image.digest {
        Some(digest) => reference(&format!("{}@{digest}", image.reference)),
        None => reference(&image.reference),
    }
}

/// A reference has letters, digits and `./:@_-` only; what else stands in one was never an image.
fn reference(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "./:@_-".contains(*c)).collect()
}
