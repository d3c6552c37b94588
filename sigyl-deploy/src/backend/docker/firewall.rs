//! The rule of this machine's firewall by which containers reach nothing of the machine but their proxy.
//!
//! An internal network has no way out, but the machine's own services on all addresses can be reached at its gateway.
//! One chain for each instance; it decides of everything that comes from the instance's interfaces.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
};

use sigyl_core::Digest;
use tokio::{io::AsyncWriteExt, process::Command};

use super::network::bridge_prefix;
use crate::backend::BackendError;

/// Where distributions put it.
const PLACES: [&str; 4] =
    ["/usr/sbin/iptables", "/sbin/iptables", "/usr/bin/iptables", "/usr/local/sbin/iptables"];

/// The firewall, where Sigyl may change it.
#[derive(Debug, Clone)]
pub(crate) struct Firewall {
    program: PathBuf,
    chain: String,
    /// Interfaces of the instance, as a pattern.
    bridges: String,
}

impl Firewall {
    /// Makes the instance's chain. The error is why the machine does not allow it.
    pub(crate) async fn open(program: Option<&Path>, instance: &str) -> Result<Self, String> {
        let program = match program {
            Some(program) => program.to_owned(),
            None => PLACES
                .iter()
                .map(PathBuf::from)
                .find(|place| place.is_file())
                .ok_or_else(|| "there is no iptables".to_owned())?,
        };
        let digest = Digest::of(instance.as_bytes());
        let digits: String = digest.as_str().trim_start_matches("sha256:").chars().take(8).collect();
        let firewall = Self {
            program,
            chain: format!("SIGYL-{digits}"),
            bridges: format!("{}+", bridge_prefix(instance)),
        };
        firewall.ensure().await?;
        Ok(firewall)
    }

    /// Makes the chain and the ways into it where they are missing: firewalls are reloaded by others.
    pub(crate) async fn ensure(&self) -> Result<(), String> {
        if !self.has(&["-L", &self.chain, "-n"]).await? {
            // In one step, so that at no moment a chain without its last rule is in use.
            let rules = format!(
                "*filter\n:{0} - [0:0]\n-A {0} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n-A {0} -j REJECT\nCOMMIT\n",
                self.chain
            );
            self.restore(&rules).await?;
        }
        let (chain, bridges) = (self.chain.as_str(), self.bridges.as_str());
        for way in [["INPUT", "-i", bridges, "-j", chain], ["FORWARD", "-i", bridges, "-j", chain]] {
            let check: Vec<_> = ["-C"].into_iter().chain(way).collect();
            if !self.has(&check).await? {
                let insert: Vec<_> = ["-I"].into_iter().chain(way).collect();
                self.run(&insert).await?;
            }
        }
        // Nothing of ours speaks IPv6. A machine without it has no program, or no table.
        let program = self.program.with_file_name("ip6tables");
        if program.is_file() {
            for chain in ["INPUT", "FORWARD"] {
                let rule = [chain, "-i", bridges, "-j", "DROP"];
                let check: Vec<_> = ["-C"].into_iter().chain(rule).collect();
                if !matches!(execute(&program, &check, None).await, Ok((true, _))) {
                    let insert: Vec<_> = ["-I"].into_iter().chain(rule).collect();
                    let _ = execute(&program, &insert, None).await;
                }
            }
        }
        Ok(())
    }

    /// Lets the containers behind an interface reach this address of the machine, and no other one any more.
    pub(crate) async fn allow(&self, bridge: &str, proxy: SocketAddr) -> Result<(), BackendError> {
        let rule = self.rule(bridge, proxy);
        self.ensure().await.map_err(failed)?;
        let before = self.rules_of(bridge).await.map_err(failed)?;
        let check: Vec<&str> = ["-C"].into_iter().chain(rule.iter().map(String::as_str)).collect();
        let is_there = self.has(&check).await.map_err(failed)?;
        if is_there && before.len() == 1 {
            return Ok(());
        }
        self.forget(bridge).await?;
        let mut insert = vec!["-I", self.chain.as_str(), "2"];
        insert.extend(rule.iter().skip(1).map(String::as_str));
        self.run(&insert).await.map_err(failed)
    }

