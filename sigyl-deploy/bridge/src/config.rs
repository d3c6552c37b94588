//! What the bridge is told: options, each of them a variable as well.

use std::{fmt::Write as _, net::SocketAddr, str::FromStr as _, time::Duration};

/// How processes of the server are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One for each session.
    Session,
    /// One for everybody.
    Shared,
}

/// Everything that can be set.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) endpoint: String,
    pub(crate) mode: Mode,
    pub(crate) sessions_max: usize,
    pub(crate) spares: usize,
    pub(crate) idle: Duration,
    pub(crate) evict_idle: Duration,
    pub(crate) lifetime: Duration,
    pub(crate) start_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) grace: Duration,
    pub(crate) recheck: Duration,
    pub(crate) keep_alive: Duration,
    pub(crate) connections_max: usize,
    pub(crate) requests_max: usize,
    pub(crate) message_max: usize,
    pub(crate) line_max: usize,
    pub(crate) inbound_max: usize,
    pub(crate) buffer_max: usize,
    pub(crate) replay_max: usize,
    pub(crate) allow_host: Vec<String>,
    pub(crate) allow_origin: Vec<String>,
    pub(crate) redact: Vec<String>,
    /// The server's command.
    pub(crate) command: Vec<String>,
}

/// One option of the command line.
struct Flag {
    name: &'static str,
    value: &'static str,
    default: &'static str,
    help: &'static str,
    set: fn(&mut Config, &str) -> Result<(), String>,
}

