//! Programs of an earlier life of Sigyl. A program asks the kernel to be ended with whoever started it, but one that was
//! started a moment before Sigyl was killed asks when nobody is left: it goes on, with nobody to watch it. A server in a
//! network of its own ends by itself when its door is gone; what is left are the others, and builds.

use std::{collections::HashMap, fs, os::unix::ffi::OsStrExt, path::Path, time::Duration};

use rustix::process::{Pid, Signal, getpid, kill_process};

/// How often, and how long apart, what was ended is looked for again: two seconds together. Chosen.
const LOOKS: u32 = 40;
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Ends every program that was started from below `folder` by a process that is not this one, and waits until it is gone.
pub(super) async fn end(folder: &Path) {
    for _ in 0..LOOKS {
        let found = strays(folder);
        if found.is_empty() {
            return;
        }
        for stray in found {
            // One that has ended meanwhile is as good as ended.
            let _ = kill_process(stray, Signal::KILL);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn strays(folder: &Path) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let matching: HashMap<i32, i32> =
        pids.filter(|pid| is_from(*pid, folder)).filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let own = getpid().as_raw_nonzero().get();
    // A sandbox is two processes, of which the inner one ends with the outer one.
    let is_first = |pid: &i32| {
        let parent = matching.get(pid).copied().unwrap_or(own);
        *pid != own && parent != own && !matching.contains_key(&parent)
    };
    matching.keys().filter(|pid| is_first(pid)).filter_map(|pid| Pid::from_raw(*pid)).collect()
}

/// Whether a process runs in the folder, or was told of it: sandboxes are.
fn is_from(pid: i32, folder: &Path) -> bool {
    let place = format!("/proc/{pid}");
    if fs::read_link(format!("{place}/cwd")).is_ok_and(|cwd| cwd.starts_with(folder)) {
        return true;
    }
    let Ok(command) = fs::read(format!("{place}/cmdline")) else { return false };
    let mut words = command.split(|byte| *byte == 0);
    let program = words.next().unwrap_or_default();
    let is_sandbox =
        Path::new(std::ffi::OsStr::from_bytes(program)).file_name().is_some_and(|name| name == "bwrap");
    is_sandbox && words.any(|word| Path::new(std::ffi::OsStr::from_bytes(word)).starts_with(folder))
}

/// The parent of a process, after its name in `/proc/PID/stat`, which may hold anything (proc(5)).
fn parent(pid: i32) -> Option<i32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[tokio::test]
    async fn what_nobody_watches_any_more_is_ended_and_what_is_ours_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut ours = Command::new("sleep").arg("60").current_dir(folder.path()).spawn().unwrap();
        // The shell ends at once, and leaves its child to whoever takes orphans.
        let left = Command::new("sh")
            .args(["-c", "sleep 60 >/dev/null 2>&1 & echo $!"])
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .output()
            .unwrap();
        let left: i32 = String::from_utf8(left.stdout).unwrap().trim().parse().unwrap();
        assert!(is_from(left, folder.path()));
        end(folder.path()).await;
        assert!(!is_from(left, folder.path()));
        assert!(ours.try_wait().unwrap().is_none());
        ours.kill().unwrap();
        ours.wait().unwrap();
    }
}
