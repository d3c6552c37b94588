//! The order of Python versions: PEP 440, "Summary of permitted suffixes and relative ordering".

use std::cmp::Reverse;

/// A version as a key that compares as PEP 440 says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pep440 {
    epoch: u64,
    release: Vec<u64>,
    before: Before,
    post: Option<u64>,
    /// A development release is before all else of its version.
    dev: Reverse<Option<Reverse<u64>>>,
    local: Vec<Local>,
}

/// What comes before a release, in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Before {
    /// `1.0.dev1`: a development release of the release itself is before its alphas.
    Development,
    /// `a`, `b`, `rc` as 0, 1, 2.
    Phase(u8, u64),
    Release,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Local {
    Word(String),
    Number(u64),
}

/// Spellings of the phases; longer ones first where one begins another.
const PHASES: &[(&str, u8)] =
    &[("alpha", 0), ("a", 0), ("beta", 1), ("b", 1), ("preview", 2), ("pre", 2), ("rc", 2), ("c", 2)];

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        // What is longer than any counter is only compared as very large.
        let number = (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX))?;
        self.0 = rest;
        Some(number)
    }

    fn word(&mut self, word: &str) -> bool {
        let bare = self.0.strip_prefix(['.', '-', '_']).unwrap_or(self.0);
        let Some(rest) = bare.strip_prefix(word) else { return false };
        self.0 = rest;
        true
    }

    /// The number behind a word; none means 0.
    fn number_of_word(&mut self) -> u64 {
        let before = self.0;
        self.0 = self.0.strip_prefix(['.', '-', '_']).unwrap_or(self.0);
        self.number().unwrap_or_else(|| {
            self.0 = before;
            0
        })
    }
}

impl Pep440 {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let lower = lower.strip_prefix('v').unwrap_or(&lower);
        let (public, local) = lower.split_once('+').unwrap_or((lower, ""));
        let (epoch, rest) = match public.split_once('!') {
            Some((epoch, rest)) => (epoch.parse().ok()?, rest),
            None => (0, public),
        };
        let mut reader = Reader(rest);
        let mut release = vec![reader.number()?];
        while let Some(rest) =
            reader.0.strip_prefix('.').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            reader.0 = rest;
            release.push(reader.number()?);
        }
        while release.len() > 1 && release.last() == Some(&0) {
            release.pop();
        }
        let phase = PHASES.iter().find(|(word, _)| reader.word(word)).map(|(_, phase)| *phase);
        let phase = phase.map(|phase| (phase, reader.number_of_word()));
        let mut post = None;
        if ["post", "rev", "r"].iter().any(|word| reader.word(word)) {
            post = Some(reader.number_of_word());
        } else if let Some(rest) =
            reader.0.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            reader.0 = rest;
            post = Some(reader.number()?);
        }
        let dev = reader.word("dev").then(|| reader.number_of_word());
        if !reader.0.is_empty() {
            return None;
        }
        let before = match phase {
            Some((phase, number)) => Before::Phase(phase, number),
            None if dev.is_some() && post.is_none() => Before::Development,
            None => Before::Release,
        };
        let local = local.split(['.', '-', '_']).filter(|part| !part.is_empty());
        let local =
            local.map(|part| part.parse().map_or_else(|_| Local::Word(part.to_owned()), Local::Number));
        Some(Self { epoch, release, before, post, dev: Reverse(dev.map(Reverse)), local: local.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::Pep440;

    #[test]
    fn the_order_of_the_specification() {
        let order = [
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "2024.1",
            "1!0.5",
        ];
        let parsed: Vec<_> = order.iter().map(|text| Pep440::parse(text).expect(text)).collect();
        for pair in parsed.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }

    #[test]
    fn spellings_are_one() {
        for (one, other) in [
            ("1.0", "1.0.0"),
            ("v1.0-ALPHA.1", "1.0a1"),
            ("1.0-1", "1.0.post1"),
            ("1.0c1", "1.0rc1"),
            ("1.0_pre", "1.0rc0"),
            ("1.0.r3", "1.0.post3"),
            ("1.0-dev", "1.0.dev0"),
        ] {
            assert_eq!(Pep440::parse(one), Pep440::parse(other), "{one}");
        }
        for odd in ["", "latest", "1.0-", "1..0", "1.0x", "!1", "1.0.*"] {
            assert_eq!(Pep440::parse(odd), None, "{odd}");
        }
    }
}
