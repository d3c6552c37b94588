//! Which addresses the server may ask.

use std::net::IpAddr;

use sigyl_core::addresses::is_public;

use crate::config::Network;

/// Whether the address may be asked: it is public, or the operator named it.
pub(super) fn is_allowed(address: IpAddr, named: &[Network]) -> bool {
    is_public(address) || named.iter().any(|network| network.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(address: &str, named: &[&str]) -> bool {
        let named = named.iter().map(|it| Network::parse(it).unwrap()).collect::<Vec<_>>();
        is_allowed(address.parse().unwrap(), &named)
    }

    #[test]
    fn what_the_operator_names_is_allowed() {
        assert!(!allowed("10.1.2.3", &[]));
        assert!(allowed("10.1.2.3", &["10.1.0.0/16"]));
        assert!(allowed("::ffff:10.1.2.3", &["10.1.0.0/16"]));
        assert!(!allowed("10.2.2.3", &["10.1.0.0/16"]));
        assert!(allowed("::1", &["127.0.0.1", "::1"]));
    }
}
