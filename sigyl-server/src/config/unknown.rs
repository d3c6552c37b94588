//! Variables that look like settings of ours and are none: a slip there would leave a default in force unseen.

use super::{file::nearest, settings};

/// What else reads variables that begin so: the other verbs of the command line, builds, the bridge in images.
const OF_OTHERS: &[&str] = &[
    "SIGYL_ADVISORIES",
    "SIGYL_API_KEY",
    "SIGYL_BRIDGE_",
    "SIGYL_BUILD_",
    "SIGYL_CACHE_DIR",
    "SIGYL_CONFIG",
    "SIGYL_COPY_TO",
    "SIGYL_LLM_",
    "SIGYL_SERVER",
    "SIGYL_WORKSPACE",
];

/// Says of each variable that nobody reads what was probably meant. Those that Kubernetes sets for a service of the name
/// `sigyl` are its own: `SIGYL_SERVICE_HOST`, `SIGYL_PORT_7450_TCP` and so on.
pub(crate) fn unknown(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut unknown = names.into_iter().filter(|name| is_unknown(name)).collect::<Vec<_>>();
    unknown.sort_unstable();
    let told = |name: String| {
        let mend = nearest(&name, settings().map(|setting| setting.variable));
        format!("`{name}` is no setting and counts for nothing; {mend}")
    };
    unknown.into_iter().map(told).collect()
}

fn is_unknown(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("SIGYL_") else { return false };
    let is_of_kubernetes = rest.starts_with("SERVICE_")
        || rest == "PORT"
        || rest.strip_prefix("PORT_").is_some_and(starts_with_digit);
    let is_of_others = OF_OTHERS
        .iter()
        .any(|other| if other.ends_with('_') { name.starts_with(other) } else { name == *other });
    !(is_of_kubernetes || is_of_others || settings().any(|setting| setting.variable == name))
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_with_what_was_meant() {
        let names = [
            "SIGYL_ANONYMOUS_READ",
            "SIGYL_LISTEN",
            "SIGYL_API_KEY",
            "SIGYL_BRIDGE_LISTEN",
            "SIGYL_SERVICE_HOST",
            "SIGYL_PORT",
            "SIGYL_PORT_7450_TCP_ADDR",
            "PATH",
            "SIGYL_API_KEYS",
        ];
        let told = unknown(names.map(str::to_owned));
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(
            told[0],
            "`SIGYL_ANONYMOUS_READ` is no setting and counts for nothing; did you mean `SIGYL_ANONYMOUS_READS`?"
        );
        assert!(told[1].starts_with("`SIGYL_API_KEYS` is no setting"), "{told:?}");
    }
}
