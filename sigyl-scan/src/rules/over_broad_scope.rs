//! Permissions that are asked for and not needed: scopes, container privileges, and what a manifest declares against
//! what the code does.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::code::Code;
use crate::{
    context::{FileContext, TreeContext},
    files::{FileKind, FileRole},
    ir::{ExprId, ExprKind, Pattern as Target, PropertyKey},
    lexical::{Pattern, is_comment},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct OverBroadScope;

static META: RuleMeta = RuleMeta {
    id: "over-broad-scope",
    title: "More permission than is needed",
    class: Class::Misconfiguration,
    severity: Severity::Warning,
    cwe: &[250, 269],
    owasp: Some("MCP02"),
    practice: Some("scope-minimization"),
    since: "0.1.0",
    fixes: &[
        "Ask for the scopes that the tools need, each by its name, and for more when a tool needs it",
        "Give a container one folder, read-only where that is enough, and no privileges",
        "Declare in the manifest what the code does, no more and no less",
    ],
    page: include_str!("over_broad_scope.md"),
};

/// Names of fields and variables that hold scopes.
const NAMES: &[&str] = &[
    "scope",
    "scopes",
    "requiredscopes",
    "defaultscopes",
    "oauthscopes",
    "validscopes",
    "scopessupported",
    "authscopes",
    "googlescopes",
    "clientscopes",
    "permissions",
    "grantedscopes",
    "apiscopes",
    "requestedscopes",
];

/// Words by which a file that has to do with OAuth is told.
const OAUTH: &[&str] = &[
    "oauth",
    "OAuth",
    "client_id",
    "clientId",
    "authorization_endpoint",
    "redirect_uri",
    "redirectUri",
    "AuthSettings",
];

/// Scopes that mean everything.
const EVERYTHING: &[&str] = &[
    "*",
    "*:*",
    "all",
    "full-access",
    "full_access",
    "fullaccess",
    "full",
    "root",
    "superuser",
    "admin",
    "admin:*",
    "owner",
    "everything",
    "sites.fullcontrol.all",
    "directory.accessasuser.all",
    "full_access_as_app",
    "full_access_as_user",
    "https://graph.microsoft.com/sites.fullcontrol.all",
    "https://graph.microsoft.com/directory.readwrite.all",
];

/// Scopes with which data can be changed, of vendors that have narrower ones for reading.
const WRITING: &[&str] = &[
    "repo",
    "delete_repo",
    "admin:org",
    "admin:repo_hook",
    "write:org",
    "write:packages",
    "workflow",
    "write_repository",
    "api",
    "https://mail.google.com/",
    "https://www.googleapis.com/auth/drive",
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/gmail.modify",
    "https://www.googleapis.com/auth/gmail.send",
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/documents",
    "mail.readwrite",
    "mail.send",
    "files.readwrite.all",
    "files.readwrite",
    "user.readwrite.all",
    "calendars.readwrite",
    "sites.readwrite.all",
    "directory.readwrite.all",
    "chat:write",
    "files:write",
    "channels:manage",
    "write:jira-work",
    "write:confluence-content",
    "crm.objects.contacts.write",
    "write_products",
    "write_orders",
    "sql:write",
    "write",
];

/// Verbs of tools that change nothing.
const READING: &[&str] = &[
    "get",
    "list",
    "read",
    "search",
    "find",
    "fetch",
    "show",
    "describe",
    "lookup",
    "count",
    "view",
    "query",
    "browse",
    "summarize",
    "summarise",
    "analyze",
    "analyse",
    "check",
    "explain",
    "inspect",
    "compare",
    "look",
    "load",
    "scan",
    "ping",
    "whoami",
    "status",
    "preview",
];

/// A container that has its host: privileges, the engine's socket, the whole file system.
static CONTAINER: Pattern = Pattern::new(concat!(
    r#"["'](?:--privileged(?:=true)?|--pid=host|--userns=host|--cap-add[= ]?(?:ALL|SYS_ADMIN)|--security-opt[= ]?(?:seccomp|apparmor)[=:]unconfined"#,
    r#"|(?:(?:--volume|-v)[= ]?)?/(?:var/run/docker\.sock|etc|root|home|Users)?/?:/[^"']{0,80}"#,
    r#"|type=bind,(?:src|source)=/(?:var/run/docker\.sock|etc|root|home|Users)?,[^"']{0,80})["']"#
));

/// Functions that send a request to their first argument.
const REQUESTS: &[&str] = &[
    "fetch",
    "axios",
    "axios.get",
    "axios.post",
    "axios.put",
    "axios.delete",
    "got",
    "got.get",
    "got.post",
    "node-fetch",
    "undici.fetch",
    "undici.request",
    "requests.get",
    "requests.post",
    "requests.put",
    "requests.delete",
    "httpx.get",
    "httpx.post",
    "urllib.request.urlopen",
    "httpx.AsyncClient().get",
    "httpx.AsyncClient().post",
    "requests.Session().get",
    "requests.Session().post",
];

impl Rule for OverBroadScope {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let reads_only = reads_only(tree);
        for file in tree.files.iter().filter(|file| file.role == FileRole::Runtime) {
            match file.kind {
                FileKind::Source(_) => {
                    scopes(file, reads_only, out);
                    undeclared_hosts(file, tree, out);
                }
                FileKind::Json | FileKind::Yaml | FileKind::PackageJson => containers(file, out),
                _ => {}
            }
        }
    }
}

