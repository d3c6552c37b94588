//! The examples on a rule's page, which are its tests.
//!
//! A page has fenced blocks such as
//!
//! ````text
//! ```ts bad
//! ```python good
//! ```dockerfile bad path=Dockerfile.dev
//! ````
//!
//! Every `bad` block must make its rule fire, and no `good` one may. The language names the file that the block is
//! scanned as, unless `path=` does. A file name comment is not needed, and blocks are scanned one by one.

/// One example of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// True when the rule must fire on it.
    pub bad: bool,
    /// The file that it is scanned as.
    pub path: String,
    /// The source.
    pub text: String,
}

/// The examples of a page, in its order.
pub fn of_page(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default();
        let words: Vec<&str> = words.collect();
        let bad = words.contains(&"bad");
        if !bad && !words.contains(&"good") {
            continue;
        }
        let named = words.iter().find_map(|word| word.strip_prefix("path="));
        let path = named.unwrap_or(match language {
            "ts" | "typescript" => "server.ts",
            "js" | "javascript" => "server.js",
            "python" | "py" => "server.py",
            "dockerfile" => "Dockerfile",
            "json" => "package.json",
            "yaml" => "mcp.yaml",
            "toml" => "pyproject.toml",
            "sh" => "run.sh",
            _ => "file.txt",
        });
        examples.push(Example { bad, path: path.to_owned(), text: body.join("\n") + "\n" });
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_marked_blocks_only() {
        let page =
            "x\n```ts bad\na\nb\n```\n```ts\nplain\n```\n```dockerfile good path=D.dockerfile\nFROM x\n```\n";
        let found = of_page(page);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].bad, found[0].path.as_str(), found[0].text.as_str()),
            (true, "server.ts", "a\nb\n")
        );
        assert_eq!((found[1].bad, found[1].path.as_str()), (false, "D.dockerfile"));
    }
}
