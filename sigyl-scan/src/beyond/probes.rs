//! What answers of a running server tell of its transport. Somebody else asks; here is what the answers mean.

use sigyl_core::{Confidence, Severity};

use super::{Observation, Observed};

/// Bits that a session id must have at least; OWASP Session Management Cheat Sheet, "Session ID Entropy".
const LEAST_BITS: f64 = 64.0;

/// From where a server can be reached, as far as its address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// This computer only.
    Loopback,
    /// A private network.
    Private,
    /// Anywhere.
    Public,
}

/// How a server took a request that differs from one that it answers in one thing only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeOutcome {
    /// It answered as if nothing were different.
    Accepted,
    /// It refused.
    Refused,
    /// It gave no answer that tells: a sentence on what came instead.
    Unknown(String),
}

/// What was different in one request, or in a few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// `Origin` named a web site that has nothing to do with the server.
    ForeignOrigin,
    /// `Host` named another host.
    ForeignHost,
    /// The credential that the caller has was left out; accepted means that tools were listed.
    WithoutCredential,
    /// A session id that the server never made. Only for servers that make some and refuse to go without.
    InventedSession,
    /// The session that was begun with a credential was gone on with without it.
    SessionWithoutCredential,
}

impl Probe {
    /// The check, in a few words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ForeignOrigin => "a foreign Origin",
            Self::ForeignHost => "a foreign Host",
            Self::WithoutCredential => "a request without the credential",
            Self::InventedSession => "a session id that the server never made",
            Self::SessionWithoutCredential => "a session without its credential",
        }
    }
}

/// What a server allows pages of a foreign web site to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CrossOrigin {
    /// `Access-Control-Allow-Origin` is `*`.
    pub any: bool,
    /// `Access-Control-Allow-Origin` repeats the origin that asked.
    pub repeats: bool,
    /// `Access-Control-Allow-Credentials` is `true`.
    pub credentials: bool,
}

/// Everything that was asked of one server's transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// Its address, without anything secret.
    pub url: String,
    /// From where it can be reached.
    pub reach: Reach,
    /// Whether its address begins with `https:`.
    pub is_encrypted: bool,
    /// Whether the caller has a credential for it.
    pub has_credential: bool,
    /// The probes, and how they were taken.
    pub probes: Vec<(Probe, ProbeOutcome)>,
    /// What it allows foreign pages; `None` where no answer tells.
    pub cross_origin: Option<CrossOrigin>,
    /// Session ids that it made, one for each of several beginnings; empty where it makes none.
    pub session_ids: Vec<String>,
}

/// The findings that follow, and what is not known.
pub fn judge(transport: &Transport) -> Observed {
    let mut observed = Observed {
        rules: vec![
            "insecure-cors",
            "insecure-transport",
            "missing-auth",
            "missing-origin-check",
            "weak-session-id",
        ],
        ..Observed::default()
    };
    let outcome = |wanted: &Probe| {
        transport.probes.iter().find(|(probe, _)| probe == wanted).map(|(_, outcome)| outcome)
    };
    let is_near = transport.reach != Reach::Public;
    let needs_credential = outcome(&Probe::WithoutCredential) == Some(&ProbeOutcome::Refused);
    for (probe, outcome) in &transport.probes {
        match outcome {
            ProbeOutcome::Refused => {}
            ProbeOutcome::Unknown(why) => {
                observed.not_checked(&transport.url, format!("{}: {why}", probe.name()));
            }
            // Whoever has no credential gets nowhere from a foreign page either.
            ProbeOutcome::Accepted
                if needs_credential && matches!(probe, Probe::ForeignOrigin | Probe::ForeignHost) => {}
            ProbeOutcome::Accepted => observed.observations.push(accepted(transport, probe, is_near)),
        }
    }
    if !transport.has_credential && transport.reach != Reach::Loopback {
        observed.observations.push(
            see(transport, "missing-auth", "lists its tools to anyone who asks, without a credential")
                .confidence(Confidence::Medium),
        );
    }
    if !transport.is_encrypted && transport.reach != Reach::Loopback {
        let severity = if is_near { Severity::Info } else { Severity::Warning };
        observed.observations.push(
            see(
                transport,
                "insecure-transport",
                "is asked by http: everyone on the way can read and change the answers",
            )
            .severity(severity),
        );
    }
    match &transport.cross_origin {
        Some(cross_origin) => observed.observations.extend(cors(transport, cross_origin, is_near)),
        None => observed.not_checked(&transport.url, "headers of CORS: no answer tells"),
    }
    observed.observations.extend(sessions(transport));
    observed
}

