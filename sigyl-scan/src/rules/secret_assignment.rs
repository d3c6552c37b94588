//! Fixed values of names that say secret: `password = "…"`, `"apiKey": "…"`, `API_TOKEN=…`.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::{
    context::FileContext,
    files::FileKind,
    ir::ExprKind,
    lexical::{Pattern, entropy, is_comment, is_generated, is_placeholder},
};

/// A fixed value and the name that it is given to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Assigned {
    pub(crate) name: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Ends of names that hold secrets, without `_` and `-`.
const ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "secretkey",
    "clientsecret",
    "apikey",
    "apitoken",
    "authtoken",
    "accesstoken",
    "refreshtoken",
    "bearertoken",
    "token",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "authkey",
    "credential",
    "credentials",
];

/// What the text is searched for; every end above has one of them.
const WORDS: &[&str] = &["password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "key"];

/// Longest text that is read for labels, bytes; chosen.
const LONGEST_TEXT: usize = 20_000;

/// Longest name and longest value, bytes; chosen.
const LONGEST: usize = 200;

/// True for files in which an assignment means something.
pub(crate) fn applies(file: &FileContext<'_>) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or(file.path);
    let is_template = ["example", "sample", "template", "dist", "i18n", "locale"]
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word));
    !is_template && !matches!(file.kind, FileKind::Document | FileKind::Markup | FileKind::Other)
}

/// Every fixed value of a name that says secret.
pub(crate) fn find(file: &FileContext<'_>) -> Vec<Assigned> {
    static AUTOMATON: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let automaton =
        AUTOMATON.get_or_init(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).ok());
    let mut found: Vec<Assigned> = Vec::new();
    let Some(automaton) = automaton else { return found };
    let unquoted =
        matches!(file.kind, FileKind::Settings | FileKind::Yaml | FileKind::Compose | FileKind::Dockerfile);
    let mut past = 0;
    for hit in automaton.find_iter(file.text) {
        if hit.end() <= past {
            continue;
        }
        file.spend(16);
        let Some((assigned, value)) = assignment_at(file.text, hit.start(), hit.end(), unquoted, &mut past)
        else {
            continue;
        };
        file.spend(value.len() * 4);
        if is_secret(&assigned.name, value)
            && found.len() < 50
            && !is_generated(file, assigned.start)
            && !is_comment(file, assigned.start)
        {
            found.push(assigned);
        }
    }
    found
}

/// A label and a value in the lines of a longer text: `Admin password: …`.
static LABELLED: Pattern = Pattern::new(concat!(
    r"(?im)\b(password|passwd|passphrase|api[ _-]?key|secret[ _-]?key|(?:access|auth|api|bearer|admin|root|service)[ _-]?token)",
    r#"[ \t]{0,8}[:=][ \t]{0,8}([!#%&*+\-./0-9:=?@A-Z\[\]^_a-z|~]{8,120}?)\.?[ \t]*$"#
));

/// Every fixed value that a text of several lines gives a label that says secret.
pub(crate) fn in_texts(file: &FileContext<'_>) -> Vec<Assigned> {
    let mut found = Vec::new();
    let (Some(module), Some(pattern)) = (file.module(), LABELLED.get()) else { return found };
    for expr in &module.exprs {
        let ExprKind::String(text) = expr.kind else { continue };
        let Some(raw) = file.text.get(expr.span.range(file.text.len())) else { continue };
        if raw.len() > LONGEST_TEXT || !raw.contains('\n') || !module.name(text).contains([':', '=']) {
            continue;
        }
        file.spend(raw.len() * 2);
        for captures in pattern.captures_iter(raw) {
            let (Some(name), Some(value)) = (captures.get(1), captures.get(2)) else { continue };
            let start = expr.span.start as usize + value.start();
            if is_secret(name.as_str(), value.as_str()) && found.len() < 20 && !is_generated(file, start) {
                found.push(Assigned {
                    name: name.as_str().to_owned(),
                    start,
                    end: start + value.as_str().len(),
                });
            }
        }
    }
    found
}