/// True where every tool is named or annotated as one that only reads.
fn reads_only(tree: &TreeContext<'_>) -> bool {
    !tree.tools.is_empty()
        && tree.tools.iter().all(|tool| {
            let annotated =
                tool.annotations.and_then(|all| all.get("readOnlyHint")).and_then(serde_json::Value::as_bool);
            annotated.unwrap_or_else(|| {
                let words = super::code::words(tool.name);
                words.iter().take(2).any(|word| READING.contains(&word.as_str()))
            })
        })
}

fn scopes(file: &FileContext<'_>, reads_only: bool, out: &mut Findings) {
    if !file.holds_any(OAUTH) {
        return;
    }
    let Some(code) = Code::of(file, &["scope", "Scope", "SCOPE", "permissions"]) else { return };
    let mut values: Vec<ExprId> = Vec::new();
    for (target, value, _) in code.assignments() {
        let name = match target {
            Target::Variable(variable, _) => code.module.name(code.module.variable(*variable).name),
            Target::Place(place) => code.last_name(*place).unwrap_or_default(),
            _ => continue,
        };
        if holds_scopes(name) {
            values.push(*value);
        }
    }
    for id in code.all() {
        match code.module.expr(id).kind {
            ExprKind::Object(list) => {
                for property in code.module.properties(list) {
                    if let PropertyKey::Name(key) = property.key
                        && holds_scopes(code.module.name(key))
                    {
                        values.push(property.value);
                    }
                }
            }
            ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. } => {
                let arguments = code.module.arguments(arguments);
                for argument in arguments {
                    if argument.keyword.is_some_and(|keyword| holds_scopes(code.module.name(keyword))) {
                        values.push(argument.value);
                    }
                }
                // `params.set("scope", "…")`.
                if let [name, value] = arguments
                    && code.text(name.value).is_some_and(holds_scopes)
                {
                    values.push(value.value);
                }
            }
            _ => {}
        }
    }
    file.spend(values.len() * 32);
    for value in values {
        for (text, span) in texts(&code, value) {
            judge(file, text, span, reads_only, out);
        }
    }
}

fn holds_scopes(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    NAMES.contains(&plain.as_str())
        || plain.len() < 30 && (plain.ends_with("scopes") || plain.starts_with("scopes"))
}

/// The literal texts of a value: itself, members of a list, what is joined.
fn texts<'m>(code: &Code<'m>, id: ExprId) -> Vec<(&'m str, Span)> {
    code.sources_through(id, |code, call| code.callee(call).is_some_and(|callee| callee.ends_with(".join")))
        .into_iter()
        .take(200)
        .filter_map(|source| match code.module.expr(source).kind {
            ExprKind::String(text) => Some((code.module.name(text), code.module.span(source))),
            _ => None,
        })
        .collect()
}

