//! The newer era on the side of clients.

use std::sync::Arc;

use hyper::StatusCode;

use crate::{
    app::App,
    health::{Health, LEGACY_VERSIONS, MODERN},
    http::{Answer, Post, json, malformed, refuse, retry_after},
    rpc::{self, Message},
};

/// Whether a version is none of the older era.
pub(crate) fn is_version(version: &str) -> bool {
    !LEGACY_VERSIONS.contains(&version)
}

/// Whether a message is of the newer era: it says so itself, or by its header.
pub(crate) fn is_modern(post: &Post) -> bool {
    post.version.as_deref() == Some(MODERN)
        || post.headers.contains_key("mcp-method")
        || match Message::read(&post.bytes) {
            Ok(Message::Request { params, .. } | Message::Notification { params, .. }) => {
                rpc::meta_of(params).is_some_and(|meta| meta.version.is_some())
            }
            _ => false,
        }
}

/// A POST of one message.
pub(crate) async fn post(app: &Arc<App>, post: Post) -> Result<Answer, Answer> {
    let message = Message::read(&post.bytes).map_err(malformed)?;
    let Message::Request { id, method, .. } = message else {
        return Err(refuse(StatusCode::BAD_REQUEST, None, rpc::INVALID_REQUEST, "no request"));
    };
    if method != "server/discover" {
        return Err(refuse(StatusCode::NOT_FOUND, Some(id), rpc::METHOD_NOT_FOUND, "no such method"));
    }
    let health = app.health.borrow().clone();
    match health {
        Health::Up(facts, _) => {
            let info = facts
                .info
                .as_ref()
                .map(|info| format!(r#","_meta":{{"io.modelcontextprotocol/serverInfo":{}}}"#, info.get()));
            let instructions =
                facts.instructions.as_ref().map(|text| format!(r#","instructions":{}"#, text.get()));
            let result = format!(
                r#"{{"resultType":"complete","supportedVersions":["{MODERN}"],"capabilities":{}{}{},"ttlMs":0,"cacheScope":"private"}}"#,
                facts.capabilities.get(),
                info.unwrap_or_default(),
                instructions.unwrap_or_default()
            );
            Ok(json(StatusCode::OK, rpc::result(id, &result)))
        }
        Health::Starting | Health::Down(_) => {
            let mut answer = refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                Some(id),
                rpc::INTERNAL_ERROR,
                "the server is not ready",
            );
            retry_after(&mut answer, 1);
            Err(answer)
        }
    }
}
