//! Words of what is searched, and the questions that are asked of the full-text index.
//!
//! Words are told apart here, not by the databases, which would do it in two ways. Each is kept with a letter that says
//! where it stood, and what filters ask for is kept as such a term, too, so that one index answers both. A question is
//! the same text for both databases but for its signs.

use sigyl_core::Digest;

use crate::db::Engine;

/// Longest word, letters; what is longer is cut.
const WORD_CHARS_MAX: usize = 40;

/// Terms of one server, at most. Chosen: the largest known server has 900.
const TERMS_MAX: usize = 3_000;

/// Words of a question that count.
const QUESTION_WORDS_MAX: usize = 8;

/// Fewest letters that are looked for at the beginnings of words: what begins with one letter is nearly everything.
const PREFIX_CHARS_MIN: usize = 2;

/// Where a word stood. The order is that of ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The name or the title.
    Name,
    /// The description, the category or a tag.
    About,
    /// The name or the description of a tool.
    Tool,
    /// The name or the description of a secret.
    Secret,
    /// Any of these.
    Anywhere,
}

impl Field {
    const fn letter(self) -> char {
        match self {
            Self::Name => 'a',
            Self::About => 'b',
            Self::Tool => 'c',
            Self::Secret => 'd',
            Self::Anywhere => 'e',
        }
    }
}

/// The words of a text, in lower case: runs of letters and digits, and the parts of `camelCase`.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for run in text.split(|letter: char| !letter.is_alphanumeric()).filter(|run| !run.is_empty()) {
        let letters = run.chars().take(WORD_CHARS_MAX).collect::<Vec<_>>();
        let folded = |part: &[char]| part.iter().flat_map(|letter| letter.to_lowercase()).collect::<String>();
        let whole = plain(&folded(&letters));
        let mut begin = 0;
        for at in 1..letters.len() {
            if letters[at].is_uppercase() && letters[at - 1].is_lowercase() {
                words.push(plain(&folded(&letters[begin..at])));
                begin = at;
            }
        }
        if begin > 0 {
            words.push(plain(&folded(&letters[begin..])));
        }
        words.push(whole);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Lower case may bring marks along, which are no letters.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// A term for what a filter asks for. A digest, so that values have any letters.
pub(super) fn facet(kind: &str, value: &str) -> String {
    let digest = Digest::of(format!("{kind}\n{}", value.to_lowercase()).as_bytes());
    format!("f{}", &digest.as_str()[..16])
}

/// Terms of all parts of a text that are three letters long: what has a text in it has all the text's parts. None for
/// what is shorter.
pub(super) fn parts(text: &str) -> Vec<String> {
    let letters = text.to_lowercase().chars().collect::<Vec<_>>();
    let part = |three: &[char]| {
        let bytes = three.iter().collect::<String>().into_bytes();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("g{hex}")
    };
    letters.windows(3).map(part).collect()
}

/// The terms of a server.
#[derive(Debug, Default)]
pub(super) struct Terms(indexmap::IndexSet<String>);

impl Terms {
    /// Takes the words of a text.
    pub(super) fn add(&mut self, field: Field, text: &str) {
        for word in words(text) {
            self.put(format!("{}{word}", field.letter()));
            self.put(format!("{}{word}", Field::Anywhere.letter()));
        }
    }

    /// Takes a term as it is.
    pub(super) fn put(&mut self, term: String) {
        if self.0.len() < TERMS_MAX {
            self.0.insert(term);
        }
    }

    /// As it is kept.
    pub(super) fn text(self) -> String {
        self.0.into_iter().collect::<Vec<_>>().join(" ")
    }
}

/// A question to the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// This term.
    Is(String),
    /// A term that begins so.
    Begins(String),
    /// All of them.
    All(Vec<Ask>),
    /// One of them.
    Any(Vec<Ask>),
    /// The first without the second.
    Without(Box<Ask>, Box<Ask>),
}

impl Ask {
    /// What is this and not that.
    pub(super) fn without(self, other: Self) -> Self {
        Self::Without(Box::new(self), Box::new(other))
    }