fn see(transport: &Transport, rule: &'static str, what: &str) -> Observation {
    Observation::new(rule, &transport.url, what, format!("the server {what}"))
}

fn accepted(transport: &Transport, probe: &Probe, is_near: bool) -> Observation {
    // From afar no page needs the user's browser to reach it.
    let by_page = if is_near { Severity::Warning } else { Severity::Info };
    match probe {
        Probe::ForeignOrigin => see(
            transport,
            "missing-origin-check",
            "answers requests whose Origin is a web site that has nothing to do with it",
        )
        .severity(by_page),
        Probe::ForeignHost => see(
            transport,
            "missing-origin-check",
            "answers requests whose Host is not its own, which DNS rebinding sends",
        )
        .severity(by_page),
        Probe::WithoutCredential => {
            see(transport, "missing-auth", "lists its tools without the credential as it does with it")
                .severity(Severity::Error)
        }
        Probe::InventedSession => {
            see(transport, "weak-session-id", "goes on with a session id that it never made")
                .severity(Severity::Warning)
        }
        Probe::SessionWithoutCredential => see(
            transport,
            "session-as-auth",
            "goes on with a session without the credential that it was begun with",
        ),
    }
}

fn cors(transport: &Transport, cross_origin: &CrossOrigin, is_near: bool) -> Option<Observation> {
    let mild = if is_near { Severity::Warning } else { Severity::Info };
    let (what, severity) = match cross_origin {
        CrossOrigin { repeats: true, credentials: true, .. } => {
            ("lets any web site read its answers with the user's credentials", Severity::Error)
        }
        CrossOrigin { repeats: true, .. } => {
            ("lets any web site read its answers, by repeating its origin", mild)
        }
        CrossOrigin { any: true, .. } => ("lets any web site read its answers", mild),
        _ => return None,
    };
    Some(see(transport, "insecure-cors", what).severity(severity))
}

fn sessions(transport: &Transport) -> Vec<Observation> {
    let ids = &transport.session_ids;
    let mut found = Vec::new();
    if ids.iter().flat_map(|id| id.bytes()).any(|byte| !(0x21..=0x7e).contains(&byte)) {
        let what = "makes session ids of characters that are not visible ASCII";
        found.push(see(transport, "weak-session-id", what).severity(Severity::Warning));
    }
    if ids.len() < 2 {
        return found;
    }
    let mut unique: Vec<&String> = ids.iter().collect();
    unique.sort();
    unique.dedup();
    if unique.len() < ids.len() {
        found.push(see(transport, "weak-session-id", "gives one session id to several clients"));
        return found;
    }
    let bits = varying_bits(ids);
    if bits < LEAST_BITS {
        let what = "makes session ids that can be guessed";
        let mut observation = see(transport, "weak-session-id", what);
        observation.message = format!(
            "the server makes session ids that can be guessed: of {} in a row, what differs has at most {} bits",
            ids.len(),
            bits.ceil()
        );
        found.push(observation);
    }
    found
}

