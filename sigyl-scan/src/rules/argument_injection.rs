//! A caller's value that a program takes for an option.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    process::{Started, own_interpreter, started},
    program_name::called_after,
    sink::{reached_at_most, short, split},
};
use crate::{
    flow::{
        Call, Hazards, SourceKind, Value,
        program::{program_name, takes_value, takes_value_of},
    },
    mend::{self, Mend, Mendable, ends_options},
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct ArgumentInjection;

static META: RuleMeta = RuleMeta {
    id: "argument-injection",
    title: "Caller's value taken for an option",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[88],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Refuse values that begin with `-`",
        "Put `--` before the caller's values, where the program knows it",
    ],
    page: include_str!("argument_injection.md"),
};

/// Programs with options that write files, run commands or send data elsewhere.
const PROGRAMS: &[&str] = &[
    "7z",
    "7za",
    "ack",
    "adb",
    "ag",
    "age",
    "agrep",
    "airflow",
    "amass",
    "ansible",
    "ansible-galaxy",
    "ansible-playbook",
    "ansible-vault",
    "apt",
    "apt-get",
    "argocd",
    "aria2",
    "aria2c",
    "auditctl",
    "awk",
    "aws",
    "az",
    "bandit",
    "bazel",
    "binwalk",
    "black",
    "blender",
    "borg",
    "bq",
    "brew",
    "bsdtar",
    "buildah",
    "bun",
    "bunx",
    "bw",
    "bzip2",
    "cabal",
    "cargo",
    "cdk",
    "checkov",
    "chromium",
    "cilium",
    "clang",
    "clickhouse-client",
    "cmake",
    "cmd",
    "code",
    "composer",
    "conda",
    "consul",
    "convert",
    "cosign",
    "cpio",
    "crackmapexec",
    "crane",
    "crontab",
    "cscope",
    "ctags",
    "curl",
    "cursor",
    "cwebp",
    "dart",
    "dbt",
    "deno",
    "dig",
    "dirb",
    "dnf",
    "docker",
    "docker-compose",
    "doctl",
    "dot",
    "dotnet",
    "drawio",
    "duckdb",
    "duplicity",
    "eksctl",
    "elixir",
    "env",
    "erl",
    "eslint",
    "espeak",
    "espeak-ng",
    "exiftool",
    "exim",
    "expect",
    "fastboot",
    "fastlane",
    "fd",
    "fdfind",
    "feroxbuster",
    "ffmpeg",
    "ffplay",
    "ffprobe",
    "ffuf",
    "find",
    "firebase",
    "firefox",
    "flameshot",
    "flutter",
    "flux",
    "fly",
    "flyctl",
    "fping",
    "freecadcmd",
    "ftp",
    "fzf",
    "g++",
    "gallery-dl",
    "gawk",
    "gcc",
    "gcloud",
    "gdb",
    "gem",
    "gh",
    "ghc",
    "ghostscript",
    "git",
    "glab",
    "gnuplot",
    "go",
    "gobuster",
    "golangci-lint",
    "google-chrome",
    "gpg",
    "gpg2",
    "gradle",
    "grep",
    "grype",
    "gs",
    "gst-launch-1.0",
    "gsutil",
    "hadoop",
    "handbrakecli",
    "hashcat",
    "hdfs",
    "helm",
    "heroku",
    "hg",
    "hledger",
    "hping3",
    "httpx",
    "hugo",
    "hydra",
    "idb",
    "identify",
    "iex",
    "inkscape",
    "instruments",
    "irb",
    "istioctl",
    "java",
    "javac",
    "jest",
    "john",
    "journalctl",
    "jq",
    "julia",
    "k3d",
    "kafka-console-producer",
    "katana",
    "kind",
    "kotlinc",
    "kubeadm",
    "kubectl",
    "kustomize",
    "lake",
    "latex",
    "latexmk",
    "ldapsearch",
    "ledger",
    "lein",
    "less",
    "libreoffice",
    "linkerd",
    "lldb",
    "lp",
    "lpr",
    "lua",
    "lynx",
    "magick",
    "mail",
    "make",
    "mamba",
    "man",
    "mariadb",
    "mariadb-dump",
    "masscan",
    "matlab",
    "mc",
    "minikube",
    "mix",
    "mmdc",
    "mocha",
    "mogrify",
    "mongo",
    "mongodump",
    "mongoexport",
    "mongoimport",
    "mongorestore",
    "mongosh",
    "mono",
    "mount",
    "mplayer",
    "mpv",
    "msfconsole",
    "msmtp",
    "mutool",
    "mutt",
    "mvn",
    "mypy",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "mysqlimport",
    "nano",
    "nc",
    "ncat",
    "nerdctl",
    "netcat",
    "netexec",
    "netlify",
    "nikto",
    "ninja",
    "nix",
    "nix-build",
    "nix-env",
    "nix-shell",
    "nmap",
    "node",
    "nomad",
    "notmuch",
    "npm",
    "npx",
    "nsenter",
    "nuclei",
    "nvim",
    "objdump",
    "oc",
    "ocrmypdf",
    "octave",
    "op",
    "open",
    "openscad",
    "openssl",
    "osascript",
    "packer",
    "pandoc",
    "parallel",
    "pass",
    "patch",
    "pdflatex",
    "pdftk",
    "pdftoppm",
    "pdftotext",
    "perl",
    "pg_dump",
    "pg_dumpall",
    "pg_restore",
    "php",
    "pip",
    "pip3",
    "pipx",
    "pkexec",
    "plantuml",
    "playwright",
    "pnpm",
    "pod",
    "podman",
    "poetry",
    "powershell",
    "prettier",
    "psql",
    "pulumi",
    "pwsh",
    "pylint",
    "pytest",
    "python",
    "python3",
    "qpdf",
    "r2",
    "radare2",
    "railway",
    "rake",
    "rclone",
    "redis-cli",
    "restic",
    "rg",
    "rizin",
    "rpm",
    "rscript",
    "rsvg-convert",
    "rsync",
    "ruby",
    "ruff",
    "runuser",
    "rustc",
    "rustscan",
    "rustup",
    "s3cmd",
    "sage",
    "sam",
    "say",
    "sbt",
    "scalac",
    "scp",
    "scrapy",
    "screen",
    "screencapture",
    "scrot",
    "sed",
    "semgrep",
    "sendmail",
    "serverless",
    "sftp",
    "simctl",
    "skopeo",
    "smbclient",
    "snmpwalk",
    "socat",
    "soffice",
    "sops",
    "sort",
    "sox",
    "spark-submit",
    "split",
    "spotdl",
    "sqlcmd",
    "sqlfluff",
    "sqlite3",
    "sqlmap",
    "ssh",
    "stack",
    "stern",
    "strace",
    "streamlink",
    "su",
    "subfinder",
    "sudo",
    "svn",
    "swaks",
    "swift",
    "swiftc",
    "syft",
    "systemctl",
    "tar",
    "task",
    "tclsh",
    "tcpdump",
    "tectonic",
    "tee",
    "telnet",
    "terraform",
    "tesseract",
    "tflint",
    "timeout",
    "tmux",
    "todo.sh",
    "trivy",
    "ts-node",
    "tsc",
    "tshark",
    "tsx",
    "typst",
    "ugrep",
    "unrar",
    "unshare",
    "unzip",
    "uv",
    "uvx",
    "valgrind",
    "vault",
    "velero",
    "vercel",
    "vi",
    "vim",
    "virtctl",
    "vitest",
    "vlc",
    "vol.py",
    "volatility",
    "w3m",
    "wget",
    "whois",
    "wine",
    "wkhtmltopdf",
    "wpscan",
    "wrangler",
    "xargs",
    "xcodebuild",
    "xcrun",
    "xdg-open",
    "xdotool",
    "xelatex",
    "xmllint",
    "xsltproc",
    "yarn",
    "youtube-dl",
    "yq",
    "yt-dlp",
    "yum",
    "zip",
    "zypper",
];

