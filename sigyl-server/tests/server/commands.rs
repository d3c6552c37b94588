//! The program itself: starts, logs, ends.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use sigyl_server::Engine;

use crate::support::{Settings, said};

/// A server in a process of its own.
struct Running {
    child: Child,
    lines: Option<BufReader<std::process::ChildStderr>>,
    address: String,
    seen: String,
}

impl Running {
    fn start(settings: &Settings) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_sigyl-server"))
            .arg("serve")
            .env_clear()
            .envs(settings.variables.iter().map(|(name, value)| (name, value)))
            .env("SIGYL_LOG_FORMAT", "json")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Self { child, lines: None, address: String::new(), seen: String::new() };
        let mut lines = BufReader::new(running.child.stderr.take().unwrap());
        while running.address.is_empty() {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "{}", running.seen);
            running.seen.push_str(&line);
            let line: serde_json::Value = serde_json::from_str(&line).unwrap();
            if line["message"] == "listening" {
                running.address = line["address"].as_str().unwrap().to_owned();
            }
        }
        running.lines = Some(lines);
        running
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Tells it to end, and waits; what it logged comes back.
    fn end(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.lines.take().unwrap().read_to_string(&mut self.seen).unwrap();
        assert!(self.child.wait().unwrap().success(), "{}", self.seen);
        std::mem::take(&mut self.seen)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_server_starts_on_an_empty_machine_answers_and_ends() {
    let settings = Settings::new(Engine::Sqlite).await;
    let running = Running::start(&settings);
    let answer =
        running.ask("GET /ready?canary-in-query HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let answer = running.ask(
        "GET /api/v1/me HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sgl_canary\r\nconnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
    // No dump of its memory is written, and its arguments hold nothing.
    let of_process = format!("/proc/{}", running.child.id());
    let limits = std::fs::read_to_string(format!("{of_process}/limits")).unwrap();
    let cores = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(cores.split_whitespace().nth(4), Some("0"), "{cores}");
    let arguments = std::fs::read(format!("{of_process}/cmdline")).unwrap();
    assert!(arguments.ends_with(b"sigyl-server\0serve\0"));
    // A connection that waits for another request does not hold the end up.
    let _idle = TcpStream::connect(&running.address).unwrap();
    let log = running.end();
    assert!(log.contains("claim-token"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    let answered: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["message"] == "answered")
        .collect();
    assert_eq!(answered.len(), 1, "{log}");
    let line = &answered[0];
    assert_eq!((line["endpoint"].as_str(), line["status"].as_u64()), (Some("get_me"), Some(401)));
    assert!(line["duration_ms"].is_u64() && line["span"]["request_id"].is_string(), "{line}");
    let token = std::fs::read_to_string(settings.data().join("claim-token")).unwrap();
    assert!(!log.contains(token.trim()));
}

#[tokio::test]
async fn a_killed_server_starts_again() {
    let settings = Settings::new(Engine::Sqlite).await;
    let token = || std::fs::read_to_string(settings.data().join("claim-token")).unwrap();
    let mut running = Running::start(&settings);
    let first = token();
    running.child.kill().unwrap();
    running.child.wait().unwrap();
    let running = Running::start(&settings);
    assert_eq!(token(), first);
    running.end();
}

#[tokio::test]
async fn the_configuration_is_checked_and_shown() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    let (code, out, _) = said(&settings.program(&["serve", "--check-config"]));
    assert_eq!((code, out.as_str()), (Some(0), "the configuration is valid\n"));
    settings.set("SIGYL_ANONYMOUS_READ", "false");
    let (_, out, _) = said(&settings.program(&["serve", "--check-config"]));
    assert!(out.starts_with("`SIGYL_ANONYMOUS_READ` is no setting") && out.ends_with("is valid\n"), "{out}");
    settings.variables.retain(|(name, _)| *name != "SIGYL_ANONYMOUS_READ");
    settings.set("SIGYL_MASTER_KEY", "canary");
    let (code, out, _) = said(&settings.program(&["config", "show"]));
    assert_eq!(code, Some(0));
    let lines: Vec<String> =
        out.lines().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert!(lines.contains(&"server.listen = \"127.0.0.1:0\" # SIGYL_LISTEN".to_owned()), "{out}");
    assert!(!out.contains("canary"), "{out}");

    let file = settings.folder.path().join("server.toml");
    std::fs::write(&file, "[server]\nlisten = \"0.0.0.0:80\"\nbody_limit = \"many\"\n").unwrap();
    settings.variables.retain(|(name, _)| *name != "SIGYL_LISTEN");
    let path = file.display().to_string();
    let (code, _, err) = said(&settings.program(&["serve", "--check-config", "--config", &path]));
    assert_eq!(code, Some(2));
    assert!(err.contains("the configuration has 2 mistakes"), "{err}");
    assert!(
        err.contains("server.toml:2:10: listening beyond this computer needs an https public URL"),
        "{err}"
    );
    assert!(
        err.contains("server.toml:3:14: `many` is no value of `server.body_limit`; write a number"),
        "{err}"
    );
    // Nothing was made.
    assert!(!settings.data().exists());
}

#[tokio::test]
async fn a_placeholder_is_no_master_key() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    for (key, told) in [("changeme", "32 random bytes"), (&"0".repeat(64), "placeholder")] {
        settings.set("SIGYL_MASTER_KEY", key);
        let (code, _, err) = said(&settings.program(&["serve"]));
        assert!(code == Some(2) && err.contains(told) && !err.contains(key), "{err}");
    }
}