    /// Takes away what an interface was allowed.
    pub(crate) async fn forget(&self, bridge: &str) -> Result<(), BackendError> {
        for rule in self.rules_of(bridge).await.map_err(failed)? {
            let delete: Vec<&str> = ["-D"].into_iter().chain(rule.iter().map(String::as_str)).collect();
            self.run(&delete).await.map_err(failed)?;
        }
        Ok(())
    }

    fn rule(&self, bridge: &str, proxy: SocketAddr) -> Vec<String> {
        let (address, port) = (proxy.ip().to_string(), proxy.port().to_string());
        [
            &self.chain,
            "-i",
            bridge,
            "-d",
            &address,
            "-p",
            "tcp",
            "-m",
            "tcp",
            "--dport",
            &port,
            "-j",
            "ACCEPT",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// Rules of the chain that name an interface, without the `-A`.
    async fn rules_of(&self, bridge: &str) -> Result<Vec<Vec<String>>, String> {
        let (is_good, output) = execute(&self.program, &["-w", "-S", &self.chain], None).await?;
        if !is_good {
            return Err(output);
        }
        Ok(rules_that_name(&output, bridge))
    }

    async fn has(&self, arguments: &[&str]) -> Result<bool, String> {
        let arguments: Vec<_> = ["-w"].into_iter().chain(arguments.iter().copied()).collect();
        let (is_good, output) = execute(&self.program, &arguments, None).await?;
        // Not being allowed to look is not the same as nothing being there.
        let is_refused = output.contains("Permission denied") || output.contains("Operation not permitted");
        if is_refused { Err(first_line(&output)) } else { Ok(is_good) }
    }

    async fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let arguments: Vec<_> = ["-w"].into_iter().chain(arguments.iter().copied()).collect();
        match execute(&self.program, &arguments, None).await? {
            (true, _) => Ok(()),
            (false, output) => Err(first_line(&output)),
        }
    }

    async fn restore(&self, rules: &str) -> Result<(), String> {
        let program = self.program.with_file_name("iptables-restore");
        match execute(&program, &["-w", "--noflush"], Some(rules)).await? {
            (true, _) => Ok(()),
            (false, output) => Err(first_line(&output)),
        }
    }
}

fn rules_that_name(listing: &str, bridge: &str) -> Vec<Vec<String>> {
    listing
        .lines()
        .filter_map(|line| line.strip_prefix("-A "))
        .map(|rule| rule.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|rule| rule.iter().any(|word| word == bridge))
        .collect()
}

/// Runs a program of the firewall with a clean environment: whether it was content, and what it said.
async fn execute(program: &Path, arguments: &[&str], input: Option<&str>) -> Result<(bool, String), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read says why itself.
        let _ = stdin.write_all(input.unwrap_or_default().as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(|error| format!("{}: {error}", program.display()))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok((output.status.success(), text))
}

fn first_line(output: &str) -> String {
    output.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
}

fn failed(reason: String) -> BackendError {
    BackendError::Failed { backend: "the firewall".to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_their_interface() {
        let listing = "-N SIGYL-1\n-A SIGYL-1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n\
            -A SIGYL-1 -d 10.213.0.1/32 -i sg12345678 -p tcp -m tcp --dport 8877 -j ACCEPT\n\
            -A SIGYL-1 -d 10.213.0.33/32 -i sg123456789 -p tcp -m tcp --dport 8877 -j ACCEPT\n\
            -A SIGYL-1 -j REJECT --reject-with icmp-port-unreachable\n";
        let found = rules_that_name(listing, "sg12345678");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0][..3], ["SIGYL-1", "-d", "10.213.0.1/32"]);
        assert!(rules_that_name(listing, "sg1234").is_empty());
    }

    #[tokio::test]
    async fn a_machine_without_the_program_is_told() {
        let error = Firewall::open(Some(Path::new("/nowhere/iptables")), "sigyl").await.unwrap_err();
        assert!(error.contains("/nowhere/iptables"), "{error}");
    }
}