fn assignment_at<'a>(
    text: &'a str,
    start: usize,
    end: usize,
    unquoted: bool,
    past: &mut usize,
) -> Option<(Assigned, &'a str)> {
    let bytes = text.as_bytes();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let mut from = start;
    while from > 0 && start - from < LONGEST && is_name(bytes[from - 1]) {
        from -= 1;
    }
    let mut to = end;
    while to < bytes.len() && to - end < LONGEST && is_name(bytes[to]) {
        to += 1;
    }
    *past = to;
    let name = text.get(from..to)?;
    let mut at = to;
    let quoted_name = bytes.get(at).is_some_and(|byte| b"\"'`".contains(byte));
    if quoted_name {
        at += 1;
    }
    if bytes.get(at) == Some(&b']') {
        at += 1;
    }
    at = skip_blanks(bytes, at);
    let before = &text[..from];
    let operator = text.get(at..(at + 2).min(text.len()).max(at)).unwrap_or_default();
    let is_fallback = (operator == "||" || operator == "??") && before.ends_with("env.")
        || operator.starts_with(',')
            && quoted_name
            && (before.ends_with("getenv(\"")
                || before.ends_with("getenv('")
                || before.ends_with("environ.get(\"")
                || before.ends_with("environ.get('"));
    at += match operator {
        "==" | "=~" => return None,
        "=>" | ":=" | "||" | "??" => 2,
        _ if operator.starts_with([':', '=']) => 1,
        _ if is_fallback => 1,
        _ => return None,
    };
    if matches!(operator, "||" | "??") && !is_fallback {
        return None;
    }
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let says = ENDS.iter().any(|word| plain.ends_with(word))
        || plain.ends_with("key") && !plain.contains("public") && is_of_cryptography(&text[..from]);
    if !says {
        return None;
    }
    at = skip_blanks(bytes, at);
    // A type between name and value: `token: string = "…"`, `token: str = "…"`.
    if operator.starts_with(':') {
        let typed: usize = bytes[at..].iter().take(24).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let after = skip_blanks(bytes, at + typed);
        if typed > 0 && bytes.get(after) == Some(&b'=') && bytes.get(after + 1) != Some(&b'>') {
            at = skip_blanks(bytes, after + 1);
        }
    }
    let (value_start, length) = match bytes.get(at) {
        Some(quote @ (b'"' | b'\'' | b'`')) => {
            let rest = &bytes[at + 1..(at + 1 + LONGEST).min(bytes.len())];
            let length = rest.iter().position(|byte| byte == quote || *byte == b'\n')?;
            if rest[length] == b'\n' {
                return None;
            }
            (at + 1, length)
        }
        Some(_) if unquoted => {
            let rest = &bytes[at..(at + LONGEST).min(bytes.len())];
            (at, rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len()))
        }
        _ => return None,
    };
    let value = text.get(value_start..value_start + length)?;
    let name = name.trim_matches('-').to_owned();
    Some((Assigned { name, start: value_start, end: value_start + length }, value))
}

/// True where what is written before says that what follows belongs to encryption: `ENCRYPTION: { … DEFAULT_KEY: "…" }`.
fn is_of_cryptography(before: &str) -> bool {
    let mut from = before.len().saturating_sub(LONGEST);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let Some((outer, inner)) = before[from..].rsplit_once('{') else { return false };
    let name = outer.trim_end_matches([' ', ':', '=', '"', '\'']);
    let name = name.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    !inner.contains('}')
        && ["encrypt", "cipher", "crypto", "hmac", "signing"].iter().any(|word| name.contains(word))
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    let from = at;
    while at < bytes.len() && at - from < 40 && (bytes[at] == b' ' || bytes[at] == b'\t') {
        at += 1;
    }
    at
}

