//! Addresses of deployments' networks: small ones cut out of a large one, since an engine's own pools end after thirty.

use std::{net::Ipv4Addr, str::FromStr};

/// Length of the prefix of a deployment's network: 32 addresses, of which the network, the gateway and the broadcast take
/// three.
const PREFIX: u32 = 27;

/// A range of addresses that deployments' networks are cut from: `10.213.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnets(Net);

impl Default for Subnets {
    /// 2,048 networks. Chosen: a range that neither engines nor clouds give out by themselves.
    fn default() -> Self {
        Self(Net { first: u32::from(Ipv4Addr::new(10, 213, 0, 0)), prefix: 16 })
    }
}

/// Not a range of private addresses with room for networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of private addresses with a prefix from 12 to 27, such as 10.213.0.0/16")]
pub struct BadSubnets(String);

impl FromStr for Subnets {
    type Err = BadSubnets;

    fn from_str(text: &str) -> Result<Self, BadSubnets> {
        Net::parse(text)
            .filter(|net| (12..=PREFIX).contains(&net.prefix) && Ipv4Addr::from(net.first).is_private())
            .map(Self)
            .ok_or_else(|| BadSubnets(text.to_owned()))
    }
}

impl Subnets {
    /// Networks of the range that overlap none of those in use, in an order that begins somewhere for each name.
    pub(crate) fn free<'a>(&'a self, name: &str, used: &'a [Net]) -> impl Iterator<Item = Net> + 'a {
        let count = 1_u32 << (PREFIX - self.0.prefix);
        // FNV-1a: the same name gets the same network where it can.
        let start = name
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        (0..count)
            .map(move |step| {
                let place = start.wrapping_add(step) % count;
                Net { first: self.0.first + (place << (32 - PREFIX)), prefix: PREFIX }
            })
            .filter(move |net| !used.iter().any(|other| other.overlaps(net)))
    }
}

/// A network of IPv4 addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Net {
    first: u32,
    prefix: u32,
}

impl Net {
    /// Reads `10.213.0.32/27`; `None` where it is something else, or where the address is not the network's first.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let first = u32::from(address.parse::<Ipv4Addr>().ok()?);
        let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
        let size = 1_u64 << (32 - prefix);
        (u64::from(first) % size == 0).then_some(Self { first, prefix })
    }

    /// `10.213.0.32/27`.
    pub(crate) fn text(&self) -> String {
        format!("{}/{}", Ipv4Addr::from(self.first), self.prefix)
    }

    /// The address of this machine in it.
    pub(crate) fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::from(self.first + 1)
    }

    /// Addresses for containers, from the `start`th on and round.
    pub(crate) fn hosts(&self, start: u64) -> impl Iterator<Item = Ipv4Addr> + use<> {
        let (first, size) = (self.first, 1_u64 << (32 - self.prefix));
        let count = size.saturating_sub(3);
        (0..count).map(move |step| {
            // Below 2^32 by construction.
            let offset = 2 + (start + step) % count;
            Ipv4Addr::from(first.wrapping_add(u32::try_from(offset).unwrap_or(2)))
        })
    }

    fn overlaps(&self, other: &Self) -> bool {
        let prefix = self.prefix.min(other.prefix);
        let shift = 32 - prefix;
        u64::from(self.first) >> shift == u64::from(other.first) >> shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_private_and_have_room() {
        assert_eq!("10.213.0.0/16".parse(), Ok(Subnets::default()));
        for bad in
            ["10.213.0.1/16", "8.8.0.0/16", "10.0.0.0/8", "10.213.0.0/28", "10.213.0.0", "fd00::/48", ""]
        {
            assert_eq!(bad.parse::<Subnets>(), Err(BadSubnets(bad.to_owned())));
        }
    }

    #[test]
    fn networks_do_not_overlap_what_is_in_use() {
        let range: Subnets = "192.168.8.0/25".parse().unwrap();
        let used = [Net::parse("192.168.8.32/27").unwrap(), Net::parse("192.168.8.64/28").unwrap()];
        let mut free: Vec<_> = range.free("weather", &used).map(|net| net.text()).collect();
        free.sort();
        assert_eq!(free, ["192.168.8.0/27", "192.168.8.96/27"]);
        assert_eq!(range.free("weather", &[Net::parse("192.168.0.0/16").unwrap()]).count(), 0);
        assert_eq!(range.free("weather", &[Net::parse("0.0.0.0/0").unwrap()]).count(), 0);
    }

    #[test]
    fn hosts_are_neither_network_nor_gateway_nor_broadcast() {
        let net = Net::parse("10.213.0.32/27").unwrap();
        let hosts: Vec<_> = net.hosts(27).map(|host| host.to_string()).collect();
        assert_eq!(hosts.len(), 29);
        assert_eq!(hosts[..3], ["10.213.0.61", "10.213.0.62", "10.213.0.34"]);
        assert!(!hosts.contains(&net.gateway().to_string()));
        assert!(!hosts.contains(&"10.213.0.63".to_owned()));
    }
}
