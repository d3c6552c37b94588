//! The session beside a build: the engine connects backwards through it, and asks for secrets by gRPC.
//!
//! Of gRPC there are three calls, each of one short message there and one back. That is HTTP/2 with five bytes before each
//! message, and needs no code that is made of their definitions.

use std::{io::Cursor, sync::Arc};

use bollard::auth::DockerCredentials;
use h2::{
    RecvStream,
    server::{self, SendResponse},
};
use http::{HeaderMap, HeaderValue, Request, Response};
use sigyl_core::secret::random_text;
use tokio::task::{JoinHandle, JoinSet};

use super::{
    Http, checked, failed, passing,
    wire::{put, text},
};
use crate::backend::{BackendError, build_secrets::Opened, docker::engine::Engine};

/// Calls of the engine that are answered.
const SECRET: &str = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
const CREDENTIALS: &str = "/moby.filesync.v1.Auth/Credentials";
const HEALTH: &str = "/grpc.health.v1.Health/Check";

/// The longest question, bytes. Chosen: names of secrets and registries are short.
const QUESTION_BYTES: usize = 16 << 10;

/// Bytes before each message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// Codes of gRPC.
const NOT_FOUND: &str = "5";
const UNIMPLEMENTED: &str = "12";

/// What the engine may ask for.
pub(super) struct Offered {
    pub(super) secrets: Opened,
    pub(super) registry: Option<DockerCredentials>,
}

impl Offered {
    /// The answer to a call, or the code of why there is none.
    fn answer(&self, call: &str, question: &[u8]) -> Result<Vec<u8>, &'static str> {
        let mut answer = Vec::new();
        match call {
            SECRET => {
                let value = self.secrets.get(&text(question, 1)).ok_or(NOT_FOUND)?;
                put(&mut answer, 1, value.reveal().as_bytes());
            }
            CREDENTIALS => {
                // Without an answer base images of everybody are still had.
                let host = text(question, 1);
                let own = self.registry.as_ref().filter(|own| own.serveraddress.as_ref() == Some(&host));
                if let Some(own) = own {
                    put(&mut answer, 1, own.username.as_deref().unwrap_or_default().as_bytes());
                    put(&mut answer, 2, own.password.as_deref().unwrap_or_default().as_bytes());
                }
            }
            // It serves.
            HEALTH => answer.extend([0x08, 0x01]),
            _ => return Err(UNIMPLEMENTED),
        }
        Ok(answer)
    }
}

/// A session of an engine; it ends when it is dropped, and nothing can be asked for any more.
pub(super) struct Session {
    id: String,
    serving: JoinHandle<()>,
}

impl Session {
    /// Begins one.
    pub(super) async fn open(http: &Http, engine: &Engine, offered: Offered) -> Result<Self, BackendError> {
        let id = random_text(25).map_err(|error| failed(engine, error.to_string()))?;
        let url = http.url(engine, "session", &[])?;
        let mut request = http
            .client
            .post(url)
            .header("connection", "Upgrade")
            .header("upgrade", "h2c")
            .header("x-docker-expose-session-uuid", &id)
            .header("x-docker-expose-session-name", "sigyl")
            .header("x-docker-expose-session-sharedkey", "");
        for call in [SECRET, CREDENTIALS, HEALTH] {
            request = request.header("x-docker-expose-session-grpc-method", call);
        }
        let response = request.send().await.map_err(|error| passing(engine, &error))?;
        let response = checked(engine, response).await?;
        if response.status().as_u16() != 101 {
            return Err(failed(engine, "it opens no session for a build".to_owned()));
        }
        let upgraded = response.upgrade().await.map_err(|error| passing(engine, &error))?;
        let serving = tokio::spawn(async move {
            // That it ended early is told by the build that it was for.
            let _ = serve(upgraded, Arc::new(offered)).await;
        });
        Ok(Self { id, serving })
    }

    /// Its name for builds.
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve<T>(io: T, offered: Arc<Offered>) -> Result<(), h2::Error>
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut connection = server::Builder::new().max_concurrent_streams(32).handshake(io).await?;
    // They end with the connection, whatever ends that.
    let mut answering = JoinSet::new();
    while let Some(asked) = connection.accept().await {
        let (request, respond) = asked?;
        let offered = Arc::clone(&offered);
        answering.spawn(async move { answer(&offered, request, respond).await });
        while answering.try_join_next().is_some() {}
    }
    Ok(())
}

