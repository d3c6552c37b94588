//! Tells others when a deployment's state or health changes: Standard Webhooks 1.0, at most five times each.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sigyl_core::secret::{MasterKey, hmac_sha256};

use super::store::Row;
use crate::{
    app::App,
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{DeliveryId, UserId, WebhookId},
    outbound::Asked,
};

/// Webhooks of a workspace.
const WEBHOOKS_MAX: i64 = 20;

/// How often something is told before it is given up, and how long after the first time; each next one is later.
const ATTEMPTS_MAX: i64 = 5;
const AGAIN_AFTER: Duration = Duration::from_secs(15);

/// Longest answer that is read, bytes; what it says is not kept.
const ANSWER_BYTES_MAX: usize = 4 << 10;

/// Somebody who is told.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Webhook {
    pub(crate) id: WebhookId,
    pub(crate) url: String,
    pub(crate) created_at: Timestamp,
    /// When something was taken last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delivered_at: Option<Timestamp>,
    /// Why the last delivery was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// The secret that signs what is told to one, made of the master key, so that it is kept nowhere.
pub(crate) fn secret_of(master: &MasterKey, id: &WebhookId) -> String {
    format!("whsec_{}", STANDARD.encode(*master.derive(&format!("sigyl/webhook/v1/{id}"))))
}

/// Adds one.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    by: &UserId,
    url: &str,
    now: Timestamp,
) -> Result<Webhook, ApiError> {
    let (count,): (i64,) =
        fetch_one!(transaction, "SELECT COUNT(*) FROM webhooks WHERE workspace_id = $1", &tenant.id)?;
    if count >= WEBHOOKS_MAX {
        return Err(ApiError::conflict("the workspace has 20 webhooks, which is the most"));
    }
    let made: Option<Webhook> = fetch_optional!(
        transaction,
        "INSERT INTO webhooks (id, workspace_id, url, created_by, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace_id, url) DO NOTHING RETURNING id, url, created_at, delivered_at, error",
        WebhookId::new(now)?,
        &tenant.id,
        url,
        by,
        now
    )?;
    made.ok_or_else(|| ApiError::conflict("the workspace has this webhook already"))
}

/// All of them.
pub(crate) async fn list(connection: &mut Connection, tenant: &Tenant) -> Result<Vec<Webhook>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, url, created_at, delivered_at, error FROM webhooks WHERE workspace_id = $1 ORDER BY id",
        &tenant.id
    )
}

/// Takes one away. Whether it was there.
pub(crate) async fn delete(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &WebhookId,
) -> Result<bool, DbError> {
    let gone =
        execute!(transaction, "DELETE FROM webhooks WHERE workspace_id = $1 AND id = $2", &tenant.id, id)?;
    Ok(gone > 0)
}

/// Queues what is told of a deployment: its state, or how it is.
pub(super) async fn queue(
    connection: &mut Connection,
    row: &Row,
    what: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let hooks: Vec<(WebhookId,)> =
        fetch_all!(connection, "SELECT id FROM webhooks WHERE workspace_id = $1", &row.workspace_id)?;
    let body = json!({
        "type": if matches!(what, "healthy" | "unhealthy") { "deployment.health" } else { "deployment.state" },
        "timestamp": now,
        "data": { "id": row.id, "name": row.name, "backend": row.backend, "is": what, "endpoint": row.endpoint },
    });
    for (hook,) in hooks {
        execute!(
            connection,
            "INSERT INTO webhook_deliveries (id, webhook_id, body, attempts, due_at) VALUES ($1, $2, $3, 0, $4)",
            DeliveryId::new(now)?,
            hook,
            body.to_string(),
            now
        )?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Delivery {
    id: DeliveryId,
    webhook_id: WebhookId,
    body: String,
    attempts: i64,
    url: String,
}

/// Tells what is due. Whether something was.
pub(crate) async fn deliver(app: &App) -> Result<bool, ApiError> {
    let mut connection = app.db.connection().await?;
    let now = app.clock.now();
    let due: Option<Delivery> = fetch_optional!(
        connection,
        "SELECT webhook_deliveries.id, webhook_id, body, attempts, url
         FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_deliveries.webhook_id
         WHERE due_at <= $1 ORDER BY due_at LIMIT 1",
        now
    )?;
    let Some(delivery) = due else { return Ok(false) };
    let attempts = delivery.attempts + 1;
    let again = AGAIN_AFTER * 4_u32.saturating_pow(u32::try_from(delivery.attempts).unwrap_or(0));
    // Whoever counts the attempt makes it; a replica that is lost meanwhile leaves it for later.
    let taken = execute!(
        connection,
        "UPDATE webhook_deliveries SET attempts = $3, due_at = $4 WHERE id = $1 AND attempts = $2",
        &delivery.id,
        delivery.attempts,
        attempts,
        now.after(again)
    )?;
    drop(connection);
    if taken == 0 {
        return Ok(true);
    }
    let told = tell(app, &delivery, now).await;
    let mut connection = app.db.connection().await?;
    if told.is_ok() || attempts >= ATTEMPTS_MAX {
        execute!(connection, "DELETE FROM webhook_deliveries WHERE id = $1", &delivery.id)?;
    }
    let error = told.err();
    execute!(
        connection,
        "UPDATE webhooks SET error = $2, delivered_at = CASE WHEN $2 IS NULL THEN $3 ELSE delivered_at END
         WHERE id = $1",
        &delivery.webhook_id,
        error,
        now
    )?;
    Ok(true)
}

async fn tell(app: &App, delivery: &Delivery, now: Timestamp) -> Result<(), String> {
    let key = app.master.derive(&format!("sigyl/webhook/v1/{}", delivery.webhook_id));
    let seconds = now.0 / 1_000;
    let signed = format!("{}.{seconds}.{}", delivery.id, delivery.body);
    let signature = format!("v1,{}", STANDARD.encode(hmac_sha256(&key, signed.as_bytes())));
    let mut asked =
        Asked::post(&delivery.url, "application/json", delivery.body.clone().into_bytes(), ANSWER_BYTES_MAX);
    for (name, value) in [
        ("webhook-id", delivery.id.as_str().to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature),
    ] {
        let value = HeaderValue::from_str(&value).map_err(|_| "a header cannot be written")?;
        asked = asked.header(HeaderName::from_static(name), value);
    }
    match app.outbound.send(asked).await {
        Ok(answer) if answer.status.is_success() => Ok(()),
        Ok(answer) => Err(format!("it answered with status {}", answer.status.as_u16())),
        Err(error) => Err(error.to_string()),
    }
}
