//! One field of the open record, edited where it stands.

use super::{Record, also_used::AlsoUsed};
use crate::{
    i18n::words,
    ui::{Choice, InlineField, InlineState, InputKind, TextLink, choice_label},
};
use domain::policy::{Access, Veiled};
use leptos::prelude::*;

/// Fields whose change has side effects: leaving them does not save.
const DELIBERATE: [&str; 1] = ["owner"];

/// How a field is edited and shown.
#[derive(Clone, Default)]
pub(crate) struct Look {
    /// What is typed.
    pub kind: InputKind,
    /// Several lines.
    pub multiline: bool,
    /// Chosen rather than typed.
    pub options: Vec<Choice>,
    /// An example while it is empty.
    pub example: &'static str,
    /// Shown also while it is empty.
    pub always: bool,
    /// Shown as a link to a page outside.
    pub link: bool,
}

/// A field. While it is empty it only shows on demand, unless the look says otherwise.
pub(crate) fn field(
    record: Record,
    name: &'static str,
    look: Look,
    show_empty: RwSignal<bool>,
) -> AnyView {
    let text = record.text;
    let access = record.access_named(name);
    if access == Access::Hidden {
        return ().into_any();
    }
    let state = RwSignal::new(InlineState::Rest);
    let value = Memo::new(move |_| record.get(name));
    let label = words::field(text, record.object(), name);
    let Look { kind, multiline, options, example, always, link } = look;
    let options = StoredValue::new(options);
    let hidden = Memo::new(move |_| {
        !always
            && !show_empty.get()
            && value.with(String::is_empty)
            && state.with(|state| matches!(state, InlineState::Rest | InlineState::Saved))
    });
    // Of the fields only the credit code is ever seen in part.
    let masked = access == Access::Masked;
    let may_change =
        record.may_edit && access == Access::Edit && (name != "owner" || record.may_assign);
    let locked = if may_change { "" } else { text.common_read_only() };
    let also = AlsoUsed::new(record);
    let save = Callback::new(move |typed: String| {
        also.field(name, &typed);
        record.save(name, typed, state);
    });
    let shown = move || {
        let raw = value.get();
        if link {
            view! {
                <TextLink href=raw.clone() external=true>
                    {bare(&raw)}
                </TextLink>
            }
            .into_any()
        } else {
            let known = || record.reveal().shown(Veiled::CreditCode).filter(|_| masked);
            choice_label(options, &raw)
                .or_else(known)
                .unwrap_or_else(|| record.show(name, &raw))
                .into_any()
        }
    };
    let content = move || {
        let label_again = label.clone();
        // Only what tells customers apart is compared with others.
        let hint = matches!(name, "name" | "full_name" | "credit_code").then(|| also.hint());
        let reveal = move || {
            let there = masked && value.with(|value| !value.is_empty());
            there.then(|| record.reveal().button(Veiled::CreditCode, label_again.clone()))
        };
        view! {
            <div>
                <InlineField
                    label=label.clone()
                    name=name
                    value=value
                    state=state
                    on_save=save
                    display=shown
                    kind=kind
                    multiline=multiline
                    options=options.get_value()
                    placeholder=example
                    deliberate=DELIBERATE.contains(&name)
                    locked=locked
                />
                {reveal}
                {hint}
            </div>
        }
    };
    (move || (!hidden.get()).then(&content)).into_any()
}

/// A web address without what goes without saying.
fn bare(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_web_address_reads_without_its_scheme() {
        assert_eq!(bare("https://www.acme.com/"), "www.acme.com");
        assert_eq!(bare("http://acme.com/a/b"), "acme.com/a/b");
        assert_eq!(bare("acme.com"), "acme.com");
    }
}
