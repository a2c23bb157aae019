//! Who is at the other end of a connection: the peer, or, behind a proxy the administrator named,
//! what that proxy says. Nothing a stranger writes into a header counts.

use http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// The other end of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The browser's address, as far as it can be known.
    pub address: IpAddr,
    /// Whether the browser speaks HTTPS to the proxy.
    pub https: bool,
}

/// The address a connection comes from; put into the extensions of each request by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Where it comes from.
    pub from: IpAddr,
    /// Which address of this machine it came to.
    pub to: IpAddr,
}

/// Works out who is at the other end.
pub fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Client {
    let peer = peer.to_canonical();
    let trusted = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !trusted(&peer) {
        return Client { address: peer, https: false };
    }
    let mut address = peer;
    // From the right: each trusted hop tells who was before it; the first stranger is the browser.
    for hop in values(headers, "x-forwarded-for").into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        address = hop.to_canonical();
        if !trusted(&address) {
            break;
        }
    }
    let https = values(headers, "x-forwarded-proto")
        .last()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    Client { address, https }
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        let proxies = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client(peer.parse().unwrap(), &headers, &proxies).address.to_string()
    }

    #[test]
    fn only_named_proxies_are_believed_and_only_their_own_word() {
        assert_eq!(address("192.0.2.7", &["198.51.100.1"]), "192.0.2.7");
        assert_eq!(address("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.0.0.9"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["198.51.100.1, not an address"]), "10.0.0.1");
        assert_eq!(address("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn https_is_believed_from_a_proxy_only() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let https = |peer: &str| client(peer.parse().unwrap(), &headers, &proxies).https;
        assert!(https("10.1.1.1"));
        assert!(!https("192.0.2.1"));
    }
}
