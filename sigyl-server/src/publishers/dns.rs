//! The TXT records of a domain (RFC 1035), asked over TCP (RFC 7766): nobody off the way can answer in a name server's
//! stead, and no answer is cut short.

use std::{io, net::SocketAddr, time::Duration};

use sigyl_core::secret::random_bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::config::PublisherConfig;

/// How long one name server may take for it all. Chosen: what resolvers wait for one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Name servers that are asked, as resolvers do.
const SERVERS_MAX: usize = 3;

/// Records of one answer that are looked at. Chosen: busy domains have some dozens.
const RECORDS_MAX: u16 = 200;

/// Pointers that a name may follow. A name has at most 127 labels.
const JUMPS_MAX: usize = 127;

const TXT: u16 = 16;
const INTERNET: u16 = 1;

/// Where the system says which name servers there are.
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// Why records are not known.
#[derive(Debug, thiserror::Error)]
pub(super) enum DnsError {
    /// No server answered; the network, or the operator's setting.
    #[error("no name server answered: {0}")]
    Unreached(#[source] io::Error),
    /// A server took too long.
    #[error("the name server took too long")]
    TooSlow,
    /// A server answered something else than was asked.
    #[error("the name server's answer cannot be read")]
    Malformed,
    /// A server could not tell.
    #[error("the name server answered with code {0}")]
    Refused(u8),
    /// There is no randomness for the question.
    #[error("the operating system gives no random bytes")]
    Random,
}

/// The TXT records of a domain; none where there is no such domain.
pub(super) async fn texts(config: &PublisherConfig, domain: &str) -> Result<Vec<String>, DnsError> {
    let servers = match config.dns_server {
        Some(server) => vec![server],
        None => servers_in(&tokio::fs::read_to_string(RESOLV_CONF).await.unwrap_or_default()),
    };
    let mut last = DnsError::TooSlow;
    for server in servers {
        match tokio::time::timeout(PATIENCE, ask(server, domain)).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => last = error,
            Err(_) => last = DnsError::TooSlow,
        }
    }
    Err(last)
}

/// The name servers that the system's file names; this computer's where it names none.
fn servers_in(text: &str) -> Vec<SocketAddr> {
    let named = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then(|| words.next()?.parse().ok())?
    });
    let mut servers = named.map(|address| SocketAddr::new(address, 53)).take(SERVERS_MAX).collect::<Vec<_>>();
    if servers.is_empty() {
        servers.push(SocketAddr::from(([127, 0, 0, 1], 53)));
    }
    servers
}

async fn ask(server: SocketAddr, domain: &str) -> Result<Vec<String>, DnsError> {
    let id = u16::from_be_bytes(random_bytes::<2>().map_err(|_| DnsError::Random)?);
    let question = question(id, domain);
    let mut stream = TcpStream::connect(server).await.map_err(DnsError::Unreached)?;
    let length = u16::try_from(question.len()).map_err(|_| DnsError::Malformed)?;
    let message = [&length.to_be_bytes()[..], &question].concat();
    stream.write_all(&message).await.map_err(DnsError::Unreached)?;
    let length = stream.read_u16().await.map_err(DnsError::Unreached)?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await.map_err(DnsError::Unreached)?;
    read(&answer, id, domain)
}

