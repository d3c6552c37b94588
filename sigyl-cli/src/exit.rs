//! What the process says when it ends.

use std::process::ExitCode;

/// The exit codes, which never change their meaning. Where several fit, 2 beats 3 and 3 beats 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: nothing at or above the threshold.
    Clean,
    /// 1: findings at or above the threshold, a manifest that is not valid, offers that are not what was pinned, a
    /// published version that is blocked, or a database or audit log that is not as it should be.
    Found,
    /// 2: wrong usage, input that could not be read, a server that refuses or gives no answer, or a failure of Sigyl
    /// itself.
    Failed,
    /// 3: something was not analysed, and the policy blocks on that.
    NotAnalysed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Found => 1,
            Exit::Failed => 2,
            Exit::NotAnalysed => 3,
        })
    }
}
