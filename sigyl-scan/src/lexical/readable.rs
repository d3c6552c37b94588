//! Texts as a model reads them: without what is invisible, and with look-alike letters as the letters they pass for.

/// What an invisible character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invisible {
    /// Zero-width characters, joiners, invisible operators.
    ZeroWidth,
    /// Controls of the direction of writing that change the order of what is shown.
    Direction,
    /// Tag characters: an alphabet that no font draws.
    Tag,
    /// The supplementary variation selectors, which can carry bytes.
    Selector,
}

/// Tells whether a character is invisible.
pub(crate) fn invisible(c: char) -> Option<Invisible> {
    match c {
        '\u{200B}'..='\u{200D}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{180E}'
        | '\u{034F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{3164}' => Some(Invisible::ZeroWidth),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some(Invisible::Direction),
        '\u{E0000}'..='\u{E007F}' => Some(Invisible::Tag),
        '\u{E0100}'..='\u{E01EF}' => Some(Invisible::Selector),
        _ => None,
    }
}

/// The ASCII text that a run of tag characters spells.
pub(crate) fn decode_tags(text: &str) -> String {
    text.chars()
        .filter(|c| ('\u{E0020}'..='\u{E007E}').contains(c))
        .filter_map(|c| char::from_u32(c as u32 - 0xE0000))
        .collect()
}

/// `text` in lower case, white space as single spaces, without invisible characters; tag characters are read.
pub(crate) fn readable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split(char::is_whitespace) {
        let start = plain.len();
        for c in word.chars() {
            match invisible(c) {
                Some(Invisible::Tag) => plain
                    .extend(char::from_u32((c as u32).wrapping_sub(0xE0000)).filter(char::is_ascii_graphic)),
                Some(_) => {}
                None if c == '\u{AD}' || ('\u{300}'..='\u{36F}').contains(&c) => {}
                None => plain.extend(compatible(c).to_lowercase()),
            }
        }
        // Whole words of another alphabet are a language; single letters among Latin ones pass for Latin.
        if plain[start..].bytes().any(|byte| byte.is_ascii_alphabetic()) && !plain[start..].is_ascii() {
            let folded: String = plain[start..].chars().map(look_alike).collect();
            plain.truncate(start);
            plain.push_str(&folded);
        }
        if plain.len() > start {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Full-width and mathematical letters as plain ones (the part of NFKC that hides words).
fn compatible(c: char) -> char {
    let code = c as u32;
    let plain = match code {
        0xFF01..=0xFF5E => code - 0xFEE0,
        // Thirteen alphabets of 26 capitals and 26 small letters, the gaps filled by older characters.
        0x1D400..=0x1D6A3 => match (code - 0x1D400) % 52 {
            at @ 0..=25 => u32::from(b'A') + at,
            at => u32::from(b'a') + at - 26,
        },
        0x1D7CE..=0x1D7FF => u32::from(b'0') + (code - 0x1D7CE) % 10,
        0x24B6..=0x24CF => u32::from(b'A') + code - 0x24B6,
        0x24D0..=0x24E9 => u32::from(b'a') + code - 0x24D0,
        0x2010..=0x2015 => u32::from(b'-'),
        0x2018 | 0x2019 => u32::from(b'\''),
        0x201C | 0x201D => u32::from(b'"'),
        _ => code,
    };
    char::from_u32(plain).unwrap_or(c)
}

/// The Latin letter that a small Greek or Cyrillic one looks like.
fn look_alike(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ı' | 'ι' | 'ї' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'п' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ᴢ' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_through_disguises() {
        assert_eq!(readable("  Ig\u{200B}nore\n\n ALL "), "ignore all");
        assert_eq!(readable("ｉｇｎｏｒｅ 𝐢𝐠𝐧𝐨𝐫𝐞 𝓲𝓰𝓷𝓸𝓻𝓮"), "ignore ignore ignore");
        assert_eq!(readable("іgnоre"), "ignore");
        assert_eq!(readable("игнорируй"), "игнорируй");
        assert_eq!(readable("a\u{E0068}\u{E0069}"), "ahi");
        assert_eq!(decode_tags("x\u{E0001}\u{E0068}\u{E0069}\u{E007F}"), "hi");
        assert_eq!(readable(""), "");
    }
}
