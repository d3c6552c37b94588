//! What a Dockerfile does that an image should not hold or an attacker could use.

use sigyl_core::{Class, Severity};

use crate::{
    context::FileContext,
    files::FileKind,
    lexical::{Instruction, Pattern, instructions, stages},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct DockerfileWeakness;

static META: RuleMeta = RuleMeta {
    id: "dockerfile-weakness",
    title: "Image built unsafely",
    class: Class::Misconfiguration,
    severity: Severity::Warning,
    cwe: &[494, 538, 732],
    owasp: Some("MCP04"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Mount secrets while building: RUN --mount=type=secret",
        "Check the digest of what is downloaded: ADD --checksum=sha256:…",
        "Give files an owner with COPY --chown, not rights to everyone",
    ],
    page: include_str!("dockerfile_weakness.md"),
};

static SECRET_NAME: Pattern = Pattern::new(
    r"(?i)(?:^|_)(?:password|passwd|secret|secret_key|api_?key|access_key|private_key|auth_token|access_token|npm_token|github_token|gh_token|token)$",
);
static PIPE_TO_SHELL: Pattern = Pattern::new(
    r"\b(?:curl|wget)\b[^|;&]*\|\s*(?:sudo\s+(?:-E\s+)?)?(?:env\s+)?(?:[A-Z_]+=\S+\s+)?(?:/bin/)?(?:ba|z|da|a)?sh\b|\b(?:ba|z)?sh\s+(?:-c\s+)?[\x22']?(?:<\(|\$\()\s*(?:curl|wget)\b|\b(?:curl|wget)\b[^|;&]*\|\s*python3?\b",
);
static OPEN_RIGHTS: Pattern = Pattern::new(r"\bchmod\s+(?:-\w+\s+)*(?:0?777|a\+rwx|ugo\+rwx|a=rwx)\b");
static NO_TLS: Pattern = Pattern::new(
    r"\bcurl\b[^|;&]*\s(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)\s|\bwget\b[^|;&]*--no-check-certificate|--trusted-host\b|strict-ssl\s+false|NODE_TLS_REJECT_UNAUTHORIZED\s*=\s*[\x22']?0|--allow-unauthenticated|--allow-insecure-repositories",
);
static SUDO_FOR_ALL: Pattern = Pattern::new(r"NOPASSWD\s*:\s*ALL");
static INSTALLS_SUDO: Pattern =
    Pattern::new(r"\b(?:apt-get|apt|apk|yum|dnf|microdnf)\b[^;&|]*\b(?:install|add)\b[^;&|]*\ssudo(?:\s|$)");
static SERVES_SSH: Pattern = Pattern::new(r"\bopenssh-server\b");

impl Rule for DockerfileWeakness {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        // A development container is for its developer, not for deployment.
        if file.kind != FileKind::Dockerfile || file.path.contains(".devcontainer/") {
            return;
        }
        file.spend(file.text.len());
        let found = instructions(file.text);
        let last_stage = stages(&found).last().map_or(0, |stage| stage.from.start);
        for instruction in &found {
            // What an earlier stage holds does not reach the image unless it is copied.
            let is_last = instruction.start >= last_stage;
            let mut report = |what: String, severity: Option<Severity>| {
                let draft = Draft::new(file.at(instruction.start, instruction.end), what);
                out.report(match severity {
                    Some(severity) => draft.severity(severity),
                    None => draft,
                });
            };
            match instruction.name.as_str() {
                "ENV" | "ARG" => {
                    if let Some(name) = secret(instruction) {
                        report(format!("`{name}` stays in the image, readable by everyone who has it"), None);
                    }
                }
                "COPY" | "ADD" => copied(instruction, is_last, &mut report),
                "RUN" => ran(instruction, is_last, &mut report),
                "EXPOSE" => {
                    let mut ports = instruction.arguments.split_whitespace();
                    if ports.any(|port| matches!(port.split('/').next(), Some("22" | "2375" | "23"))) {
                        report("the image offers remote administration beside the server".to_owned(), None);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The name of a secret that is given a value in the file.
fn secret(instruction: &Instruction) -> Option<&str> {
    let arguments = instruction.arguments.as_str();
    let pairs: Vec<(&str, &str)> = if instruction.name == "ENV" && !arguments.contains('=') {
        arguments.split_once(char::is_whitespace).into_iter().collect()
    } else {
        arguments.split_whitespace().filter_map(|word| word.split_once('=')).collect()
    };
    pairs.into_iter().find_map(|(name, value)| {
        let value = value.trim().trim_matches(['"', '\'']);
        let lower = value.to_ascii_lowercase();
        let is_empty = value.is_empty()
            || value.starts_with(['<', '/', '{'])
            || value.starts_with("${") && !value.contains(":-") && instruction.name == "ARG"
            || [
                "your",
                "change",
                "placeholder",
                "example",
                "dummy",
                "xxx",
                "none",
                "null",
                "true",
                "false",
                "todo",
                "build",
                "not-",
                "set",
            ]
            .iter()
            .any(|it| lower.starts_with(it));
        // `ENV TOKEN=$TOKEN` writes what the builder was given into the image.
        let is_secret = SECRET_NAME.is_match(name) && !is_empty;
        is_secret.then_some(name)
    })
}

fn copied(instruction: &Instruction, is_last: bool, report: &mut impl FnMut(String, Option<Severity>)) {
    let words: Vec<&str> = instruction
        .arguments
        .split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ',' | '"'))
        .filter(|word| !word.is_empty())
        .collect();
    let has = |flag: &str| words.iter().any(|word| word.starts_with(flag));
    let sources = words.iter().filter(|word| !word.starts_with("--"));
    let count = sources.clone().count().saturating_sub(1);
    for source in sources.take(count) {
        let name = source.rsplit('/').next().unwrap_or(source);
        if instruction.name == "ADD"
            && (source.starts_with("http://") || source.starts_with("https://"))
            && !has("--checksum")
        {
            report(format!("adds {source} without checking what it gets"), None);
        }
        let is_template =
            ["example", "sample", "template", "dist", "default"].iter().any(|it| name.ends_with(it));
        let holds_secrets = (name == ".env" || name.starts_with(".env.") && !is_template)
            || matches!(
                name,
                "id_rsa"
                    | "id_ed25519"
                    | ".npmrc"
                    | ".pypirc"
                    | ".netrc"
                    | "credentials.json"
                    | ".ssh"
                    | ".aws"
            );
        // `.npmrc` without a token is common; what is in it is for the rule on secrets.
        if holds_secrets && !has("--from") {
            let mild = !is_last || name == ".npmrc";
            report(format!("copies {source} into the image"), mild.then_some(Severity::Info));
        }
    }
}

fn ran(instruction: &Instruction, is_last: bool, report: &mut impl FnMut(String, Option<Severity>)) {
    let command = instruction.arguments.as_str();
    let mild = |is_mild: bool| is_mild.then_some(Severity::Info);
    if PIPE_TO_SHELL.is_match(command) {
        // Installers of package managers come over TLS from their makers; the habit is the weakness.
        let is_known = [
            "deb.nodesource.com",
            "sh.rustup.rs",
            "astral.sh/uv",
            "bun.sh/install",
            "install.python-poetry.org",
            "get.pnpm.io",
            "deno.land",
        ]
        .iter()
        .any(|host| command.contains(host));
        report("runs a script as it comes from the network".to_owned(), mild(is_known));
    }
    if NO_TLS.is_match(command) {
        report("downloads without checking whom it talks to".to_owned(), None);
    }
    if SUDO_FOR_ALL.is_match(command) {
        report("lets the user become root without a password".to_owned(), None);
    } else if INSTALLS_SUDO.is_match(command) {
        report("installs sudo: the container's user can become root".to_owned(), mild(!is_last));
    }
    if OPEN_RIGHTS.is_match(command) {
        report("lets everyone change these files".to_owned(), mild(!is_last));
    }
    if SERVES_SSH.is_match(command) {
        report("installs an SSH server beside the server".to_owned(), None);
    }
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn worst(line: &str) -> Option<Severity> {
        let text = format!("FROM node:22 AS build\nRUN x\nFROM node:22\n{line}\nUSER node\n");
        findings_of("dockerfile-weakness", &[("Dockerfile", &text)]).iter().map(|it| it.severity).max()
    }

    #[test]
    fn lines() {
        for line in [
            "ENV OPENAI_API_KEY=sk-abcdef",
            "ARG NPM_TOKEN=abc123",
            "ENV DB_PASSWORD hunter22",
            "COPY .env /app/.env",
            "ADD https://acme.example/agent.tgz /opt/",
            "RUN apt-get update && curl -fsSL https://acme.example/i.sh | sudo bash",
            "RUN bash -c \"$(curl -fsSL https://acme.example/i.sh)\"",
            "RUN chmod -R 777 /app",
            "RUN curl -sk https://acme.example/x -o /x",
            "RUN echo 'node ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers",
            "EXPOSE 3000 22/tcp",
            "RUN apt-get install -y --no-install-recommends sudo git",
        ] {
            assert_eq!(worst(line), Some(Severity::Warning), "{line}");
        }
        for line in [
            "ENV OPENAI_API_KEY=",
            "ARG NPM_TOKEN",
            "ENV API_KEY=your-key-here",
            "ENV TOKENIZERS_PARALLELISM=false",
            "ENV SECRET_FILE=/run/secrets/key",
            "COPY .env.example /app/",
            "ADD --checksum=sha256:24454f830c https://acme.example/agent.tgz /opt/",
            "ADD app.tar.gz /app",
            "RUN curl -fsSLo i.sh https://acme.example/i.sh && sha256sum -c i.sum",
            "RUN chmod 755 /app && curl -fsS https://acme.example/x | tar xz",
            "EXPOSE 2222 8022",
            "RUN --mount=type=secret,id=npm npm ci",
        ] {
            assert_eq!(worst(line), None, "{line}");
        }
    }
}
