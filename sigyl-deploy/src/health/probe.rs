//! A whole exchange: who is there, and what it lists.

use std::{collections::BTreeSet, time::Duration};

use hyper::StatusCode;
use reqwest::{Client, redirect::Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sigyl_core::{
    Tool,
    protocol::{self, METHOD_NOT_FOUND, MODERN},
};
use tokio::time::Instant;

use super::wire::{ProbeError, Reply, Wire, told};
use crate::backend::{BackendError, Upstream};

/// Pages of a list that are read. Chosen: a server with more lists for ever.
const PAGES_MAX: usize = 100;

/// Tools that are kept. Chosen: ten times what clients can show a model.
const TOOLS_MAX: usize = 5_000;

/// The longest cursor that is sent back, bytes. Chosen.
const CURSOR_MAX: usize = 16 << 10;

/// How long the end of a session may take. Chosen: nobody waits for it gladly.
const END_MAX: Duration = Duration::from_secs(2);

/// How a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Era {
    /// 2026-07-28 and later: no sessions.
    Modern,
    /// 2025-11-25 and earlier: `initialize`.
    Legacy,
}

/// What a healthy server answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// How it speaks; unknown where it asks for a token first.
    pub era: Option<Era>,
    /// The revision of MCP that it chose.
    pub protocol_version: Option<String>,
    /// What it calls itself.
    pub server_name: Option<String>,
    /// Its version, as it says.
    pub server_version: Option<String>,
    /// What it lists, with pins; nothing where it asks for a token first.
    pub tools: Vec<Tool>,
    /// Whether it asks for a token, and tells where one is had, before it answers anything.
    pub wants_token: bool,
    /// How long the exchange took, milliseconds.
    pub response_time_ms: u64,
    /// The status of the last answer.
    pub http_status: u16,
}

/// Asks servers.
#[derive(Debug, Clone)]
pub struct Prober {
    client: Client,
}

impl Prober {
    /// One that goes straight to where it is told, through no proxy.
    ///
    /// # Errors
    /// When the machine has no certificates, or no room.
    pub fn new() -> Result<Self, BackendError> {
        let client = Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .http1_only()
            .no_proxy()
            // A connection of before a restart leads nowhere.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| BackendError::Failed {
                backend: "the prober".into(),
                reason: error.without_url().to_string(),
            })?;
        Ok(Self { client })
    }

    /// Asks a server who it is and which tools it has, in the era that it speaks, within `time`.
    ///
    /// # Errors
    /// Why it is not healthy.
    pub async fn probe(&self, upstream: &Upstream, path: &str, time: Duration) -> Result<Probe, ProbeError> {
        let mut wire = Wire::new(&self.client, upstream, path, time)?;
        match modern(&mut wire, time).await? {
            Some(probe) => Ok(probe),
            None => legacy(&mut wire).await,
        }
    }
}

/// `None` where the server does not speak it.
async fn modern(wire: &mut Wire<'_>, time: Duration) -> Result<Option<Probe>, ProbeError> {
    let begun = Instant::now();
    let method = "server/discover";
    let message = protocol::modern_request(wire.next_id(), method, Map::new());
    // Older servers may say nothing at all to what they do not know; half of the time is left for what they do.
    let until = wire.until.min(begun + time / 2);
    let reply = match wire.post(&message, &protocol::modern_headers(method), until).await {
        Ok(reply) => reply,
        Err(error @ (ProbeError::Refused | ProbeError::CannotAsk(_) | ProbeError::TooLarge { .. })) => {
            return Err(error);
        }
        Err(_) => return Ok(None),
    };
    if reply.wants_token() {
        return Ok(Some(guarded(&reply, begun)));
    }
    let Ok(result) = reply.result(method) else { return Ok(None) };
    let versions = result.get("supportedVersions").and_then(Value::as_array);
    let version = versions
        .and_then(|versions| versions.iter().filter_map(Value::as_str).find(|version| *version == MODERN))
        .unwrap_or(MODERN);
    let mut probe = about(result, Era::Modern, version);
    probe.http_status = list(wire, None, &mut probe.tools).await?.as_u16();
    probe.response_time_ms = milliseconds(begun);
    Ok(Some(probe))
}