const FLAGS: &[Flag] = &[
    Flag {
        name: "listen",
        value: "ADDR:PORT",
        default: "0.0.0.0:$PORT, or port 8080",
        help: "Where to listen.",
        set: |c, v| {
            c.listen = SocketAddr::from_str(v)
                .map_err(|_| "an address and a port, like 127.0.0.1:8080".to_owned())?;
            Ok(())
        },
    },
    Flag {
        name: "endpoint",
        value: "PATH",
        default: "$MCP_ENDPOINT, or /mcp",
        help: "Path of the endpoint.",
        set: |c, v| {
            if !v.starts_with('/') || v == "/health" || v.contains(['?', '#', ' ']) {
                return Err("a path that begins with / and is not /health".to_owned());
            }
            c.endpoint = v.to_owned();
            Ok(())
        },
    },
    Flag {
        name: "mode",
        value: "session|shared",
        default: "session",
        help: "One process of the server for each session, or one for all callers.",
        set: |c, v| {
            c.mode = match v {
                "session" => Mode::Session,
                "shared" => Mode::Shared,
                _ => return Err("session or shared".to_owned()),
            };
            Ok(())
        },
    },
    Flag {
        name: "sessions-max",
        value: "N",
        default: "16",
        help: "Most processes at a time; in shared mode, a hundred times as many sessions.",
        set: |c, v| set_count(&mut c.sessions_max, v, 1),
    },
    Flag {
        name: "spares",
        value: "N",
        default: "1",
        help: "Processes kept ready for requests without a session, once there was one; each answers one request.",
        set: |c, v| set_count(&mut c.spares, v, 0),
    },
    Flag {
        name: "idle",
        value: "SECONDS",
        default: "300",
        help: "A session ends after so long without a connection or a request in flight.",
        set: |c, v| set_seconds(&mut c.idle, v),
    },
    Flag {
        name: "evict-idle",
        value: "SECONDS",
        default: "10",
        help: "When all places are taken, a session idle for so long gives way to a new one.",
        set: |c, v| set_seconds(&mut c.evict_idle, v),
    },
    Flag {
        name: "lifetime",
        value: "SECONDS",
        default: "86400",
        help: "A session ends after so long in any case.",
        set: |c, v| set_seconds(&mut c.lifetime, v),
    },
    Flag {
        name: "start-timeout",
        value: "SECONDS",
        default: "60",
        help: "Longest wait for the server's first answer, and for the end of a client's handshake.",
        set: |c, v| set_seconds(&mut c.start_timeout, v),
    },
    Flag {
        name: "request-timeout",
        value: "SECONDS",
        default: "3600",
        help: "Longest wait for an answer of the server; the request is cancelled then.",
        set: |c, v| set_seconds(&mut c.request_timeout, v),
    },
    Flag {
        name: "grace",
        value: "SECONDS",
        default: "2",
        help: "Between closing the server's input, SIGTERM and SIGKILL, each.",
        set: |c, v| set_seconds(&mut c.grace, v),
    },
    Flag {
        name: "recheck",
        value: "SECONDS",
        default: "300",
        help: "Age at which /health no longer trusts the last exchange with the server and has another made.",
        set: |c, v| set_seconds(&mut c.recheck, v),
    },
    Flag {
        name: "keep-alive",
        value: "SECONDS",
        default: "15",
        help: "Comments on silent event streams.",
        set: |c, v| set_seconds(&mut c.keep_alive, v),
    },
    Flag {
        name: "connections-max",
        value: "N",
        default: "1024",
        help: "Most connections; more wait to be accepted.",
        set: |c, v| set_count(&mut c.connections_max, v, 1),
    },
    Flag {
        name: "requests-max",
        value: "N",
        default: "256",
        help: "Most requests in flight, and most for each process; more are refused with 503.",
        set: |c, v| set_count(&mut c.requests_max, v, 1),
    },
    Flag {
        name: "message-max",
        value: "BYTES",
        default: "4m",
        help: "Longest message from a client; longer ones are refused with 413.",
        set: |c, v| set_bytes(&mut c.message_max, v),
    },
    Flag {
        name: "line-max",
        value: "BYTES",
        default: "16m",
        help: "Longest message from the server; a longer one is dropped and its request gets an error.",
        set: |c, v| set_bytes(&mut c.line_max, v),
    },
    Flag {
        name: "inbound-max",
        value: "BYTES",
        default: "64m",
        help: "Most bytes of messages that the server has not read yet; more wait, then are refused with 503.",
        set: |c, v| set_bytes(&mut c.inbound_max, v),
    },
    Flag {
        name: "buffer-max",
        value: "BYTES",
        default: "64m",
        help: "Most bytes of answers that clients have not read yet; beyond, an answer is replaced by an error.",
        set: |c, v| set_bytes(&mut c.buffer_max, v),
    },
    Flag {
        name: "replay-max",
        value: "BYTES",
        default: "1m",
        help: "Most bytes of events that a session keeps for clients that reconnect; the oldest go first.",
        set: |c, v| set_bytes(&mut c.replay_max, v),
    },
    Flag {
        name: "allow-host",
        value: "NAMES",
        default: "any; loopback names when listening on loopback",
        help: "Host headers that are served, with commas between them.",
        set: |c, v| set_list(&mut c.allow_host, v),
    },
    Flag {
        name: "allow-origin",
        value: "ORIGINS",
        default: "the request's own host",
        help: "Origins of web pages that are served, with commas between them.",
        set: |c, v| set_list(&mut c.allow_origin, v),
    },
    Flag {
        name: "redact",
        value: "NAMES",
        default: "none",
        help: "Variables whose values are replaced by *** in what the server logs, with commas between them.",
        set: |c, v| set_list(&mut c.redact, v),
    },
];

fn set_count(to: &mut usize, value: &str, least: usize) -> Result<(), String> {
    *to = value.parse().ok().filter(|n| (least..=1_000_000).contains(n)).ok_or("a number")?;
    Ok(())
}

fn set_seconds(to: &mut Duration, value: &str) -> Result<(), String> {
    let seconds = value.parse::<f64>().ok().filter(|s| (0.001..=1e9).contains(s)).ok_or("seconds above 0")?;
    *to = Duration::from_secs_f64(seconds);
    Ok(())
}

fn set_bytes(to: &mut usize, value: &str) -> Result<(), String> {
    let (digits, unit) = match value.as_bytes().last() {
        Some(b'k') => (&value[..value.len() - 1], 1 << 10),
        Some(b'm') => (&value[..value.len() - 1], 1 << 20),
        _ => (value, 1),
    };
    let bytes = digits.parse::<usize>().ok().and_then(|n| n.checked_mul(unit));
    // Semaphores count bytes in 32 bits.
    *to = bytes
        .filter(|n| (1..=1 << 30).contains(n))
        .ok_or("bytes, like 4194304, 4096k or 4m, at most 1024m")?;
    Ok(())
}

