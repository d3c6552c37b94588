//! One connection of a server to its proxy.

use std::{
    convert::Infallible,
    error::Error,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use hyper::{
    Method, Request, Response, StatusCode, Uri, Version,
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    header::{self, HeaderValue},
    server::conn::http1,
    service::service_fn,
    upgrade::OnUpgrade,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::{Allowed, Heard, MayReach, Names, Refusal, reach, remove_hop_by_hop, tunnel};

/// The head of a request or an answer, bytes. Chosen.
const HEAD_MAX: usize = 32 << 10;

/// How long a server may take for the head of a request. Chosen.
const HEAD_TIME_MAX: Duration = Duration::from_secs(15);

/// Of a host that is told to people, bytes: names have 253.
const SHOWN_MAX: usize = 253;

/// A proxy, without the listener at which it is asked.
pub struct Proxy {
    /// What it may be asked for.
    pub allowed: Allowed,
    /// What looks names up.
    pub names: Arc<dyn Names>,
    /// Which addresses it goes to.
    pub may_reach: MayReach,
    /// What hears of what it refuses.
    pub heard: Heard,
}

/// A tunnel that begins when the head of its answer is written.
type Agreed = Arc<Mutex<Option<(OnUpgrade, TcpStream)>>>;

/// Why a connection is not made.
enum No {
    Refused(String),
    Failed(String),
}

impl Proxy {
    /// Answers one connection to its end.
    pub async fn serve(self: Arc<Self>, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let agreed = Agreed::default();
        let service = service_fn(|request| {
            let (proxy, agreed) = (self.clone(), agreed.clone());
            async move { Ok::<_, Infallible>(proxy.answer(request, &agreed).await) }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME_MAX)
            .max_buf_size(HEAD_MAX)
            .max_header_size(HEAD_MAX);
        // How it ends is the server's affair.
        let _ = http.serve_connection(TokioIo::new(stream), service).with_upgrades().await;
        let tunnel = agreed.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((upgrade, upstream)) = tunnel
            && let Ok(upgraded) = upgrade.await
        {
            tunnel::join(TokioIo::new(upgraded), upstream).await;
        }
    }

    async fn answer(&self, mut request: Request<Incoming>, agreed: &Agreed) -> Response<Reply> {
        let is_tunnel = request.method() == Method::CONNECT;
        let Some((host, port)) = target(request.uri(), is_tunnel) else {
            return words(
                StatusCode::BAD_REQUEST,
                "this proxy takes CONNECT host:port and http:// addresses\n",
            );
        };
        let stream = match self.connect(&host, port).await {
            Ok(stream) => stream,
            Err(No::Refused(reason)) => {
                let refusal = Refusal { host: shown(&host), port, reason: reason.clone() };
                (self.heard)(&refusal);
                return words(StatusCode::FORBIDDEN, &reason);
            }
            Err(No::Failed(reason)) => return words(StatusCode::BAD_GATEWAY, &reason),
        };
        if is_tunnel {
            let upgrade = hyper::upgrade::on(&mut request);
            *agreed.lock().unwrap_or_else(PoisonError::into_inner) = Some((upgrade, stream));
            return Response::new(Reply::Words(None));
        }
        forward(request, stream).await
    }

    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, No> {
        if !self.allowed.has(host, port) {
            return Err(No::Refused(format!(
                "{}:{port} is not among the names that this server may reach; name it in the manifest under \
                 `network.allow` and deploy again\n",
                shown(host)
            )));
        }
        let found = match bare(host).parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => match reach::addresses(&self.names, host).await {
                Ok(found) => found,
                Err(error) => return Err(No::Failed(format!("{host} cannot be looked up: {error}\n"))),
            },
        };
        let public = found.iter().copied().filter(|address| (self.may_reach)(*address)).collect::<Vec<_>>();
        if public.is_empty() && !found.is_empty() {
            return Err(No::Refused(format!(
                "{host} points to an address of this machine or a private network, which no server may reach\n"
            )));
        }
        match reach::connect(&public, port).await {
            Ok(stream) => {
                // Without it small messages only come later.
                let _ = stream.set_nodelay(true);
                Ok(stream)
            }
            Err(error) => Err(No::Failed(format!("{host}:{port} cannot be reached: {error}\n"))),
        }
    }
}

/// Sends a plain request on, over a connection of its own.
async fn forward(request: Request<Incoming>, stream: TcpStream) -> Response<Reply> {
    let (mut parts, body) = request.into_parts();
    let Some(authority) = parts.uri.authority().cloned() else {
        return words(StatusCode::BAD_REQUEST, "the request names no host\n");
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let (Ok(uri), Ok(host)) = (path.parse::<Uri>(), HeaderValue::from_str(authority.as_str())) else {
        return words(StatusCode::BAD_REQUEST, "the request cannot be sent on\n");
    };
    parts.uri = uri;
    parts.version = Version::HTTP_11;
    remove_hop_by_hop(&mut parts.headers);
    parts.headers.remove(header::EXPECT);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::HOST, host);
    parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let request = Request::from_parts(parts, body);
    let mut http = hyper::client::conn::http1::Builder::new();
    http.max_buf_size(HEAD_MAX);
    let Ok((mut sender, connection)) = http.handshake(TokioIo::new(stream)).await else {
        return words(StatusCode::BAD_GATEWAY, "the connection ended\n");
    };
    let mut connection: Connection = Box::pin(async move {
        // Its end is seen in the answer.
        let _ = connection.await;
    });
    let mut sent = std::pin::pin!(sender.send_request(request));
    // The connection is driven beside the answer, and by the answer's body afterwards, so that it ends with them.
    let answer = std::future::poll_fn(|cx| {
        let is_over = connection.as_mut().poll(cx).is_ready();
        match sent.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some((answer, is_over))),
            Poll::Pending if is_over => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    });
    let Some((Ok(answer), is_over)) = answer.await else {
        return words(StatusCode::BAD_GATEWAY, "there was no answer\n");
    };
    let (mut parts, body) = answer.into_parts();
    parts.version = Version::HTTP_11;
    remove_hop_by_hop(&mut parts.headers);
    let connection = (!is_over).then_some(connection);
    Response::from_parts(parts, Reply::Through { body, connection })
}

/// Host and port that a request is for.
fn target(uri: &Uri, is_tunnel: bool) -> Option<(String, u16)> {
    let authority = uri.authority()?;
    // Names and passwords before the host are no part of it.
    if authority.as_str().contains('@') {
        return None;
    }
    let port = match (is_tunnel, uri.scheme_str(), authority.port_u16()) {
        (true, None, Some(port)) | (false, Some("http"), Some(port)) => port,
        (false, Some("http"), None) if authority.port().is_none() => 80,
        _ => return None,
    };
    Some((authority.host().to_owned(), port))
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// As much of a host as people are told: letters of names, nothing else.
fn shown(host: &str) -> String {
    host.chars().filter(|letter| letter.is_ascii_graphic()).take(SHOWN_MAX).collect()
}

fn words(status: StatusCode, text: &str) -> Response<Reply> {
    let mut answer = Response::new(Reply::Words(Some(Bytes::from(text.to_owned()))));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

type Connection = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the proxy answers with.
enum Reply {
    Words(Option<Bytes>),
    Through { body: Incoming, connection: Option<Connection> },
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match &mut *self {
            Self::Words(words) => Poll::Ready(words.take().map(|words| Ok(Frame::data(words)))),
            Self::Through { body, connection } => {
                if connection.as_mut().is_some_and(|connection| connection.as_mut().poll(cx).is_ready()) {
                    *connection = None;
                }
                Pin::new(body).poll_frame(cx).map(|frame| frame.map(|frame| frame.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Words(words) => words.is_none(),
            Self::Through { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Words(words) => SizeHint::with_exact(words.as_ref().map_or(0, |words| words.len() as u64)),
            Self::Through { body, .. } => body.size_hint(),
        }
    }
}
