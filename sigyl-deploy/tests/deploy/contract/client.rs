//! A client of MCP that gives every failure back.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A client of one endpoint, with a connection for each request.
pub(crate) struct Client {
    authority: String,
    path: String,
}

impl Client {
    /// `http://127.0.0.1:8080/mcp`.
    pub(crate) fn new(endpoint: &str) -> Self {
        let rest = endpoint.strip_prefix("http://").expect("an address without TLS");
        let (authority, path) = rest.split_once('/').expect("a path");
        Self { authority: authority.to_owned(), path: format!("/{path}") }
    }

    /// The first message of the older protocol.
    pub(crate) async fn initialize(&self) -> Result<Value, String> {
        let client = json!({"name": "contract", "version": "1"});
        let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
        self.ask("initialize", params, "").await.map(|(answer, _)| answer)
    }

    /// The text that a tool answers.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<String, String> {
        let (answer, _) = self.ask("tools/call", json!({"name": tool, "arguments": arguments}), "").await?;
        let text = answer.pointer("/result/content/0/text").and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| answer.to_string())
    }

    /// An answer, and the session that it names. `headers` are lines with their ends.
    pub(crate) async fn ask(
        &self,
        method: &str,
        params: Value,
        headers: &str,
    ) -> Result<(Value, Option<String>), String> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let request = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\naccept: application/json, text/event-stream\r\n\
             content-type: application/json\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.path,
            self.authority,
            body.len()
        );
        let failed = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect(&self.authority).await.map_err(failed)?;
        stream.write_all(request.as_bytes()).await.map_err(failed)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.map_err(failed)?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("no answer: {answer:?}"))?;
        if head.split(' ').nth(1) != Some("200") {
            return Err(format!("{head}\n{body}"));
        }
        let session = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("mcp-session-id").then(|| value.trim().to_owned())
        });
        // The one message, wherever it lies: plain, in chunks, or as an event.
        let (start, end) = (body.find('{').unwrap_or(0), body.rfind('}').map_or(0, |end| end + 1));
        let message = body.get(start..end).unwrap_or_default();
        let answer = serde_json::from_str(message).map_err(|error| format!("{error}: {answer}"))?;
        Ok((answer, session))
    }
}

/// The text that a tool at an endpoint answers.
pub(crate) async fn call(endpoint: &str, tool: &str, arguments: Value) -> Result<String, String> {
    Client::new(endpoint).call(tool, arguments).await
}