fn set_list(to: &mut Vec<String>, value: &str) -> Result<(), String> {
    to.extend(value.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()));
    Ok(())
}

fn variable(flag: &Flag) -> String {
    format!("SIGYL_BRIDGE_{}", flag.name.to_ascii_uppercase().replace('-', "_"))
}

impl Config {
    /// From the command line and, for what it does not say, the environment. `Err` is a sentence for the user.
    pub(crate) fn read(
        arguments: &[String],
        variable_of: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, String> {
        let mut config = Config::default();
        if let Some(port) = variable_of("PORT").filter(|port| !port.is_empty()) {
            let port = port.parse().map_err(|_| "PORT: expected a port".to_owned())?;
            config.listen.set_port(port);
        }
        let mut from_environment = |name: &str, flag: &str| {
            let Some(value) = variable_of(name).filter(|value| !value.is_empty()) else { return Ok(()) };
            config.set(flag, &value).map_err(|expected| format!("{name}: expected {expected}"))
        };
        from_environment("MCP_ENDPOINT", "endpoint")?;
        for flag in FLAGS {
            from_environment(&variable(flag), flag.name)?;
        }
        let mut rest = arguments.iter();
        loop {
            let Some(argument) = rest.next() else { return Err("no command after --".to_owned()) };
            if argument == "--" {
                break;
            }
            let Some(name) = argument.strip_prefix("--") else {
                return Err(format!("unexpected {argument}: the server's command stands after --"));
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, value),
                None => (name, rest.next().ok_or_else(|| format!("{argument} needs a value"))?.as_str()),
            };
            config.set(name, value).map_err(|expected| format!("--{name}: expected {expected}"))?;
        }
        config.command = rest.cloned().collect();
        if config.command.is_empty() {
            return Err("no command after --".to_owned());
        }
        if config.message_max > config.inbound_max {
            return Err("--inbound-max: expected at least as much as --message-max".to_owned());
        }
        Ok(config)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let flag = FLAGS.iter().find(|flag| flag.name == name).ok_or("a known option; see --help")?;
        (flag.set)(self, value)
    }
}

impl Default for Config {
    fn default() -> Config {
        let mut config = Config {
            listen: SocketAddr::from(([0, 0, 0, 0], 8080)),
            endpoint: "/mcp".to_owned(),
            mode: Mode::Session,
            sessions_max: 0,
            spares: 0,
            idle: Duration::ZERO,
            evict_idle: Duration::ZERO,
            lifetime: Duration::ZERO,
            start_timeout: Duration::ZERO,
            request_timeout: Duration::ZERO,
            grace: Duration::ZERO,
            recheck: Duration::ZERO,
            keep_alive: Duration::ZERO,
            connections_max: 0,
            requests_max: 0,
            message_max: 0,
            line_max: 0,
            inbound_max: 0,
            buffer_max: 0,
            replay_max: 0,
            allow_host: Vec::new(),
            allow_origin: Vec::new(),
            redact: Vec::new(),
            command: Vec::new(),
        };
        // The text of the help is the only place that names the defaults. The others are words, and stand above.
        for flag in FLAGS.iter().filter(|flag| flag.default.starts_with(|c: char| c.is_ascii_digit())) {
            if !flag.default.contains('$') {
                let _ = (flag.set)(&mut config, flag.default);
            }
        }
        config
    }
}

