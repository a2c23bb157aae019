//! "Who sees this?": every colleague with the reason why, as the policy gives it; for administrators.

pub mod api;

use super::Record;
use crate::{
    frame::read_trouble,
    i18n::{Text, words},
    ui::{Avatar, Button, Dialog, MenuItem, StatusChip, Tone},
};
use api::who_sees;
use domain::policy::{Action, Because, Object, Sight};
use leptos::{prelude::*, task::spawn_local};

/// What was answered, while the dialog is open.
pub(super) type Told = RwSignal<Option<Vec<Sight>>>;

/// The entry of the record's menu.
pub(super) fn item(record: Record, told: Told) -> Option<AnyView> {
    let may = record.boot.with_value(|boot| boot.may(Action::Administer, Object::User));
    let ask = move || {
        let (text, toasts, subject) = (record.text, record.toasts, record.subject());
        spawn_local(async move {
            match who_sees(subject).await {
                Ok(answer) => {
                    told.try_set(Some(answer));
                }
                Err(error) => {
                    toasts.error(read_trouble(text, &error));
                }
            }
        });
    };
    may.then(|| {
        view! { <MenuItem label=record.text.sight_open() icon="eye" on_click=ask /> }.into_any()
    })
}

/// The dialog, while there is an answer.
pub(super) fn dialog(record: Record, told: Told) -> AnyView {
    (move || told.get().map(|answer| show(record, told, answer))).into_any()
}

fn show(record: Record, told: Told, answer: Vec<Sight>) -> AnyView {
    let text = record.text;
    let open = RwSignal::new(true);
    let answer = StoredValue::new(answer);
    let close = move || {
        view! { <Button on_click=move |_| open.set(false)>{text.common_close()}</Button> }
    };
    let rows =
        move || answer.with_value(|all| all.iter().map(|sight| row(text, sight)).collect_view());
    view! {
        <Dialog
            id="who-sees"
            open=open
            title=text.sight_title(&untrack(|| record.name()))
            footer=close
            on_close=move || told.set(None)
        >
            <ul class="entry-list">{rows}</ul>
        </Dialog>
    }
    .into_any()
}

fn row(text: Text, sight: &Sight) -> AnyView {
    let (tone, icon, label) = if sight.sees {
        (Tone::Ok, "eye", text.sight_yes())
    } else {
        (Tone::Neutral, "eye-off", text.sight_no())
    };
    view! {
        <li class="entry">
            <Avatar name=sight.name.clone() seed=sight.user.to_string() />
            <div class="grow">
                <p class="entry-title">{sight.name.clone()}</p>
                <p class="sub">{reason(text, &sight.because)}</p>
            </div>
            <StatusChip tone=tone icon=icon label=label />
        </li>
    }
    .into_any()
}

/// Why, in a sentence.
fn reason(text: Text, because: &Because) -> String {
    match because {
        Because::Deactivated => text.sight_deactivated().to_owned(),
        Because::NoRight => text.sight_no_right().to_owned(),
        Because::SeesAll(role) => text.sight_sees_all(words::role(text, *role)),
        Because::InCharge => text.sight_in_charge().to_owned(),
        Because::InChargeOf(number) => text.sight_in_charge_of(&number.to_string()),
        Because::OwnOnly(role) => text.sight_own_only(words::role(text, *role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{id::AccountNumber, lang::Lang, policy::Role};

    #[test]
    fn every_reason_is_a_sentence_of_its_own() {
        for lang in [Lang::En, Lang::Zh] {
            let text = Text::new(lang);
            let reasons = [
                Because::Deactivated,
                Because::NoRight,
                Because::SeesAll(Role::Auditor),
                Because::InCharge,
                Because::InChargeOf(AccountNumber(7)),
                Because::OwnOnly(Role::SalesRep),
            ];
            let words: std::collections::BTreeSet<String> =
                reasons.iter().map(|because| reason(text, because)).collect();
            assert_eq!(words.len(), reasons.len());
            assert!(reason(text, &Because::InChargeOf(AccountNumber(7))).contains("C-7"));
        }
    }
}