/// True when the value looks chosen by a generator, or by a person who wanted a password.
fn is_secret(name: &str, value: &str) -> bool {
    let readable = value.is_ascii() && !value.contains([' ', '\t', '(', ')', ',', ';', '\\']);
    if !readable || is_placeholder(value) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let is_reference = lower.starts_with(['/', '.', '#', '*', '?'])
        || lower.contains("://")
        || ["env", "process.", "os.", "self.", "this.", "config.", "secrets."]
            .iter()
            .any(|start| lower.starts_with(start));
    if is_reference || lower == name.to_ascii_lowercase() {
        return false;
    }
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let digits = has(char::is_ascii_digit);
    let letters = has(char::is_ascii_alphabetic);
    let mixed = has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase);
    let symbols = value.chars().any(|c| "!@#%^&*+=~?".contains(c));
    // Names of headers, scopes, fields and versions: words and short numbers, joined.
    let words_only = value.split(['-', '_', '.', ':', '/']).all(|part| {
        part.chars().all(|c| c.is_ascii_alphabetic())
            || (part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit()))
    });
    let name = name.to_ascii_lowercase();
    if ["password", "passwd", "pwd", "passphrase"].iter().any(|end| name.ends_with(end)) {
        return value.len() >= 8
            && letters
            && digits
            && (mixed || symbols || !words_only)
            && entropy(value) >= 2.5;
    }
    value.len() >= 16 && letters && digits && !words_only && entropy(value) >= 3.3
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("hardcoded-secret", &[(path, text)]).len()
    }

    #[test]
    fn fixed_values_are_found() {
        for (path, text) in [
            ("server.ts", "const password: string = 'Tr4vel-Kite9';\n"),
            ("server.ts", "{ \"api_key\": \"9d8f7a6b5c4e3d2f1a0b\" }\n"),
            ("server.py", "JWT_SECRET = os.environ.get('JWT_SECRET', 'kq82-vnw0-ppal-91zs')\n"),
            ("server.js", "const t = process.env.API_TOKEN ?? \"kq82vnw0ppal91zsTT\";\n"),
            (
                "server.ts",
                "const settings = {\n  encryption: {\n    algorithm: 'aes-256-gcm',\n    defaultKey: '9d8f7a6b5c4e3d2f1a0b'\n  }\n};\n",
            ),
            (".env", "SESSION_SECRET=kq82vnw0ppal91zsTT\n"),
            ("Dockerfile", "FROM a\nENV API_KEY=kq82vnw0ppal91zsTT\n"),
        ] {
            assert_eq!(count(path, text), 1, "{text}");
        }
    }

    #[test]
    fn labels_in_texts() {
        let text = |value: &str| format!("TEXT = \"\"\"\nAdmin\n  Password: {value}\n\"\"\"\n");
        assert_eq!(count("server.py", &text("tr4vel_kite_9921")), 1);
        for quiet in ["<your password>", "required", "********", "string", "{password}"] {
            assert_eq!(count("server.py", &text(quiet)), 0, "{quiet}");
        }
    }

    #[test]
    fn names_and_references_are_not() {
        for (path, text) in [
            (
                "server.ts",
                "const token = process.env.TOKEN;\nconst tokenUrl = 'https://a.io/oauth2/token1234';\n",
            ),
            ("server.ts", "headers['X-Api-Key'] = 'X-Goog-Api-Key-Version-2';\n"),
            (
                "server.ts",
                "if (token === 'kq82vnw0ppal91zsTT') {}\nconst grant = 'urn:ietf:params:oauth:token-type:2';\n",
            ),
            ("server.py", "max_tokens = \"4096abc9999999998881\"\npassword = \"changeme123\"\n"),
            ("server.py", "def f(token: str = ''): pass\npassword = getpass()\n"),
            (".env.example", "SESSION_SECRET=kq82vnw0ppal91zsTT\n"),
            (".env", "SESSION_SECRET=\nAPI_KEY=${API_KEY}\nTOKEN=your-token-here-1234\n"),
            (
                "server.ts",
                "const encryption = { publicKey: '9d8f7a6b5c4e3d2f1a0b' };\nconst table = { sortKey: '9d8f7a6b5c4e3d2f1a0b' };\n",
            ),
            ("README.md", "API_KEY=kq82vnw0ppal91zsTT\n"),
            ("mcp.yaml", "key: OPENAI_API_KEY\nsecret: OPENAI_API_KEY_2\n"),
        ] {
            assert_eq!(count(path, text), 0, "{text}");
        }
    }

    #[test]
    fn hostile_names_end() {
        count("server.js", &"token".repeat(100_000));
        count("server.js", &"token=\"".repeat(50_000));
        count("server.js", &"token \u{e4}= \"\u{e4}\"".repeat(1_000));
        count("server.js", "token");
        count("server.js", "token=");
        count("server.js", "const \u{1f534} = {\n  sortKey: 'a' }");
        count(".env", "token=");
    }
}
