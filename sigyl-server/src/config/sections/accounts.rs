//! Accounts, and how often callers may ask.

use super::super::{
    Registration,
    settings::{PLAIN, Setting},
    values::{duration, number, one_of},
};

pub(in crate::config) static ACCOUNTS: &[Setting] = &[
    Setting {
        key: "accounts.registration",
        variable: "SIGYL_REGISTRATION",
        default: "invitation",
        takes: "`invitation` or `open`",
        about: "Who may make an account: whoever was invited, or anyone.",
        set: |config, text| {
            let names = [("invitation", Registration::Invitation), ("open", Registration::Open)];
            one_of(text, &names).map(|it| config.registration = it)
        },
        ..PLAIN
    },
    Setting {
        key: "accounts.session_idle",
        variable: "SIGYL_SESSION_IDLE",
        default: "7d",
        takes: "duration",
        about: "How long a session lasts after its last use.",
        set: |config, text| duration(text).map(|it| config.session_idle = it),
        ..PLAIN
    },
    Setting {
        key: "accounts.session_lifetime",
        variable: "SIGYL_SESSION_LIFETIME",
        default: "30d",
        takes: "duration",
        about: "How long a session lasts at most.",
        set: |config, text| duration(text).map(|it| config.session_lifetime = it),
        ..PLAIN
    },
    Setting {
        key: "accounts.password_min_length",
        variable: "SIGYL_PASSWORD_MIN_LENGTH",
        default: "12",
        takes: "number",
        about: "Fewest characters of a new password.",
        set: |config, text| number(text, 8, 128).map(|it| config.password_min_length = it),
        ..PLAIN
    },
    Setting {
        key: "limits.reads_per_minute",
        variable: "SIGYL_READS_PER_MINUTE",
        default: "1200",
        takes: "number",
        about: "Requests that read, for each caller; more get 429. Counted over all replicas.",
        set: |config, text| number(text, 1, 60_000).map(|it| config.reads_per_minute = it),
        ..PLAIN
    },
    Setting {
        key: "limits.writes_per_minute",
        variable: "SIGYL_WRITES_PER_MINUTE",
        default: "240",
        takes: "number",
        about: "Requests that write, for each caller.",
        set: |config, text| number(text, 1, 60_000).map(|it| config.writes_per_minute = it),
        ..PLAIN
    },
    Setting {
        key: "limits.logins_per_minute",
        variable: "SIGYL_LOGINS_PER_MINUTE",
        default: "10",
        takes: "number",
        about: "Attempts to log in, to register or to show an invitation, for each address; half as many for each account and address, so that nobody locks another one out.",
        set: |config, text| number(text, 2, 60_000).map(|it| config.logins_per_minute = it),
        ..PLAIN
    },
];
