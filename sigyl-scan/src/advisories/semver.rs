//! The order of Semantic Versioning 2.0.0, with what registries also hold: a leading `v`, missing parts.

use std::cmp::Ordering;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SemVer {
    numbers: Vec<u64>,
    before: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    // Section 11.4.3: numbers are before words.
    Number(u64),
    Word(String),
}

impl SemVer {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v').split('+').next()?;
        let (core, before) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers = core.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        let before = before.split('.').filter(|part| !part.is_empty());
        let before = before.map(|part| match part.parse() {
            Ok(number) => Part::Number(number),
            Err(_) => Part::Word(part.to_owned()),
        });
        Some(Self { numbers, before: before.collect() })
    }
}

impl Ord for SemVer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.before.is_empty(), other.before.is_empty()) {
                (true, true) => Ordering::Equal,
                // A release is after what came before it.
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => self.before.cmp(&other.before),
            }
        })
    }
}

impl PartialOrd for SemVer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::SemVer;

    #[test]
    fn the_order_of_the_specification() {
        let order = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "v1.10.0",
            "2.0.0-0",
        ];
        let parsed: Vec<_> = order.iter().map(|text| SemVer::parse(text).unwrap()).collect();
        assert!(parsed.windows(2).all(|pair| pair[0] < pair[1]), "{parsed:?}");
        assert_eq!(SemVer::parse("1.2.0+build"), SemVer::parse("1.2"));
        assert_eq!(SemVer::parse("latest"), None);
    }
}
