//! Spans in OTLP's JSON (opentelemetry-proto 1.x): identifiers in hexadecimal, numbers of 64 bits as text.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use super::span::{Span, Value};

/// What the program calls itself.
const SERVICE: &str = "sigyl";

/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(key: &str, value: &Value) -> Json {
    let value = match value {
        Value::Text(text) => json!({ "stringValue": text }),
        Value::Number(number) => json!({ "intValue": number.to_string() }),
    };
    json!({ "key": key, "value": value })
}

fn span(span: &Span) -> Json {
    let mut out = json!({
        "traceId": hex(&span.trace),
        "spanId": hex(&span.id),
        "name": span.name,
        "kind": span.kind as u8,
        "startTimeUnixNano": span.begun_ns.to_string(),
        "endTimeUnixNano": span.ended_ns.to_string(),
        "attributes": span.notes.iter().map(|(key, value)| attribute(key, value)).collect::<Vec<_>>(),
    });
    if let Some(parent) = &span.parent {
        out["parentSpanId"] = hex(parent).into();
    }
    if span.is_error {
        out["status"] = json!({ "code": ERROR });
    }
    out
}

/// The body of a request to a collector.
pub(super) fn request(spans: &[Span]) -> Vec<u8> {
    /// This process among the replicas.
    static INSTANCE: LazyLock<String> = LazyLock::new(|| {
        sigyl_core::secret::random_bytes::<8>().map(|bytes| hex(&bytes)).unwrap_or_default()
    });
    let version = env!("CARGO_PKG_VERSION");
    let resource =
        [("service.name", SERVICE), ("service.version", version), ("service.instance.id", INSTANCE.as_str())];
    let resource = resource.iter().map(|(key, text)| attribute(key, &Value::from(*text))).collect::<Vec<_>>();
    let spans = spans.iter().map(span).collect::<Vec<_>>();
    let scope = json!({ "name": SERVICE, "version": version });
    let body = json!({
        "resourceSpans": [{
            "resource": { "attributes": resource },
            "scopeSpans": [{ "scope": scope, "spans": spans }],
        }],
    });
    body.to_string().into_bytes()
}
