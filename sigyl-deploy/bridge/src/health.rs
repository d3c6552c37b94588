//! Whether the server can be started and answers, and what it said of itself.

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    app::{App, EndsUnlessKept, NoProcess},
    child::{Child, Refused},
    config::Mode,
    rpc,
};

/// The newest version of the older era, which the bridge offers to the server.
pub(crate) const LEGACY: &str = "2025-11-25";
/// The versions of the older era that clients may name.
pub(crate) const LEGACY_VERSIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", LEGACY];
/// The version without sessions.
pub(crate) const MODERN: &str = "2026-07-28";
/// Longest wait for an answer to `server/discover`, before the server is taken to be of the older era. Its answer
/// counts even later, until `initialize` is answered.
const DISCOVER_PATIENCE: Duration = Duration::from_secs(3);
/// Between attempts to start a server that fails: doubled up to the last.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What is known of the server.
#[derive(Debug, Clone)]
pub(crate) enum Health {
    /// Nothing yet.
    Starting,
    /// It answered, last at this time.
    Up(Arc<Facts>, Instant),
    /// It does not start or answer, and why.
    Down(String),
}

/// The eras of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// Sessions that begin with `initialize`.
    Legacy,
    /// No sessions, `server/discover`.
    Modern,
}

/// What a server said of itself.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) era: Era,
    pub(crate) version: String,
    pub(crate) capabilities: Box<RawValue>,
    pub(crate) info: Option<Box<RawValue>>,
    pub(crate) instructions: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Initialized {
    #[serde(rename = "protocolVersion")]
    version: String,
    #[serde(default)]
    capabilities: Option<Box<RawValue>>,
    #[serde(rename = "serverInfo", default)]
    info: Option<Box<RawValue>>,
    #[serde(default)]
    instructions: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "protocolVersion")]
    version: String,
}

#[derive(Deserialize)]
struct Discovered {
    #[serde(rename = "supportedVersions")]
    versions: Vec<String>,
    #[serde(default)]
    capabilities: Option<Box<RawValue>>,
    #[serde(rename = "_meta", default)]
    meta: Option<DiscoveredMeta>,
    #[serde(default)]
    instructions: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct DiscoveredMeta {
    #[serde(rename = "io.modelcontextprotocol/serverInfo", default)]
    info: Option<Box<RawValue>>,
}

impl Facts {
    /// From an answer to `initialize`.
    pub(crate) fn of_initialize(result: &RawValue) -> Option<Facts> {
        let told: Initialized = serde_json::from_str(result.get()).ok()?;
        Some(Facts {
            era: Era::Legacy,
            version: told.version,
            capabilities: told.capabilities.unwrap_or_else(|| rpc::raw("{}".to_owned())),
            info: told.info,
            instructions: told.instructions,
        })
    }

    /// The answer to a client's `initialize`, with the version, where the server was introduced already: what it said,
    /// without what one process for everybody does not offer.
    pub(crate) fn initialize_result(&self, params: &str) -> (String, Box<RawValue>) {
        let asked = serde_json::from_str::<Asked>(params).ok().map(|asked| asked.version);
        // Versions are dates. A server that speaks a newer one is understood by clients of an older, but they end
        // the conversation at a version that they do not know.
        let version = asked
            .filter(|asked| LEGACY_VERSIONS.contains(&asked.as_str()) && *asked <= self.version)
            .unwrap_or_else(|| self.version.as_str().min(LEGACY).to_owned());
        let mut capabilities = rpc::members(Some(&self.capabilities)).unwrap_or_default();
        for session in ["logging", "tasks"] {
            capabilities.shift_remove(session);
        }
        let mut result = rpc::Members::new();
        result.insert("protocolVersion".to_owned(), rpc::raw(rpc::quoted(&version)));
        result.insert("capabilities".to_owned(), rpc::raw(rpc::object(&capabilities)));
        for (key, value) in [("serverInfo", &self.info), ("instructions", &self.instructions)] {
            if let Some(value) = value {
                result.insert(key.to_owned(), value.clone());
            }
        }
        (version, rpc::raw(rpc::object(&result)))
    }