/// The text of `--help`.
pub(crate) fn help() -> String {
    let mut text = String::from(
        "Runs an MCP server that speaks over standard input and output, and serves it as streamable HTTP.

Usage:
  sigyl-bridge [OPTION…] -- COMMAND [ARGUMENT…]
  sigyl-bridge probe URL
  sigyl-bridge tunnel --in SOCKET --port PORT [--out SOCKET --proxy PORT] -- COMMAND [ARGUMENT…]
  sigyl-bridge gate --inside NETWORK --door PORT --server PORT --proxy PORT [--allow NAME]… [--also NETWORK]…

Examples:
  sigyl-bridge -- node dist/index.js
  sigyl-bridge --listen 127.0.0.1:9000 --sessions-max 8 --idle 60 -- python -m weather
  sigyl-bridge --mode shared -- ./server
  sigyl-bridge probe http://127.0.0.1:8080/mcp

`probe` succeeds when the server at URL (http only) answers server/discover or initialize.
`tunnel` runs a server that has a network of its own: connections that wait at one socket go in to its port, and what it
asks of a proxy at its own loopback goes out to the other one.
`gate` stands between an internal network and everything else: at its door it leads whoever knows the word of
SIGYL_BRIDGE_WORD to the servers' port, and what is asked of its proxy from within goes to the names that are allowed.
GET /health answers 200 when the server could be started and answered, else 503 with the reason.

Options, each also as a variable: --idle is SIGYL_BRIDGE_IDLE
",
    );
    for flag in FLAGS {
        let _ = write!(text, "  --{} {}\n      {} [{}]\n", flag.name, flag.value, flag.help, flag.default);
    }
    text.push_str(
        "  --help, --version

Exit codes: 0 ended by a signal, or the probe succeeded; 1 could not listen, or the probe failed; 2 wrong usage.
",
    );
    text
}

/// The options as the table of the README.
#[cfg(test)]
fn table() -> String {
    let mut text = String::from("| option | variable | default | meaning |\n| --- | --- | --- | --- |\n");
    for flag in FLAGS {
        let value = flag.value.replace('|', "\\|");
        let _ = writeln!(
            text,
            "| `--{} {value}` | `{}` | {} | {} |",
            flag.name,
            variable(flag),
            flag.default,
            flag.help
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Config, String> {
        let arguments: Vec<_> = arguments.iter().map(|&a| a.to_owned()).collect();
        Config::read(&arguments, |name| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_default_is_read_and_every_flag_has_one() {
        let config = read(&["--", "server"], &[]).unwrap();
        assert_eq!(config.listen.to_string(), "0.0.0.0:8080");
        assert_eq!((config.sessions_max, config.message_max, config.line_max), (16, 4 << 20, 16 << 20));
        assert_eq!(config.idle, Duration::from_secs(300));
        for zero in [config.lifetime, config.start_timeout, config.grace, config.keep_alive, config.recheck] {
            assert_ne!(zero, Duration::ZERO);
        }
        assert_eq!(config.command, ["server"]);
    }

    #[test]
    fn the_command_line_wins_over_the_environment() {
        let variables = [("PORT", "9000"), ("MCP_ENDPOINT", "/x"), ("SIGYL_BRIDGE_IDLE", "7")];
        let config = read(&["--idle=0.5", "--", "a", "--idle", "3"], &variables).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(config.endpoint, "/x");
        assert_eq!(config.idle, Duration::from_millis(500));
        assert_eq!(config.command, ["a", "--idle", "3"]);
        assert_eq!(read(&["--", "a"], &variables).unwrap().idle, Duration::from_secs(7));
    }

    #[test]
    fn mistakes_are_named() {
        for (arguments, said) in [
            (&["--idle", "x", "--", "a"][..], "--idle: expected seconds above 0"),
            (&["--idle"], "--idle needs a value"),
            (&["--nothing", "1", "--", "a"], "--nothing: expected a known option; see --help"),
            (&["server"], "unexpected server: the server's command stands after --"),
            (&["--"], "no command after --"),
            (&[], "no command after --"),
            (
                &["--endpoint", "/health", "--", "a"],
                "--endpoint: expected a path that begins with / and is not /health",
            ),
        ] {
            assert_eq!(read(arguments, &[]).unwrap_err(), said);
        }
        let told = read(&["--", "a"], &[("SIGYL_BRIDGE_MODE", "both")]).unwrap_err();
        assert_eq!(told, "SIGYL_BRIDGE_MODE: expected session or shared");
    }

    #[test]
    fn the_readme_has_the_table_of_options() {
        let readme = include_str!("../README.md");
        assert!(readme.contains(&table()), "put this into README.md:\n{}", table());
    }
}
