//! A plan as a folder: its phases, each in the sandbox.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use sigyl_core::Digest;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    sync::mpsc,
    time::timeout,
};

use super::{
    folders::{Folders, blocking, cannot, remove},
    sandbox::{Program, Sandbox},
};
use crate::{
    backend::{
        BackendError, BuildInput, BuiltImage, Progress,
        build_secrets::{Hiding, Opened},
    },
    plan::{
        BuildPlan, Phase,
        context::{ContextError, app_files, verified},
    },
};

/// How long one command of a build may take. Chosen: what compiles for longer needs an engine.
const COMMAND_MAX: Duration = Duration::from_secs(900);

/// Lines of a failed command that are told. Chosen.
const OUTPUT_LINES: usize = 60;

/// Characters of a line that are told. Chosen.
const LINE_MAX: usize = 2_000;

/// Builds a plan, where it is not built already.
pub(super) async fn build(
    folders: &Folders,
    sandbox: &Sandbox<'_>,
    input: &BuildInput<'_>,
    progress: &dyn Progress,
) -> Result<BuiltImage, BackendError> {
    let (plan, digest) = (input.plan, input.plan.digest());
    input.check_owner()?;
    let app = folders.app(&digest);
    if plan.tree_digest != *input.tree.digest() || plan.tree_digest != *input.cleared.tree_digest() {
        return Err(BackendError::Changed { path: "the source".into() });
    }
    if matches!(plan.planner.as_str(), "dockerfile" | "image") {
        return Err(BackendError::Unsupported {
            backend: super::NAME.into(),
            what: "run images or Dockerfiles; use a backend with an engine".into(),
        });
    }
    let reused = folders.plan(&digest).is_ok();
    if !reused {
        sandbox.try_it().await?;
        let secrets = input.open_secrets().await?;
        remove(&app)?;
        let progress = Hiding { progress, secrets: &secrets };
        if let Err(error) = make(folders, sandbox, input, &app, &secrets, &progress).await {
            remove(&app)?;
            return Err(secrets.hide_in(error));
        }
    }
    folders.own(&digest, input.id)?;
    let folder = app.join("app");
    let (content, size_bytes) = blocking(move || content(&folder)).await?;
    Ok(BuiltImage {
        reference: app.display().to_string(),
        digest: format!("sha256:{content}"),
        size_bytes,
        plan_digest: digest,
        reused,
    })
}

async fn make(
    folders: &Folders,
    sandbox: &Sandbox<'_>,
    input: &BuildInput<'_>,
    app: &Path,
    secrets: &Opened,
    progress: &dyn Progress,
) -> Result<(), BackendError> {
    let plan = input.plan;
    let top = app.join("app");
    let root = top.join(&plan.root);
    fs::create_dir_all(&root).map_err(|error| cannot(&root, &error))?;
    for file in &plan.generated {
        write(&root, &file.path, file.text.as_bytes(), false)?;
    }
    let (with_network, without): (Vec<_>, Vec<_>) = plan.phases.iter().partition(|phase| phase.network);
    for phase in with_network {
        // Nothing of the tree may run while there is a network: only what the phase names is there.
        for path in &phase.files {
            let path = if plan.root.is_empty() { path.clone() } else { format!("{}/{path}", plan.root) };
            for file in input.tree.files().iter().filter(|file| is_in(&file.path, &path)) {
                let bytes = verified(file, input.bytes).map_err(of_context)?;
                write(&top, &file.path, &bytes, file.executable)?;
            }
        }
        run(sandbox, plan, app, (phase, secrets), progress).await?;
    }
    for file in app_files(input.tree, input.bytes) {
        let (file, bytes) = file.map_err(of_context)?;
        write(&top, &file.path, &bytes, file.executable)?;
    }
    for phase in without {
        run(sandbox, plan, app, (phase, &Opened::default()), progress).await?;
    }
    folders.finish(app, plan)
}

fn is_in(file: &str, path: &str) -> bool {
    file == path || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/') || path.is_empty())
}

fn of_context(error: ContextError) -> BackendError {
    match error {
        ContextError::Changed { path } => BackendError::Changed { path },
        other => super::failed(other.to_string()),
    }
}

