//! Links that cannot run scripts.
//! Addresses may come out of customer data, so only harmless schemes are let through.

use leptos::prelude::*;

use super::{Icon, Text, use_words};

/// The address if it is relative or of a harmless scheme (http, https, mailto, tel), else `#`.
pub fn safe_href(href: &str) -> String {
    // Browsers ignore leading blanks and any tab or line break inside an address.
    let cleaned: String = href.trim().chars().filter(|c| !c.is_control()).collect();
    let scheme_end = cleaned.find(':');
    let path_start = cleaned.find(['/', '?', '#']);
    let has_scheme = match (scheme_end, path_start) {
        (Some(colon), Some(path)) => colon < path,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if !has_scheme {
        return cleaned;
    }
    let scheme = cleaned.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel") {
        cleaned
    } else {
        "#".to_owned()
    }
}

/// A text link. External ones open in a new tab and say so.
#[component]
pub fn TextLink(
    /// Where to; checked by [`safe_href`].
    #[prop(into)]
    href: Text,
    /// Leaves for another site in a new tab.
    #[prop(optional)]
    external: bool,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let href = safe_href(&href);
    if external {
        let words = use_words();
        view! {
            <a class=class href=href target="_blank" rel="noopener noreferrer">
                {children()}
                <Icon name="external-link" label=words.opens_new_tab.clone() class="icon-sm" />
            </a>
        }
        .into_any()
    } else {
        view! { <a class=class href=href>{children()}</a> }.into_any()
    }
}
