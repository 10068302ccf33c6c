//! Keeps downloads of a site on the internet away from this computer and its neighbours, whatever addresses and names say.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::http::is_loopback;

/// Whether an address is this computer's or one of a network that is nobody else's business.
pub(crate) fn is_near(ip: IpAddr) -> bool {
    // An address of the old kind can be written as one of the new kind.
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_near_4(ip),
        IpAddr::V6(ip) => {
            let translated = match ip.segments() {
                // What a network without the old kind calls the old ones.
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                    is_near_4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
                }
                _ => false,
            };
            let is_local = ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local();
            is_local || ip.is_unspecified() || translated
        }
    }
}

fn is_near_4(ip: Ipv4Addr) -> bool {
    let is_special = match ip.octets() {
        // Shared by the customers of a provider, and for what protocols need.
        [100, second, ..] => (64..128).contains(&second),
        [192, 0, 0, _] | [0, ..] => true,
        _ => false,
    };
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_broadcast() || is_special
}

/// Whether an address leads to this computer or a neighbour, as far as it tells by itself.
pub(crate) fn leads_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => is_near(ip.into()),
        Some(Host::Ipv6(ip)) => is_near(ip.into()),
        Some(Host::Domain(_)) => is_loopback(url),
        None => true,
    }
}

/// Whether an address is encrypted and, as far as it tells by itself, far away. Names are judged when their addresses are known.
pub(crate) fn is_far(url: &Url) -> bool {
    url.scheme() == "https" && !leads_near(url)
}

/// Finds the addresses of names, and only those that are not near.
#[derive(Debug)]
pub(crate) struct FarNames;

impl Resolve for FarNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let far: Vec<SocketAddr> = all.filter(|address| !is_near(address.ip())).collect();
            if far.is_empty() {
                return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
            }
            Ok(Box::new(far.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_addresses_are_known_in_every_notation() {
        for near in ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "fd00::1"]
        {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        for special in ["100.64.0.1", "100.100.100.200", "100.127.255.255", "192.0.0.8", "255.255.255.255", "0.1.2.3"] {
            assert!(is_near(special.parse().unwrap()), "{special}");
        }
        for mapped in
            ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1"]
        {
            assert!(is_near(mapped.parse().unwrap()), "{mapped}");
        }
        for far in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_has_no_address() {
        assert!(FarNames.resolve("localhost".parse().unwrap()).await.is_err());
    }
}
