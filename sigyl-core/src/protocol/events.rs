//! Server-sent events, as far as MCP uses them: the data of each event.
//!
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>

/// Takes bytes as they come, gives the data of whole events.
#[derive(Debug, Default)]
pub struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    after_return: bool,
}

impl Events {
    /// Feeds bytes; calls `event` with the data of each event that ends in them, until it answers true.
    pub fn feed(&mut self, bytes: &[u8], mut event: impl FnMut(&[u8]) -> bool) -> bool {
        for byte in bytes {
            let was_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if was_return => {}
                b'\n' | b'\r' => {
                    if self.end_of_line() {
                        let data = std::mem::take(&mut self.data);
                        self.has_data = false;
                        if event(&data) {
                            return true;
                        }
                    }
                }
                _ => self.line.push(*byte),
            }
        }
        false
    }

    /// True where the line ended an event that has data.
    fn end_of_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.has_data;
        }
        if let Some(rest) = line.strip_prefix(b"data:".as_slice()) {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            self.data.extend_from_slice(rest.strip_prefix(b" ".as_slice()).unwrap_or(rest));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(chunks: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        let mut events = Events::default();
        for chunk in chunks {
            events.feed(chunk.as_bytes(), |data| {
                found.push(String::from_utf8_lossy(data).into_owned());
                false
            });
        }
        found
    }

    #[test]
    fn events_in_any_pieces() {
        let stream = ": hello\nid: 1\ndata: \n\nevent: message\r\ndata: {\"a\":\r\ndata:1}\r\n\r\ndata: x\r\rdata: cut";
        let expected = ["", "{\"a\":\n1}", "x"];
        assert_eq!(events(&[stream]), expected);
        let bytes: Vec<String> = stream.chars().map(String::from).collect();
        assert_eq!(events(&bytes.iter().map(String::as_str).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn the_reader_may_have_enough() {
        let mut seen = 0;
        let enough = Events::default().feed(b"data: a\n\ndata: b\n\n", |_| {
            seen += 1;
            true
        });
        assert!(enough && seen == 1);
    }
}
