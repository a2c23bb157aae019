//! The names this server answers to. Any other name in `Host` is a page of somebody else pointing
//! here (DNS rebinding) or a poisoned cache, and gets no answer.

use crate::complaint::Complaint;
use http::{Uri, uri::Scheme};
use std::{fmt, net::IpAddr, str::FromStr};

/// Where browsers find this server: scheme, host and, if unusual, port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: String,
    host: String,
}

impl FromStr for PublicUrl {
    type Err = Complaint;

    fn from_str(raw: &str) -> Result<Self, Complaint> {
        let wrong = || {
            Complaint::new(format!(
                "{raw} is not an address of a server; it looks like https://crm.example.com"
            ))
        };
        let uri: Uri = raw.trim_end_matches('/').parse().map_err(|_| wrong())?;
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(wrong()),
        };
        let authority = uri.authority().ok_or_else(wrong)?;
        if !matches!(uri.path(), "" | "/")
            || uri.query().is_some()
            || authority.as_str().contains('@')
        {
            return Err(wrong());
        }
        let authority = authority.as_str().to_ascii_lowercase();
        Ok(Self { https, host: host_of(&authority).to_owned(), authority })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

impl PublicUrl {
    /// Whether browsers come over HTTPS.
    pub fn is_https(&self) -> bool {
        self.https
    }
}

/// The names this server answers to.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    public: Vec<PublicUrl>,
}

impl Hosts {
    /// The addresses the administrator named; this machine's own come by themselves.
    pub fn new(public: Vec<PublicUrl>) -> Self {
        Self { public }
    }

    /// The address to tell people, if the administrator named one.
    pub fn first(&self) -> Option<&PublicUrl> {
        self.public.first()
    }

    /// Whether a `Host` header names this server; `to` is the address the connection came to.
    ///
    /// An address in figures is nobody's page: a browser sends it only when it was asked for that
    /// address, so those of private networks pass (a container sees another one than the browser).
    pub fn knows(&self, host: &str, to: IpAddr) -> bool {
        let host = host.to_ascii_lowercase();
        let name = host_of(&host);
        if name == "localhost" || name.ends_with(".localhost") {
            return true;
        }
        if self.public.iter().any(|public| public.host == name) {
            return true;
        }
        let figures = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
        figures.parse::<IpAddr>().is_ok_and(|address| {
            let address = address.to_canonical();
            address == to.to_canonical() || is_private(address)
        })
    }

    /// Whether browsers reach the server under this name over HTTPS, by the administrator's word.
    pub fn is_https(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.public.iter().any(|public| public.https && public.host == host_of(&host))
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// The host of `host:port`, brackets of IPv6 kept.
fn host_of(authority: &str) -> &str {
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    authority.get(..end).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_are_known_and_others_are_not() {
        let hosts = Hosts::new(vec!["https://CRM.example.com".parse().unwrap()]);
        let to = "203.0.113.5".parse().unwrap();
        for host in [
            "crm.example.com",
            "CRM.Example.com:443",
            "localhost:7300",
            "127.0.0.1",
            "[::1]:7300",
            "203.0.113.5:7300",
            "192.168.1.20:7300",
            "10.0.0.4",
            "[fd00::1]",
            "app.localhost",
        ] {
            assert!(hosts.knows(host, to), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "crm.example.com.evil.example",
            "203.0.113.6",
            "localhost.evil",
            "8.8.8.8",
            "[2001:db8::1]",
            "crm.example.com@evil",
            "192.168.1.20.nip.io",
            "127.1",
        ] {
            assert!(!hosts.knows(host, to), "{host}");
        }
        assert!(hosts.is_https("crm.example.com") && !hosts.is_https("localhost"));
    }

    #[test]
    fn a_public_address_is_scheme_and_host() {
        assert_eq!(
            "https://a.example/".parse::<PublicUrl>().unwrap().to_string(),
            "https://a.example"
        );
        assert_eq!(
            "http://a.example:81".parse::<PublicUrl>().unwrap().to_string(),
            "http://a.example:81"
        );
        for wrong in [
            "a.example",
            "ftp://a.example",
            "https://a.example/crm",
            "https://u@a.example",
            "https://a?b",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong}");
        }
    }
}
