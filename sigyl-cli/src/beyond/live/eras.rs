//! What a server lists, in the protocol era that it speaks: stateless since 2026-07-28, with a session before.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use sigyl_core::{
    Confidence, Severity,
    protocol::{self, MODERN},
};
use sigyl_scan::{Listing, Observation, Observed};

use super::{
    LiveError,
    wire::{Credential, Reply, Wire},
};
use crate::beyond::lists::{about, lists_of, pages};

/// What the server listed, and how.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) listing: Listing,
    pub(super) observed: Observed,
    /// It answers without a session.
    pub(super) is_modern: bool,
    /// The session of the other era, where it has one.
    pub(super) legacy: Option<Session>,
}

/// A session of the era with sessions; one without an id where the server keeps none.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) id: Option<String>,
    pub(super) version: String,
}

/// Asks in both eras.
pub(super) fn list(wire: &Wire) -> Result<Listed, LiveError> {
    let mut listed = Listed::default();
    let modern = discover(wire, Credential::Given, &[]);
    let modern_told = match &modern {
        Ok(reply) if reply.result().is_some() => {
            let none = json!({});
            let result = reply.result().unwrap_or(&none);
            listed.is_modern = true;
            about(result, &mut listed.listing);
            let all = lists_of(result.get("capabilities"));
            lists(wire, None, &all, &mut listed.listing, &mut listed.observed);
            String::new()
        }
        Ok(reply) => reply.told(),
        Err(why) => why.clone(),
    };

    let begun = initialize(wire, Credential::Given, &[]);
    match begun {
        Ok((reply, Some(session))) => {
            let none = json!({});
            let result = reply.result().unwrap_or(&none);
            let mut listing = Listing::default();
            about(result, &mut listing);
            let all = lists_of(result.get("capabilities"));
            let mut observed = Observed::default();
            lists(wire, Some(&session), &all, &mut listing, &mut observed);
            if listed.is_modern {
                eras_differ(wire, &listed.listing, &listing, &mut listed.observed);
            } else {
                listed.listing = listing;
            }
            listed.observed.extend(observed);
            listed.legacy = Some(session);
        }
        _ if listed.is_modern => {}
        Ok((reply, None)) => {
            let url = wire.label.clone();
            return Err(match reply.status {
                status @ (401 | 403) => LiveError::Credential { url, status },
                _ => LiveError::NotMcp {
                    url,
                    why: format!("{} to initialize; to server/discover, {modern_told}", reply.told()),
                },
            });
        }
        Err(why) => return Err(LiveError::NoAnswer { url: wire.label.clone(), why }),
    }
    Ok(listed)
}

/// Whether the server tells clients of one era something else than those of the other.
fn eras_differ(wire: &Wire, modern: &Listing, legacy: &Listing, observed: &mut Observed) {
    let words = |listing: &Listing| -> BTreeSet<(String, String)> {
        let text = |tool: &Map<String, Value>, key: &str| {
            tool.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        listing.tools.iter().map(|tool| (text(tool, "name"), text(tool, "description"))).collect()
    };
    let (modern, legacy) = (words(modern), words(legacy));
    for (name, _) in modern.symmetric_difference(&legacy) {
        let shown_name: String = name.chars().take(120).collect();
        observed.observations.push(
            Observation::new(
                "rug-pull",
                wire.label.clone(),
                format!("eras {name}"),
                format!(
                    "the server tells clients of {MODERN} something else of `{shown_name}` than older ones"
                ),
            )
            .severity(Severity::Warning)
            .confidence(Confidence::Medium)
            .tool(shown_name)
            .fix("Offer the same tools, in the same words, whatever version a client speaks"),
        );
    }
}

/// `server/discover` of the stateless era.
pub(super) fn discover(
    wire: &Wire,
    credential: Credential,
    headers: &[(&str, &str)],
) -> Result<Reply, String> {
    modern(wire, "server/discover", Map::new(), credential, headers)
}

fn modern(
    wire: &Wire,
    method: &str,
    parameters: Map<String, Value>,
    credential: Credential,
    headers: &[(&str, &str)],
) -> Result<Reply, String> {
    let message = protocol::modern_request(wire.next_id(), method, parameters);
    wire.post(&message, &[&protocol::modern_headers(method), headers].concat(), credential)
}

/// `initialize` of the era with sessions; no session where it was not answered with a result.
pub(super) fn initialize(
    wire: &Wire,
    credential: Credential,
    headers: &[(&str, &str)],
) -> Result<(Reply, Option<Session>), String> {
    let message = protocol::initialize(wire.next_id());
    let reply = wire.post(&message, headers, credential)?;
    let Some(result) = reply.result() else { return Ok((reply, None)) };
    let Some(version) = result.get("protocolVersion").and_then(Value::as_str) else {
        return Ok((reply, None));
    };
    let id = reply.header("mcp-session-id").map(str::to_owned);
    let session = Session { id, version: version.to_owned() };
    // Servers that take none go on without it.
    let _ = wire.post(&protocol::initialized(), &[&session.headers()[..], headers].concat(), credential);
    Ok((reply, Some(session)))
}

impl Session {
    pub(super) fn headers(&self) -> Vec<(&str, &str)> {
        let id = self.id.as_deref().map(|id| ("mcp-session-id", id));
        [Some(("mcp-protocol-version", self.version.as_str())), id].into_iter().flatten().collect()
    }

    /// Ends it, so that the server need not keep it.
    pub(super) fn end(&self, wire: &Wire) {
        if self.id.is_some() {
            // Servers may refuse; there is nothing else to do.
            let _ = wire.bare(reqwest::Method::DELETE, &self.headers(), Credential::Given);
        }
    }
}

/// One page of a list, in the era that `session` says.
pub(super) fn page(
    wire: &Wire,
    session: Option<&Session>,
    method: &str,
    cursor: Option<&str>,
    credential: Credential,
) -> Result<Reply, String> {
    let mut parameters = Map::new();
    if let Some(cursor) = cursor {
        parameters.insert("cursor".to_owned(), Value::String(cursor.to_owned()));
    }
    let Some(session) = session else { return modern(wire, method, parameters, credential, &[]) };
    let message = protocol::request(wire.next_id(), method, parameters);
    wire.post(&message, &session.headers(), credential)
}

/// Every page of every list.
fn lists(
    wire: &Wire,
    session: Option<&Session>,
    all: &[(&str, &str)],
    listing: &mut Listing,
    observed: &mut Observed,
) {
    for (method, key) in all {
        let ask = |cursor: Option<&str>| {
            let reply = page(wire, session, method, cursor, Credential::Given)?;
            match reply.result() {
                Some(result) => Ok(Some(result.clone())),
                // The method is not there.
                None if reply.error_code() == Some(-32601) => Ok(None),
                None => Err(reply.told()),
            }
        };
        if let Err(why) = pages(key, ask, listing) {
            observed.not_checked(wire.label.clone(), format!("{method}: {why}"));
        }
    }
}