/// Whether a program, by its name, has options that do harm.
pub(super) fn takes_options(program: &str) -> bool {
    PROGRAMS.contains(&program) || program.starts_with("python")
}

impl Rule for ArgumentInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        mend::terminated(file, file.call_at(draft.place.span)?, takes_value)
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if git_library(call, out) || simple_git(call, out) || browser(call, out) {
            return;
        }
        let Some(Started::Program { program, mut arguments, rest }) = started(call) else { return };
        let name = call.api().map_or("the call", short);
        // What `which` told of where the program is was put together by it.
        let split = call
            .flow(program, Hazards::ALL - Hazards::NAME)
            .filter(|path| path.concatenated && path.source != SourceKind::Upstream);
        if split.is_some() && call.flow(program, Hazards::NAME).is_none() {
            // The program is the first word of a text with a caller's value in it: so are its arguments.
            let path = rest.and_then(|rest| call.flow(rest, Hazards::ARGUMENT));
            if let Some(path) = path.filter(|path| path.concatenated) {
                let what =
                    format!("is split into words and given to `{name}`: it can add options of its own");
                out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
            }
            return;
        }
        let by_name = || {
            let end = program.suffix().map(program_name).filter(|end| takes_options(end));
            end.or_else(|| one_of_several(program)).or_else(|| called_after(call))
        };
        // The server's own interpreter gets a script, whose arguments those behind it are.
        let own = own_interpreter(program);
        let mut named = program.as_str().map(program_name);
        if own.is_none() {
            named = named.or_else(by_name);
        }
        // `python -m pip install x`: what stands behind is the module's.
        let is_python = own == Some("python") || named.as_deref().is_some_and(|it| it.starts_with("python"));
        if is_python
            && let [option, module, ..] = arguments.as_slice()
            && option.as_str() == Some("-m")
            && let Some(module) = module.as_str()
        {
            named = Some(program_name(module));
            arguments.drain(..2);
        }
        let Some(program) = named else {
            split_words(call, "a program", &arguments, rest, out);
            return;
        };
        if !takes_options(&program) {
            split_words(call, &program, &arguments, rest, out);
            return;
        }
        for (at, argument) in arguments.iter().enumerate() {
            if argument.as_str().is_some_and(ends_options) {
                return;
            }
            let before = at.checked_sub(1).and_then(|before| arguments[before].as_str());
            if before.is_some_and(|before| takes_value_of(&program, before)) || glued(argument) {
                continue;
            }
            if let Some(path) = call.flow(argument, Hazards::ARGUMENT) {
                let what = format!(
                    "becomes an argument of `{program}`, which takes it for an option when it begins with `-`"
                );
                out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
                return;
            }
        }
        // Lists of the caller's own words are meant to hold options; that is for the reader to judge.
        let Some(rest) = rest else { return };
        if let Some(path) = call.flow(rest, Hazards::ARGUMENT).filter(|_| !glued(rest)) {
            let severity = if path.concatenated { Severity::Error } else { Severity::Warning };
            let what = format!(
                "is among the arguments of `{program}`, which takes what begins with `-` for an option"
            );
            out.report(reached_at_most(call, &path, severity, Confidence::Medium, &what));
        }
    }
}