async fn legacy(wire: &mut Wire<'_>) -> Result<Probe, ProbeError> {
    let begun = Instant::now();
    let message = protocol::initialize(wire.next_id());
    let reply = wire.post(&message, &[], wire.until).await?;
    if reply.wants_token() {
        return Ok(guarded(&reply, begun));
    }
    let result = reply.result("initialize")?;
    let version = result.get("protocolVersion").and_then(Value::as_str).map(told).ok_or_else(|| {
        let why = "the answer names no version of the protocol".to_owned();
        ProbeError::NotMcp { method: "initialize".to_owned(), why }
    })?;
    let mut probe = about(result, Era::Legacy, &version);
    let session = Session { id: reply.header("mcp-session-id").map(str::to_owned), version };
    // Servers that take none go on without it.
    let _ = wire.post(&protocol::initialized(), &session.headers(), wire.until).await;
    let listed = list(wire, Some(&session), &mut probe.tools).await;
    probe.response_time_ms = milliseconds(begun);
    if session.id.is_some() {
        wire.delete(&session.headers(), END_MAX).await;
    }
    probe.http_status = listed?.as_u16();
    Ok(probe)
}

/// A session of the legacy era; without an id where the server keeps none.
struct Session {
    id: Option<String>,
    version: String,
}

impl Session {
    fn headers(&self) -> Vec<(&str, &str)> {
        let id = self.id.as_deref().map(|id| ("mcp-session-id", id));
        [Some(("mcp-protocol-version", self.version.as_str())), id].into_iter().flatten().collect()
    }
}

/// Every page of the tools; the status of the last answer.
async fn list(
    wire: &mut Wire<'_>,
    session: Option<&Session>,
    tools: &mut Vec<Tool>,
) -> Result<StatusCode, ProbeError> {
    let method = "tools/list";
    let odd = |why: &str| ProbeError::NotMcp { method: method.to_owned(), why: why.to_owned() };
    let mut seen = BTreeSet::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let reply = page(wire, session, method, cursor.take()).await?;
        let result = match reply.result(method) {
            // A server of prompts or resources alone.
            Err(ProbeError::JsonRpc { code: METHOD_NOT_FOUND, .. }) => return Ok(reply.status),
            other => other?,
        };
        let Some(items) = result.get("tools").and_then(Value::as_array) else {
            return Err(odd("there is no list of tools"));
        };
        for item in items {
            let named = item.as_object().and_then(|item| Some((item.get("name")?.as_str()?, item)));
            let Some((name, item)) = named else { return Err(odd("a tool has no name")) };
            tools.push(Tool::of_listing(name, item));
        }
        if tools.len() > TOOLS_MAX {
            return Err(odd(&format!("there are more than {TOOLS_MAX} tools")));
        }
        match result.get("nextCursor").and_then(Value::as_str) {
            None => return Ok(reply.status),
            Some(next) if next.len() > CURSOR_MAX => return Err(odd("a cursor is longer than 16 KiB")),
            Some(next) if !seen.insert(next.to_owned()) => {
                return Err(odd("the list begins again instead of ending"));
            }
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
    Err(odd(&format!("the list has more than {PAGES_MAX} pages")))
}

async fn page(
    wire: &mut Wire<'_>,
    session: Option<&Session>,
    method: &str,
    cursor: Option<String>,
) -> Result<Reply, ProbeError> {
    let parameters = cursor.map(|cursor| ("cursor".to_owned(), Value::String(cursor))).into_iter().collect();
    let id = wire.next_id();
    match session {
        None => {
            let message = protocol::modern_request(id, method, parameters);
            wire.post(&message, &protocol::modern_headers(method), wire.until).await
        }
        Some(session) => {
            let message = protocol::request(id, method, parameters);
            wire.post(&message, &session.headers(), wire.until).await
        }
    }
}

fn about(result: &Value, era: Era, version: &str) -> Probe {
    let info = protocol::server_info(result);
    let text = |key: &str| info.and_then(|info| info.get(key)?.as_str()).map(told);
    Probe {
        era: Some(era),
        protocol_version: Some(version.to_owned()),
        server_name: text("name"),
        server_version: text("version"),
        tools: Vec::new(),
        wants_token: false,
        response_time_ms: 0,
        http_status: 0,
    }
}

fn guarded(reply: &Reply, begun: Instant) -> Probe {
    Probe {
        era: None,
        protocol_version: None,
        server_name: None,
        server_version: None,
        tools: Vec::new(),
        wants_token: true,
        response_time_ms: milliseconds(begun),
        http_status: reply.status.as_u16(),
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
