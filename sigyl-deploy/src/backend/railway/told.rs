//! What Railway tells of what runs: measurements, and lines of logs.

use serde_json::{Value, json};

use super::{
    client::{Client, NAME, list, text},
    operations,
};
use crate::backend::{
    BackendError, DeploySpec, LogLine, LogStream, Stats,
    polled::{self, NamedLine},
    times,
};

/// The last value of each measurement.
pub(super) fn used(spec: &DeploySpec, data: &Value) -> Result<Stats, BackendError> {
    let last = |measurement: &str| {
        let of = list(data, "/metrics").iter().find(|of| text(of, "/measurement") == measurement)?;
        let value = |metric: &Value| {
            let (time, value) = (metric.get("ts")?.as_i64()?, metric.get("value")?.as_f64()?);
            (value.is_finite() && value >= 0.0).then_some((time, value))
        };
        let values = list(of, "/values").iter().filter_map(value);
        values.max_by_key(|(time, _)| *time).map(|(_, value)| value)
    };
    let Some(memory) = last("MEMORY_USAGE_GB") else {
        return Err(BackendError::Passing {
            backend: NAME.to_owned(),
            reason: "the release has not been measured yet".to_owned(),
            retry_after: None,
        });
    };
    Ok(Stats {
        memory_bytes: (memory * 1e9) as u64,
        memory_limit_bytes: spec.limits.memory_bytes.saturating_mul(u64::from(spec.replicas)),
        cpu_total_ms: None,
        cpu_millis: last("CPU_USAGE").map(|cpus| (cpus * 1000.0).round() as u64),
        pids: None,
    })
}

pub(super) async fn log_lines(
    client: &Client,
    run: &str,
    limit: u32,
    since: Option<i64>,
) -> Result<Vec<NamedLine>, BackendError> {
    let mut variables = json!({ "deploymentId": run, "limit": limit });
    if let Some(since) = since {
        variables["startDate"] = json!(times::format(since));
    }
    let data = client.ask(&operations::LOGS, variables, &[]).await?;
    let mut lines: Vec<NamedLine> = list(&data, "/deploymentLogs")
        .iter()
        .filter_map(|entry| {
            let (time, said) = (text(entry, "/timestamp"), text(entry, "/message"));
            let time_ms = times::parse(&time)?;
            let stream = match text(entry, "/severity").as_str() {
                "error" | "err" => LogStream::Stderr,
                _ => LogStream::Stdout,
            };
            let name = format!("{time} {said}");
            Some(NamedLine { name, line: LogLine { time_ms, stream, text: polled::cut(said) } })
        })
        .filter(|named| since.is_none_or(|since| named.line.time_ms >= since))
        .collect();
    lines.sort_by_key(|named| named.line.time_ms);
    Ok(lines)
}