/// Writes a file of the tree. A path of a tree has no `..`; what a phase left in its way, a link above all, goes away.
fn write(top: &Path, path: &str, bytes: &[u8], executable: bool) -> Result<(), BackendError> {
    let target = top.join(path);
    let mut folder = top.to_path_buf();
    let parents = Path::new(path).parent().into_iter().flat_map(Path::components);
    for part in parents {
        folder.push(part);
        if fs::symlink_metadata(&folder).is_ok_and(|found| !found.is_dir()) {
            fs::remove_file(&folder).map_err(|error| cannot(&folder, &error))?;
        }
        if !folder.is_dir() {
            fs::create_dir(&folder).map_err(|error| cannot(&folder, &error))?;
        }
    }
    match fs::symlink_metadata(&target) {
        Ok(found) if found.is_dir() => {
            fs::remove_dir_all(&target).map_err(|error| cannot(&target, &error))?
        }
        Ok(_) => fs::remove_file(&target).map_err(|error| cannot(&target, &error))?,
        Err(_) => {}
    }
    fs::write(&target, bytes).map_err(|error| cannot(&target, &error))?;
    let mode = fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 });
    fs::set_permissions(&target, mode).map_err(|error| cannot(&target, &error))
}

async fn run(
    sandbox: &Sandbox<'_>,
    plan: &BuildPlan,
    app: &Path,
    (phase, secrets): (&Phase, &Opened),
    progress: &dyn Progress,
) -> Result<(), BackendError> {
    for words in &phase.commands {
        let step = words.join(" ");
        progress.line(&step);
        let program = sandbox.phase(plan, app, words, phase, secrets.of(plan.secrets_of(phase)))?;
        command(&program, step, progress).await?;
    }
    Ok(())
}

async fn command(program: &Program, step: String, progress: &dyn Progress) -> Result<(), BackendError> {
    let spawned = program.command().spawn();
    let mut child = spawned.map_err(|error| BackendError::Build {
        step: step.clone(),
        reason: error.to_string(),
        output: Vec::new(),
    })?;
    let (sender, mut receiver) = mpsc::channel(64);
    if let Some(stdout) = child.stdout.take() {
        tokio::spawn(pass_on(stdout, sender.clone()));
    }
    if let Some(stderr) = child.stderr.take() {
        tokio::spawn(pass_on(stderr, sender.clone()));
    }
    drop(sender);
    let mut output = std::collections::VecDeque::new();
    let listen = async {
        while let Some(line) = receiver.recv().await {
            progress.line(&line);
            output.push_back(line);
            if output.len() > OUTPUT_LINES {
                output.pop_front();
            }
        }
        child.wait().await
    };
    let reason = match timeout(COMMAND_MAX, listen).await {
        Ok(Ok(status)) if status.success() => return Ok(()),
        Ok(Ok(status)) => {
            status.code().map_or("it was ended".to_owned(), |code| format!("it ended with code {code}"))
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("it took longer than {} seconds", COMMAND_MAX.as_secs()),
    };
    Err(BackendError::Build { step, reason, output: output.into() })
}

async fn pass_on(from: impl AsyncRead + Unpin, to: mpsc::Sender<String>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    loop {
        let Ok(bytes) = from.fill_buf().await else { return };
        if bytes.is_empty() && line.is_empty() {
            return;
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let is_over = bytes.is_empty();
        let piece = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let used = piece.len() + usize::from(end.is_some());
        let room = LINE_MAX.saturating_sub(line.len());
        line.extend_from_slice(piece.get(..room).unwrap_or(piece));
        from.consume(used);
        if end.is_some() || is_over {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if to.send(text).await.is_err() || is_over {
                return;
            }
            line.clear();
        }
    }
}

/// What is in a folder: digest over every path, kind and content, and bytes.
fn content(folder: &Path) -> Result<(Digest, u64), BackendError> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).map_err(|error| cannot(&next, &error))? {
            let path = entry.map_err(|error| cannot(&next, &error))?.path();
            match fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => waiting.push(path),
                Ok(_) => files.push(path),
                Err(error) => return Err(cannot(&path, &error)),
            }
        }
    }
    files.sort();
    let (mut parts, mut size) = (Vec::new(), 0);
    for path in files {
        let one = one(&path)?;
        let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        size += one.1;
        parts.push(below);
        parts.push(one.0);
    }
    Ok((Digest::of_parts(parts.iter().map(String::as_bytes)), size))
}

fn one(path: &PathBuf) -> Result<(String, u64), BackendError> {
    let found = fs::symlink_metadata(path).map_err(|error| cannot(path, &error))?;
    if found.is_symlink() {
        let to = fs::read_link(path).map_err(|error| cannot(path, &error))?;
        return Ok((format!("link {}", to.display()), 0));
    }
    let bytes = fs::read(path).map_err(|error| cannot(path, &error))?;
    let kind = if found.permissions().mode() & 0o111 == 0 { "file" } else { "program" };
    Ok((format!("{kind} {}", Digest::of(&bytes)), bytes.len() as u64))
}
