//! What saving a role changes, right by right, with what to think about before.

use super::editor::Editor;
use crate::{
    i18n::Text,
    ui::{Banner, Button, Dialog, Tone, Variant},
};
use domain::policy::{Action, Detail, Object, Reach, Rights};
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
    let warnings = warnings(text, &editor.rights(), editor.people)
        .into_iter()
        .map(|warning| view! { <Banner tone=Tone::Warn>{warning}</Banner> })
        .collect_view();
    let concerned = if editor.people == 0 {
        text.role_concerns_nobody().to_owned()
    } else {
        text.role_concerned(editor.people)
    };
    view! {
        <div class="stack">
            {warnings}
            <p class="sub">{concerned}</p>
            <ul class="entry-list">{lines}</ul>
        </div>
    }
    .into_any()
}

/// What to think about: who can take everything out, or throw everything away.
fn warnings(text: Text, rights: &Rights, people: i64) -> Vec<String> {
    let reaches_all = |action| {
        [Object::Account, Object::Person]
            .into_iter()
            .any(|object| rights.reach(action, object) == Reach::All)
    };
    let mut all = Vec::new();
    if reaches_all(Action::Export) {
        all.push(text.role_warn_export(people));
    }
    let takes_phones = |object| {
        rights.reach(Action::Export, object) == Reach::All
            && rights.details().reads(object, Detail::Phone)
    };
    if Detail::OBJECTS.into_iter().any(takes_phones) {
        all.push(text.role_warn_phones(people));
    }
    if reaches_all(Action::Delete) {
        all.push(text.role_warn_delete(people));
    }
    if reaches_all(Action::Erase) {
        all.push(text.role_warn_erase(people));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{lang::Lang, policy::Role};

    #[test]
    fn whoever_can_take_everything_out_or_away_is_warned_of() {
        let text = Text::new(Lang::En);
        let warned = |role: Role| warnings(text, &role.rights(), 12).len();
        assert_eq!(warned(Role::SalesRep), 0);
        assert_eq!(warned(Role::TeamLead), 0);
        assert_eq!(warned(Role::Marketer), 2);
        assert_eq!(warned(Role::SalesManager), 3);
        assert_eq!(warned(Role::Admin), 4);
        assert!(warnings(text, &Role::Marketer.rights(), 12)[0].contains("12"));
    }
}
