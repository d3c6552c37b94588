//! Whether a text can hold a word, without reading the text again for each of many words.

/// Fewest places. Chosen.
const FEWEST: usize = 1 << 10;
/// Most places. Chosen: what a text of half a megabyte needs.
const MOST: usize = 1 << 19;

/// Which three bytes follow one another at even places of a text, by their hashes. A word of four bytes or more has
/// some of its own at such places, wherever it stands.
#[derive(Debug)]
pub(crate) struct Grams {
    /// Bits: at least one for each byte of the text, which repeats itself, so that far fewer are set.
    set: Box<[u8]>,
    /// The hash's bits that are left out.
    shift: u32,
}

impl Grams {
    pub(crate) fn of(text: &str) -> Self {
        let places = text.len().next_power_of_two().clamp(FEWEST, MOST);
        let shift = u32::BITS - places.trailing_zeros();
        // Bytes first: setting one reads nothing.
        let mut found = vec![0_u8; places];
        let bytes = text.as_bytes();
        for gram in bytes.windows(4).step_by(2) {
            found[position(u32::from_le_bytes([gram[0], gram[1], gram[2], gram[3]]), shift)] = 1;
        }
        // No fourth byte follows the last.
        if bytes.len() % 2 == 1
            && let [.., first, second, third] = *bytes
        {
            found[position(u32::from_le_bytes([first, second, third, 0]), shift)] = 1;
        }
        // Eight bytes, each 0 or 1, become the bits of one: each is moved to its place in the upper byte of the product.
        let bits = |bytes: &[u8; 8]| {
            (u64::from_le_bytes(*bytes).wrapping_mul(0x0102_0408_1020_4080) >> (u64::BITS - 8)) as u8
        };
        let (eights, _) = found.as_chunks::<8>();
        Self { set: eights.iter().map(bits).collect(), shift }
    }

    /// False where `word` does not stand in the text; true says nothing.
    pub(crate) fn may_hold(&self, word: &str) -> bool {
        let bytes = word.as_bytes();
        if bytes.len() < SHORTEST {
            return true;
        }
        // It may begin at an even place or at an odd one.
        (0..2).any(|first| {
            bytes[first..].windows(3).step_by(2).all(|gram| {
                let at = position(u32::from_le_bytes([gram[0], gram[1], gram[2], 0]), self.shift);
                self.set[at / 8] >> (at % 8) & 1 == 1
            })
        })
    }
}

/// Shortest word of which anything is known, bytes.
pub(crate) const SHORTEST: usize = 4;

/// The place of the lower three bytes of `gram`.
fn position(gram: u32, shift: u32) -> usize {
    // Fibonacci hashing: the upper bits of a product with 2^32 divided by the golden ratio. The fourth byte is shifted out.
    ((gram << 8).wrapping_mul(0x9e37_79b9) >> shift) as usize
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
        assert!(!grams.may_hold("session") && !grams.may_hold("cors") && !grams.may_hold("createServerOf"));
        assert!(!Grams::of("").may_hold("abcd"));
        for end in ["", "x", "xy", "xyz"] {
            let grams = Grams::of(&format!("at the end {end}"));
            assert!(grams.may_hold(" end") && grams.may_hold("the end") && !grams.may_hold("ends"));
        }
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
