//! The command line as users meet it: every verb, every format, every exit code, on small trees in temporary folders.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod advisories;
mod cache;
mod clients;
#[cfg(all(unix, feature = "serve"))]
mod deploy;
mod fix;
mod formats;
mod integrity;
mod json_schema;
mod listings;
mod live;
mod llm;
mod pins;
mod plans;
mod schemas;
#[cfg(all(unix, feature = "serve"))]
mod server;
mod settings;
#[cfg(unix)]
mod stdio;
mod verbs;
mod web;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A folder of files, and the place that `sigyl` is started in.
pub(crate) struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    /// A folder with the given files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            workspace.write(path, text);
        }
        workspace
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs `sigyl` in the folder, with an empty environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        self.run_in("", arguments, &[])
    }

    /// Runs `sigyl` in a folder below, with the given environment.
    pub(crate) fn run_in(&self, below: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
        let folder: PathBuf = self.path().join(below);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigyl"));
        command.args(arguments).current_dir(folder).env_clear().envs(environment.iter().copied());
        Answer::of(command.output().unwrap(), self.path())
    }

    /// Runs `sigyl` in the folder with the given text on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigyl"));
        command.args(arguments).current_dir(self.path()).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Answer::of(child.wait_with_output().unwrap(), self.path())
    }
}

/// What `sigyl` answered; the folder's own path is written `@FOLDER@`.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    fn of(output: Output, folder: &Path) -> Self {
        let text = |bytes: Vec<u8>| {
            let real = folder.canonicalize().unwrap();
            let text = String::from_utf8(bytes).unwrap();
            text.replace(real.to_str().unwrap(), "@FOLDER@").replace(folder.to_str().unwrap(), "@FOLDER@")
        };
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A server with one warning, `dockerfile-weakness`, and a file of source that was read.
pub(crate) const WARNS: &[(&str, &str)] = &[
    (
        "Dockerfile",
        "FROM node:22@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER node\nRUN chmod 777 /app\n",
    ),
    ("server.js", "console.log(1);\n"),
    ("mcp.yaml", "name: demo\ndescription: A demo\nversion: 1.0.0\nruntime: node\n"),
];

/// A configuration that makes the warning one of another severity.
pub(crate) fn severity(severity: &str) -> String {
    format!("[rules]\ndockerfile-weakness = {{ severity = \"{severity}\" }}\n")
}

/// The rules of a report's findings.
pub(crate) fn rules(report: &serde_json::Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}
