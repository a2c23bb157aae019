//! The menu that narrows a list to what one colleague is in charge of, for who sees what others are.

use crate::{
    boot::use_boot,
    i18n::use_text,
    ui::{Menu, MenuItem, Size},
};
use domain::{
    id::UserId,
    policy::{Object, Reach},
};
use leptos::prelude::*;

/// The menu; `now` is whose records are shown, `href` the list of somebody's or, for nobody named, of everybody's.
pub(crate) fn whose(
    object: Object,
    now: impl Fn() -> Option<UserId> + Send + Sync + 'static,
    href: impl Fn(Option<UserId>) -> String + Send + Sync + 'static,
) -> AnyView {
    let (text, boot) = (use_text(), use_boot());
    if boot.with_value(|boot| boot.sees(object)) <= Reach::Own {
        return ().into_any();
    }
    (move || {
        let now = now();
        let choices = boot.with_value(|boot| {
            let named = boot.colleagues.iter().map(|one| (Some(one.id), one.name.clone()));
            std::iter::once((None, text.deal_everybody().to_owned()))
                .chain(named)
                .collect::<Vec<_>>()
        });
        let label = choices
            .iter()
            .find(|(id, _)| *id == now)
            .map_or_else(|| text.column_owner().to_owned(), |(_, name)| name.clone());
        let items = choices
            .into_iter()
            .map(|(id, name)| {
                let checked = Signal::stored(id == now);
                view! { <MenuItem label=name href=href(id) checked=checked /> }
            })
            .collect_view();
        view! {
            <Menu id="whose" label=label icon="user" show_label=true size=Size::Sm>
                {items}
            </Menu>
        }
    })
    .into_any()
}
