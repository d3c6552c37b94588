//! What an author's Dockerfile may do.

use std::collections::BTreeMap;

use sigyl_core::manifest::looks_secret;

use super::{mount, parse::Instruction};
use crate::plan::{draft::Draft, project::Project};

/// Programs that fetch.
const FETCHERS: &[&str] = &["curl", "wget"];
/// Programs that run what they are given.
const INTERPRETERS: &[&str] =
    &["sh", "bash", "dash", "ash", "zsh", "python", "python3", "node", "perl", "ruby"];
/// Instructions that are known; the rest is refused.
const KNOWN: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];
/// Stages that the wrapping adds.
const OWN_STAGES: &str = "sigyl-";
/// Problems of one file that are told. Chosen.
const MAX_PROBLEMS: usize = 50;

/// What wrapping needs to know of the stages.
#[derive(Debug, Default)]
pub(crate) struct Stages {
    /// Name of the last stage, where it has one.
    pub(crate) last: Option<String>,
    /// The image that the last stage begins with, its stages followed.
    pub(crate) base: String,
    /// What the last stage starts, where it says so in exec form.
    pub(crate) entrypoint: Option<Vec<String>>,
    /// What the last stage adds to it, where it says so in exec form.
    pub(crate) command: Option<Vec<String>>,
    /// Whether one of both is in shell form.
    pub(crate) has_shell_form: bool,
    names: BTreeMap<String, String>,
}

struct Check<'c, 'a> {
    project: &'c Project<'a>,
    path: &'c str,
    draft: &'c mut Draft,
    args: BTreeMap<String, String>,
}

/// Holds every instruction against the policy; tells what wrapping needs where nothing was refused.
pub(crate) fn check(
    instructions: &[Instruction],
    project: &Project<'_>,
    path: &str,
    draft: &mut Draft,
) -> Option<Stages> {
    let before = draft.problems.len();
    let mut check = Check { project, path, draft, args: BTreeMap::new() };
    let mut stages = Stages::default();
    let mut has_from = false;
    let mut user = None;
    for it in instructions {
        if check.draft.problems.len() > before + MAX_PROBLEMS {
            break;
        }
        if !KNOWN.contains(&it.keyword.as_str()) {
            let keyword: String = it.keyword.chars().take(30).collect();
            let what =
                if keyword == "ONBUILD" { "acts in other builds" } else { "is no instruction that is known" };
            check.refuse(it, format!("`{}` {what}", keyword.escape_debug()), "Remove it");
            continue;
        }
        match it.keyword.as_str() {
            "ARG" if !has_from => check.argument(it),
            "FROM" => {
                has_from = true;
                user = None;
                check.from(it, &mut stages);
            }
            _ if !has_from => check.refuse(it, "it stands before the first `FROM`", "Begin with `FROM`"),
            "RUN" => check.run(it),
            "ADD" | "COPY" => check.copy(it, &stages),
            "ARG" | "ENV" => check.variables(it),
            "USER" => user = Some(it.rest.clone()),
            "ENTRYPOINT" => {
                stages.has_shell_form |= it.exec().is_none();
                stages.entrypoint = it.exec();
            }
            "CMD" => {
                stages.has_shell_form |= it.exec().is_none();
                stages.command = it.exec();
            }
            "VOLUME" => {
                check
                    .draft
                    .warn("volume", format!("`VOLUME` of {path}: nothing that is written there stays"));
            }
            _ => {}
        }
    }
    if !has_from && check.draft.problems.len() == before {
        check.draft.refuse("dockerfile", project.place(path, None), "it has no `FROM`", "Begin with `FROM`");
    }
    let is_root = user.as_deref().is_none_or(|user| matches!(user.split(':').next(), Some("root" | "0")));
    if is_root {
        draft.note(
            "user-replaced",
            format!("{path} would run as root; the image runs as a user without rights"),
        );
    }
    (draft.problems.len() == before).then_some(stages)
}

impl Check<'_, '_> {
    fn refuse(&mut self, it: &Instruction, message: impl Into<String>, mend: &str) {
        self.draft.refuse("dockerfile", self.project.place(self.path, Some(it.span)), message, mend);
    }

    fn argument(&mut self, it: &Instruction) {
        self.variables(it);
        if let Some((name, value)) = it.rest.split_once('=') {
            self.args.insert(name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned());
        }
    }