/// The most bits that the places hold in which the ids differ. More of them would tell places apart that are equal by
/// chance: of four ids, one place in 4,096 for hexadecimal digits.
fn varying_bits(ids: &[String]) -> f64 {
    let ids: Vec<Vec<char>> = ids.iter().map(|id| id.chars().collect()).collect();
    let longest = ids.iter().map(Vec::len).max().unwrap_or_default();
    let mut places = 0.0;
    let mut seen = Vec::new();
    for at in 0..longest {
        let here: Vec<Option<&char>> = ids.iter().map(|id| id.get(at)).collect();
        if here.iter().any(|c| *c != here[0]) {
            places += 1.0;
            seen.extend(here.into_iter().flatten().copied());
        }
    }
    let all = |test: fn(&char) -> bool| seen.iter().all(test);
    let alphabet: f64 = if all(char::is_ascii_digit) {
        10.0
    } else if all(|c| c.is_ascii_hexdigit() || *c == '-') {
        16.0
    } else if all(|c| !c.is_ascii_uppercase()) {
        36.0
    } else {
        64.0
    };
    places * alphabet.log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(probes: Vec<(Probe, ProbeOutcome)>) -> Transport {
        Transport {
            url: "http://127.0.0.1:3000/mcp".to_owned(),
            reach: Reach::Loopback,
            is_encrypted: false,
            has_credential: false,
            probes,
            cross_origin: Some(CrossOrigin::default()),
            session_ids: Vec::new(),
        }
    }

    fn told(transport: &Transport) -> Vec<(&'static str, Option<Severity>)> {
        judge(transport).observations.into_iter().map(|it| (it.rule, it.severity)).collect()
    }

    #[test]
    fn a_careful_server_on_this_computer() {
        let transport = local(vec![
            (Probe::ForeignOrigin, ProbeOutcome::Refused),
            (Probe::ForeignHost, ProbeOutcome::Refused),
        ]);
        let observed = judge(&transport);
        assert_eq!((observed.observations, observed.not_checked), (Vec::new(), Vec::new()));
    }

    #[test]
    fn no_answer_is_not_checked() {
        let mut transport =
            local(vec![(Probe::ForeignOrigin, ProbeOutcome::Unknown("the answer was 500".to_owned()))]);
        transport.cross_origin = None;
        let observed = judge(&transport);
        assert_eq!(observed.observations, []);
        assert_eq!(observed.not_checked.len(), 2);
        assert_eq!(observed.not_checked[0].1, "a foreign Origin: the answer was 500");
    }

    #[test]
    fn foreign_pages() {
        let accepted = vec![
            (Probe::ForeignOrigin, ProbeOutcome::Accepted),
            (Probe::ForeignHost, ProbeOutcome::Accepted),
        ];
        let mut transport = local(accepted);
        transport.cross_origin = Some(CrossOrigin { repeats: true, credentials: true, any: false });
        assert_eq!(
            told(&transport),
            [
                ("missing-origin-check", Some(Severity::Warning)),
                ("missing-origin-check", Some(Severity::Warning)),
                ("insecure-cors", Some(Severity::Error)),
            ]
        );
        transport.has_credential = true;
        transport.probes.push((Probe::WithoutCredential, ProbeOutcome::Refused));
        assert_eq!(told(&transport), [("insecure-cors", Some(Severity::Error))]);
    }

    #[test]
    fn credentials() {
        let mut transport = local(vec![(Probe::WithoutCredential, ProbeOutcome::Accepted)]);
        transport.has_credential = true;
        assert_eq!(told(&transport), [("missing-auth", Some(Severity::Error))]);
        transport.probes = vec![
            (Probe::WithoutCredential, ProbeOutcome::Refused),
            (Probe::SessionWithoutCredential, ProbeOutcome::Accepted),
            (Probe::InventedSession, ProbeOutcome::Accepted),
        ];
        assert_eq!(
            told(&transport),
            [("session-as-auth", None), ("weak-session-id", Some(Severity::Warning))]
        );
        let mut public = local(Vec::new());
        public.reach = Reach::Public;
        assert_eq!(told(&public), [("missing-auth", None), ("insecure-transport", Some(Severity::Warning))]);
        public.is_encrypted = true;
        public.has_credential = true;
        assert_eq!(told(&public), []);
    }

    #[test]
    fn session_ids() {
        let weak = |ids: &[&str]| {
            let mut transport = local(Vec::new());
            transport.session_ids = ids.iter().map(|id| (*id).to_owned()).collect();
            !judge(&transport).observations.is_empty()
        };
        assert!(weak(&["1", "2", "3", "4"]));
        assert!(weak(&["session-1763710000123", "session-1763710000131", "session-1763710000140"]));
        assert!(weak(&["a", "a"]));
        assert!(weak(&["ab cd"]));
        // UUIDs of version 1, made in one go.
        assert!(weak(&[
            "c6a11b1e-c6aa-11f0-8de9-0242ac120002",
            "c6a11e5c-c6aa-11f0-8de9-0242ac120002",
            "c6a11fd8-c6aa-11f0-8de9-0242ac120002",
        ]));
        // Of version 4 and 7.
        assert!(!weak(&[
            "7f14e766-06bc-40af-8a95-0ee302e9bb95",
            "90d3d740-837a-40b6-9eb0-3ab4e9adc7c6",
            "1a04902a-9ac7-486d-a065-938a112130dc",
            "ba4b611d-040b-4d53-9550-fdbb7c447604",
        ]));
        assert!(!weak(&[
            "019aa5b2-7c31-7b7e-8f0a-5d6c1e2f3a4b",
            "019aa5b2-7c33-71d2-b4c8-0a9f8e7d6c5b",
            "019aa5b2-7c36-7e05-9a1b-c3d4e5f60718",
        ]));
        assert!(!weak(&["only-one"]) && !weak(&[]));
    }
}
