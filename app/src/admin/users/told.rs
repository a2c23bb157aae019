//! Shows a link once, to be handed to the person it is for.

use super::Screen;
use crate::{
    customers::copy_text,
    ui::{Button, Dialog, Fact, FactList, Variant},
};
use domain::link::{LinkPurpose, UserLink};
use leptos::prelude::*;

/// The dialog, while there is something to tell.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.told.get().map(|link| once(screen, link))).into_any()
}

fn once(screen: Screen, link: UserLink) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let copied = RwSignal::new(false);
    let UserLink { name, email, purpose, path } = link;
    let address = StoredValue::new(format!("{}{path}", origin()));
    let email = StoredValue::new(email);
    let copy = move |_| copied.set(address.with_value(|address| copy_text(address)));
    let lasts = match purpose {
        LinkPurpose::Invite => text.user_link_invite_lasts(),
        LinkPurpose::Reset => text.user_link_reset_lasts(),
    };
    let footer = move || {
        view! {
            <Button icon="copy" on_click=copy>
                {move || if copied.get() { text.common_copied() } else { text.common_copy() }}
            </Button>
            <Button variant=Variant::Primary on_click=move |_| open.set(false)>
                {text.user_told()}
            </Button>
        }
    };
    view! {
        <Dialog
            id="user-link"
            open=open
            title=text.user_link_title(&name)
            footer=footer
            on_close=move || screen.told.set(None)
        >
            <p class="dialog-text">{text.user_link_body()}</p>
            <FactList>
                <Fact label=text.user_email()>{email.get_value()}</Fact>
                <Fact label=text.user_link()>
                    <code class="link-once" data-link="">
                        {address.get_value()}
                    </code>
                </Fact>
            </FactList>
            <p class="sub">{lasts}</p>
        </Dialog>
    }
    .into_any()
}

/// Where this site is for whoever looks; only asked in a browser.
fn origin() -> String {
    // The address of a page is always known to its script.
    window().location().origin().unwrap_or_default()
}