/// Fewest letters by which one of several programs is known. Chosen.
const FEWEST_LETTERS: usize = 4;

/// The program with harmful options that a table of several has, by what their names have in common: `mysqldump` and
/// `mariadb-dump`.
fn one_of_several(program: &Value) -> Option<String> {
    let (begins, ends) = (program.prefix().unwrap_or_default(), program.suffix().unwrap_or_default());
    if program.as_str().is_some() || begins.len() + ends.len() < FEWEST_LETTERS || begins.contains('/') {
        return None;
    }
    let ends = program_name(ends);
    let is_one = |name: &&&str| name.starts_with(begins) && name.ends_with(&ends) && name.len() > ends.len();
    PROGRAMS.iter().find(is_one).map(|name| (*name).to_owned())
}

/// A text that is split into words behind a program of which nobody knows the options: a caller writes as many of them as
/// there are.
fn split_words(
    call: &Call<'_>,
    program: &str,
    arguments: &[&Value],
    rest: Option<&Value>,
    out: &mut Findings,
) {
    if program.is_empty() || HARMLESS.contains(&program) {
        return;
    }
    let ended = arguments.iter().position(|argument| argument.as_str().is_some_and(ends_options));
    let words = arguments.iter().take(ended.unwrap_or(arguments.len())).copied();
    let found = words.chain(rest.filter(|_| ended.is_none())).find_map(|word| {
        let path = call.flow(word, Hazards::ARGUMENT).filter(|_| word.is_split())?;
        // A list of words that the caller gives is meant to hold options.
        (!path.name.ends_with(".*")).then_some(path)
    });
    if let Some(path) = found {
        let whose = if program.contains(' ') { program.to_owned() } else { format!("`{program}`") };
        let what = format!("is split into words that become arguments of {whose}: it can add options");
        out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
    }
}

