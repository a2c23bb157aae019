//! What saving a role changes, right by right, with what to think about before.

use super::{editor::Editor, warnings};
use crate::ui::{Button, Dialog, Variant};
use leptos::prelude::*;

/// The dialog.
pub(super) fn dialog(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    let busy = editor.screen().busy;
    let footer = move || {
        view! {
            <Button on_click=move |_| editor.reviewing.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=busy on_click=move |_| editor.save()>
                {text.common_save()}
            </Button>
        }
    };
    view! {
        <Dialog
            id="review-role"
            open=editor.reviewing
            title=text.role_review()
            footer=footer
            lazy=true
        >
            {move || content(editor)}
        </Dialog>
    }
    .into_any()
}

fn content(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    let lines = editor
        .changes()
        .into_iter()
        .map(|change| {
            view! {
                <li class="entry">
                    <p class="grow entry-title">{change.what}</p>
                    <p>{change.before} " → " {change.after}</p>
                </li>
            }
        })
        .collect_view();
    let concerned = match editor.known(|known| known.people) {
        0 => text.role_concerns_nobody().to_owned(),
        people => text.role_concerned(people),
    };
    view! {
        <div class="stack">
            {warnings::banners(editor)}
            <p class="sub">{concerned}</p>
            <ul class="entry-list">{lines}</ul>
        </div>
    }
    .into_any()
}
