//! Traces and logs.

use sigyl_core::secret::SecretText;
use tracing::level_filters::LevelFilter;

use super::super::{
    LogFormat,
    settings::{PLAIN, Secrecy, Setting},
    values::{list, number, one_of, web_address},
};

pub(in crate::config) static WATCHING: &[Setting] = &[
    Setting {
        key: "telemetry.otlp_endpoint",
        variable: "SIGYL_OTLP_ENDPOINT",
        takes: "URL",
        about: "The collector of OpenTelemetry that traces are sent to, by OTLP over HTTP in JSON, at `/v1/traces` below it. Default: none, and nothing is traced.",
        set: |config, text| {
            config.telemetry.endpoint = if text.is_empty() { String::new() } else { web_address(text)? };
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "telemetry.otlp_headers",
        variable: "SIGYL_OTLP_HEADERS",
        takes: "list of NAME=VALUE",
        about: "Headers that the collector wants, as `authorization=Bearer …`.",
        secret: Secrecy::Secret,
        set: |config, text| {
            let header = |item: &str| {
                let (name, value) = item.split_once('=')?;
                let name = reqwest::header::HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
                reqwest::header::HeaderValue::from_str(value.trim()).ok()?;
                Some((name.as_str().to_owned(), SecretText::new(value.trim().to_owned())))
            };
            let headers = list(text).map(header).collect::<Option<Vec<_>>>();
            config.telemetry.headers = headers.ok_or("write NAME=VALUE, with commas between")?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "telemetry.sample_percent",
        variable: "SIGYL_TRACE_SAMPLE_PERCENT",
        default: "100",
        takes: "number",
        about: "How many of a hundred requests and jobs are traced. Where a trusted proxy says of which trace a request is, it decides.",
        set: |config, text| number(text, 0, 100).map(|it| config.telemetry.sample_percent = it),
        ..PLAIN
    },
    Setting {
        key: "log.format",
        variable: "SIGYL_LOG_FORMAT",
        default: "text",
        takes: "`text` or `json`",
        about: "How log lines look. They go to standard error.",
        set: |config, text| {
            one_of(text, &[("text", LogFormat::Text), ("json", LogFormat::Json)])
                .map(|it| config.log_format = it)
        },
        ..PLAIN
    },
    Setting {
        key: "log.level",
        variable: "SIGYL_LOG_LEVEL",
        default: "info",
        takes: "`error`, `warn`, `info` or `debug`",
        about: "The least important lines that are logged.",
        set: |config, text| {
            let names = [
                ("error", LevelFilter::ERROR),
                ("warn", LevelFilter::WARN),
                ("info", LevelFilter::INFO),
                ("debug", LevelFilter::DEBUG),
            ];
            one_of(text, &names).map(|it| config.log_level = it)
        },
        ..PLAIN
    },
];
