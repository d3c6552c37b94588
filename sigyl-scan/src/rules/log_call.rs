//! Calls that write to a log, in the forms that both languages have, and names that say secret.

use super::{code::words, sink::split};
use crate::flow::{Call, Value};

const METHODS: &[&str] = &[
    "log",
    "info",
    "warn",
    "warning",
    "error",
    "debug",
    "trace",
    "fatal",
    "critical",
    "exception",
    "notice",
    "verbose",
    "silly",
    "success",
    "alert",
    "sendLoggingMessage",
];

/// True for the path of a function that writes to a log: `console.log`, `logger.info`, `print`.
pub(crate) fn is_log(path: &str) -> bool {
    let (object, method) = split(path);
    if matches!(
        path,
        "print"
            | "pprint.pprint"
            | "rich.print"
            | "console.table"
            | "console.dir"
            | "process.stderr.write"
            | "process.stdout.write"
            | "sys.stderr.write"
            | "sys.stdout.write"
            | "warnings.warn"
            | "click.echo"
            | "typer.echo"
            | "debug()"
    ) {
        return true;
    }
    if method == "sendLoggingMessage" || method == "send_log_message" {
        return true;
    }
    if !METHODS.contains(&method) {
        return false;
    }
    let lower = object.to_ascii_lowercase();
    let last = lower.trim_end_matches("()").rsplit('.').next().unwrap_or_default();
    words(last).last().is_some_and(|word| word == "log")
        || last.contains("logger")
        || last == "logging"
        || last == "console"
        || matches!(last, "ctx" | "context")
        || [
            "logging.",
            "loguru.",
            "structlog.",
            "winston",
            "pino",
            "bunyan",
            "log4js",
            "tslog",
            "mcp.context",
        ]
        .iter()
        .any(|start| lower.starts_with(start))
}

/// True for a call that adds to a file which is a log by its name: `appendFileSync(join(tmpdir(), "x.log"), line)`.
fn adds_to_log_file(call: &Call<'_>, api: &str) -> bool {
    let (_, method) = split(api);
    let file = match method {
        "appendFile" | "appendFileSync" | "writeFile" | "writeFileSync" | "outputFile" => call.arg(0),
        _ => return false,
    };
    let is_log = |name: &str| {
        [".log", ".trace", "-log.txt", "debug.txt", ".log.jsonl"].iter().any(|end| name.ends_with(end))
    };
    file.and_then(Value::suffix).is_some_and(|name| is_log(&name.to_ascii_lowercase()))
}

/// True for a call that writes to a log. What nobody knows is judged by how it is written.
pub(crate) fn logs(call: &Call<'_>) -> bool {
    if let Some(api) = call.api() {
        return is_log(api) || adds_to_log_file(call, api);
    }
    let Some(method) = call.method().filter(|method| METHODS.contains(method)) else { return false };
    let file = call.file();
    let text = &file.text[call.place().span.range(file.text.len())];
    let callee = text.split('(').next().unwrap_or_default();
    callee.len() < 80 && is_log(&format!("{}.{method}", split(callee.trim()).0))
}

/// True for the name of something that holds a secret: `apiKey`, `user.password`, `access_token`.
pub(crate) fn holds_secret(name: &str) -> bool {
    let words = words(name);
    let Some(last) = words.last().map(String::as_str) else { return false };
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).map_or("", String::as_str);
    if is_about_secret(&words) {
        return false;
    }
    match last {
        "password" | "passwd" | "passphrase" | "apikey" | "accesstoken" | "refreshtoken" | "authtoken"
        | "clientsecret" | "privatekey" | "authorization" | "secretkey" | "bearertoken" => true,
        "secret" | "credential" | "credentials" => true,
        "key" => matches!(
            before,
            "api" | "secret" | "private" | "access" | "signing" | "encryption" | "auth" | "service"
        ),
        "token" => {
            matches!(
                before,
                "access"
                    | "refresh"
                    | "auth"
                    | "bearer"
                    | "api"
                    | "id"
                    | "session"
                    | "oauth"
                    | "github"
                    | "gitlab"
                    | "slack"
                    | "bot"
                    | "user"
                    | "jwt"
                    | "personal"
                    | "hf"
                    | "npm"
                    | "admin"
                    | "service"
                    | "upload"
                    | "login"
            ) || words.iter().any(|word| word == "personal")
        }
        _ => false,
    }
}

/// True for the words of a name that tells something about a secret, or of a token of another kind: `hasPassword`,
/// `maskedKey`, `nextPageToken`.
pub(crate) fn is_about_secret(words: &[String]) -> bool {
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "masked"
                | "redacted"
                | "hashed"
                | "hash"
                | "encrypted"
                | "preview"
                | "hint"
                | "has"
                | "is"
                | "no"
                | "num"
                | "count"
                | "max"
                | "page"
                | "next"
                | "progress"
                | "cursor"
                | "sync"
                | "continuation"
                | "cancel"
                | "cancellation"
                | "public"
                | "missing"
                | "invalid"
                | "usage"
                | "csrf"
                | "valid"
                | "needs"
                | "requires"
                | "placeholder"
                | "primary"
                | "foreign"
                | "cache"
                | "sort"
                | "safe"
                | "sanitized"
                | "fingerprint"
                | "abort"
                | "input"
                | "output"
                | "prompt"
                | "completion"
                | "total"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_logs() {
        for path in [
            "console.log",
            "logging.getLogger().info",
            "this.logger.warn",
            "print",
            "pino().error",
            "log.debug",
            "ctx.info",
        ] {
            assert!(is_log(path), "{path}");
        }
        for path in ["Math.log", "math.log", "catalog.info", "fetch", "dialog.alert", "db.error"] {
            assert!(!is_log(path), "{path}");
        }
    }

    #[test]
    fn names_that_say_secret() {
        for name in
            ["apiKey", "user_password", "ACCESS_TOKEN", "clientSecret", "authorization", "sessionToken"]
        {
            assert!(holds_secret(name), "{name}");
        }
        for name in [
            "maskedApiKey",
            "hasPassword",
            "tokenCount",
            "nextPageToken",
            "progressToken",
            "keyName",
            "token",
        ] {
            assert!(!holds_secret(name), "{name}");
        }
    }
}
