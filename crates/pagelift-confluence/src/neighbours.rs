//! Keeps downloads of a site on the internet away from this computer and its neighbours, whatever addresses and names say.

use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether an address is this computer's or one of a network that is nobody else's business.
pub(crate) fn is_near(ip: IpAddr) -> bool {
    // An address of the old kind can be written as one of the new kind.
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified(),
    }
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
        for mapped in ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"] {
            assert!(is_near(mapped.parse().unwrap()), "{mapped}");
        }
        for far in ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_has_no_address() {
        assert!(FarNames.resolve("localhost".parse().unwrap()).await.is_err());
    }
}
