//! Looking at Rapport as another user: the banner that says so on every page, and why that user sees a record or does
//! not.

pub mod api;
mod why;

pub(crate) use why::{Asking, dialog};

use crate::{
    boot::Boot,
    frame::here,
    i18n::Text,
    ui::{Banner, Button, ButtonKind, Size, Tone},
};
use leptos::prelude::*;

/// The banner while an administrator looks as somebody else. Ending it is a plain form: it needs no script.
pub(crate) fn banner(text: Text, boot: StoredValue<Boot>, asking: Asking) -> Option<AnyView> {
    let name = boot.with_value(|boot| boot.viewed.then(|| boot.user_name.clone()))?;
    let next = here();
    let actions = move || {
        view! {
            <Button size=Size::Sm on_click=move |_| asking.about_this(boot, &next.get_untracked())>
                {text.view_as_why()}
            </Button>
            <form method="post" action="/view-as/stop">
                <input type="hidden" name="next" value=move || next.get() />
                <Button kind=ButtonKind::Submit size=Size::Sm icon="x">
                    {text.view_as_stop()}
                </Button>
            </form>
        }
    };
    Some(
        view! {
            <Banner tone=Tone::Violet icon="eye" actions=actions>
                {text.view_as_banner(&name)}
            </Banner>
            {dialog(text, asking)}
        }
        .into_any(),
    )
}
