//! What deployments tell as it happens: events of their jobs, and their logs.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json,
    extract::{Path, State},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Sent, KeepAlive},
    },
    routing::get,
};
use futures_core::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_deploy::backend::{LogLine, LogLines, LogQuery};
use tokio::sync::mpsc;

use super::deploy::named;
use crate::{
    accounts::{Role, Scope},
    app::App,
    deployments::{self, DeployEvent},
    http::{Access, ApiError, Endpoint, QueryOf, Tenant, schema},
};

/// How often events of another replica are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Events that are read at a time, and lines that wait for a slow reader.
const AT_A_TIME: i64 = 200;
const WAITING_MAX: usize = 64;

/// Lines of a log in one answer.
const LINES_MAX: u32 = 5_000;

/// What happens.
pub(super) static EVENTS: Endpoint = Endpoint {
    id: "follow_deployment",
    path: "/api/v1/deployments/{id}/events",
    summary: "What happens to a deployment, as server-sent events, from the first that is kept or after `after`; of one job, until it ends.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<EventsQuery>),
    response: Some(schema::<DeployEvent>),
    texts: &["text/event-stream"],
    handler: || get(events),
    ..Endpoint::PLAIN
};

/// What it says.
pub(super) static LOGS: Endpoint = Endpoint {
    id: "get_deployment_logs",
    path: "/api/v1/deployments/{id}/logs",
    summary: "What a deployment's processes said; with `follow`, as server-sent events as they say it.",
    access: Access::Member(Role::Developer, Scope::Read),
    query: Some(schema::<LogsQuery>),
    response: Some(schema::<Logs>),
    texts: &["text/event-stream"],
    handler: || get(logs),
    ..Endpoint::PLAIN
};

/// Which events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EventsQuery {
    /// Only events after this number.
    #[schemars(range(min = 0))]
    after: Option<i64>,
    /// Only those of this job, and no more once it has ended.
    job: Option<String>,
}

/// Which lines.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LogsQuery {
    /// The last lines, at most 5,000.
    #[schemars(range(min = 1, max = 5_000))]
    limit: Option<u32>,
    /// Only lines of this time or later, milliseconds since 1970.
    #[schemars(range(min = 0))]
    since: Option<i64>,
    /// Whether to wait for more.
    #[serde(default)]
    follow: bool,
}

/// A part of a log.
#[derive(Debug, Serialize, JsonSchema)]
struct Logs {
    items: Vec<Line>,
}

/// A line of a log.
#[derive(Debug, Serialize, JsonSchema)]
struct Line {
    /// Milliseconds since 1970.
    time_ms: i64,
    /// `stdout`, `stderr` or `system`.
    stream: String,
    text: String,
}

impl From<LogLine> for Line {
    fn from(line: LogLine) -> Self {
        let stream = serde_json::to_value(line.stream).ok();
        let stream = stream.as_ref().and_then(|it| it.as_str()).unwrap_or("stdout").to_owned();
        Self { time_ms: line.time_ms, stream, text: line.text }
    }
}

/// What a task sends, as a stream.
struct Received(mpsc::Receiver<Sent>);

impl Stream for Received {
    type Item = Result<Sent, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

fn sent(name: &str, id: Option<i64>, value: &impl Serialize) -> Option<Sent> {
    let event = Sent::default().event(name).json_data(value).ok()?;
    Some(match id {
        Some(id) => event.id(id.to_string()),
        None => event,
    })
}

fn streamed(receiver: mpsc::Receiver<Sent>) -> Response {
    Sse::new(Received(receiver)).keep_alive(KeepAlive::default()).into_response()
}

async fn events(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<EventsQuery>,
) -> Result<Response, ApiError> {
    let mut connection = app.db.connection().await?;
    let row = deployments::get(&mut connection, &tenant, &id).await?;
    let row = row.ok_or_else(|| ApiError::not_found("deployment"))?;
    drop(connection);
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    tokio::spawn(async move {
        let mut after = query.after.unwrap_or(0);
        loop {
            // Before the look, so that what happens in between wakes.
            let happened = app.events.notified();
            let found = async {
                let mut connection = app.db.connection().await?;
                let found = deployments::events_after(&mut connection, &row.id, after, AT_A_TIME).await?;
                let left = deployments::of_workspace(&mut connection, &tenant.id, &row.id).await?;
                Ok::<_, crate::db::DbError>((found, left.is_some()))
            };
            let Ok((found, is_there)) = found.await else { return };
            for event in found {
                after = event.number;
                let is_its = query.job.as_ref().is_none_or(|job| *job == event.job_id);
                if !is_its {
                    continue;
                }
                let ends = query.job.is_some() && matches!(event.kind.as_str(), "done" | "failed");
                let Some(event) = sent(&event.kind.clone(), Some(event.number), &event) else { return };
                if sender.send(event).await.is_err() || ends {
                    return;
                }
            }
            if !is_there {
                let gone = serde_json::json!({ "kind": "done", "text": "deleted", "number": after + 1 });
                if let Some(event) = sent("done", Some(after + 1), &gone) {
                    let _ = sender.send(event).await;
                }
                return;
            }
            tokio::select! {
                _ = tokio::time::timeout(LOOK_EVERY, happened) => {}
                () = sender.closed() => return,
                () = app.ending.cancelled() => return,
            }
        }
    });
    Ok(streamed(receiver))
}

async fn logs(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<LogsQuery>,
) -> Result<Response, ApiError> {
    if query.limit.is_some_and(|limit| !(1..=LINES_MAX).contains(&limit)) {
        return Err(ApiError::invalid("limit: from 1 to 5,000"));
    }
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    let wanted = LogQuery {
        since_ms: query.since,
        limit: Some(query.limit.unwrap_or(if query.follow { 100 } else { 1_000 })),
        follow: query.follow,
    };
    let mut lines = deployments::logs(&app, &row, &wanted).await?;
    if !query.follow {
        let mut items = Vec::new();
        while let Some(line) = next(&mut lines).await {
            let line =
                line.map_err(|error| ApiError::new(crate::http::Code::Unavailable, error.to_string()))?;
            items.push(Line::from(line));
            if items.len() >= LINES_MAX as usize {
                break;
            }
        }
        return Ok(Json(Logs { items }).into_response());
    }
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    tokio::spawn(async move {
        loop {
            let line = tokio::select! {
                line = next(&mut lines) => line,
                () = sender.closed() => return,
                () = app.ending.cancelled() => return,
            };
            let Some(Ok(line)) = line else { return };
            let Some(event) = sent("line", None, &Line::from(line)) else { return };
            if sender.send(event).await.is_err() {
                return;
            }
        }
    });
    Ok(streamed(receiver))
}

async fn next(lines: &mut LogLines) -> Option<Result<LogLine, sigyl_deploy::backend::BackendError>> {
    std::future::poll_fn(|context| lines.as_mut().poll_next(context)).await
}
