//! What the test of the other system found, in words.

use crate::{
    i18n::Text,
    ui::{Banner, Tone},
};
use domain::provider::ProviderFault;
use leptos::prelude::*;

/// What was found, or that nothing is wrong.
pub(super) fn banner(text: Text, found: &Result<(), ProviderFault>) -> AnyView {
    let (tone, words) = match found {
        Ok(()) => (Tone::Ok, text.sign_in_test_passed().to_owned()),
        Err(fault) => (Tone::Bad, words(text, fault)),
    };
    view! { <Banner tone=tone>{words}</Banner> }.into_any()
}

/// What is wrong, and what to do.
fn words(text: Text, fault: &ProviderFault) -> String {
    match fault {
        ProviderFault::Unreachable => text.sign_in_fault_unreachable().to_owned(),
        ProviderFault::Certificate => text.sign_in_fault_certificate().to_owned(),
        ProviderFault::TooSlow => text.sign_in_fault_too_slow().to_owned(),
        ProviderFault::Redirects => text.sign_in_fault_redirects().to_owned(),
        ProviderFault::NoDescription(status) => {
            text.sign_in_fault_no_description(&status.to_string())
        }
        ProviderFault::Unreadable => text.sign_in_fault_unreadable().to_owned(),
        ProviderFault::OtherName(name) => text.sign_in_fault_other_name(name),
        ProviderFault::NotEncrypted => text.sign_in_fault_not_encrypted().to_owned(),
        ProviderFault::Unfit => text.sign_in_fault_unfit().to_owned(),
        ProviderFault::Client => text.sign_in_fault_client().to_owned(),
        ProviderFault::Secret => text.sign_in_fault_secret().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;
    use std::collections::BTreeSet;

    #[test]
    fn every_fault_has_words_of_its_own() {
        for lang in [Lang::En, Lang::Zh] {
            let faults = [
                ProviderFault::Unreachable,
                ProviderFault::Certificate,
                ProviderFault::TooSlow,
                ProviderFault::Redirects,
                ProviderFault::NoDescription(404),
                ProviderFault::Unreadable,
                ProviderFault::OtherName("https://id.example.com".to_owned()),
                ProviderFault::NotEncrypted,
                ProviderFault::Unfit,
                ProviderFault::Client,
                ProviderFault::Secret,
            ];
            let said: BTreeSet<String> =
                faults.iter().map(|fault| words(Text::new(lang), fault)).collect();
            assert_eq!(said.len(), faults.len());
            assert!(said.iter().any(|words| words.contains("404")));
            assert!(said.iter().any(|words| words.contains("https://id.example.com")));
        }
    }
}
