//! Entries of Cloud Logging as lines.

use reqwest::Method;
use serde_json::{Value, json};

use super::api::Api;
pub(super) use crate::backend::polled::NamedLine;
use crate::backend::{BackendError, LogLine, LogQuery, LogStream, polled, rest::Again, times};

/// The most entries of a log that are asked for at once; Cloud Logging's own limit.
const ENTRIES: u32 = 1000;

/// Lines that a filter lets through, the oldest first.
pub(super) async fn entries(
    api: &Api,
    project: &str,
    filter: &str,
    query: &LogQuery,
) -> Result<Vec<NamedLine>, BackendError> {
    let mut filter = filter.to_owned();
    if let Some(since) = query.since_ms {
        filter.push_str(&format!(" AND timestamp>=\"{}\"", times::format(since)));
    }
    let body = json!({
        "resourceNames": [format!("projects/{project}")],
        "filter": filter,
        // The last ones, where there are more than fit.
        "orderBy": "timestamp desc",
        "pageSize": query.limit.unwrap_or(ENTRIES).clamp(1, ENTRIES),
    });
    let url = format!("{}/v2/entries:list", api.endpoints.logging);
    let answer = api.call(Method::POST, &url, &[], Some(&body), Again::Safe, &[]).await?;
    let found = answer.get("entries").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut lines: Vec<NamedLine> = found.iter().filter_map(line).collect();
    lines.reverse();
    Ok(lines)
}

fn line(entry: &Value) -> Option<NamedLine> {
    let text = |path: &str| entry.pointer(path).and_then(Value::as_str);
    let time = text("/timestamp")?;
    let said = match text("/textPayload").or_else(|| text("/jsonPayload/message")) {
        Some(said) => said.to_owned(),
        None => match entry.get("jsonPayload").or_else(|| entry.get("protoPayload")) {
            Some(payload) => payload.to_string(),
            // What Cloud Run writes of each request.
            None => format!(
                "{} {} {}",
                text("/httpRequest/requestMethod")?,
                text("/httpRequest/requestUrl")?,
                entry.pointer("/httpRequest/status")?
            ),
        },
    };
    let stream = match text("/logName").and_then(|name| name.rsplit("%2F").next()) {
        Some("stdout") => LogStream::Stdout,
        Some("stderr") => LogStream::Stderr,
        _ => LogStream::System,
    };
    Some(NamedLine {
        name: format!("{time} {}", text("/insertId").unwrap_or(&said)),
        line: LogLine { time_ms: times::parse(time)?, stream, text: polled::cut(said) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_every_kind_are_lines() {
        let read = |entry: Value| line(&entry).map(|named| (named.line.stream, named.line.text));
        let time = "2026-11-21T16:00:00.5Z";
        let log = |name: &str| format!("projects/p/logs/run.googleapis.com%2F{name}");
        assert_eq!(
            read(json!({ "timestamp": time, "textPayload": "a\n", "logName": log("stdout") })),
            Some((LogStream::Stdout, "a".to_owned()))
        );
        assert_eq!(
            read(json!({ "timestamp": time, "jsonPayload": { "message": "b" }, "logName": log("stderr") })),
            Some((LogStream::Stderr, "b".to_owned()))
        );
        let request = json!({ "requestMethod": "POST", "requestUrl": "https://x/mcp", "status": 200 });
        assert_eq!(
            read(json!({ "timestamp": time, "httpRequest": request, "logName": log("requests") })),
            Some((LogStream::System, "POST https://x/mcp 200".to_owned()))
        );
        assert_eq!(read(json!({ "textPayload": "no time" })), None);
    }
}