fn judge(file: &FileContext<'_>, text: &str, span: Span, reads_only: bool, out: &mut Findings) {
    for scope in text.split([' ', ',', '+']).filter(|scope| !scope.is_empty()) {
        let lower = scope.to_ascii_lowercase();
        if EVERYTHING.contains(&lower.as_str())
            || lower.ends_with(":*")
            || lower.ends_with("/*") && !lower.contains("://")
        {
            out.report(Draft::new(file.place(span), format!("the scope `{scope}` allows everything")));
            return;
        }
        if reads_only && WRITING.contains(&lower.as_str()) {
            out.report(
                Draft::new(
                    file.place(span),
                    format!("the scope `{scope}` allows changes, and every tool only reads"),
                )
                .confidence(Confidence::Medium),
            );
            return;
        }
    }
}

/// Commands and descriptions that start a container with the rights of its host.
fn containers(file: &FileContext<'_>, out: &mut Findings) {
    if !file.holds_any(&["docker", "podman"]) {
        return;
    }
    file.spend(file.text.len() * 4);
    let Some(pattern) = CONTAINER.get() else { return };
    for found in pattern.find_iter(file.text).take(20) {
        // Read-only mounts of one file system give less, but still all that it holds.
        if is_comment(file, found.start()) {
            continue;
        }
        let what = found.as_str().trim_matches(['"', '\'']);
        out.report(Draft::new(
            file.at(found.start(), found.end()),
            format!("`{what}` gives the container its host"),
        ));
    }
}

/// Hosts that the code names and the manifest's network list does not.
fn undeclared_hosts(file: &FileContext<'_>, tree: &TreeContext<'_>, out: &mut Findings) {
    let Some(allowed) = &tree.manifest.network.allow else { return };
    let Some(code) = Code::of(file, &["http://", "https://"]) else { return };
    for id in code.all() {
        if !code.callee(id).is_some_and(|callee| REQUESTS.contains(&&*callee)) {
            continue;
        }
        let Some(first) = code.arguments(id).first().copied() else { continue };
        let Some(host) = literal_host(&code, first) else { continue };
        let is_allowed = allowed.iter().any(|pattern| match pattern.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|left| left.ends_with('.')),
            None => pattern.eq_ignore_ascii_case(&host) || pattern == "*",
        });
        let is_local = host == "localhost" || host.starts_with("127.");
        if !is_allowed && !is_local {
            out.report(Draft::new(
                file.place(code.module.span(id)),
                format!("the code asks `{host}`, which the manifest's network list leaves out"),
            ));
        }
    }
}

fn literal_host(code: &Code<'_>, id: ExprId) -> Option<String> {
    let text = match code.module.expr(code.resolve(id)).kind {
        ExprKind::String(text) => code.module.name(text),
        ExprKind::Template(parts) => code.text(*code.module.list(parts).first()?)?,
        _ => return None,
    };
    let rest = text.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    (!host.is_empty() && rest.len() > host.len() || text.ends_with(host)).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::table::findings_of;

    #[test]
    fn names_of_scope_lists() {
        assert!(holds_scopes("SCOPES") && holds_scopes("scopes_supported") && holds_scopes("requiredScopes"));
        assert!(!holds_scopes("telescope") && !holds_scopes("microscope"));
    }

    #[test]
    fn scopes_of_other_things_are_quiet() {
        let text = "export const search = { scope: 'all', query: 'x' };\n";
        assert_eq!(findings_of("over-broad-scope", &[("a.ts", text)]), []);
    }

    #[test]
    fn mounts_of_the_host() {
        let text = |volume: &str| {
            format!("{{\"command\": \"docker\", \"args\": [\"run\", \"-v\", \"{volume}\", \"x\"]}}\n")
        };
        for bad in ["/:/host", "/var/run/docker.sock:/var/run/docker.sock", "/home:/data"] {
            assert_eq!(findings_of("over-broad-scope", &[("server.json", &text(bad))]).len(), 1, "{bad}");
        }
        for quiet in ["/home/user/notes:/data", "data:/data", "./notes:/notes"] {
            assert_eq!(findings_of("over-broad-scope", &[("server.json", &text(quiet))]), [], "{quiet}");
        }
    }
}
