//! Services that nobody can reach from a test, played by small servers that keep state. They take what the real ones
//! take, as far as it is used, answer late, refuse and break on demand, and write down every request, so that all of
//! them can be held against the services' own schemas afterwards.

#[cfg(feature = "cloud-run")]
mod cloud_build;
#[cfg(feature = "cloud-run")]
pub(crate) mod cloud_run;
pub(crate) mod http;
pub(crate) mod instance;
#[cfg(feature = "kubernetes")]
pub(crate) mod kubernetes;
#[cfg(feature = "railway")]
pub(crate) mod railway;

use std::{collections::VecDeque, io::Write, path::PathBuf, sync::Mutex};

use serde_json::{Value, json};

use self::http::{Answer, Request};

/// What was sent to a fake. Kept in memory, and as lines of JSON in the folder `SIGYL_TEST_RECORD` where that is set.
pub(crate) struct Record {
    api: &'static str,
    requests: Mutex<Vec<Value>>,
    file: Option<PathBuf>,
}

impl Record {
    pub(crate) fn new(api: &'static str) -> Self {
        let file = std::env::var_os("SIGYL_TEST_RECORD").map(|folder| {
            std::fs::create_dir_all(&folder).unwrap();
            PathBuf::from(folder).join(format!("{api}.jsonl"))
        });
        Self { api, requests: Mutex::default(), file }
    }

    pub(crate) fn keep(&self, request: &Request) {
        let line = json!({
            "api": self.api, "method": request.method, "path": request.path, "query": request.query,
            "content_type": request.header("content-type"), "body": request.body_json(),
        });
        if let Some(file) = &self.file {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
            // One write a line, so that tests that run beside each other do not tear them.
            file.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        self.requests.lock().unwrap().push(line);
    }

    /// Every request so far, as text.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(Value::to_string).collect()
    }
}

/// Answers that a fake gives before it looks at a request: how services behave on a bad day.
#[derive(Default)]
pub(crate) struct BadDay(Mutex<VecDeque<(String, Answer)>>);

impl BadDay {
    /// The next request whose path or body has the word gets this answer.
    pub(crate) fn plan(&self, word: &str, answer: Answer) {
        self.0.lock().unwrap().push_back((word.to_owned(), answer));
    }

    pub(crate) fn take(&self, request: &Request) -> Option<Answer> {
        let mut planned = self.0.lock().unwrap();
        let text = format!("{} {} {}", request.method, request.path, String::from_utf8_lossy(&request.body));
        let at = planned.iter().position(|(word, _)| text.contains(word.as_str()))?;
        planned.remove(at).map(|(_, answer)| answer)
    }

    /// What nobody has asked for yet.
    pub(crate) fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

#[cfg(any(feature = "cloud-run", feature = "kubernetes"))]
/// What is coded in base64.
pub(crate) fn decoded(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut all, mut bits) = (0_u32, 0);
    for letter in text.trim_end_matches('=').chars() {
        all = all << 6 | u32::try_from(alphabet.find(letter).unwrap()).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((all >> bits & 255) as u8);
        }
    }
    String::from_utf8(bytes).unwrap()
}
