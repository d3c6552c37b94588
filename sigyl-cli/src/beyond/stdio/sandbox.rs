//! How a stranger's program is started: what it may see, and what it may not.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{StdioArguments, StdioError};

/// What is started, and how it is ended.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    /// The whole environment.
    pub(super) environment: Vec<(&'static str, OsString)>,
    pub(super) folder: Option<PathBuf>,
    /// The engine and the container's name: ending the engine's client does not end the container.
    pub(super) container: Option<(PathBuf, String)>,
}

/// Folders of the system that programs need. Nothing of a user, nothing that holds secrets.
const SYSTEM: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"];

/// Where programs of the system lie.
const SYSTEM_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Chooses the sandbox: the image that was named, else bubblewrap, else none with the caller's leave.
pub(super) fn plan(
    words: &[String],
    arguments: &StdioArguments,
    folder: Option<&Path>,
) -> Result<Plan, StdioError> {
    let folder = folder.filter(|folder| folder.is_dir());
    if arguments.allow_exec {
        return Ok(bare(words, folder));
    }
    if let Some(folder) = folder
        && home().and_then(|home| home.canonicalize().ok()).is_some_and(|home| home.starts_with(folder))
    {
        return Err(StdioError::Home(folder.display().to_string()));
    }
    if let Some(image) = &arguments.image {
        let engine = find("docker").or_else(|| find("podman")).ok_or(StdioError::NoEngine)?;
        return contained(engine, image, words, folder);
    }
    let bubblewrap = find("bwrap").ok_or(StdioError::NoSandbox)?;
    Ok(wrapped(bubblewrap, words, folder))
}

/// With the caller's rights, and without the caller's environment.
fn bare(words: &[String], folder: Option<&Path>) -> Plan {
    let (program, arguments) =
        words.split_first().map_or((PathBuf::new(), &[][..]), |(program, rest)| (program.into(), rest));
    let kept = ["PATH", "HOME", "LANG", "SYSTEMROOT"];
    Plan {
        program: find(&program).unwrap_or(program),
        arguments: arguments.iter().map(OsString::from).collect(),
        environment: kept.iter().filter_map(|name| Some((*name, variable(name)?))).collect(),
        folder: folder.map(Path::to_owned),
        container: None,
    }
}

fn wrapped(bubblewrap: PathBuf, words: &[String], folder: Option<&Path>) -> Plan {
    let mut arguments: Vec<OsString> = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
        .into_iter()
        .chain(["--setenv", "PATH", SYSTEM_PATH, "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8"])
        .map(OsString::from)
        .collect();
    for path in SYSTEM {
        arguments.extend(["--ro-bind-try", path, path].map(OsString::from));
    }
    arguments.extend(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"].map(OsString::from));
    if let Some(folder) = folder {
        arguments.extend([
            "--ro-bind".into(),
            folder.into(),
            "/server".into(),
            "--chdir".into(),
            "/server".into(),
        ]);
    }
    arguments.push("--".into());
    arguments.extend(words.iter().map(OsString::from));
    Plan { program: bubblewrap, arguments, environment: Vec::new(), folder: None, container: None }
}

fn contained(
    engine: PathBuf,
    image: &str,
    words: &[String],
    folder: Option<&Path>,
) -> Result<Plan, StdioError> {
    if image.is_empty() || image.starts_with('-') || image.contains(char::is_whitespace) {
        return Err(StdioError::Command("--image wants the name of an image"));
    }
    let name = name();
    let mut arguments: Vec<OsString> =
        ["run", "--rm", "-i", "--name", &name, "--network", "none", "--read-only"]
            .into_iter()
            .chain(["--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"])
            .chain([
                "--user",
                "65534:65534",
                "--pids-limit",
                "256",
                "--memory",
                "1g",
                "--cpus",
                "1",
                "--env",
                "HOME=/tmp",
            ])
            .map(OsString::from)
            .collect();
    if let Some(folder) = folder {
        let text = folder.to_str().filter(|text| !text.contains([',', '"', '\n']));
        let folder =
            text.ok_or(StdioError::Command("the folder's name cannot be given to the container engine"))?;
        let mount = format!("type=bind,source={folder},target=/server,readonly");
        arguments.extend(["--mount", &mount, "--workdir", "/server"].map(OsString::from));
    }
    arguments.push("--".into());
    arguments.push(image.into());
    arguments.extend(words.iter().map(OsString::from));
    // What tells the client where its engine is.
    let kept = [
        "PATH",
        "HOME",
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "XDG_RUNTIME_DIR",
        "CONTAINER_HOST",
    ];
    Ok(Plan {
        program: engine.clone(),
        arguments,
        environment: kept.iter().filter_map(|name| Some((*name, variable(name)?))).collect(),
        folder: None,
        container: Some((engine, name)),
    })
}

/// A name that no other container has.
#[expect(clippy::disallowed_methods, reason = "two scans at once must not end each other's container")]
fn name() -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("sigyl-scan-{}-{nanos}", std::process::id())
}

fn home() -> Option<PathBuf> {
    variable("HOME").map(PathBuf::from).filter(|home| home.is_absolute())
}

#[expect(clippy::disallowed_methods, reason = "where programs lie is told by the environment")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The program in the folders of `PATH`; never the one in the current folder, which may be the server's.
fn find(program: impl AsRef<Path>) -> Option<PathBuf> {
    let program = program.as_ref();
    if program.components().count() != 1 {
        return None;
    }
    let path = variable("PATH")?;
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(|it| it.is_file())
}
