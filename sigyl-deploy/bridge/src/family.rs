//! Which processes descend from which, by `/proc`, and an end to those that were left behind.

use std::{collections::HashSet, fs, io::Read as _, sync::Mutex, sync::PoisonError};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// The variable that tells to which process of the server another belongs; its descendants inherit it.
pub(crate) const MARK: &str = "SIGYL_CHILD";
/// Longest environment that is looked through, in bytes; chosen, above the usual limit for one.
const ENVIRONMENT_MAX: u64 = 2 << 20;
/// Most processes that are looked at; a server that starts more is stopped by the limits of its container.
const PROCESSES_MAX: usize = 100_000;

/// A process at a certain time: its id alone may be given to another later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Member {
    pid: Pid,
    /// When it was started, in the kernel's ticks.
    started: u64,
}

/// State, parent and start time of a process.
fn stat(pid: Pid) -> Option<(char, i32, u64)> {
    let text = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name stands in parentheses and may hold anything.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<_> = rest.split_ascii_whitespace().collect();
    Some((fields.first()?.chars().next()?, fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?))
}

fn children_of(pid: Pid) -> Vec<Pid> {
    let raw = pid.as_raw_nonzero();
    let Ok(threads) = fs::read_dir(format!("/proc/{raw}/task")) else { return Vec::new() };
    let mut found = Vec::new();
    let mut told = false;
    for thread in threads.flatten() {
        if let Ok(text) = fs::read_to_string(thread.path().join("children")) {
            told = true;
            found.extend(text.split_ascii_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)));
        }
    }
    if told { found } else { children_by_parent(raw.get()) }
}

/// For kernels that do not list children.
fn children_by_parent(parent: i32) -> Vec<Pid> {
    let Ok(all) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = all.flatten().filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    pids.filter(|&pid| stat(pid).is_some_and(|(_, of, _)| of == parent)).collect()
}

/// Everything below a process.
pub(crate) fn descendants(of: Pid) -> Vec<Member> {
    let mut found: Vec<Member> = Vec::new();
    let mut waiting = vec![of];
    while let Some(pid) = waiting.pop() {
        for child in children_of(pid) {
            if found.len() < PROCESSES_MAX
                && let Some((_, _, started)) = stat(child)
                && !found.iter().any(|member| member.pid == child)
            {
                found.push(Member { pid: child, started });
                waiting.push(child);
            }
        }
    }
    found
}

fn is_marked(pid: Pid, mark: &str) -> bool {
    let Ok(file) = fs::File::open(format!("/proc/{}/environ", pid.as_raw_nonzero())) else { return false };
    let mut environment = Vec::new();
    let wanted = format!("{MARK}={mark}");
    file.take(ENVIRONMENT_MAX).read_to_end(&mut environment).is_ok()
        && environment.split(|&byte| byte == 0).any(|variable| variable == wanted.as_bytes())
}

/// Ends with SIGKILL what bears the mark, and what is named, if it still runs. Returns whether anything did.
pub(crate) fn kill(mark: &str, named: &[Member]) -> bool {
    let mut any = false;
    let below = descendants(rustix::process::getpid());
    for member in below.iter().filter(|member| is_marked(member.pid, mark)).chain(named) {
        if stat(member.pid).is_some_and(|(state, _, started)| started == member.started && state != 'Z') {
            any |= kill_process(member.pid, Signal::KILL).is_ok();
        }
    }
    any
}

/// The processes that the bridge started itself and waits for.
#[derive(Default)]
pub(crate) struct Known(Mutex<HashSet<Pid>>);

impl Known {
    pub(crate) fn add(&self, pid: Pid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(pid);
    }

    pub(crate) fn remove(&self, pid: Pid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&pid);
    }

    /// Takes note of the end of processes whose parents ended before them, so that none stays as a zombie.
    pub(crate) fn reap_others(&self) {
        for pid in children_of(rustix::process::getpid()) {
            if !self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&pid) {
                let _ = waitpid(Some(pid), WaitOptions::NOHANG);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_is_found_by_its_parent_and_by_its_mark() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 600 & echo; wait"])
            .env(MARK, "test-mark")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = [0; 1];
        child.stdout.as_mut().unwrap().read_exact(&mut line).unwrap();
        let pid = Pid::from_child(&child);
        let below = descendants(pid);
        assert_eq!(below.len(), 1);
        let own = i32::from(rustix::process::getpid().as_raw_nonzero());
        assert!(children_by_parent(own).contains(&pid));
        assert!(is_marked(below[0].pid, "test-mark") && !is_marked(below[0].pid, "test-mar"));
        assert!(!kill("another-mark", &[Member { started: 1, ..below[0] }]));
        assert!(kill("test-mark", &[]));
        assert!(!child.wait().unwrap().success());
        assert!(descendants(pid).is_empty());
    }
}
