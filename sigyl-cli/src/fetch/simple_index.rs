//! The page of a package in a Python index: PEP 691 (JSON) and PEP 503 (HTML).

use reqwest::Url;
use serde::Deserialize;

use super::{FetchError, http::Body, options::shown};

/// A file of a package.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IndexFile {
    pub(super) name: String,
    /// As the page has it: absolute, or relative to the page.
    pub(super) url: String,
    pub(super) sha256: Option<String>,
    pub(super) yanked: bool,
}

#[derive(Deserialize)]
struct JsonPage {
    files: Vec<JsonFile>,
}

#[derive(Deserialize)]
struct JsonFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: Hashes,
    /// False, true or the reason.
    #[serde(default)]
    yanked: serde_json::Value,
}

#[derive(Default, Deserialize)]
struct Hashes {
    sha256: Option<String>,
}

/// Reads a page in either form.
pub(super) fn read(body: &Body) -> Result<Vec<IndexFile>, FetchError> {
    if !body.content_type.contains("json") {
        return Ok(read_html(&String::from_utf8_lossy(&body.bytes)));
    }
    let page: JsonPage = serde_json::from_slice(&body.bytes)
        .map_err(|error| FetchError::Malformed { url: shown(&body.url), why: error.to_string() })?;
    let file = |file: JsonFile| IndexFile {
        name: file.filename,
        url: file.url,
        sha256: file.hashes.sha256,
        yanked: !matches!(file.yanked, serde_json::Value::Null | serde_json::Value::Bool(false)),
    };
    Ok(page.files.into_iter().map(file).collect())
}

/// Every `<a href>` of the page. What is no link is not looked at, so no page can be malformed.
fn read_html(page: &str) -> Vec<IndexFile> {
    let mut files = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find("<a ") {
        let Some((tag, after)) = rest.get(at + 3..).and_then(|rest| rest.split_once('>')) else { break };
        rest = after;
        let Some(href) = attribute(tag, "href") else { continue };
        let (url, fragment) = href.split_once('#').unwrap_or((&href, ""));
        let name = after.split('<').next().unwrap_or_default().trim();
        files.push(IndexFile {
            name: unescape(name),
            url: url.to_owned(),
            sha256: fragment.split('&').find_map(|pair| pair.strip_prefix("sha256=")).map(str::to_owned),
            yanked: tag.contains("data-yanked"),
        });
    }
    files
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!("{name}="))?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(unescape)
}

fn unescape(text: &str) -> String {
    text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Where the file is: by https, on whatever host the index names.
pub(super) fn address(page: &Url, file: &IndexFile) -> Result<Url, FetchError> {
    let address = page.join(&file.url).ok().filter(|url| url.scheme() == "https");
    address.ok_or_else(|| FetchError::Malformed {
        url: shown(page),
        why: "the package's file is not at an https address".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(content_type: &str, text: &str) -> Body {
        let url = Url::parse("https://py.example/simple/a/").unwrap();
        Body { url, content_type: content_type.to_owned(), bytes: text.into() }
    }

    fn file(yanked: bool) -> IndexFile {
        IndexFile {
            name: "a-1.0.tar.gz".to_owned(),
            url: "../../files/a-1.0.tar.gz?x=1&y=2".to_owned(),
            sha256: Some("ab".to_owned()),
            yanked,
        }
    }

    #[test]
    fn both_forms_say_the_same() {
        let html = r#"<!DOCTYPE html><a
            no link</a><a href="../../files/a-1.0.tar.gz?x=1&amp;y=2#sha256=ab" data-requires-python="&gt;=3">a-1.0.tar.gz</a>
            <a data-yanked="bad" href='../../files/a-1.0.tar.gz?x=1&amp;y=2#sha256=ab'> a-1.0.tar.gz </a><a href=x>y</a>"#;
        assert_eq!(read(&body("text/html; charset=utf-8", html)).unwrap(), [file(false), file(true)]);
        let json = r#"{"files":[
            {"filename":"a-1.0.tar.gz","url":"../../files/a-1.0.tar.gz?x=1&y=2","hashes":{"sha256":"ab"},"yanked":false},
            {"filename":"a-1.0.tar.gz","url":"../../files/a-1.0.tar.gz?x=1&y=2","hashes":{"sha256":"ab"},"yanked":"bad"}]}"#;
        assert_eq!(
            read(&body("application/vnd.pypi.simple.v1+json", json)).unwrap(),
            [file(false), file(true)]
        );
    }

    #[test]
    fn hostile_pages() {
        for page in
            ["", "<a ", "<a href=", "<a href=\"", "<a href=\"x", &"<a ".repeat(10_000), "<a é href=x>"]
        {
            assert_eq!(read(&body("text/html", page)).unwrap(), []);
        }
        for page in ["", "{}", "{\"files\":{}}", &"[".repeat(100_000)] {
            assert!(read(&body("application/json", page)).is_err());
        }
    }

    #[test]
    fn addresses() {
        let page = Url::parse("https://py.example/simple/a/").unwrap();
        assert_eq!(
            address(&page, &file(false)).unwrap().as_str(),
            "https://py.example/files/a-1.0.tar.gz?x=1&y=2"
        );
        for url in ["http://py.example/a", "file:///etc/passwd", "https://["] {
            assert!(address(&page, &IndexFile { url: url.to_owned(), ..file(false) }).is_err(), "{url}");
        }
    }
}