async fn answer(
    offered: &Offered,
    request: Request<RecvStream>,
    mut respond: SendResponse<Cursor<Vec<u8>>>,
) -> Result<(), h2::Error> {
    let call = request.uri().path().to_owned();
    let mut body = request.into_body();
    let mut question = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        if question.len() + piece.len() > QUESTION_BYTES {
            respond.send_reset(h2::Reason::ENHANCE_YOUR_CALM);
            return Ok(());
        }
        question.extend_from_slice(&piece);
    }
    let mut head = Response::new(());
    head.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    match offered.answer(&call, question.get(PREFIX..).unwrap_or_default()) {
        Ok(message) => {
            let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
            let mut framed = vec![0];
            framed.extend(length.to_be_bytes());
            framed.extend(message);
            let mut stream = respond.send_response(head, false)?;
            stream.send_data(Cursor::new(framed), false)?;
            stream.send_trailers(HeaderMap::from_iter([(
                http::HeaderName::from_static("grpc-status"),
                HeaderValue::from_static("0"),
            )]))
        }
        Err(code) => {
            head.headers_mut().insert("grpc-status", HeaderValue::from_static(code));
            respond.send_response(head, true).map(|_| ())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sigyl_core::secret::SecretText;

    use super::*;

    /// The code of a call and its answer, asked as an engine asks.
    async fn ask(
        sender: &h2::client::SendRequest<Cursor<Vec<u8>>>,
        call: &str,
        field: &str,
    ) -> (String, Vec<u8>) {
        let mut message = Vec::new();
        put(&mut message, 1, field.as_bytes());
        let mut framed = vec![0, 0, 0, 0, message.len() as u8];
        framed.extend(message);
        let request = Request::post(format!("http://engine{call}")).body(()).unwrap();
        let mut sender = sender.clone().ready().await.unwrap();
        let (response, mut stream) = sender.send_request(request, false).unwrap();
        stream.send_data(Cursor::new(framed), true).unwrap();
        let response = response.await.unwrap();
        let code = |headers: &HeaderMap| headers.get("grpc-status").map(|it| it.to_str().unwrap().to_owned());
        let said = code(response.headers());
        let mut body = response.into_body();
        let mut bytes = Vec::new();
        while let Some(piece) = body.data().await {
            let piece = piece.unwrap();
            bytes.extend_from_slice(&piece);
            body.flow_control().release_capacity(piece.len()).unwrap();
        }
        let trailers = body.trailers().await.unwrap().unwrap_or_default();
        (said.or_else(|| code(&trailers)).unwrap(), bytes.get(PREFIX..).unwrap_or_default().to_vec())
    }

    #[tokio::test]
    async fn an_engine_is_told_what_it_may_know() {
        let long = "canary".repeat(20_000);
        let secrets = BTreeMap::from([
            ("NPM_TOKEN".to_owned(), SecretText::new("canary-12".to_owned())),
            ("LONG".to_owned(), SecretText::new(long.clone())),
        ]);
        let registry = DockerCredentials {
            username: Some("robot".to_owned()),
            password: Some("canary-34".to_owned()),
            serveraddress: Some("r.example".to_owned()),
            ..DockerCredentials::default()
        };
        let offered = Arc::new(Offered { secrets: Opened::from(secrets), registry: Some(registry) });
        let (near, far) = tokio::io::duplex(64 << 10);
        let serving = tokio::spawn(serve(near, offered));
        let (sender, connection) = h2::client::Builder::new().handshake(far).await.unwrap();
        let driving = tokio::spawn(connection);
        let told = |call, field| ask(&sender, call, field);

        let (code, value) = told(SECRET, "NPM_TOKEN").await;
        assert_eq!((code.as_str(), text(&value, 1).as_str()), ("0", "canary-12"));
        assert_eq!(text(&told(SECRET, "LONG").await.1, 1), long);
        for unknown in ["", "OTHER", "npm_token"] {
            assert_eq!(told(SECRET, unknown).await, (NOT_FOUND.to_owned(), Vec::new()));
        }
        let (code, own) = told(CREDENTIALS, "r.example").await;
        assert_eq!((code.as_str(), text(&own, 1), text(&own, 2)), ("0", "robot".into(), "canary-34".into()));
        assert_eq!(told(CREDENTIALS, "evil.example").await, ("0".to_owned(), Vec::new()));
        assert_eq!(told(HEALTH, "").await, ("0".to_owned(), vec![0x08, 0x01]));
        assert_eq!(told("/moby.filesync.v1.FileSync/DiffCopy", "").await.0, UNIMPLEMENTED);
        serving.abort();
        driving.abort();
    }
}
