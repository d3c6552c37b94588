//! How programs are started: what they see, and what they do not.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use indexmap::IndexMap;
use sigyl_core::secret::SecretText;
use tokio::process::Command;

use super::{
    Isolation, NAME, ProcessSettings,
    doors::{Doors, INWARD, OUTWARD},
    failed,
    folders::Folders,
    supervise::Launch,
};
use crate::{
    backend::{BackendError, DeploySpec},
    plan::{
        BuildPlan, Phase,
        context::{IMAGE_APP, IMAGE_BRIDGE},
    },
};

/// What programs of the system need. Nothing of a user, nothing that holds secrets.
const SYSTEM: [&str; 13] = [
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ssl",
    "/etc/ca-certificates",
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
];

/// Sets limits of a program; of util-linux, which every distribution has.
const PRLIMIT: &str = "/usr/bin/prlimit";

/// Ends a program with the one that started it; of util-linux, too.
const SETPRIV: &str = "/usr/bin/setpriv";

/// Other names for programs, in the sandbox.
const BIN: &str = "/sigyl/bin";

/// Where the sockets are by which a server is reached and reaches, in the sandbox.
const NET: &str = "/sigyl/net";

/// The port of the proxy in a server's own network; no server's port is that low. Squid's.
const PROXY_PORT: u16 = 3128;

/// Files that a server may have open. Chosen.
const FILES_MAX: u32 = 4096;

/// How long the trial of the sandbox may take. Chosen.
const TRIAL_MAX: Duration = Duration::from_secs(10);

/// A program, ready to be started. Secrets are in its environment alone.
pub(super) struct Program {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) env: IndexMap<String, String>,
    pub(super) secrets: BTreeMap<String, SecretText>,
    pub(super) folder: PathBuf,
}

impl Program {
    /// The command, with nothing of our environment.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.env)
            .envs(self.secrets.iter().map(|(name, value)| (name, value.reveal())))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        command
    }
}

/// What one program may.
struct May<'a> {
    app: &'a Path,
    writes_app: bool,
    network: bool,
    /// The folder of the sockets, where its network is its own.
    net: Option<&'a Path>,
    tmp_bytes: u64,
    uid: u32,
    pids: Option<u32>,
}

/// Starts programs as the settings say.
#[derive(Clone, Copy)]
pub(super) struct Sandbox<'a> {
    pub(super) settings: &'a ProcessSettings,
}

