//! Requests that a server must refuse. Each differs from one that it answers in one thing, and none calls a tool.

use reqwest::Method;
use sigyl_scan::{CrossOrigin, Probe, ProbeOutcome, Reach, Transport};

use super::{
    eras::{Listed, Session, discover, initialize, page},
    wire::{Credential, Reply, Wire, reach},
};

/// A web site that cannot exist (RFC 2606).
const FOREIGN_ORIGIN: &str = "https://sigyl-probe.invalid";
const FOREIGN_HOST: &str = "sigyl-probe.invalid";
/// A session id of the usual form, which no server has made.
const INVENTED: &str = "5167796c-0000-4000-8000-70726f626521";
/// Sessions that are begun to compare their ids. Chosen: enough to tell a counter from chance, few enough to do no harm.
const SESSIONS: usize = 4;

/// Asks, and ends every session that was begun.
pub(super) fn ask(wire: &Wire, listed: &Listed) -> Transport {
    let reach = reach(&wire.url);
    let mut probes = Vec::new();
    let foreign = hello(wire, listed, Credential::Given, &[("origin", FOREIGN_ORIGIN)]);
    probes.push((Probe::ForeignOrigin, outcome(&foreign)));
    if reach != Reach::Public {
        // Far away, a front server picks by Host whom to ask, so that another name asks another.
        let reply = hello(wire, listed, Credential::Given, &[("host", FOREIGN_HOST)]);
        probes.push((Probe::ForeignHost, outcome(&reply)));
    }
    if wire.has_credential() {
        probes.push((Probe::WithoutCredential, without_credential(wire, listed)));
    }
    let mut session_ids = Vec::new();
    if let Some(session) = &listed.legacy {
        let first = session.id.clone();
        sessions(wire, session, &mut probes);
        if let Some(first) = first {
            session_ids.push(first);
            for _ in 1..SESSIONS {
                let Ok((_, Some(another))) = initialize(wire, Credential::Given, &[]) else { break };
                session_ids.extend(another.id.clone());
                another.end(wire);
            }
        }
        session.end(wire);
    }
    let preflight = wire.bare(
        Method::OPTIONS,
        &[
            ("origin", FOREIGN_ORIGIN),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ],
        Credential::Withheld,
    );
    Transport {
        url: wire.label.clone(),
        reach,
        is_encrypted: wire.url.scheme() == "https",
        has_credential: wire.has_credential(),
        probes,
        cross_origin: cross_origin(&[&foreign, &preflight]),
        session_ids,
    }
}

/// The first message of the era that the server speaks.
fn hello(
    wire: &Wire,
    listed: &Listed,
    credential: Credential,
    headers: &[(&str, &str)],
) -> Result<Reply, String> {
    if listed.is_modern {
        return discover(wire, credential, headers);
    }
    let (reply, session) = initialize(wire, credential, headers)?;
    if let Some(session) = session {
        session.end(wire);
    }
    Ok(reply)
}

/// Whether tools are listed to who has no credential. A server may well say hello to anyone.
fn without_credential(wire: &Wire, listed: &Listed) -> ProbeOutcome {
    let reply = if listed.is_modern {
        page(wire, None, "tools/list", None, Credential::Withheld)
    } else {
        match initialize(wire, Credential::Withheld, &[]) {
            Ok((_, Some(session))) => {
                let reply = page(wire, Some(&session), "tools/list", None, Credential::Withheld);
                session.end(wire);
                reply
            }
            Ok((reply, None)) => Ok(reply),
            Err(why) => Err(why),
        }
    };
    match outcome(&reply) {
        // An empty list is what a server shows to strangers that shows more to others.
        ProbeOutcome::Accepted if is_empty(&reply) && !listed.listing.tools.is_empty() => {
            ProbeOutcome::Refused
        }
        other => other,
    }
}

fn is_empty(reply: &Result<Reply, String>) -> bool {
    let tools =
        reply.as_ref().ok().and_then(Reply::result).and_then(|result| result.get("tools")?.as_array());
    tools.is_none_or(Vec::is_empty)
}

fn sessions(wire: &Wire, session: &Session, probes: &mut Vec<(Probe, ProbeOutcome)>) {
    if session.id.is_none() {
        return;
    }
    let list = |session: &Session, credential| page(wire, Some(session), "tools/list", None, credential);
    let with_id = |id: Option<&str>| Session { id: id.map(str::to_owned), version: session.version.clone() };
    // A server that goes on without any id does not rely on them.
    if outcome(&list(&with_id(None), Credential::Given)) == ProbeOutcome::Refused {
        probes.push((Probe::InventedSession, outcome(&list(&with_id(Some(INVENTED)), Credential::Given))));
    }
    let is_closed = probes.contains(&(Probe::WithoutCredential, ProbeOutcome::Refused));
    if is_closed {
        probes.push((Probe::SessionWithoutCredential, outcome(&list(session, Credential::Withheld))));
    }
}

fn outcome(reply: &Result<Reply, String>) -> ProbeOutcome {
    match reply {
        Ok(reply) if reply.result().is_some() => ProbeOutcome::Accepted,
        // Not now is no answer to the question.
        Ok(reply) if matches!(reply.status, 408 | 425 | 429) || reply.status >= 500 => {
            ProbeOutcome::Unknown(reply.told())
        }
        Ok(reply) if reply.status >= 400 || reply.error_code().is_some() => ProbeOutcome::Refused,
        Ok(reply) => ProbeOutcome::Unknown(reply.told()),
        Err(why) => ProbeOutcome::Unknown(why.clone()),
    }
}

fn cross_origin(replies: &[&Result<Reply, String>]) -> Option<CrossOrigin> {
    let mut found = None;
    for reply in replies.iter().filter_map(|reply| reply.as_ref().ok()) {
        let found = found.get_or_insert_with(CrossOrigin::default);
        let allowed = reply.header("access-control-allow-origin").unwrap_or_default();
        let repeats = allowed == FOREIGN_ORIGIN;
        found.any |= allowed == "*";
        found.repeats |= repeats;
        found.credentials |=
            repeats && reply.header("access-control-allow-credentials").is_some_and(|value| value == "true");
    }
    found
}