/// Programs whose options do no harm.
const HARMLESS: &[&str] = &[
    "basename", "cat", "cut", "date", "df", "dirname", "du", "echo", "false", "file", "free", "head",
    "hostname", "id", "ls", "netstat", "nl", "pgrep", "printf", "ps", "pwd", "readlink", "realpath", "say",
    "sleep", "stat", "tail", "test", "tr", "true", "uname", "uniq", "uptime", "wc", "where", "whereis",
    "which", "who", "whoami",
];

/// True when something stands before the caller's part of the word.
fn glued(argument: &Value) -> bool {
    argument.prefix().is_some_and(|prefix| !prefix.is_empty())
}

/// A browser that the server starts: some of its options name programs to run, or code to load.
fn browser(call: &Call<'_>, out: &mut Findings) -> bool {
    let Some(api) = call.api() else { return false };
    let (object, method) = split(api);
    let is_browser =
        ["puppeteer", "playwright", "selenium", "patchright", "rebrowser", "chrome-launcher", "pyppeteer"]
            .iter()
            .any(|name| api.starts_with(name));
    if !is_browser {
        return false;
    }
    let list = match method {
        "launch" | "launchPersistentContext" | "launch_persistent_context" | "launchServer" => {
            let options = call.args().iter().find_map(|one| one.field("args").or(one.field("chromeFlags")));
            options.or_else(|| call.keyword("args"))
        }
        "add_argument" | "addArguments" if object.ends_with("Options()") => call.arg(0),
        _ => return false,
    };
    let Some(list) = list else { return true };
    let words: Vec<&Value> = match list.items() {
        Some(items) => items.iter().chain(list.rest()).collect(),
        None => vec![list],
    };
    for word in words {
        if glued(word) {
            continue;
        }
        if let Some(path) = call.flow(word, Hazards::ARGUMENT) {
            let what = format!(
                "is among the options of the browser that `{method}` starts, some of which run programs"
            );
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::High, &what));
            break;
        }
    }
    true
}

/// simple-git hands texts and lists to the program as they are: `git.raw(["log", branch])`, `git.checkout(branch)`.
fn simple_git(call: &Call<'_>, out: &mut Findings) -> bool {
    const COMMANDS: &[&str] = &[
        "raw",
        "branch",
        "catFile",
        "checkout",
        "clone",
        "deleteLocalBranch",
        "diff",
        "diffSummary",
        "fetch",
        "grep",
        "listRemote",
        "log",
        "merge",
        "mergeFromTo",
        "mirror",
        "pull",
        "push",
        "rebase",
        "remote",
        "reset",
        "revparse",
        "show",
        "stash",
        "submoduleAdd",
        "tag",
    ];
    let Some((object, method)) = call.api().filter(|api| api.starts_with("simple-git")).map(split) else {
        return false;
    };
    if !object.ends_with("()") || !COMMANDS.contains(&method) {
        return false;
    }
    let words = call.args().iter().flat_map(|argument| match argument.items() {
        Some(items) => items.iter().chain(argument.rest()).collect(),
        None => vec![argument],
    });
    let mut before: Option<&Value> = None;
    for word in words {
        if word.as_str().is_some_and(ends_options) {
            break;
        }
        let is_value = before.and_then(Value::as_str).is_some_and(takes_value);
        before = Some(word);
        if is_value || glued(word) || !word.fields().is_empty() {
            continue;
        }
        if let Some(path) = call.flow(word, Hazards::ARGUMENT) {
            let what = format!(
                "becomes an argument of `git` by `{method}`, which takes it for an option when it begins with `-`"
            );
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
            break;
        }
    }
    true
}

/// GitPython: `repo.git.diff(x)` hands its arguments to the program as they are.
fn git_library(call: &Call<'_>, out: &mut Findings) -> bool {
    let Some(api) =
        call.api().filter(|api| api.starts_with("git.") && api.contains("Repo") && api.contains(".git."))
    else {
        return false;
    };
    for argument in call.args() {
        if argument.as_str().is_some_and(ends_options) {
            break;
        }
        let word = argument.items().and_then(<[Value]>::first).or(argument.rest()).unwrap_or(argument);
        if glued(word) {
            continue;
        }
        if let Some(path) = call.flow(word, Hazards::ARGUMENT) {
            let what = format!(
                "becomes an argument of `git {}`, which takes it for an option when it begins with `-`",
                short(api)
            );
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
            break;
        }
    }
    true
}