impl Sandbox<'_> {
    /// Whether programs can be started at all.
    pub(super) async fn try_it(self) -> Result<(), BackendError> {
        let Isolation::Bubblewrap(path) = &self.settings.isolation else { return Ok(()) };
        let unavailable = |reason: String| BackendError::Unavailable { backend: NAME.into(), reason };
        let mut command = Command::new(path);
        command.args(["--unshare-all", "--unshare-user", "--die-with-parent"]).env_clear().kill_on_drop(true);
        for folder in SYSTEM {
            command.args(["--ro-bind-try", folder, folder]);
        }
        command.args(["--", "/usr/bin/env", "true"]).stdin(Stdio::null());
        let output = tokio::time::timeout(TRIAL_MAX, command.output()).await;
        let output = match output {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => {
                let path = path.display();
                return Err(unavailable(format!(
                    "bubblewrap ({path}): {error}; install the package bubblewrap"
                )));
            }
            Err(_) => return Err(unavailable("bubblewrap does not come to an end".into())),
        };
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or_default();
        Err(unavailable(format!("bubblewrap makes no sandbox ({said}); user namespaces must be allowed")))
    }

    /// A command of a build, in the application's folder, with build secrets as variables.
    pub(super) fn phase(
        self,
        plan: &BuildPlan,
        app: &Path,
        words: &[String],
        phase: &Phase,
        secrets: BTreeMap<String, SecretText>,
    ) -> Result<Program, BackendError> {
        let folder = self.folder(plan, app);
        let mut all = self.base_env();
        all.extend(self.settings.build_env.clone());
        all.extend(phase.env.clone());
        all.extend(match phase.network {
            true => plan.install_path_env(&folder, &self.path()),
            false => self.path_env(plan, &folder),
        });
        let may = May {
            app: &app.join("app"),
            writes_app: true,
            network: phase.network,
            net: None,
            tmp_bytes: 1 << 30,
            uid: plan.uid,
            pids: None,
        };
        self.program(&may, &folder, words.to_vec(), all, secrets)
    }

    /// Whether servers have networks of their own: bubblewrap makes them, and the bridge leads into them.
    pub(super) fn isolates_network(self) -> bool {
        matches!(self.settings.isolation, Isolation::Bubblewrap(_)) && self.settings.bridge.is_some()
    }

    /// A server; in a network of its own where there is a way into it.
    #[expect(clippy::too_many_arguments, reason = "each is another thing")]
    pub(super) fn server(
        self,
        spec: &DeploySpec,
        plan: &BuildPlan,
        app: &Path,
        command: Vec<String>,
        port: u16,
        secrets: BTreeMap<String, SecretText>,
        way: Option<(PathBuf, Doors)>,
    ) -> Result<Launch, BackendError> {
        let folder = self.folder(plan, app);
        let mut env = self.base_env();
        let is_proxied = way.is_some() && !spec.egress.is_empty();
        if is_proxied {
            let proxy = SocketAddr::from((Ipv4Addr::LOCALHOST, PROXY_PORT));
            let variables = sigyl_egress::variables(&proxy.to_string());
            env.extend(variables.map(|(name, value)| (name.to_owned(), value)));
        }
        env.extend(spec.env.clone());
        env.extend(self.path_env(plan, &folder));
        // Nobody but this machine is to reach it beside its listener.
        env.entry("HOST".to_owned()).or_insert_with(|| "127.0.0.1".to_owned());
        env.insert("PORT".to_owned(), port.to_string());
        if command.first().is_some_and(|word| word == IMAGE_BRIDGE) {
            env.insert("SIGYL_BRIDGE_LISTEN".to_owned(), format!("127.0.0.1:{port}"));
            let names = secrets.keys().map(String::as_str).collect::<Vec<_>>().join(",");
            if !names.is_empty() {
                env.insert("SIGYL_BRIDGE_REDACT".to_owned(), names);
            }
        }
        let may = May {
            app: &app.join("app"),
            writes_app: false,
            network: way.is_none(),
            net: way.as_ref().map(|(net, _)| net.as_path()),
            tmp_bytes: spec.limits.tmp_bytes,
            uid: spec.uid,
            pids: Some(spec.limits.pids),
        };
        let command = match &way {
            Some(_) => tunnelled(command, port, is_proxied),
            None => command,
        };
        let program = self.program(&may, &folder, command, env, secrets)?;
        let (own_threads, doors) = match way {
            // The sandbox's own two, and the bridge's one.
            Some((_, doors)) => (3, Some(doors)),
            None => (2, None),
        };
        Ok(Launch { program, port, limits: spec.limits, own_threads, doors })
    }

    fn base_env(self) -> IndexMap<String, String> {
        let path = self.path();
        let all = [("PATH", path.as_str()), ("HOME", "/tmp"), ("LANG", "C.UTF-8"), ("TMPDIR", "/tmp")];
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn path_env(self, plan: &BuildPlan, folder: &str) -> IndexMap<String, String> {
        plan.path_env(folder, |name| (name == "PATH").then(|| self.path()))
    }

    /// Where programs are looked for: other names for them at the end.
    fn path(self) -> String {
        let bin = match self.settings.isolation {
            Isolation::Bubblewrap(_) => PathBuf::from(BIN),
            Isolation::None => Folders::bin(&self.settings.data),
        };
        format!("{}:{}", self.settings.path, bin.display())
    }

    /// The application's folder, as its programs see it.
    fn folder(self, plan: &BuildPlan, app: &Path) -> String {
        match self.settings.isolation {
            Isolation::Bubblewrap(_) => plan.image_folder(),
            Isolation::None => app.join("app").join(&plan.root).display().to_string(),
        }
    }

    fn program(
        self,
        may: &May<'_>,
        folder: &str,
        mut words: Vec<String>,
        env: IndexMap<String, String>,
        secrets: BTreeMap<String, SecretText>,
    ) -> Result<Program, BackendError> {
        let needs_bridge = words.first().is_some_and(|word| word == IMAGE_BRIDGE);
        let bridge = match (&self.settings.bridge, needs_bridge) {
            (_, false) => None,
            (Some(bridge), true) => Some(bridge),
            (None, true) => {
                return Err(BackendError::Unavailable {
                    backend: NAME.into(),
                    reason: "the server speaks over standard input and output, and sigyl-bridge is not there"
                        .into(),
                });
            }
        };
        match &self.settings.isolation {
            Isolation::Bubblewrap(path) => {
                let arguments = self.wrapped(may, folder, words, bridge.map(PathBuf::as_path));
                Ok(Program { program: path.clone(), arguments, env, secrets, folder: "/".into() })
            }
            Isolation::None => {
                if let (Some(bridge), Some(first)) = (bridge, words.first_mut()) {
                    *first = bridge.display().to_string();
                }
                let ended = ["--pdeathsig", "KILL", "--"].map(OsString::from);
                let arguments = ended.into_iter().chain(words.into_iter().map(OsString::from)).collect();
                if !Path::new(SETPRIV).exists() {
                    return Err(failed(format!("{SETPRIV} of util-linux is not there")));
                }
                Ok(Program { program: SETPRIV.into(), arguments, env, secrets, folder: folder.into() })
            }
        }
    }

    fn wrapped(
        self,
        may: &May<'_>,
        folder: &str,
        words: Vec<String>,
        bridge: Option<&Path>,
    ) -> Vec<OsString> {
        let mut all: Vec<OsString> = Vec::new();
        let mut add = |words: &[&str]| all.extend(words.iter().map(OsString::from));
        add(&["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]);
        if may.network {
            add(&["--share-net"]);
        }
        let uid = may.uid.to_string();
        add(&["--uid", &uid, "--gid", &uid, "--hostname", "server"]);
        for path in SYSTEM {
            add(&["--ro-bind-try", path, path]);
        }
        for path in &self.settings.runtimes {
            let path = path.display().to_string();
            add(&["--ro-bind", &path, &path]);
        }
        add(&["--proc", "/proc", "--dev", "/dev"]);
        add(&["--size", &may.tmp_bytes.to_string(), "--tmpfs", "/tmp"]);
        let app = may.app.display().to_string();
        add(&[if may.writes_app { "--bind" } else { "--ro-bind" }, &app, IMAGE_APP]);
        add(&["--ro-bind", &Folders::bin(&self.settings.data).display().to_string(), BIN]);
        if let Some(net) = may.net {
            add(&["--ro-bind", &net.display().to_string(), NET]);
        }
        if let Some(bridge) = bridge {
            add(&["--ro-bind", &bridge.display().to_string(), IMAGE_BRIDGE]);
        }
        add(&["--chdir", folder, "--"]);
        if Path::new(PRLIMIT).exists() {
            add(&[PRLIMIT, "--core=0", &format!("--nofile={FILES_MAX}:{FILES_MAX}")]);
            if let Some(pids) = may.pids {
                add(&[&format!("--nproc={pids}:{pids}")]);
            }
            add(&["--"]);
        }
        all.extend(words.into_iter().map(OsString::from));
        all
    }
}

/// A command behind the bridge that leads into its network.
fn tunnelled(command: Vec<String>, port: u16, is_proxied: bool) -> Vec<String> {
    let mut words = [IMAGE_BRIDGE, "tunnel", "--in"].map(str::to_owned).to_vec();
    words.extend([format!("{NET}/{INWARD}"), "--port".to_owned(), port.to_string()]);
    if is_proxied {
        words.extend(["--out".to_owned(), format!("{NET}/{OUTWARD}")]);
        words.extend(["--proxy".to_owned(), PROXY_PORT.to_string()]);
    }
    words.push("--".to_owned());
    words.extend(command);
    words
}
