//! Addresses of screens with what they show in the query, written alike by server and browser.

use std::fmt::Write as _;

/// A value as it stands in a query: everything but letters, digits and `-._~` is escaped.
#[must_use]
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Pairs as a query, without the question mark.
#[must_use]
pub fn query<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    let mut out = String::new();
    for (key, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(key.as_ref());
        out.push('=');
        out.push_str(&encode(value.as_ref()));
    }
    out
}

/// A path with a query; the path alone where there is nothing to say.
#[must_use]
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_stays_inside_its_value() {
        assert_eq!(encode("a b&c=d#é"), "a%20b%26c%3Dd%23%C3%A9");
        assert_eq!(
            query([("q", "张 & co"), ("tab", "people")]),
            "q=%E5%BC%A0%20%26%20co&tab=people"
        );
        assert_eq!(with_query("/customers", ""), "/customers");
        assert_eq!(with_query("/customers", "q=a"), "/customers?q=a");
    }
}
