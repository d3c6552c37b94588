//! What the builder of an engine says, taken apart into lines.

use std::collections::VecDeque;

/// Lines that an error shows. Chosen.
const LAST: usize = 40;

/// The longest line that is kept, bytes.
const LINE_BYTES: usize = 4096;

/// The output of a build so far.
#[derive(Default)]
pub(super) struct Output {
    /// A line that has not ended yet.
    rest: String,
    last: VecDeque<String>,
    step: String,
    images: Vec<String>,
}

impl Output {
    /// Takes more of it, and gives the lines that ended.
    pub(super) fn take(&mut self, text: &str) -> Vec<String> {
        let mut ended = Vec::new();
        for piece in text.split_inclusive(['\n', '\r']) {
            let room = LINE_BYTES.saturating_sub(self.rest.len());
            let mut end = piece.len().min(room);
            while !piece.is_char_boundary(end) {
                end -= 1;
            }
            self.rest.push_str(piece.get(..end).unwrap_or_default());
            if piece.ends_with(['\n', '\r']) {
                let line = plain(&std::mem::take(&mut self.rest));
                if !line.is_empty() {
                    self.hear(&line);
                    ended.push(line);
                }
            }
        }
        ended
    }

    /// A step begins, of a builder that says so beside its output.
    pub(super) fn begin(&mut self, step: &str) {
        step.clone_into(&mut self.step);
        self.hear(step);
    }

    /// The step that failed, of a builder that says so.
    pub(super) fn fail(&mut self, step: &str) {
        step.clone_into(&mut self.step);
    }

    fn hear(&mut self, line: &str) {
        let docker = || line.strip_prefix("Step ")?.split_once(" : ");
        // Podman: `[2/3] STEP 4/7: …`, the stage where there are several.
        let podman = || {
            let of_stage = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
            of_stage.map_or(line, |(_, rest)| rest).strip_prefix("STEP ")?.split_once(": ")
        };
        if let Some((_, step)) = docker().or_else(podman) {
            step.clone_into(&mut self.step);
        }
        if let Some(image) = line.trim_start().strip_prefix("---> ").filter(|image| is_id(image)) {
            self.images.push(image.to_owned());
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(line.to_owned());
    }

    /// The instruction that ran last.
    pub(super) fn step(&self) -> &str {
        &self.step
    }

    /// Images of the steps, the last first.
    pub(super) fn images(&self) -> impl Iterator<Item = &str> {
        self.images.iter().rev().map(String::as_str)
    }

    /// The last lines.
    pub(super) fn last(self) -> Vec<String> {
        self.last.into()
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A line without what a terminal takes for commands.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                // ESC [ … letter; anything else after ESC is one character.
                if characters.next() == Some('[') {
                    characters.by_ref().find(|c| ('@'..='~').contains(c));
                }
            }
            '\t' => out.push(' '),
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_steps_and_images_are_told_apart() {
        let mut output = Output::default();
        assert!(output.take("Step 1/2 : FROM deb").is_empty());
        assert_eq!(
            output.take("ian\n ---> 982c1cda09f9\n"),
            ["Step 1/2 : FROM debian", " ---> 982c1cda09f9"]
        );
        assert_eq!(output.step(), "FROM debian");
        assert_eq!(output.take("\u{1b}[91mnpm error\u{1b}[0m code 1\n"), ["npm error code 1"]);
        output.take("Step 2/2 : RUN [\"npm\", \"ci\"]\n ---> Running in 9b21749e0dc5\n ---> f8001dddc753\n");
        assert_eq!(output.step(), "RUN [\"npm\", \"ci\"]");
        assert_eq!(output.images().collect::<Vec<_>>(), ["f8001dddc753", "982c1cda09f9"]);
        output.take("[1/2] STEP 3/7: RUN [\"sh\", \"-c\", \"x: y\"]\n");
        assert_eq!(output.step(), "RUN [\"sh\", \"-c\", \"x: y\"]");
    }

    #[test]
    fn what_a_build_says_is_bounded() {
        let mut output = Output::default();
        output.take(&"ü".repeat(1 << 20));
        assert!(output.rest.len() <= LINE_BYTES);
        output.take("\n");
        for _ in 0..100 {
            output.take("again\n");
        }
        assert_eq!(output.last().len(), LAST);
    }
}
