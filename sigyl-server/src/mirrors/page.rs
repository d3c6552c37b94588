//! One page of another registry.

use serde_json::Value;

use super::store::Claimed;
use crate::{app::App, clock::Timestamp, outbound::Asked};

/// Longest page, bytes: a hundred documents of a megabyte would be none that anyone meant.
const PAGE_BYTES_MAX: usize = 16 << 20;

/// Longest cursor that is kept, bytes.
const CURSOR_BYTES_MAX: usize = 4_096;

/// The key of what the official registry says of a version.
const OFFICIAL: &str = "io.modelcontextprotocol.registry/official";

/// What a page has.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) entries: Vec<Value>,
    /// Empty on the last one.
    pub(super) next_page: String,
    /// When what changed last was changed, by the other registry's clock.
    pub(super) newest: String,
}

/// Why there is no page.
#[derive(Debug)]
pub(super) struct NoPage {
    pub(super) why: String,
    /// Whether the place in the list is not taken any more.
    pub(super) is_lost: bool,
}

/// Asks for the next page.
pub(super) async fn fetch(app: &App, claimed: &Claimed) -> Result<Page, NoPage> {
    let failed = |why: String| NoPage { why, is_lost: false };
    let mut url = reqwest::Url::parse(&format!("{}/v0.1/servers", claimed.url))
        .map_err(|_| failed("the address is none".to_owned()))?;
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", "100");
        if !claimed.next_page.is_empty() {
            query.append_pair("cursor", &claimed.next_page);
        }
        if !claimed.since.is_empty() {
            query.append_pair("updated_since", &claimed.since);
        }
    }
    let answer = app.outbound.send(Asked::get(url.as_str(), PAGE_BYTES_MAX)).await;
    let answer = answer.map_err(|error| failed(error.to_string()))?;
    if answer.status.as_u16() != 200 {
        let is_lost = answer.status.is_client_error() && !claimed.next_page.is_empty();
        return Err(NoPage { why: format!("it answered with status {}", answer.status.as_u16()), is_lost });
    }
    let body: Value =
        serde_json::from_slice(&answer.body).map_err(|_| failed("its answer is no JSON".to_owned()))?;
    let Some(entries) = body["servers"].as_array() else {
        return Err(failed("its answer is no list of servers".to_owned()));
    };
    let next_page = body["metadata"]["nextCursor"].as_str().unwrap_or("").to_owned();
    if next_page.len() > CURSOR_BYTES_MAX || next_page.contains('\0') {
        return Err(failed("its cursor is too long".to_owned()));
    }
    let times =
        entries.iter().filter_map(|entry| Timestamp::parse(entry["_meta"][OFFICIAL]["updatedAt"].as_str()?));
    let newest = times.max().map(|at| at.to_string()).unwrap_or_default();
    Ok(Page { entries: entries.clone(), next_page, newest })
}

/// How a version stands where it comes from: its status and why.
pub(super) fn standing(entry: &Value) -> (&str, Option<&str>) {
    let official = &entry["_meta"][OFFICIAL];
    (official["status"].as_str().unwrap_or("active"), official["statusMessage"].as_str())
}
