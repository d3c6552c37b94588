//! What a fake runs for an image: the image itself in a real engine, and for images of [`NO_IMAGE`] a small MCP server of
//! this process, whose name tells the release.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::process::Command;

use super::http::{self, Answer, Request};

/// There are no images of this name: a server of this process plays them.
pub(crate) const NO_IMAGE: &str = "registry.example.com/server";

pub(crate) struct Instance {
    pub(crate) address: SocketAddr,
    container: Option<String>,
}

impl Instance {
    /// Starts an image with its variables, and waits until it takes connections, as an edge does before it sends any.
    /// What ends before is told with its last words.
    pub(crate) async fn start(image: &str, env: &[(String, String)], port: u16) -> Result<Self, String> {
        if !image.starts_with(NO_IMAGE) {
            return Self::in_engine(image, env, port).await;
        }
        match env.iter().any(|(name, _)| name == "BROKEN") {
            true => Err("Error: listen EACCES".to_owned()),
            false => Ok(Self { address: here(env.to_vec()).await, container: None }),
        }
    }

    async fn in_engine(image: &str, env: &[(String, String)], port: u16) -> Result<Self, String> {
        let mut command = Command::new("docker");
        command.args(["run", "--detach", "--label", LABEL, "--user", "10001:10001", "--read-only"]);
        command.args(["--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]);
        for (name, value) in env {
            // By name, so that no value is an argument.
            command.args(["--env", name]).env(name, value);
        }
        let id = output(command.arg(image)).await?;
        let tell = "{{.State.Running}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        loop {
            let told = output(Command::new("docker").args(["inspect", "--format", tell, &id])).await?;
            let address = told.strip_prefix("true ").map(|address| format!("{address}:{port}").parse());
            let Some(Ok(address)) = address else {
                let said = output(Command::new("sh").args(["-c", &format!("docker logs {id} 2>&1")])).await?;
                output(Command::new("docker").args(["rm", "--force", "--volumes", &id])).await?;
                return Err(said);
            };
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return Ok(Self { address, container: Some(id) });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it, and waits until it has.
    pub(crate) async fn stop(self) {
        if let Some(container) = &self.container {
            output(Command::new("docker").args(["rm", "--force", "--volumes", container])).await.unwrap();
        }
    }
}

/// What the containers of all fakes carry.
pub(crate) const LABEL: &str = "sigyl-fake=1";

async fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().await.map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// An MCP server of the legacy era. Its name is the variable `RELEASE`; the tool `env` gives a variable back.
async fn here(env: Vec<(String, String)>) -> SocketAddr {
    http::serve(move |request| {
        let answer = mcp(&env, &request);
        async move { answer }
    })
    .await
}

fn mcp(env: &[(String, String)], request: &Request) -> Answer {
    let value = |name: &str| env.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    if request.method == "GET" && request.path == "/health" {
        return Answer::json(200, &json!({ "status": "ok" }));
    }
    if request.path != "/mcp" || request.method != "POST" {
        return Answer::json(404, &json!({ "error": "not found" }));
    }
    let message = request.body_json();
    let result = match message.get("method").and_then(Value::as_str) {
        Some("initialize") => json!({
            "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
            "serverInfo": { "name": value("RELEASE"), "version": "1.0.0" },
        }),
        Some("tools/list") => json!({
            "tools": [{ "name": "env", "description": "Gives a variable", "inputSchema": { "type": "object" } }],
        }),
        Some("tools/call") => {
            let name = message.pointer("/params/arguments/name").and_then(Value::as_str).unwrap_or_default();
            json!({ "content": [{ "type": "text", "text": value(name) }] })
        }
        _ => return Answer { status: 202, headers: Vec::new(), body: Vec::new() },
    };
    Answer::json(200, &json!({ "jsonrpc": "2.0", "id": message.get("id"), "result": result }))
}
