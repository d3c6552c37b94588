//! A server of HTTP that answers as a test says, hostile ones included.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// A request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) verb: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn method(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The JSON-RPC answer with a result.
    pub(crate) fn result(&self, result: Value) -> String {
        json!({ "jsonrpc": "2.0", "id": self.body["id"], "result": result }).to_string()
    }
}

/// What is answered.
pub(crate) enum Response {
    /// A status, headers, and a JSON body.
    Json(u16, Vec<(&'static str, String)>, String),
    /// Whatever bytes, and then again and again the others for as long as they are taken.
    Endless(String, Vec<u8>),
    /// Some bytes, and then the others once a second.
    Trickle(&'static str, &'static str),
}

pub(crate) fn ok(body: String) -> Response {
    Response::Json(200, Vec::new(), body)
}

pub(crate) fn status(status: u16) -> Response {
    Response::Json(status, Vec::new(), String::new())
}

/// Serves until the test ends.
pub(crate) struct Web {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Web {
    pub(crate) fn start(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    log.lock().unwrap().push(request.clone());
                    respond(stream, answer(&request));
                });
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut request = Request { verb: line.split(' ').next()?.to_owned(), ..Request::default() };
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; request.header("content-length").parse().unwrap_or_default()];
    reader.read_exact(&mut body).ok()?;
    request.body = serde_json::from_slice(&body).unwrap_or_default();
    Some(request)
}

/// Clients may have gone.
fn respond(mut stream: TcpStream, response: Response) {
    match response {
        Response::Json(status, headers, body) => {
            let headers: String =
                headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let length = body.len();
            let _ = stream.write_all(
                format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}").as_bytes(),
            );
        }
        Response::Endless(start, again) => {
            let _ = stream.write_all(start.as_bytes());
            while stream.write_all(&again).is_ok() {}
        }
        Response::Trickle(start, again) => {
            let _ = stream.write_all(start.as_bytes());
            while stream.write_all(again.as_bytes()).is_ok() {
                thread::sleep(Duration::from_secs(1));
            }
        }
    }
}