    /// In the words of a database. Terms have letters and digits alone, so that quotes hold them.
    pub(super) fn to(&self, engine: Engine) -> String {
        let (quote, and, or, not) = match engine {
            Engine::Sqlite => ('"', " AND ", " OR ", " NOT "),
            Engine::Postgres => ('\'', " & ", " | ", " & !"),
        };
        let many = |asks: &[Self], sign: &str| {
            format!("({})", asks.iter().map(|ask| ask.to(engine)).collect::<Vec<_>>().join(sign))
        };
        match self {
            Self::Is(term) => format!("{quote}{term}{quote}"),
            Self::Begins(term) if engine == Engine::Sqlite => format!("{quote}{term}{quote} *"),
            Self::Begins(term) => format!("{quote}{term}{quote}:*"),
            Self::All(asks) => many(asks, and),
            Self::Any(asks) => many(asks, or),
            Self::Without(ask, other) => format!("({}{not}{})", ask.to(engine), other.to(engine)),
        }
    }
}

/// The words that somebody searches for, each once. The last one stays the last: it may not be typed to its end.
pub(super) fn question(text: &str) -> Vec<String> {
    let all = text
        .split(|letter: char| !letter.is_alphanumeric())
        .map(|run| plain(&run.chars().take(WORD_CHARS_MAX).collect::<String>().to_lowercase()))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>();
    let mut words: Vec<String> = Vec::new();
    for (at, word) in all.iter().enumerate().take(QUESTION_WORDS_MAX) {
        if !all[at + 1..].iter().take(QUESTION_WORDS_MAX - at - 1).any(|later| later == word) {
            words.push(word.clone());
        }
    }
    words
}

/// That every word stands in one of these fields, the last one as a whole word or as a beginning: whoever is still
/// typing has not ended it.
pub(super) fn all_in(words: &[String], fields: &[Field], is_beginning: bool) -> Ask {
    let in_a_field = |(at, word): (usize, &String)| {
        let begins = is_beginning && at + 1 == words.len() && word.chars().count() >= PREFIX_CHARS_MIN;
        let term = |field: &Field| {
            let term = format!("{}{word}", field.letter());
            if begins { Ask::Begins(term) } else { Ask::Is(term) }
        };
        Ask::Any(fields.iter().map(term).collect())
    };
    Ask::All(words.iter().enumerate().map(in_a_field).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_parts_of_camel_case() {
        assert_eq!(words("com.example/get_weather-v2"), ["com", "example", "get", "weather", "v2"]);
        assert_eq!(words("getWeatherHTTP"), ["get", "weather", "http", "getweatherhttp"]);
        assert_eq!(words("  \"a' OR b:* \u{0}ß天気 "), ["a", "or", "b", "ß天気"]);
        assert_eq!(words(&"x".repeat(99))[0].len(), WORD_CHARS_MAX);
        // Lower case of this letter is two characters, of which one is a mark.
        assert!(words("İstanbul")[0].chars().all(char::is_alphanumeric));
    }

    #[test]
    fn questions_are_told_in_both_tongues() {
        let words = question("Weather' OR x");
        assert_eq!(words, ["weather", "or", "x"]);
        assert_eq!(question("map of a Map"), ["of", "a", "map"]);
        assert_eq!(question("1 2 3 4 5 6 7 8 1"), ["1", "2", "3", "4", "5", "6", "7", "8"]);
        let ask = Ask::Without(
            Box::new(all_in(&words[..1], &[Field::Name, Field::About], true)),
            Box::new(all_in(&words[1..], &[Field::Name], true)),
        );
        assert_eq!(
            ask.to(Engine::Sqlite),
            "(((\"aweather\" * OR \"bweather\" *)) NOT ((\"aor\") AND (\"ax\")))"
        );
        assert_eq!(ask.to(Engine::Postgres), "((('aweather':* | 'bweather':*)) & !(('aor') & ('ax')))");
    }

    #[test]
    fn parts_of_a_text_are_among_those_of_what_has_it() {
        let name = parts("com.example/Weather");
        assert!(parts("LE/wea").iter().all(|part| name.contains(part)));
        assert!(!parts("wxy").iter().all(|part| name.contains(part)));
        assert!(parts("we").is_empty() && parts("").is_empty());
    }

    #[test]
    fn terms_are_bounded_and_told_once() {
        let mut terms = Terms::default();
        terms.add(Field::Name, "weather weather");
        terms.add(Field::Tool, "weather");
        assert_eq!(terms.text(), "aweather eweather cweather");
        let mut terms = Terms::default();
        (0..9_999).for_each(|number| terms.add(Field::Name, &number.to_string()));
        assert_eq!(terms.0.len(), TERMS_MAX);
        assert_eq!(facet("tag", "A b"), facet("tag", "a B"));
        assert_ne!(facet("tag", "x"), facet("tool", "x"));
    }
}
