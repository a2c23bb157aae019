//! Above the rights of a role: its name, how many hold it, what it is compared with, and the way to its history.

use super::{Screen, copy_address, editor::Editor};
use crate::{
    admin::audit,
    boot::use_boot,
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{Banner, Button, LinkButton, Menu, MenuDivider, MenuItem, Need, TextField, Tone, Variant},
    view_as::api::view_as_role,
};
use domain::{
    audit::AuditRequest,
    failure::Failure,
    policy::{Action, Held, Object},
};
use leptos::prelude::*;

/// The card.
pub(super) fn head(editor: Editor, title: String) -> AnyView {
    let text = editor.screen().text;
    let named = if editor.fixed { fixed_name(editor, title) } else { name_field(editor) };
    let holders = match editor.known(|known| known.people) {
        0 => text.role_concerns_nobody().to_owned(),
        people => text.role_holders(people),
    };
    let copy = (editor.fixed && editor.screen().may_change).then(|| {
        view! {
            <LinkButton href=copy_address(editor.known(|known| known.held)) icon="copy">
                {text.role_copy()}
            </LinkButton>
        }
    });
    view! {
        <section class="card form">
            {named}
            <div class="role-bar">
                <p class="sub grow">{holders}</p>
                <div class="cluster">
                    {compare(editor)} {look(editor)} {history(editor)} {copy}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn fixed_name(editor: Editor, title: String) -> AnyView {
    let text = editor.screen().text;
    let hint = match editor.known(|known| known.held) {
        Held::BuiltIn(role) => Some(words::role_hint(text, role)),
        Held::Own(_) => None,
    };
    let how = editor.screen().may_change.then(|| text.role_fixed());
    let lines = [hint, how].into_iter().flatten();
    view! {
        <div>
            <h2 class="setting-title">{title}</h2>
            {lines.map(|line| view! { <p class="sub">{line}</p> }).collect_view()}
        </div>
    }
    .into_any()
}

fn name_field(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    let refused = move || {
        let error = editor.trouble.get()?;
        // A right that was refused has no line of its own.
        let at_name = matches!(
            &error,
            AppError::Failure(Failure::Invalid(errors)) if errors.about("name").is_some()
        );
        (!at_name).then(|| view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> })
    };
    view! {
        {refused}
        <TextField
            value=editor.name
            label=text.structure_name()
            name="name"
            id="f-role-name"
            autocomplete="off"
            maxlength=60
            need=Need::Required
            error=editor.error("name")
        />
    }
    .into_any()
}

/// The choice of a role to compare with.
fn compare(editor: Editor) -> AnyView {
    let text = editor.screen().text;
    let item = move |code: String, label: String| {
        let chosen = code.clone();
        let checked = Signal::derive(move || *editor.beside.read() == code);
        view! {
            <MenuItem
                label=label
                checked=checked
                on_click=move || editor.beside.set(chosen.clone())
            />
        }
    };
    // A copy is compared with what it is a copy of, too.
    let others = editor.known(|known| {
        let is_copy = known.id.is_none() && !editor.fixed;
        known
            .roles
            .iter()
            .filter(|line| is_copy || line.held != known.held)
            .map(|line| item(line.held.to_string(), words::role_name(text, &line.name)))
            .collect_view()
    });
    view! {
        <Menu id="role-compare" label=text.role_compare() icon="columns-3" show_label=true variant=Variant::Default>
            {item(String::new(), text.role_compare_none().to_owned())}
            <MenuDivider />
            {others}
        </Menu>
    }
    .into_any()
}

/// Loads Rapport anew, as somebody with this role sees it. As it is saved: what is chosen here is nobody's yet.
fn look(editor: Editor) -> Option<AnyView> {
    let Screen { text, toasts, confirming, busy, .. } = editor.screen();
    let (held, is_copy) = editor.known(|known| (known.held, known.id.is_none() && !editor.fixed));
    let look = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        confirming.call(
            move || view_as_role(held),
            move |answer| {
                busy.try_set(false);
                match answer {
                    Ok(()) => {
                        // The only failure there is: the address is none.
                        let _ = window().location().assign("/");
                    }
                    Err(error) => {
                        toasts.error(save_trouble(text, &error));
                    }
                }
            },
        );
    };
    let may = use_boot().with_value(|boot| boot.may(Action::ViewAs, Object::User));
    (may && !is_copy).then(|| {
        view! {
            <Button icon="eye" on_click=look>
                {text.role_view_as()}
            </Button>
        }
        .into_any()
    })
}

/// Who changed the role, and what, in the audit log.
fn history(editor: Editor) -> Option<AnyView> {
    let id = editor.known(|known| known.id)?;
    use_boot().with_value(|boot| boot.may(Action::View, Object::Audit)).then(|| {
        let request = AuditRequest {
            object: Some(Object::Structure),
            record: id.to_string(),
            ..AuditRequest::default()
        };
        view! {
            <LinkButton href=audit::address(&request) icon="history">
                {editor.screen().text.role_history()}
            </LinkButton>
        }
        .into_any()
    })
}
