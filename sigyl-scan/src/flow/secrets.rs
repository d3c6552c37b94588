//! What the server itself must keep to itself: its environment, and files in which people keep credentials.
//!
//! Such values carry [`Hazards::SECRET`] alone, so that no rule about callers' values takes them for one.

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    models,
    state::State,
    value::{Known, Marks, Shape, SourceKind, Taint, Value},
};
use crate::rule::Place;

/// The paths under which programs know their environment.
const ENVIRONMENTS: &[&str] = &["process.env", "Bun.env", "os.environ", "os.environb", "import.meta.env"];

/// What a variable of the environment is called that a caller names.
pub(crate) const ONE_OF_ALL: &str = "process.env[…]";

/// Functions that read one variable.
const READERS: &[&str] = &[
    "os.getenv",
    "os.environ.get",
    "os.environ.pop",
    "os.environ.setdefault",
    "os.environ.__getitem__",
    "Deno.env.get",
];

/// Functions that read a file, named by their first argument.
const FILE_READERS: &[&str] = &[
    "open",
    "io.open",
    "codecs.open",
    "aiofiles.open",
    "sqlite3.connect",
    "shutil.copy",
    "shutil.copyfile",
    "fs.readFileSync",
    "fs.createReadStream",
    "fs.promises.readFile",
    "fs/promises.readFile",
    "fs-extra.readFile",
    "fs-extra.readFileSync",
    "fs-extra.readJson",
    "fs-extra.readJsonSync",
    "fs.promises.open",
    "fs/promises.open",
    "better-sqlite3",
    "Deno.readTextFile",
    "Deno.readTextFileSync",
    "Deno.readFile",
    "Bun.file",
    "dotenv.dotenv_values",
    "numpy.fromfile",
];

/// Functions that make readable text of what is not.
const DECODERS: &[&str] = &[
    "atob",
    "Buffer.from",
    "base64.b64decode",
    "base64.b32decode",
    "base64.b85decode",
    "base64.a85decode",
    "base64.urlsafe_b64decode",
    "base64.decodebytes",
    "bytes.fromhex",
    "bytearray.fromhex",
    "binascii.unhexlify",
    "binascii.a2b_base64",
    "codecs.decode",
];

/// Functions that read what people copied.
const CLIPBOARDS: &[&str] = &["pyperclip.paste", "clipboardy.read", "clipboardy.readSync", "clipboard.paste"];

/// Programs that do.
const CLIPBOARD_PROGRAMS: &[&str] = &["pbpaste", "xclip", "xsel", "wl-paste", "Get-Clipboard"];

/// Methods of a path that read its file.
const PATH_READERS: &[&str] = &["read_text", "read_bytes", "open"];

/// Parts of the paths of files in which people keep credentials: keys, browsers' passwords, wallets.
const SECRET_FILES: &[&str] = &[
    ".ssh/id_",
    "/id_rsa",
    "/id_ed25519",
    "/id_ecdsa",
    ".ssh/config",
    ".aws/credentials",
    ".aws/sso/cache",
    ".azure/accesstokens",
    ".azure/msal_token_cache",
    "gcloud/credentials.db",
    "gcloud/access_tokens.db",
    ".netrc",
    ".git-credentials",
    ".pgpass",
    ".pypirc",
    ".npmrc",
    ".gnupg/",
    ".password-store",
    "/etc/shadow",
    "/etc/passwd",
    "keychains/login.keychain",
    "login data",
    "cookies.sqlite",
    "network/cookies",
    "key4.db",
    "logins.json",
    "local state",
    "wallet.dat",
    "exodus.wallet",
    ".electrum/wallets",
    ".bitcoin/wallet",
    ".ethereum/keystore",
    ".config/solana/id.json",
    "claude_desktop_config.json",
    ".cursor/mcp.json",
    ".docker/config.json",
    ".bash_history",
    ".zsh_history",
    ".mozilla/firefox",
];

