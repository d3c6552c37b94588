//! `sigyl-bridge probe URL`: whether an MCP server answers, in either era. The health check of images.

use std::time::Duration;

use hyper::{
    Method, Request, StatusCode, Uri,
    body::{Body as _, Bytes},
    client::conn::http1,
    header::{self, HeaderMap},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};

use crate::{
    body::Reply,
    health::{LEGACY, MODERN, initialize_params, modern_meta},
    http::SESSION_ID,
};

/// Longest wait for everything; below the usual 30 s of an engine's health check.
const TIMEOUT: Duration = Duration::from_secs(25);
const VERSION: &str = "mcp-protocol-version";
/// Most bytes of an answer.
const ANSWER_MAX: usize = 1 << 20;

/// `Ok` says which era the server speaks, `Err` why it is not well.
pub(crate) async fn probe(url: &str) -> Result<&'static str, String> {
    let uri: Uri = url.parse().map_err(|_| format!("{url} is no URL"))?;
    if uri.scheme_str() != Some("http") {
        return Err(format!("{url} does not begin with http://"));
    }
    timeout(TIMEOUT, talk(&uri)).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
}

async fn talk(uri: &Uri) -> Result<&'static str, String> {
    // First the question that costs a bridge no process.
    let params = format!(r#"{{"_meta":{}}}"#, modern_meta());
    let extra = [(VERSION, MODERN), ("mcp-method", "server/discover")];
    let (code, _, told) =
        ask(uri, Method::POST, Some(message(1, "server/discover", &params)), &extra).await?;
    if code == StatusCode::OK
        && told.as_ref().is_some_and(|told| told["result"]["supportedVersions"].is_array())
    {
        return Ok("server/discover");
    }
    if code.is_server_error() {
        return Err(format!("server/discover was answered with {code}"));
    }
    let params = initialize_params("{}");
    let (code, headers, told) = ask(uri, Method::POST, Some(message(1, "initialize", &params)), &[]).await?;
    if code != StatusCode::OK {
        return Err(format!("initialize was answered with {code}"));
    }
    let version = told.as_ref().and_then(|told| told["result"]["protocolVersion"].as_str());
    if let Some(session) = headers.get(SESSION_ID).and_then(|value| value.to_str().ok()) {
        let extra = [(VERSION, version.unwrap_or(LEGACY)), ("mcp-session-id", session)];
        let _ = ask(uri, Method::DELETE, None, &extra).await;
    }
    version.map(|_| "initialize").ok_or_else(|| "the answer to initialize is none".to_owned())
}

fn message(id: u64, method: &str, params: &str) -> Bytes {
    crate::rpc::call(Some(&id.to_string()), method, Some(params)).into()
}

/// One request on a connection of its own. The answer is the first response, be it JSON or an event.
async fn ask(
    uri: &Uri,
    method: Method,
    body: Option<Bytes>,
    extra: &[(&str, &str)],
) -> Result<(StatusCode, HeaderMap, Option<Value>), String> {
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let socket = TcpStream::connect((bare, uri.port_u16().unwrap_or(80)))
        .await
        .map_err(|error| format!("cannot connect: {error}"))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(socket)).await.map_err(|error| format!("no HTTP: {error}"))?;
    tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let authority = uri.authority().map_or(host, |authority| authority.as_str());
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-forwarded-proto", "https");
    for (name, value) in extra {
        request = request.header(*name, *value);
    }
    let request = request.body(Reply::Whole(body)).map_err(|error| error.to_string())?;
    let answer = sender.send_request(request).await.map_err(|error| format!("no answer: {error}"))?;
    let (head, mut body) = answer.into_parts();
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await
    {
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
        if let Some(told) = response_in(&bytes) {
            return Ok((head.status, head.headers, Some(told)));
        }
        if bytes.len() > ANSWER_MAX {
            return Err("the answer is too long".to_owned());
        }
    }
    Ok((head.status, head.headers, None))
}

/// The response in a body, as far as it came.
fn response_in(bytes: &[u8]) -> Option<Value> {
    let is_response = |value: &Value| value.get("result").is_some() || value.get("error").is_some();
    if let Some(value) = serde_json::from_slice(bytes).ok().filter(is_response) {
        return Some(value);
    }
    let text = std::str::from_utf8(bytes).ok()?;
    text.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data:")?).ok()).find(is_response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_found_in_json_and_in_events() {
        assert!(response_in(br#"{"id":1,"result":{}}"#).is_some());
        assert!(response_in(b"event: message\ndata: {\"id\":1,\"error\":{}}\n\n").is_some());
        assert!(response_in(b"data: {\"method\":\"x\"}\n\ndata: \n\ndata: {\"id\":1,\"resu").is_none());
        assert!(response_in(b"<html>").is_none());
    }
}
