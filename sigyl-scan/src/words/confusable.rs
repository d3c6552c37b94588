//! Letters of other alphabets that pass for Latin ones. Written from the shapes of the letters, for those scripts whose
//! letters are drawn like Latin ones in common fonts.

/// Latin letter, and the small letters that look like it.
const ALIKE: &[(char, &str)] = &[
    ('a', "аαɑаᴀ"),
    ('b', "вьЬƄʙᏏ"),
    ('c', "сϲᴄⅽ"),
    ('d', "ԁժɗᏧⅾ"),
    ('e', "еёεҽєᴇ"),
    ('f', "ƒſϝẝꞙ"),
    ('g', "ɡցɢԍ"),
    ('h', "һнհʜᏂ"),
    ('i', "іїιɩıɪӏⅰ"),
    ('j', "јյϳᴊ"),
    ('k', "кκᴋ"),
    ('l', "ӏǀʟⅼ"),
    ('m', "мᴍⅿ"),
    ('n', "пոռηɴ"),
    ('o', "оοσօᴏ"),
    ('p', "рρᴘ"),
    ('q', "ԛզ"),
    ('r', "гʀᴦ"),
    ('s', "ѕʂꜱ"),
    ('t', "тτᴛ"),
    ('u', "υսʋᴜ"),
    ('v', "νѵᴠⅴ"),
    ('w', "ԝωᴡшѡ"),
    ('x', "хχⅹ"),
    ('y', "уγүʏ"),
    ('z', "ᴢʐ"),
];

/// The Latin letter that a letter of another alphabet, in lower case, looks like.
pub(crate) fn latin(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    ALIKE.iter().find(|(_, alike)| alike.contains(c)).map(|(latin, _)| *latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_pass_for_one_letter_each() {
        assert_eq!(latin('а'), Some('a'));
        assert_eq!(latin('ս'), Some('u'));
        assert_eq!(latin('ж'), None);
        assert_eq!(latin('a'), None);
    }
}