/// True for the name of a variable that holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let ends = [
        "KEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "CREDENTIALS",
        "CREDENTIAL",
        "_PAT",
        "_PASS",
        "_PWD",
        "PRIVATE_KEY",
        "CONNECTION_STRING",
        "DATABASE_URL",
        "MONGODB_URI",
        "WEBHOOK_URL",
    ];
    let public = [
        "PUBLIC",
        "PUBLISHABLE",
        "ANON_KEY",
        "KEY_ID",
        "CACHE_KEY",
        "PARTITION_KEY",
        "PRIMARY_KEY",
        "SORT_KEY",
    ];
    ends.iter().any(|end| upper.ends_with(end)) && !public.iter().any(|word| upper.contains(word))
}

/// True for the path of a file in which people keep credentials.
pub(crate) fn is_secret_file(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace('\\', "/");
    // `.env` of somebody's home or project, not one's own `.env.example`.
    let name = path.rsplit('/').next().unwrap_or(&path);
    let is_env = matches!(name, ".env" | ".env.local" | ".env.production");
    // A public key is made to be given away.
    !path.ends_with(".pub") && (is_env || SECRET_FILES.iter().any(|part| path.contains(part)))
}

/// What a taint of an object is in its field `name`: one variable is not the whole environment, and only some are
/// secret.
pub(super) fn of_field(taint: Taint, name: &str) -> Option<Taint> {
    match taint.source {
        SourceKind::Environment if name == "*" => Some(taint),
        SourceKind::Environment => {
            is_secret_name(name).then_some(Taint { source: SourceKind::Secret, ..taint })
        }
        _ => Some(taint),
    }
}

/// True for the whole environment.
pub(crate) fn is_environment(value: &Value) -> bool {
    value.api().is_some_and(|path| ENVIRONMENTS.contains(&path))
}

/// The name of a variable, when nobody knows which.
pub(crate) fn variable_name() -> Value {
    Value { shape: Shape::Api("process.env<name>".into()), ..Value::default() }
}

/// True when a value has something of a caller's.
pub(crate) fn callers(value: &Value) -> bool {
    value.taints.iter().flat_map(|taints| taints.iter()).any(|taint| taint.live.any(Hazards::ALL))
}

/// True when a value has something of the server's own, and nothing of a caller's.
pub(crate) fn is_own(value: &Value) -> bool {
    value.taints.is_some() && !callers(value)
}

/// True for what something outside the tree made with a secret: a client that logs in with it. What it answers is not
/// the secret.
pub(crate) fn is_client(value: &Value) -> bool {
    let is_made = |shape: &Shape| matches!(shape, Shape::Api(path) if path.contains("()"));
    let made = match &value.shape {
        Shape::OneOf(shapes) => shapes.iter().all(is_made),
        shape => is_made(shape),
    };
    made && value
        .taints
        .as_ref()
        .is_some_and(|taints| taints.iter().all(|taint| taint.source == SourceKind::Secret && taint.weak))
}

/// True for methods by which an object gives what is in it: an encoded text, a digest, a buffer.
pub(crate) fn says_itself(method: &str) -> bool {
    const SAYING: &[&str] = &[
        "decode",
        "encode",
        "digest",
        "format",
        "getvalue",
        "hex",
        "hexdigest",
        "join",
        "json",
        "read",
        "replace",
        "slice",
        "strip",
        "substring",
        "text",
        "toString",
        "trim",
        "update",
    ];
    SAYING.contains(&method)
}

/// True for a text that is shown in place of a secret.
pub(super) fn is_mask(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let lower = text.to_ascii_lowercase();
        text.contains("***") || ["redacted", "masked", "hidden"].iter().any(|word| lower.contains(word))
    })
}

/// A part of `value`: of a secret that tells nothing, of a file it does.
pub(crate) fn masked(mut value: Value) -> Value {
    let is_secret = |taint: &Taint| taint.source == SourceKind::Secret;
    if let Some(taints) = value.taints.as_ref().filter(|taints| taints.iter().any(is_secret)) {
        let kept: Vec<Taint> = taints.iter().filter(|taint| !is_secret(taint)).copied().collect();
        value.taints = (!kept.is_empty()).then(|| kept.into());
    }
    value
}

