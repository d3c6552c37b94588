//! Session ids that tell which release and which process they belong to.

use sigyl_core::Digest;

use crate::backend::ReleaseNumber;

/// Digits of an origin's tag: enough to tell a deployment's few processes apart.
const TAG_LEN: usize = 8;

/// What a session's id says of where it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The release.
    pub(super) release: ReleaseNumber,
    /// The tag of the origin.
    pub(super) tag: String,
}

/// What recognises an origin.
pub(super) fn tag(origin: &str) -> String {
    Digest::of(origin.as_bytes()).as_str().chars().take(TAG_LEN).collect()
}

/// The id that a client is given for the one that a server gave.
pub(super) fn outer(mark: &Mark, inner: &str) -> String {
    format!("r{}-{}-{inner}", mark.release, mark.tag)
}

/// The mark and the server's own id; `None` of an id that was not given by a front.
pub(super) fn inner(outer: &str) -> Option<(Mark, &str)> {
    let (release, rest) = outer.strip_prefix('r')?.split_once('-')?;
    let (tag, inner) = rest.split_once('-')?;
    let is_number = !release.is_empty() && release.bytes().all(|byte| byte.is_ascii_digit());
    let is_tag = tag.len() == TAG_LEN && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_number || !is_tag {
        return None;
    }
    Some((Mark { release: release.parse().ok()?, tag: tag.to_owned() }, inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_front_gave_it_reads() {
        let mark = Mark { release: 12, tag: tag("http://127.0.0.1:8080") };
        for id in ["a-b-c", "", "r1-00000000-x", "\u{7e}!"] {
            assert_eq!(inner(&outer(&mark, id)), Some((mark.clone(), id)));
        }
    }

    #[test]
    fn ids_of_servers_are_no_marks() {
        for id in ["", "r", "r-0-x", "0b06-41", "r1", "r1-short-x", "rx-00000000-x", "r+1-00000000-x"] {
            assert_eq!(inner(id), None, "{id}");
        }
        assert_eq!(inner("r99999999999999999999999-00000000-x"), None);
    }
}
