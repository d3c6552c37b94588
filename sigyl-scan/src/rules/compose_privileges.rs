//! Containers of a compose file that are not contained.

use sigyl_core::{
    Class, Severity,
    node::{self, Node, NodeValue},
};

use crate::{
    context::FileContext,
    files::FileKind,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct ComposePrivileges;

static META: RuleMeta = RuleMeta {
    id: "compose-privileges",
    title: "Container with the rights of its host",
    class: Class::Misconfiguration,
    severity: Severity::Warning,
    cwe: &[250, 269],
    owasp: Some("MCP02"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &[
        "Drop the privilege, and give the one capability, device or folder that the server needs",
        "Publish ports on 127.0.0.1",
    ],
    page: include_str!("compose_privileges.md"),
};

/// Values of one compose file. Chosen: the largest known have a few thousand.
const MAX_NODES: usize = 20_000;

/// Capabilities that are as good as root on the host: capabilities(7).
const CAPABILITIES: &[&str] = &[
    "ALL",
    "SYS_ADMIN",
    "SYS_PTRACE",
    "SYS_MODULE",
    "SYS_RAWIO",
    "DAC_READ_SEARCH",
    "NET_ADMIN",
    "BPF",
    "SYS_BOOT",
];

/// Sockets of the engines: whoever reaches one starts containers with any rights.
const SOCKETS: &[&str] = &["docker.sock", "containerd.sock", "podman.sock", "crio.sock"];

impl Rule for ComposePrivileges {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.kind != FileKind::Compose || file.path.contains(".devcontainer/") {
            return;
        }
        file.spend(file.text.len());
        let Ok(root) = node::read_yaml_within(file.text, MAX_NODES) else { return };
        let Some(services) = root.get("services").and_then(Node::as_mapping) else { return };
        for (name, service) in &services.entries {
            check_service(file, name, &service.value, out);
        }
    }
}

fn check_service(file: &FileContext<'_>, name: &str, service: &Node, out: &mut Findings) {
    let name: String = name.chars().take(60).collect();
    let mut report = |node: &Node, what: &str, severity: Option<Severity>| {
        let place = file.at(node.span.start as usize, node.span.end as usize);
        let draft = Draft::new(place, format!("`{name}` {what}"));
        out.report(match severity {
            Some(severity) => draft.severity(severity),
            None => draft,
        });
    };
    if let Some(node) = service.get("privileged").filter(|it| is_true(it)) {
        report(node, "is privileged: it has every right on its host", Some(Severity::Error));
    }
    for (key, what) in [
        ("network_mode", "shares the network of its host: services bound to localhost are open to it"),
        ("pid", "sees and can signal every process of its host"),
        ("ipc", "shares the memory segments of its host"),
        ("userns_mode", "runs without a user namespace of its own"),
    ] {
        if let Some(node) = service.get(key).filter(|it| it.as_str() == Some("host")) {
            report(node, what, None);
        }
    }
    for item in service.get("cap_add").and_then(Node::as_sequence).unwrap_or_default() {
        let capability = item.as_str().unwrap_or_default().to_ascii_uppercase();
        let capability = capability.strip_prefix("CAP_").unwrap_or(&capability);
        if CAPABILITIES.contains(&capability) {
            report(item, &format!("is given {capability}, which is close to root on its host"), None);
        }
    }
    for item in service.get("security_opt").and_then(Node::as_sequence).unwrap_or_default() {
        let option = item.as_str().unwrap_or_default().replace('=', ":").to_ascii_lowercase();
        if matches!(
            option.as_str(),
            "seccomp:unconfined" | "apparmor:unconfined" | "label:disable" | "systempaths:unconfined"
        ) {
            report(item, &format!("runs with {option}: the filter between it and the kernel is off"), None);
        }
    }
    for item in service.get("volumes").and_then(Node::as_sequence).unwrap_or_default() {
        check_volume(item, &mut report);
    }
    for item in service.get("devices").and_then(Node::as_sequence).unwrap_or_default() {
        let device = item.as_str().unwrap_or_default().split(':').next().unwrap_or_default();
        if matches!(device, "/dev/mem" | "/dev/kmem" | "/dev/sda" | "/dev/nvme0n1" | "/dev") {
            report(item, &format!("is given {device}, all of its host's memory or disk"), None);
        }
    }
    for item in service.get("ports").and_then(Node::as_sequence).unwrap_or_default() {
        let text = match &item.value {
            NodeValue::String(text) => text.clone(),
            NodeValue::Mapping(_) => {
                match (item.get("host_ip").and_then(Node::as_str), item.get("published")) {
                    (None | Some("0.0.0.0" | "::"), Some(_)) => "0.0.0.0:".to_owned(),
                    _ => continue,
                }
            }
            _ => continue,
        };
        // Without an address, or with the one that means all, other machines reach it.
        let is_open = text.starts_with("0.0.0.0:")
            || text.starts_with("[::]:")
            || text.split('/').next().is_some_and(|it| it.split(':').count() == 2 && !it.contains("$"));
        if is_open {
            report(item, "publishes a port on every address of its host", Some(Severity::Info));
        }
    }
}

fn check_volume(item: &Node, report: &mut impl FnMut(&Node, &str, Option<Severity>)) {
    let (source, is_read_only) = match item.as_str() {
        Some(text) => {
            let source = text.split(':').next().unwrap_or_default();
            (source, text.split(':').skip(2).any(|options| options.split(',').any(|it| it == "ro")))
        }
        None => {
            let source = item.get("source").and_then(Node::as_str).unwrap_or_default();
            (source, item.get("read_only").is_some_and(is_true))
        }
    };
    let source = if source.len() > 1 { source.trim_end_matches('/') } else { source };
    if SOCKETS.iter().any(|socket| source.ends_with(socket)) {
        // Read-only is about the file, not about what the engine does when it is asked.
        report(
            item,
            &format!("reaches {source}: it can start containers with every right"),
            Some(Severity::Error),
        );
    } else if ["/", "/etc", "/root", "/var/run", "/run", "/proc", "/sys", "/boot", "/usr", "/var/lib/docker"]
        .contains(&source)
        && !(is_read_only && matches!(source, "/proc" | "/sys"))
    {
        report(item, &format!("mounts {source} of its host"), None);
    } else if ["~", "$HOME", "${HOME}", "/home"].contains(&source)
        || [".ssh", ".aws", ".kube", ".gnupg", ".docker"]
            .iter()
            .any(|it| source.strip_suffix(it).is_some_and(|before| before.ends_with('/')))
    {
        report(item, &format!("mounts {source}, where people keep their keys"), None);
    }
}

fn is_true(node: &Node) -> bool {
    node.value == NodeValue::Bool(true) || node.as_str().is_some_and(|text| text == "true" || text == "yes")
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severities(service: &str) -> Vec<Severity> {
        let text = format!("services:\n  a:\n    image: x\n    {service}\n");
        let found = findings_of("compose-privileges", &[("compose.yaml", &text)]);
        found.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn privileges_by_weight() {
        assert_eq!(severities("privileged: true"), [Severity::Error]);
        assert_eq!(severities("privileged: false"), []);
        assert_eq!(severities("cap_add: [NET_BIND_SERVICE, CAP_SYS_ADMIN]"), [Severity::Warning]);
        assert_eq!(
            severities("volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']"),
            [Severity::Error]
        );
        assert_eq!(severities("volumes: ['./data:/data', 'cache:/cache', '/proc:/host/proc:ro']"), []);
        assert_eq!(severities("volumes: [{type: bind, source: /, target: /host}]"), [Severity::Warning]);
        assert_eq!(
            severities("ports: ['127.0.0.1:80:80', '8080:80', {target: 1, published: 2}]"),
            [Severity::Info, Severity::Info]
        );
        assert_eq!(severities("ports: 3"), []);
    }
}