impl Engine<'_> {
    /// `process.env`, and its variables: those with a secret's name are secrets, others are nothing of note.
    pub(super) fn environment(&mut self, path: &str, name: &str, place: Place) -> Option<Value> {
        if ENVIRONMENTS.contains(&path) {
            return Some(self.variable(path, name, place));
        }
        let full = format!("{path}.{name}");
        ENVIRONMENTS.contains(&full.as_str()).then(|| {
            let value = self.source(SourceKind::Environment, &full, place, None, Hazards::SECRET);
            Value { shape: Shape::Api(full.into()), place: Some(place), ..value }
        })
    }

    fn variable(&mut self, path: &str, name: &str, place: Place) -> Value {
        let shape = super::member::api_member(path, name);
        if is_secret_name(name) {
            let value = self.source(SourceKind::Secret, name, place, None, Hazards::SECRET);
            return Value { shape, ..value };
        }
        Value { shape, ..Value::default() }
    }

    /// A variable of the environment by a computed name: any of them, when a caller or a loop over all chooses.
    pub(super) fn variable_of(&mut self, state: &State, index: &Value, place: Place) -> Value {
        if let Some(name) = index.as_str() {
            return self.variable("process.env", name, place);
        }
        // A name of which a part is fixed is one of a few.
        let chosen =
            index.prefix().unwrap_or_default().is_empty() && index.suffix().unwrap_or_default().is_empty();
        // What only a parameter brings that nobody is known to give is no choice of a caller's.
        let is_given = |value: &Value| {
            let taints = value.taints.iter().flat_map(|taints| taints.iter());
            taints
                .into_iter()
                .any(|taint| taint.source != SourceKind::Parameter && taint.live.any(Hazards::ALL))
        };
        let any =
            index.api() == Some("process.env<name>") || chosen && is_given(&self.bake(index, &state.cleared));
        if !any {
            return Value { shape: Shape::Api("process.env.*".into()), ..Value::default() };
        }
        let name = if index.api() == Some("process.env<name>") { "process.env" } else { ONE_OF_ALL };
        self.source(SourceKind::Environment, name, place, None, Hazards::SECRET)
    }

    /// What a collection holds, keys left out.
    pub(super) fn held(&mut self, value: &Value, place: Place) -> Value {
        if is_environment(value) {
            return self.source(SourceKind::Environment, "process.env", place, None, Hazards::SECRET);
        }
        self.element(value)
    }

    /// A call that reads a secret: a variable of the environment, or a file.
    pub(super) fn secret_read(
        &mut self,
        state: &State,
        site: &Site,
        api: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        let first = arguments.positional.first();
        if matches!(api, "os.environ.copy" | "os.environ.toObject") {
            return site.receiver.clone();
        }
        if api == "Deno.env.toObject" {
            return Some(self.source(SourceKind::Environment, "Deno.env", site.place, None, Hazards::SECRET));
        }
        if DECODERS.contains(&api) {
            return self.decoded(state, site, api, arguments);
        }
        if CLIPBOARDS.contains(&api) || first.is_some_and(|first| pastes(api, first)) {
            let read =
                self.source(SourceKind::SecretFile, "the clipboard", site.place, None, Hazards::SECRET);
            return Some(Value { shape: super::member::api_call(api), ..read });
        }
        if first.is_some_and(|first| prints_environment(api, first)) {
            let read = self.source(SourceKind::Environment, "printenv", site.place, None, Hazards::SECRET);
            return Some(Value { shape: super::member::api_call(api), ..read });
        }
        let taint = if READERS.contains(&api) {
            // The environment as a whole is not in one of its variables.
            let receiver = site.receiver.clone().map(|receiver| Value { taints: None, ..receiver });
            let alone = Site { receiver, ..site.clone() };
            let read = self.variable_of(state, first?, site.place);
            let value = models::unknown_result(self, state, &alone, Some(api), arguments);
            let taints = super::join::union(value.taints.as_ref(), read.taints.as_ref());
            let id = value.id.or(read.id);
            let setting = Value { marks: Marks { configured: true, ..Marks::default() }, ..Value::default() };
            let instead = arguments.positional.get(1).filter(|_| taints.is_none());
            let known = instead.and_then(|instead| super::text::usual(&setting, instead));
            return Some(Value { taints, id, known: known.unwrap_or_default(), ..value });
        } else {
            let path = match api.rsplit_once('.') {
                Some((object, method)) if PATH_READERS.contains(&method) && object.contains("Path") => {
                    site.receiver.as_ref()?
                }
                _ if FILE_READERS.contains(&api) => first?,
                _ => return None,
            };
            let known = match &path.known {
                Known::Text(text) => Rc::clone(text),
                Known::Affixes(affixes) if affixes.start != affixes.end => {
                    format!("{}…/{}", affixes.start, affixes.end).into()
                }
                Known::Affixes(affixes) => Rc::clone(&affixes.start),
                _ => return None,
            };
            if !is_secret_file(&known) {
                return None;
            }
            self.source(SourceKind::SecretFile, &known, site.place, None, Hazards::SECRET).taints?
        };
        let value = models::unknown_result(self, state, site, Some(api), arguments);
        let taints = super::join::union(value.taints.as_ref(), Some(&taint));
        let id = value.id.or_else(|| Some(self.fresh()));
        Some(Value { taints, id, ..value })
    }
}