/// One question for a domain's TXT records, to be answered by whoever has to be asked.
fn question(id: u16, domain: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(domain.len() + 18);
    out.extend_from_slice(&id.to_be_bytes());
    // Recursion is desired; one question, nothing else.
    out.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in domain.split('.') {
        // Domains were checked: a label has at most 63 letters.
        out.push(u8::try_from(label.len()).unwrap_or(0));
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out.extend_from_slice(&TXT.to_be_bytes());
    out.extend_from_slice(&INTERNET.to_be_bytes());
    out
}

/// The texts of an answer. A record counts for the very domain that was asked for: an alias to somewhere else proves
/// nothing about this one.
fn read(message: &[u8], id: u16, domain: &str) -> Result<Vec<String>, DnsError> {
    let number = |at: usize| -> Result<u16, DnsError> {
        let bytes = message.get(at..at + 2).ok_or(DnsError::Malformed)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    };
    let (flags, questions, answers) = (number(2)?, number(4)?, number(6)?);
    // An answer to a plain question, not cut short.
    if number(0)? != id || flags & 0xfa00 != 0x8000 || questions != 1 {
        return Err(DnsError::Malformed);
    }
    match flags & 15 {
        0 => {}
        // There is no such domain.
        3 => return Ok(Vec::new()),
        code => return Err(DnsError::Refused(u8::try_from(code).unwrap_or(u8::MAX))),
    }
    let (asked, mut at) = name(message, 12)?;
    if asked != domain || number(at)? != TXT || number(at + 2)? != INTERNET {
        return Err(DnsError::Malformed);
    }
    at += 4;
    let mut found = Vec::new();
    for _ in 0..answers.min(RECORDS_MAX) {
        let (owner, after) = name(message, at)?;
        let (kind, class, length) = (number(after)?, number(after + 2)?, usize::from(number(after + 8)?));
        let data = message.get(after + 10..after + 10 + length).ok_or(DnsError::Malformed)?;
        at = after + 10 + length;
        if owner == domain && kind == TXT && class == INTERNET {
            found.push(text(data)?);
        }
    }
    Ok(found)
}

/// A record's text: its parts, put together.
fn text(mut data: &[u8]) -> Result<String, DnsError> {
    let mut out = Vec::with_capacity(data.len());
    while let Some((length, rest)) = data.split_first() {
        let (part, rest) = rest.split_at_checked(usize::from(*length)).ok_or(DnsError::Malformed)?;
        out.extend_from_slice(part);
        data = rest;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// A name in lower case, and where it ends.
fn name(message: &[u8], start: usize) -> Result<(String, usize), DnsError> {
    let (mut out, mut at, mut end) = (String::new(), start, None);
    let mut jumps = 0;
    loop {
        let length = usize::from(*message.get(at).ok_or(DnsError::Malformed)?);
        match length >> 6 {
            0 if length == 0 => return Ok((out, end.unwrap_or(at + 1))),
            0 => {
                let label = message.get(at + 1..at + 1 + length).ok_or(DnsError::Malformed)?;
                if !out.is_empty() {
                    out.push('.');
                }
                // A dot within a label is no border.
                let letter =
                    |byte: &u8| if *byte == b'.' { '\0' } else { char::from(byte.to_ascii_lowercase()) };
                out.extend(label.iter().map(letter));
                at += 1 + length;
            }
            3 => {
                let low = usize::from(*message.get(at + 1).ok_or(DnsError::Malformed)?);
                end.get_or_insert(at + 2);
                at = (length & 0x3f) << 8 | low;
                jumps += 1;
            }
            _ => return Err(DnsError::Malformed),
        }
        if jumps > JUMPS_MAX || out.len() > 255 {
            return Err(DnsError::Malformed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with records, each of an owner (a pointer where it is empty), a kind and data.
    fn answer(domain: &str, records: &[(&str, u16, &[u8])]) -> Vec<u8> {
        let mut out = question(7, domain);
        out[2..4].copy_from_slice(&[0x81, 0x80]);
        out[6..8].copy_from_slice(&u16::try_from(records.len()).unwrap().to_be_bytes());
        for (owner, kind, data) in records {
            match *owner {
                "" => out.extend_from_slice(&[0xc0, 12]),
                owner => {
                    let named = question(0, owner);
                    out.extend_from_slice(&named[12..named.len() - 4]);
                }
            }
            out.extend_from_slice(&kind.to_be_bytes());
            out.extend_from_slice(&[0, 1, 0, 0, 0, 60]);
            out.extend_from_slice(&u16::try_from(data.len()).unwrap().to_be_bytes());
            out.extend_from_slice(data);
        }
        out
    }

    #[test]
    fn texts_of_the_domain_count_and_no_others() {
        let of =
            |records: &[(&str, u16, &[u8])]| read(&answer("example.com", records), 7, "example.com").unwrap();
        assert_eq!(
            of(&[("", TXT, b"\x02ab\x01c"), ("EXAMPLE.com", TXT, b"\x01d"), ("", 5, b"\x00")]),
            ["abc", "d"]
        );
        assert_eq!(of(&[("other.com", TXT, b"\x01x"), ("", 1, &[127, 0, 0, 1])]), Vec::<String>::new());
        assert_eq!(of(&[("", TXT, b"")]), [""]);
        assert_eq!(of(&[("", TXT, b"\x01\xff")]), ["\u{fffd}"]);
    }

    #[test]
    fn answers_to_something_else_are_none() {
        let good = answer("example.com", &[("", TXT, b"\x01a")]);
        let with = |at: usize, byte: u8| {
            let mut message = good.clone();
            message[at] = byte;
            read(&message, 7, "example.com")
        };
        assert!(read(&good, 7, "example.com").is_ok());
        assert!(read(&good, 8, "example.com").is_err());
        assert!(read(&good, 7, "example.org").is_err());
        // A question, another kind of question, one cut short, two questions.
        for (at, byte) in [(2, 0x01), (2, 0x91), (2, 0x83), (5, 2)] {
            assert!(with(at, byte).is_err(), "{at} {byte}");
        }
        assert_eq!(with(3, 0x83).unwrap(), Vec::<String>::new());
        assert!(matches!(with(3, 0x82), Err(DnsError::Refused(2))));
        for length in 0..good.len() {
            assert!(read(&good[..length], 7, "example.com").is_err(), "{length}");
        }
    }

    #[test]
    fn names_have_an_end() {
        // A pointer to itself, two to each other, one past the end, a label of a kind that is not known.
        for bytes in [&[0xc0, 0][..], &[0xc0, 2, 0xc0, 0], &[0xc0, 9], &[0xc0], &[0x40, 0], &[5, b'a'], &[]] {
            assert!(name(bytes, 0).is_err(), "{bytes:?}");
        }
        let long = [&[63; 64][..], &[63; 64], &[63; 64], &[63; 64], &[63; 64], &[0]].concat();
        assert!(name(&long, 0).is_err());
        assert_eq!(name(&[3, b'a', b'.', b'b', 0], 0).unwrap().0, "a\0b");
        assert_eq!(name(&[1, b'A', 0xc0, 4, 1, b'b', 0], 0).unwrap(), ("a.b".to_owned(), 4));
    }

    #[test]
    fn servers_are_those_of_the_system() {
        let text = "# x\nsearch example.com\nnameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver ::1\n nameserver 10.0.0.3 # y\nnameserver 10.0.0.4\n";
        let found = servers_in(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found, ["10.0.0.1:53", "[::1]:53", "10.0.0.3:53"]);
        assert_eq!(servers_in("")[0].to_string(), "127.0.0.1:53");
    }
}
