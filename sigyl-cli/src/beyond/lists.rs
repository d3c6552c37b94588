//! The lists of a server, page by page, the same over every transport.

use std::collections::BTreeSet;

use serde_json::Value;
use sigyl_core::protocol::server_info;
use sigyl_scan::Listing;

/// Pages that are read of one list. Chosen: a server with more than that lists for ever.
const MOST_PAGES: usize = 200;

/// Longest cursor that is sent back, bytes. Chosen.
const MOST_CURSOR_BYTES: usize = 16 << 10;

/// The lists that a server with these capabilities has, and the names of their items.
pub(crate) fn lists_of(capabilities: Option<&Value>) -> Vec<(&'static str, &'static str)> {
    let has = |name: &str| capabilities.is_some_and(|all| all.get(name).is_some());
    // Tools are asked for in any case: a client that does not look at capabilities would see them.
    let mut lists = vec![("tools/list", "tools")];
    if has("prompts") {
        lists.push(("prompts/list", "prompts"));
    }
    if has("resources") {
        lists.push(("resources/list", "resources"));
        lists.push(("resources/templates/list", "resourceTemplates"));
    }
    lists
}

/// Reads a list page by page, as long as the server gives new cursors and up to a limit.
pub(crate) fn pages(
    key: &str,
    mut ask: impl FnMut(Option<&str>) -> Result<Option<Value>, String>,
    listing: &mut Listing,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let Some(mut result) = ask(cursor.as_deref())? else { return Ok(()) };
        let items = result.get_mut(key).map(Value::take);
        let items = match items {
            Some(Value::Array(items)) => items,
            _ => return Err(format!("the answer has no list of {key}")),
        };
        let list = match key {
            "tools" => &mut listing.tools,
            "prompts" => &mut listing.prompts,
            "resources" => &mut listing.resources,
            _ => &mut listing.templates,
        };
        list.extend(items.into_iter().filter_map(|item| match item {
            Value::Object(fields) => Some(fields),
            _ => None,
        }));
        match result.get("nextCursor").and_then(Value::as_str) {
            None => return Ok(()),
            Some(next) if !seen.insert(next.to_owned()) => {
                return Err("the list begins again instead of ending".to_owned());
            }
            Some(next) if next.len() > MOST_CURSOR_BYTES => {
                return Err("the next page has a cursor longer than 16 KiB".to_owned());
            }
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
    Err(format!("the list has more than {MOST_PAGES} pages; the rest is not known"))
}

/// What the server tells of itself.
pub(crate) fn about(result: &Value, listing: &mut Listing) {
    listing.instructions = result.get("instructions").and_then(Value::as_str).map(str::to_owned);
    listing.server = server_info(result).cloned();
}