impl Engine<'_> {
    /// A text of the source that is decoded: what it says was not to be read.
    fn decoded(&mut self, state: &State, site: &Site, api: &str, arguments: &Arguments) -> Option<Value> {
        let first = arguments.positional.first()?;
        let encoding = arguments.positional.get(1).and_then(Value::as_str).unwrap_or_default();
        let decodes = match api {
            "Buffer.from" => matches!(encoding, "base64" | "base64url" | "hex"),
            "codecs.decode" => {
                ["rot", "hex", "base64", "zip", "zlib"].iter().any(|kind| encoding.contains(kind))
            }
            _ => true,
        };
        let is_hidden =
            first.taints.iter().flat_map(|taints| taints.iter()).any(|taint| taint.live.any(Hazards::HIDDEN));
        // Shorter ones hide nothing of note. Chosen.
        let is_literal = first.as_str().is_some_and(|text| text.len() >= 8);
        if !decodes || !is_literal && !is_hidden {
            return None;
        }
        let source = self.source(SourceKind::Decoded, "text", site.place, None, Hazards::HIDDEN);
        let baked = self.bake(first, &state.cleared);
        let taints = super::join::union(source.taints.as_ref(), baked.taints.as_ref());
        Some(Value { taints, shape: Shape::Unknown, ..source })
    }
}

/// The words of the command that a call starts, where it starts one and they are known.
fn command<'a>(api: &str, first: &'a Value) -> Vec<&'a str> {
    let starts = api.starts_with("subprocess.") || api.starts_with("child_process.") || api == "os.popen";
    match first.items() {
        _ if !starts => Vec::new(),
        Some(items) if first.rest().is_none() => items.iter().filter_map(Value::as_str).collect(),
        Some(_) => Vec::new(),
        None => first.as_str().unwrap_or_default().split_whitespace().collect(),
    }
}

/// True for a call that starts a program which gives what people copied.
fn pastes(api: &str, first: &Value) -> bool {
    command(api, first).first().is_some_and(|program| CLIPBOARD_PROGRAMS.contains(program))
}

/// True for a call that starts a program which prints every variable.
fn prints_environment(api: &str, first: &Value) -> bool {
    matches!(command(api, first).as_slice(), ["env" | "printenv" | "export"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in ["OPENAI_API_KEY", "GITHUB_TOKEN", "DB_PASSWORD", "DATABASE_URL", "jwtSecret"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in
            ["PORT", "SUPABASE_ANON_KEY", "NEXT_PUBLIC_API_KEY", "LOG_LEVEL", "AWS_ACCESS_KEY_ID", "HOME"]
        {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn files_of_secrets() {
        for path in ["~/.ssh/id_rsa", "…/.aws/credentials", "C:\\Users\\x\\Login Data", "/srv/app/.env"] {
            assert!(is_secret_file(path), "{path}");
        }
        for path in ["~/.ssh/id_rsa.pub", ".env.example", "notes/ssh.md", "package.json"] {
            assert!(!is_secret_file(path), "{path}");
        }
    }
}