    /// From an answer to `server/discover`, if the server speaks the version that the bridge does.
    fn of_discover(result: &RawValue) -> Option<Facts> {
        let told: Discovered = serde_json::from_str(result.get()).ok()?;
        told.versions.iter().any(|version| version == MODERN).then(|| Facts {
            era: Era::Modern,
            version: MODERN.to_owned(),
            capabilities: told.capabilities.unwrap_or_else(|| rpc::raw("{}".to_owned())),
            info: told.meta.and_then(|meta| meta.info),
            instructions: told.instructions,
        })
    }
}

/// What the bridge says of itself.
fn own_info() -> String {
    format!(r#"{{"name":"sigyl-bridge","version":"{}"}}"#, env!("CARGO_PKG_VERSION"))
}

/// Parameters of the bridge's own `initialize`.
pub(crate) fn initialize_params(capabilities: &str) -> String {
    format!(r#"{{"protocolVersion":"{LEGACY}","capabilities":{capabilities},"clientInfo":{}}}"#, own_info())
}

/// `_meta` of the bridge's own requests in the newer era.
pub(crate) fn modern_meta() -> String {
    format!(
        r#"{{"io.modelcontextprotocol/protocolVersion":"{MODERN}","io.modelcontextprotocol/clientInfo":{},"io.modelcontextprotocol/clientCapabilities":{{}}}}"#,
        own_info()
    )
}

/// `initialize` and `notifications/initialized`, by the bridge itself.
pub(crate) async fn initialize(child: &Child, capabilities: &str) -> Result<Facts, String> {
    match child.ask("initialize", &initialize_params(capabilities)).await {
        Ok(Ok(result)) => {
            let facts = Facts::of_initialize(&result).ok_or("the server's answer to initialize is none")?;
            let _ = child.send(rpc::call(None, "notifications/initialized", None), None).await;
            Ok(facts)
        }
        Ok(Err(error)) => Err(format!("the server refused initialize: {}", shortened(error.get()))),
        Err(Refused::Gone(why)) => Err(why),
        Err(Refused::Busy) => Err("the server does not read".to_owned()),
    }
}

fn shortened(text: &str) -> String {
    let mut end = text.len().min(200);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// Introduces the bridge to a process whose era is known.
pub(crate) async fn meet_in(child: &Child, era: Era) -> Result<Facts, String> {
    match era {
        Era::Legacy => initialize(child, "{}").await,
        Era::Modern => {
            let params = format!(r#"{{"_meta":{}}}"#, modern_meta());
            let told = child.ask("server/discover", &params).await;
            let facts = told.ok().and_then(Result::ok).and_then(|result| Facts::of_discover(&result));
            facts.ok_or_else(|| "the server does not answer server/discover any more".to_owned())
        }
    }
}

/// Finds out which era a process speaks, and introduces the bridge to it.
async fn meet(child: &Child) -> Result<Facts, String> {
    let params = format!(r#"{{"_meta":{}}}"#, modern_meta());
    let discover = child.ask("server/discover", &params);
    tokio::pin!(discover);
    let of = |told: Result<Result<Box<RawValue>, Box<RawValue>>, Refused>| {
        told.ok().and_then(Result::ok).and_then(|result| Facts::of_discover(&result))
    };
    match timeout(DISCOVER_PATIENCE, &mut discover).await {
        Ok(told) => match of(told) {
            Some(facts) => Ok(facts),
            None => initialize(child, "{}").await,
        },
        // A slow start and an unanswered question look the same.
        Err(_) => {
            let initialize = initialize(child, "{}");
            tokio::pin!(initialize);
            tokio::select! {
                told = &mut discover => match of(told) {
                    Some(facts) => Ok(facts),
                    None => initialize.await,
                },
                told = &mut initialize => told,
            }
        }
    }
}

/// Starts a process, and exchanges words with it.
async fn examine(app: &App) -> Result<Facts, NoProcess> {
    // Where a process answers everybody, it is the one to ask.
    for slot in [&app.shared, &app.native] {
        if let Some((child, facts)) = slot.running().await {
            let asked = match facts.era {
                Era::Legacy => child.ask("ping", "{}").await.map(|_| Facts::clone(&facts)).ok(),
                Era::Modern => meet_in(&child, Era::Modern).await.ok(),
            };
            if let Some(facts) = asked {
                return Ok(facts);
            }
        }
    }
    let mut why = String::new();
    for first in [true, false] {
        let child = app.start_in_free_place()?;
        let mut guard = EndsUnlessKept(Some(Arc::clone(&child)));
        let meeting = async {
            // Some servers end at a question that they do not know: they are not asked it again.
            if first { meet(&child).await } else { initialize(&child, "{}").await }
        };
        match timeout(app.config.start_timeout, meeting).await {
            Ok(Ok(facts)) => {
                let kept = match facts.era {
                    Era::Modern => app.native.put(app, &child, &facts).await,
                    Era::Legacy => {
                        app.config.mode == Mode::Shared && app.shared.put(app, &child, &facts).await
                    }
                };
                if kept {
                    guard.0 = None;
                }
                return Ok(facts);
            }
            Ok(Err(told)) => why = told,
            Err(_) => return Err(NoProcess::Late),
        }
        drop(guard);
        child.ended().await;
    }
    Err(NoProcess::Failed(why))
}

/// Keeps what is known of the server up to date, for as long as the bridge runs.
pub(crate) async fn watch(app: Arc<App>) {
    let mut pause = BACKOFF.0;
    loop {
        let known = match examine(&app).await {
            Ok(facts) => Some(Health::Up(Arc::new(facts), Instant::now())),
            Err(NoProcess::Failed(why)) => Some(Health::Down(why)),
            Err(NoProcess::Late) => Some(Health::Down("the server did not answer in time".to_owned())),
            // Every place is taken by a session: the server does start.
            Err(NoProcess::Full) => None,
        };
        if *app.stopping.borrow() {
            return;
        }
        let failed = matches!(known, Some(Health::Down(_)));
        if let Some(known) = known {
            match (&known, &*app.health.borrow()) {
                (Health::Down(why), _) => app.log.say(&format!("not healthy: {why}")),
                (Health::Up(facts, _), Health::Starting | Health::Down(_)) => {
                    let era = if facts.era == Era::Modern { "server/discover" } else { "initialize" };
                    app.log.say(&format!("the server answers {era}"));
                }
                _ => {}
            }
            app.health.send_replace(known);
        }
        if failed {
            sleep(pause).await;
            pause = (pause * 2).min(BACKOFF.1);
        } else {
            pause = BACKOFF.0;
            // Not more often than the first attempts, whoever asks.
            sleep(pause).await;
            app.recheck.notified().await;
        }
    }
}
