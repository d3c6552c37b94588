//! A network for tests: a list of addresses and what is there.

use std::collections::BTreeMap;

use reqwest::Url;

use super::{
    FetchError,
    http::{Body, Get},
    options::shown,
};

pub(super) struct Fake(BTreeMap<String, Vec<u8>>);

impl Fake {
    pub(super) fn new(pages: &[(&str, &[u8])]) -> Self {
        Self(pages.iter().map(|(url, bytes)| ((*url).to_owned(), bytes.to_vec())).collect())
    }
}

impl Get for Fake {
    fn get(&self, url: &Url, _accept: &str, limit_bytes: u64) -> Result<Body, FetchError> {
        let Some(bytes) = self.0.get(url.as_str()) else {
            return Err(FetchError::Status { url: shown(url), status: 404 });
        };
        assert!(bytes.len() as u64 <= limit_bytes);
        let json = bytes.starts_with(b"{");
        let content_type = if json { "application/vnd.pypi.simple.v1+json" } else { "text/html" };
        Ok(Body { url: url.clone(), content_type: content_type.to_owned(), bytes: bytes.clone() })
    }
}

/// An uncompressed tar of the given texts.
pub(super) fn tarball(files: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, text) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", text.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        bytes.extend(header);
        bytes.extend(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}
