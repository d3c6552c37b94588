//! Whether a text can hold a word, without reading the text again for each of many words.

/// Fewest places. Chosen.
const FEWEST: usize = 1 << 10;
/// Most places. Chosen: what a text of half a megabyte needs.
const MOST: usize = 1 << 19;

/// Which three bytes follow one another somewhere in a text, by their hashes.
#[derive(Debug)]
pub(crate) struct Grams {
    /// Bits: at least one for each byte of the text, which repeats itself, so that far fewer are set.
    set: Box<[u64]>,
    /// The hash's bits that are left out.
    shift: u32,
}

impl Grams {
    pub(crate) fn of(text: &str) -> Self {
        let places = text.len().next_power_of_two().clamp(FEWEST, MOST);
        let shift = u32::BITS - places.trailing_zeros();
        // Bytes first: setting one reads nothing.
        let mut found = vec![0_u8; places];
        for gram in text.as_bytes().windows(3) {
            found[position(gram, shift)] = 1;
        }
        let word =
            |bytes: &[u8]| bytes.iter().enumerate().fold(0, |word, (at, byte)| word | u64::from(*byte) << at);
        Self { set: found.chunks_exact(64).map(word).collect(), shift }
    }

    /// False where `word` does not stand in the text; true says nothing.
    pub(crate) fn may_hold(&self, word: &str) -> bool {
        word.as_bytes().windows(3).all(|gram| {
            let at = position(gram, self.shift);
            self.set[at / 64] >> (at % 64) & 1 == 1
        })
    }
}

fn position(gram: &[u8], shift: u32) -> usize {
    let number = u32::from(gram[0]) | u32::from(gram[1]) << 8 | u32::from(gram[2]) << 16;
    // Fibonacci hashing: the upper bits of a product with 2^32 divided by the golden ratio.
    (number.wrapping_mul(0x9e37_79b9) >> shift) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_that_are_not_there_are_told() {
        let text = "import { createServer } from 'node:http';\n".repeat(500);
        let grams = Grams::of(&text);
        assert!(grams.may_hold("createServer") && grams.may_hold("or") && grams.may_hold(""));
        assert!(!grams.may_hold("session") && !grams.may_hold("jwt") && !grams.may_hold("createServers"));
        assert!(!Grams::of("").may_hold("abc"));
    }

    proptest! {
        #[test]
        fn what_is_there_is_never_missed(text in ".{0,400}", from in 0..400_usize, length in 0..40_usize) {
            let from = (from..=from + 4).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
            let to = (from + length..from + length + 4).find(|at| text.is_char_boundary(*at));
            let word = text.get(from..to.unwrap_or(text.len())).unwrap_or_default();
            prop_assert!(Grams::of(&text).may_hold(word));
        }
    }
}
