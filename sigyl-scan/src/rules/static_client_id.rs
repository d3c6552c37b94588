//! One client id at the login service for every client that registers here, and nobody asks the user.

use sigyl_core::{Class, Confidence, Severity};

use super::code::{Code, words};
use crate::{
    context::{FileContext, TreeContext},
    files::FileRole,
    ir::{ExprId, ExprKind, Module, PropertyKey},
    rule::{Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct StaticClientId;

static META: RuleMeta = RuleMeta {
    id: "static-client-id",
    title: "One client id for every client, without consent",
    class: Class::ConfusedDeputy,
    severity: Severity::Error,
    cwe: &[441],
    owasp: Some("MCP07"),
    practice: Some("confused-deputy-problem"),
    since: "0.1.0",
    fixes: &[
        "Show the user, for each client, a consent page with the client's name and redirect address, before going to the login service",
        "Remember consent by client, in a __Host- cookie that is Secure, HttpOnly and SameSite=Lax, or on the server",
        "Give each registered client an id of its own, and tie it to its redirect addresses",
    ],
    page: include_str!("static_client_id.md"),
};

impl Rule for StaticClientId {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let sources = || tree.files.iter().filter(|file| file.role == FileRole::Runtime);
        let mut registers = false;
        for file in sources() {
            let Some(module) = file.module() else { continue };
            file.spend(module.size());
            let (registration, consent) = words_of(module);
            // Whoever asks for consent anywhere has thought of it; whether well is not seen here.
            if consent {
                return;
            }
            registers |= registration;
        }
        if !registers {
            return;
        }
        let mut sent: Vec<Place> = Vec::new();
        let mut handed_out: Vec<Place> = Vec::new();
        for file in sources() {
            let Some(code) = Code::of(file, &["client_id"]) else { continue };
            look(file, &code, &mut sent, &mut handed_out);
        }
        let message = "the login service sees one client id for every client that registers here, and no consent is asked \
                       for each: a client of an attacker's gets in on the user's earlier login";
        for place in &sent {
            let mut draft = Draft::new(*place, message).confidence(Confidence::Medium);
            for other in &handed_out {
                draft = draft.related(*other, "every client that registers gets the same id");
            }
            out.report(draft);
        }
        if sent.is_empty() {
            for place in handed_out {
                let message = "every client that registers gets the same id: neither the user nor the server can tell them apart";
                out.report(Draft::new(place, message).confidence(Confidence::Medium));
            }
        }
    }
}

/// Whether a module offers dynamic registration, and whether it speaks of consent.
fn words_of(module: &Module) -> (bool, bool) {
    let mut registration = false;
    let mut consent = false;
    for name in &module.names {
        // Longer texts are prose.
        if name.len() > 80 {
            continue;
        }
        registration |= matches!(
            &**name,
            "registration_endpoint"
                | "registrationEndpoint"
                | "clientRegistrationEndpoint"
                | "registerClient"
                | "register_client"
                | "clientsStore"
                | "ClientRegistrationOptions"
        ) || name.starts_with('/')
            && (name.ends_with("/register") || name.ends_with("/registration"));
        let lower = name.to_ascii_lowercase();
        consent |= lower.contains("consent") || lower.contains("approv");
    }
    (registration, consent)
}

/// True for an id that is the same for every request.
fn is_static(code: &Code<'_>, id: ExprId) -> bool {
    let resolved = code.resolve(id);
    if code.text(resolved).is_some_and(|text| !text.is_empty()) {
        return true;
    }
    let path = match code.module.expr(resolved).kind {
        ExprKind::Call { .. } => code.callee(resolved).unwrap_or_default().into_owned(),
        // `process.env.ID!`, `os.environ["ID"]`, `settings.client_id or ""`.
        _ => code.path(resolved),
    };
    let lower = path.to_ascii_lowercase();
    let root = [
        "process.env.",
        "os.environ",
        "os.getenv",
        "env.",
        "config.",
        "settings.",
        "options.",
        "c.env.",
        "import.meta.env",
    ]
    .iter()
    .any(|root| lower.starts_with(root));
    let owned = ["this.", "self."].iter().any(|this| {
        lower.strip_prefix(this).is_some_and(|rest| {
            let rest = rest.trim_start_matches('_');
            ["config", "settings", "options", "env", "clientid", "client_id", "upstream"]
                .iter()
                .any(|word| rest.starts_with(word))
        })
    });
    let last = path.rsplit('.').next().unwrap_or_default();
    let constant = last.len() > 3
        && !last.chars().any(|char| char.is_lowercase())
        && words(last).contains(&"client".to_owned());
    root || owned || constant
}

fn look(file: &FileContext<'_>, code: &Code<'_>, sent: &mut Vec<Place>, handed_out: &mut Vec<Place>) {
    let module = code.module;
    for id in code.all() {
        match module.expr(id).kind {
            // `url.searchParams.set("client_id", ID)`.
            ExprKind::Call { callee, .. } => {
                let arguments = code.arguments(id);
                let ([name, value], ExprKind::Member { property, .. }) =
                    (arguments.as_slice(), module.expr(callee).kind)
                else {
                    continue;
                };
                if matches!(module.name(property), "set" | "append")
                    && code.text(*name) == Some("client_id")
                    && is_static(code, *value)
                    && is_authorization(code, id)
                {
                    sent.push(file.place(module.span(id)));
                }
            }
            ExprKind::Object(list) => {
                let properties = module.properties(list);
                let value = |wanted: &str| {
                    properties.iter().find_map(|property| match property.key {
                        PropertyKey::Name(key) if module.name(key) == wanted => Some(property.value),
                        _ => None,
                    })
                };
                let Some(client) = value("client_id") else { continue };
                if !is_static(code, client) {
                    continue;
                }
                if value("redirect_uris").is_some()
                    && !code.within(module.span(id)).any(|id| code.text(id) == Some("client_secret"))
                {
                    handed_out.push(file.place(module.span(client)));
                } else if value("response_type").is_some() && value("grant_type").is_none() {
                    sent.push(file.place(module.span(client)));
                }
            }
            // `${LOGIN}?client_id=${ID}&response_type=code`.
            ExprKind::Template(list) => {
                let pieces = module.list(list);
                let text = |id: &ExprId| match module.expr(*id).kind {
                    ExprKind::String(text) => module.name(text),
                    _ => "",
                };
                let leads = pieces.iter().any(|piece| {
                    text(piece).contains("response_type=") || text(piece).contains("/authorize")
                });
                for pair in pieces.windows(2) {
                    if leads && text(&pair[0]).ends_with("client_id=") && is_static(code, pair[1]) {
                        sent.push(file.place(module.span(id)));
                    }
                }
            }
            _ => {}
        }
    }
}

/// True when the function around a call makes the address of a login: what comes with a code or a secret is the
/// exchange that follows it.
fn is_authorization(code: &Code<'_>, id: ExprId) -> bool {
    let around = code.function_span(code.function_at(code.module.span(id).start));
    let has = |wanted: &str| {
        code.within(around).any(|id| {
            matches!(code.module.expr(id).kind, ExprKind::String(_)) && code.text(id) == Some(wanted)
        })
    };
    has("response_type") || has("redirect_uri") && !has("grant_type") && !has("client_secret")
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    const LOGIN: &str = "const url = new URL(LOGIN);\nurl.searchParams.set('client_id', process.env.CLIENT_ID);\n\
                         url.searchParams.set('response_type', 'code');\nres.redirect(url.href);\n";

    #[test]
    fn registration_may_stand_in_another_file() {
        let login = format!("export function authorize(req, res) {{\n{LOGIN}}}\n");
        let register = "app.post('/register', (req, res) => { res.json(store.add(req.body)); });\n";
        let count = |files: &[(&str, &str)]| findings_of("static-client-id", files).len();
        assert_eq!(count(&[("login.ts", &login), ("register.ts", register)]), 1);
        assert_eq!(count(&[("login.ts", &login)]), 0);
        assert_eq!(
            count(&[
                ("login.ts", &login),
                ("register.ts", register),
                ("c.ts", "export function consentPage() {}\n")
            ]),
            0
        );
    }

    #[test]
    fn the_clients_own_id_is_fine() {
        let text = "app.post('/register', (req, res) => {});\nfunction authorize(req, res) {\n  const url = new URL(LOGIN);\n  \
                    url.searchParams.set('client_id', req.query.client_id);\n  url.searchParams.set('response_type', 'code');\n}\n";
        assert_eq!(findings_of("static-client-id", &[("a.ts", text)]).len(), 0);
    }
}
