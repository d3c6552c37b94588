//! What a program and everything that it started use, read from `/proc`.

use std::{collections::HashMap, fs};

/// Of a tree of processes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Its processes, the first one first.
    pub(super) pids: Vec<i32>,
    pub(super) memory_bytes: u64,
    pub(super) cpu_ms: u64,
    pub(super) threads: u32,
}

struct Process {
    parent: i32,
    cpu_ticks: u64,
    threads: u32,
    pages: u64,
}

/// Of the process `first` and its descendants.
pub(super) fn usage(first: i32) -> Usage {
    let Ok(entries) = fs::read_dir("/proc") else { return Usage::default() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let all = pids.filter_map(|pid| Some((pid, read(pid)?))).collect::<HashMap<_, _>>();
    let mut children = HashMap::<i32, Vec<i32>>::new();
    for (pid, process) in &all {
        children.entry(process.parent).or_default().push(*pid);
    }
    let page = rustix::param::page_size() as u64;
    let tick_ms = 1000 / rustix::param::clock_ticks_per_second().max(1);
    let mut used = Usage::default();
    let mut waiting = vec![first];
    while let Some(pid) = waiting.pop() {
        let Some(process) = all.get(&pid) else { continue };
        used.pids.push(pid);
        used.memory_bytes += process.pages * page;
        used.cpu_ms += process.cpu_ticks * tick_ms;
        used.threads += process.threads;
        waiting.extend(children.get(&pid).into_iter().flatten());
    }
    used
}

fn read(pid: i32) -> Option<Process> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands in parentheses, and may have any letter in it.
    let fields = text.get(text.rfind(')')? + 2..)?.split(' ').collect::<Vec<_>>();
    // By proc(5), less the two before: state is 0, parent 1, utime to cstime 11 to 14, threads 17, resident pages 21.
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        cpu_ticks: number(11)? + number(12)? + number(13)? + number(14)?,
        threads: u32::try_from(number(17)?).ok()?,
        pages: number(21)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_all_of_its_processes() {
        let own = i32::try_from(std::process::id()).unwrap();
        let mut child = std::process::Command::new("sh").args(["-c", "sleep 60 & wait"]).spawn().unwrap();
        let (pid, mut used) = (i32::try_from(child.id()).unwrap(), Usage::default());
        while used.pids.len() < 2 {
            used = usage(pid);
        }
        let all = usage(own);
        assert!(all.pids.contains(&pid) && all.memory_bytes > used.memory_bytes && used.memory_bytes > 0);
        for pid in used.pids {
            let _ = std::process::Command::new("kill").arg(pid.to_string()).status();
        }
        child.wait().unwrap();
        assert_eq!(usage(pid), Usage::default());
    }
}
