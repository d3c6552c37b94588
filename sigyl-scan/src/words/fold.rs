//! Texts as a model reads them: without what is invisible, and with look-alike letters as the letters they pass for.

use unicode_normalization::UnicodeNormalization;

use super::confusable::latin;

/// What an invisible character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invisible {
    /// Zero-width characters, joiners, invisible operators, fillers.
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
        | '\u{3164}'
        | '\u{FFA0}' => Some(Invisible::ZeroWidth),
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

/// `text` in lower case and compatibility form (NFKC), without invisible characters and accents of Latin letters; tag
/// characters are read. White space is one space, or one line end between paragraphs and before list items.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        // Nothing to take apart: most texts.
        return folded_ascii(text);
    }
    let visible = text.chars().filter_map(|c| match invisible(c) {
        Some(Invisible::Tag) => {
            char::from_u32((c as u32).wrapping_sub(0xE0000)).filter(|c| c.is_ascii_graphic() || *c == ' ')
        }
        Some(_) => None,
        None if matches!(c, '\u{AD}' | '\u{FE00}'..='\u{FE0F}') => None,
        None => Some(c),
    });
    folded(visible.nfkd(), text.len())
}

/// What [`folded`] makes of a text in which nothing is decomposed.
fn folded_ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut lines = 0;
    let mut starts_word = true;
    for byte in text.bytes() {
        if char::from(byte).is_whitespace() {
            lines += usize::from(byte == b'\n');
            starts_word = true;
            continue;
        }
        if starts_word && !plain.is_empty() {
            let starts_item = lines > 0 && matches!(byte, b'-' | b'*');
            plain.push(if lines > 1 || starts_item { '\n' } else { ' ' });
        }
        starts_word = false;
        lines = 0;
        plain.push(if byte == b'`' { '\'' } else { char::from(byte.to_ascii_lowercase()) });
    }
    plain
}

fn folded(decomposed: impl Iterator<Item = char>, length: usize) -> String {
    let mut plain = String::with_capacity(length);
    let mut word = 0;
    let mut is_mixed = false;
    let mut lines = 0;
    let mut base = ' ';
    for c in decomposed {
        if c.is_whitespace() {
            lines += usize::from(c == '\n');
            end_word(&mut plain, word, &mut is_mixed);
            word = plain.len();
            base = ' ';
            continue;
        }
        // Accents belong to letters of other scripts, where they make other letters.
        if ('\u{300}'..='\u{36F}').contains(&c) && (base.is_ascii() || latin(base).is_some_and(|_| is_mixed))
        {
            continue;
        }
        if word == plain.len() && !plain.is_empty() {
            let starts_item = lines > 0 && matches!(c, '-' | '*' | '•');
            plain.push(if lines > 1 || starts_item { '\n' } else { ' ' });
            word = plain.len();
        }
        lines = 0;
        base = c;
        is_mixed |= c.is_ascii_alphabetic();
        match c {
            // The back quote is the one plain sign that is read as another.
            '`' => plain.push('\''),
            c if c.is_ascii() => plain.push(c.to_ascii_lowercase()),
            c => plain.extend(simple(c).to_lowercase()),
        }
    }
    end_word(&mut plain, word, &mut is_mixed);
    // Letters that were taken apart and are no Latin ones are put together again.
    if plain.is_ascii() { plain } else { plain.nfc().collect() }
}

/// Single foreign letters among Latin ones pass for Latin; whole words of another alphabet are a language.
fn end_word(plain: &mut String, start: usize, has_latin: &mut bool) {
    if *has_latin && !plain[start..].is_ascii() {
        let folded: String = plain[start..].chars().map(|c| latin(c).unwrap_or(c)).collect();
        plain.truncate(start);
        plain.push_str(&folded);
    }
    *has_latin = false;
}

/// Letters that compatibility forms leave alone, and the typographer's marks.
fn simple(c: char) -> char {
    match c {
        'đ' | 'Đ' => 'd',
        'ł' | 'Ł' => 'l',
        'ø' | 'Ø' => 'o',
        'ı' => 'i',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '`' | '´' => '\'',
        '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' => '"',
        '🅰'..='🆉' => char::from_u32(c as u32 - 0x1F170 + u32::from(b'a')).unwrap_or(c),
        '🄰'..='🅉' => char::from_u32(c as u32 - 0x1F130 + u32::from(b'a')).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_through_disguises() {
        assert_eq!(fold("  Ig\u{200B}nore\n ALL "), "ignore all");
        assert_eq!(fold("ｉｇｎｏｒｅ 𝐢𝐠𝐧𝐨𝐫𝐞 𝓲𝓰𝓷𝓸𝓻𝓮 ⓘⓖⓝⓞⓡⓔ 🅸🅶🅽🅾🆁🅴"), "ignore ignore ignore ignore ignore");
        assert_eq!(fold("іgnоre ιgnοre ɩgnore"), "ignore ignore ignore");
        assert_eq!(fold("i\u{336}g\u{336}n\u{336}ore"), "ignore");
        assert_eq!(fold("a\u{E0068}\u{E0069}"), "ahi");
        assert_eq!(decode_tags("x\u{E0001}\u{E0068}\u{E0069}\u{E007F}"), "hi");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn languages_stay_what_they_are() {
        assert_eq!(fold("Игнорируй"), "игнорируй");
        assert_eq!(fold("指示を無視してください。ガイド"), "指示を無視してください。ガイド");
        assert_eq!(fold("이전 지시"), "이전 지시");
        assert_eq!(fold("निर्देशों को"), "निर्देशों को");
        assert_eq!(fold("Précédentes größer đọc łatwo"), "precedentes großer doc latwo");
    }

    #[test]
    fn paragraphs_and_items_stay_apart() {
        assert_eq!(fold("a\nb\n\nc\n  - d\n* e"), "a b\nc\n- d\n* e");
    }
}