    fn from(&mut self, it: &Instruction, stages: &mut Stages) {
        let mut words = it.rest.split_whitespace();
        let written = words.next().unwrap_or_default();
        let alias = words.next().filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.next());
        let Some(image) = self.resolved(written) else {
            self.refuse(
                it,
                "its base image is a variable without a value",
                "Name the image, or give the `ARG` a default",
            );
            return;
        };
        let known = stages.names.get(&image.to_ascii_lowercase()).cloned();
        if known.is_none() && image != "scratch" {
            self.image(it, &image);
        }
        // A stage that goes on with another one has what that one starts; what stages say is not followed further.
        if known.is_none() {
            stages.entrypoint = None;
            stages.command = None;
            stages.has_shell_form = false;
        }
        stages.base = known.unwrap_or(image);
        stages.last = alias.map(str::to_owned);
        if let Some(alias) = alias {
            let is_good = alias.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            if !is_good || alias.to_ascii_lowercase().starts_with(OWN_STAGES) {
                self.refuse(it, "its name is none that a stage may have", "Give the stage another name");
            }
            stages.names.insert(alias.to_ascii_lowercase(), stages.base.clone());
        }
    }

    /// A text with the arguments that stand before the first stage; `None` where one has no value.
    fn resolved(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(rest.get(..at)?);
            rest = rest.get(at + 1..)?;
            let (name, behind) = match rest.strip_prefix('{') {
                Some(inner) => inner.split_once('}')?,
                None => {
                    let end =
                        rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                    rest.split_at(end)
                }
            };
            let (name, default) =
                name.split_once(":-").map_or((name, None), |(name, value)| (name, Some(value)));
            out.push_str(
                self.args.get(name).map(String::as_str).or(default).filter(|value| !value.contains('$'))?,
            );
            rest = behind;
        }
        out.push_str(rest);
        Some(out)
    }

    /// An image must say which one it is.
    fn image(&mut self, it: &Instruction, image: &str) {
        if image.contains("@sha256:") {
            return;
        }
        let name = image.rsplit('/').next().unwrap_or(image);
        match name.split_once(':') {
            Some((_, tag)) if tag != "latest" => self.draft.warn(
                "base-not-pinned",
                format!(
                    "{} of {} is named by a tag, which may be another image tomorrow",
                    image.escape_debug(),
                    self.path
                ),
            ),
            _ => self.refuse(
                it,
                format!("`{}` may be any image", image.escape_debug()),
                "Name a version, or better a digest: `node:22-slim@sha256:…`",
            ),
        }
    }

    fn run(&mut self, it: &Instruction) {
        for flag in &it.flags {
            if let Err((why, mend)) = mount::check(flag, &self.project.manifest.build.secrets) {
                let shown: String = flag.chars().take(60).collect();
                self.refuse(it, format!("`RUN {}` {why}", shown.escape_debug()), mend);
            }
        }
        let text = it.exec().map_or_else(|| it.rest.clone(), |words| words.join(" "));
        let mut fetches = false;
        for command in text.split("&&").flat_map(|part| part.split([';', '\n'])) {
            let mut pieces = command.split('|').map(|piece| {
                let mut words = piece.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
                words
                    .find(|word| !matches!(*word, "sudo" | "env" | "exec" | "-E") && !word.contains('='))
                    .unwrap_or_default()
            });
            let first_fetches = pieces.next().is_some_and(|program| FETCHERS.contains(&program));
            fetches |= first_fetches && pieces.any(|program| INTERPRETERS.contains(&program));
        }
        let substituted =
            ["$(curl", "$(wget", "`curl", "`wget", "<(curl", "<(wget"].iter().any(|it| text.contains(it))
                && INTERPRETERS.iter().any(|shell| {
                    text.contains(&format!("{shell} -c")) || text.contains(&format!("{shell} <("))
                });
        if fetches || substituted {
            self.refuse(
                it,
                "it runs what it fetches, and nothing says what that is",
                "Fetch a version, compare its hash, and run it then",
            );
        }
    }

    fn copy(&mut self, it: &Instruction, stages: &Stages) {
        if let Some(from) = it.flag("from") {
            let is_stage = from.bytes().all(|byte| byte.is_ascii_digit())
                || stages.names.contains_key(&from.to_ascii_lowercase());
            if !is_stage && !from.contains("@sha256:") {
                let shown: String = from.chars().take(60).collect();
                self.refuse(
                    it,
                    format!("`--from={}` may be any image", shown.escape_debug()),
                    "Name it by digest: `--from=image@sha256:…`",
                );
            }
            return;
        }
        let sources = it.exec().unwrap_or_else(|| it.rest.split_whitespace().map(str::to_owned).collect());
        let is_remote = |source: &String| {
            ["http://", "https://", "git@", "git://", "ftp://"]
                .iter()
                .any(|scheme| source.starts_with(scheme))
        };
        if it.keyword == "ADD" && sources.iter().any(is_remote) {
            self.refuse(
                it,
                "it adds what lies at an address, unproved",
                "Commit the file, or fetch it and compare its hash",
            );
        }
        if sources.iter().any(|source| source.split('/').any(|part| part == "..")) {
            self.refuse(it, "its path leaves the folder", "Write paths below the folder of the build");
        }
    }

    fn variables(&mut self, it: &Instruction) {
        let pairs: Vec<(&str, &str)> = match it.rest.split_once(['=', ' ']) {
            // `ENV NAME value` of old.
            Some((name, value))
                if it.keyword == "ENV"
                    && !name.contains('=')
                    && it.rest.as_bytes().get(name.len()) == Some(&b' ') =>
            {
                vec![(name, value)]
            }
            _ => it.rest.split_whitespace().filter_map(|pair| pair.split_once('=')).collect(),
        };
        for (name, value) in pairs {
            let value = value.trim().trim_matches(['"', '\'']);
            if looks_secret(name) && !value.is_empty() && !value.starts_with('$') && value.len() >= 8 {
                self.refuse(
                    it,
                    format!("`{}` would be in the image for everybody to read", name.escape_debug()),
                    "Declare it in the manifest as a secret, which is given when the server starts",
                );
            }
        }
    }
}
