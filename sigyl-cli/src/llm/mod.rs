//! `sigyl scan --llm`: a language model at any endpoint that speaks OpenAI's chat completions.

mod endpoint;
mod key;

use std::{cell::RefCell, path::PathBuf};

use sigyl_core::{Digest, ScanReport, SourceTree};
use sigyl_scan::{Judge, Judgement, Question, ScanConfig, ask_judge};

use crate::{
    cache::{Cache, Folder, Limits},
    failure::Failure,
};

use endpoint::Endpoint;
use key::Key;

/// What is kept of answers. Chosen: as many as a hundred servers have tools.
const ANSWERS: Limits = Limits { bytes: 16 << 20, entries: 4096, entry_bytes: 64 << 10 };

/// Version of the form of kept answers.
const FORMAT: &str = "sigyl-answer 1";

/// Adds to the report what the model says that the environment names.
///
/// # Errors
/// When the environment names none, or one that may not be asked.
pub(crate) fn add(
    report: &mut ScanReport,
    tree: &SourceTree,
    config: &ScanConfig,
    cache: Option<&Cache>,
) -> Result<(), Failure> {
    let asker = Asker {
        endpoint: Endpoint::new(&required("SIGYL_LLM_URL")?, required("SIGYL_LLM_MODEL")?, key()?)?,
        answers: cache.and_then(|cache| cache.part("answers", ANSWERS)),
        connection: RefCell::default(),
    };
    ask_judge(report, tree, config, &asker);
    Ok(())
}

/// Asks the endpoint, or tells what it answered to the same question.
struct Asker {
    endpoint: Endpoint,
    answers: Option<Folder>,
    connection: RefCell<endpoint::Spent>,
}

impl Judge for Asker {
    fn name(&self) -> String {
        self.endpoint.name()
    }

    fn ask(&self, question: &Question) -> Result<String, String> {
        let key = Digest::of_parts([
            FORMAT.as_bytes(),
            self.endpoint.identity().as_bytes(),
            question.digest().as_str().as_bytes(),
        ]);
        if let Some(answer) = self.answers.as_ref().and_then(|answers| open(&answers.load(&key)?)) {
            return Ok(answer);
        }
        let answer = self.endpoint.ask(question, &mut self.connection.borrow_mut())?;
        // What is of no use is asked again the next time.
        if Judgement::read(&answer).is_some()
            && let Some(answers) = &self.answers
        {
            // Where it cannot be kept, it is asked again.
            let _ = answers.store(&key, format!("{}\n{answer}", Digest::of(answer.as_bytes())).as_bytes());
        }
        Ok(answer)
    }
}

/// A kept answer, where it is whole.
fn open(entry: &[u8]) -> Option<String> {
    let (digest, answer) = std::str::from_utf8(entry).ok()?.split_once('\n')?;
    (Digest::of(answer.as_bytes()).as_str() == digest).then(|| answer.to_owned())
}

fn required(name: &str) -> Result<String, Failure> {
    variable(name).ok_or_else(|| {
        let what = "--llm asks a language model: set SIGYL_LLM_URL (https://HOST/v1) and SIGYL_LLM_MODEL, and \
                    SIGYL_LLM_KEY or SIGYL_LLM_KEY_FILE where it wants a key";
        Failure::Said(format!("{what}; {name} is not set"))
    })
}

fn key() -> Result<Option<Key>, Failure> {
    if let Some(key) = variable("SIGYL_LLM_KEY") {
        return Key::new(&key, "SIGYL_LLM_KEY").map(Some);
    }
    let Some(path) = variable("SIGYL_LLM_KEY_FILE").map(PathBuf::from) else { return Ok(None) };
    let text =
        crate::settings::read_text(&path).map_err(|source| Failure::Read { path: path.clone(), source })?;
    Key::new(&text, "the file of SIGYL_LLM_KEY_FILE").map(Some)
}

#[expect(clippy::disallowed_methods, reason = "which model is asked is told by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_answers_count_for_nothing() {
        let whole = format!("{}\nyes", Digest::of(b"yes"));
        assert_eq!(open(whole.as_bytes()).as_deref(), Some("yes"));
        for entry in [&b""[..], b"\n", b"\xff\nyes", format!("{}\nno", Digest::of(b"yes")).as_bytes()] {
            assert_eq!(open(entry), None);
        }
    }
}
