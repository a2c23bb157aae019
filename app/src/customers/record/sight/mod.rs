//! "Who sees this?": every colleague with the reason why, as the policy gives it; for administrators.

pub mod api;

use super::Record;
use crate::boot::use_boot;
use crate::{
    frame::read_trouble,
    i18n::{Text, format, words},
    ui::{Avatar, Button, Dialog, MenuItem, Skeleton, SkeletonKind, StatusChip, Tone},
};
use api::who_sees;
use domain::{
    id::UserId,
    policy::{Action, Because, Near, Object, ShownTo, Sight},
};
use leptos::{prelude::*, task::spawn_local};

/// The question and its answer.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// The dialog is open.
    open: RwSignal<bool>,
    /// Nothing while it is on its way.
    answer: RwSignal<Option<Vec<Sight>>>,
}

impl Asked {
    pub(super) fn new() -> Self {
        Self { open: RwSignal::new(false), answer: RwSignal::new(None) }
    }

    /// Opens the dialog at once and fills it when the answer is there.
    fn ask(self, record: Record) {
        let (text, toasts, subject) = (record.text, record.toasts, record.subject());
        self.answer.set(None);
        self.open.set(true);
        spawn_local(async move {
            match who_sees(subject).await {
                Ok(answer) => {
                    self.answer.try_set(Some(answer));
                }
                Err(error) => {
                    self.open.try_set(false);
                    toasts.error(read_trouble(text, &error));
                }
            }
        });
    }
}

/// The entry of the record's menu.
pub(super) fn item(record: Record, asked: Asked) -> Option<AnyView> {
    may_ask(record).then(|| {
        let ask = move || asked.ask(record);
        view! { <MenuItem label=record.text.sight_open() icon="eye" on_click=ask /> }.into_any()
    })
}

fn may_ask(record: Record) -> bool {
    record.boot.with_value(|boot| boot.may(Action::Administer, Object::User))
}

/// The dialog.
pub(super) fn dialog(record: Record, asked: Asked) -> Option<AnyView> {
    let text = record.text;
    let Asked { open, answer } = asked;
    let close = move || {
        view! { <Button on_click=move |_| open.set(false)>{text.common_close()}</Button> }
    };
    let rows = move || match answer.get() {
        Some(all) => {
            let rows = all.iter().map(|sight| row(text, sight)).collect_view();
            view! { <ul class="entry-list">{rows}</ul> }.into_any()
        }
        None => view! { <Skeleton kind=SkeletonKind::Rows count=5 /> }.into_any(),
    };
    may_ask(record).then(|| {
        view! {
            <Dialog
                id="who-sees"
                open=open
                title=text.sight_title(&untrack(|| record.name()))
                footer=close
                lazy=true
            >
                {rows}
            </Dialog>
        }
        .into_any()
    })
}

fn row(text: Text, sight: &Sight) -> AnyView {
    let (tone, icon, label) = if sight.sees {
        (Tone::Ok, "eye", text.sight_yes())
    } else {
        (Tone::Neutral, "eye-off", text.sight_no())
    };
    let why = reason(text, &sight.because, |owner| {
        use_boot().with_value(|boot| boot.colleague(Some(owner)))
    });
    view! {
        <li class="entry">
            <Avatar name=sight.name.clone() seed=sight.user.to_string() />
            <div class="grow">
                <p class="entry-title">{sight.name.clone()}</p>
                <p class="sub">{why}</p>
            </div>
            <StatusChip tone=tone icon=icon label=label />
        </li>
    }
    .into_any()
}

/// Why, in a sentence.
pub(crate) fn reason(text: Text, because: &Because, owner: impl Fn(UserId) -> String) -> String {
    match because {
        Because::Deactivated => text.sight_deactivated().to_owned(),
        Because::NoRight => text.sight_no_right().to_owned(),
        Because::SeesAll(role) => text.sight_sees_all(&words::role_name(text, role)),
        Because::InCharge => text.sight_in_charge().to_owned(),
        Because::InChargeOf(number) => text.sight_in_charge_of(&number.to_string()),
        Because::Team(near) => {
            let by = text.sight_team(&owner(near.owner), &near.part);
            through(text, near, by)
        }
        Because::Department(near) => {
            let by = text.sight_department(&near.part, &owner(near.owner));
            through(text, near, by)
        }
        Because::Shared(shown) => shared(text, shown),
        Because::OutOfReach(role, reach) => {
            text.sight_out_of_reach(words::reach(text, *reach), &words::role_name(text, role))
        }
    }
}

/// By which share, and until when.
fn shared(text: Text, shown: &ShownTo) -> String {
    let by = match (shown.team.is_empty(), shown.until) {
        (true, None) => text.sight_shared().to_owned(),
        (true, Some(day)) => text.sight_shared_until(&format::date_long(text, day)),
        (false, None) => text.sight_shared_team(&shown.team),
        (false, Some(day)) => {
            text.sight_shared_team_until(&format::date_long(text, day), &shown.team)
        }
    };
    match shown.through {
        Some(number) => text.sight_through(&number.to_string(), &by),
        None => by,
    }
}

/// A reason with the customer it comes through, if it does.
fn through(text: Text, near: &Near, by: String) -> String {
    match near.through {
        Some(number) => text.sight_through(&number.to_string(), &by),
        None => by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::AccountNumber,
        lang::Lang,
        policy::{Reach, Role, RoleName},
    };

    fn near(through: Option<AccountNumber>) -> Near {
        let (role, part) = (RoleName::BuiltIn(Role::TeamLead), "North".to_owned());
        Near { role, part, owner: UserId::NIL, through }
    }

    fn shown(team: &str, days: Option<i64>) -> ShownTo {
        let until = days.map(domain::date::Date::from_days);
        ShownTo { team: team.to_owned(), until, through: None }
    }

    #[test]
    fn every_reason_is_a_sentence_of_its_own() {
        for lang in [Lang::En, Lang::Zh] {
            let text = Text::new(lang);
            let reasons = [
                Because::Deactivated,
                Because::NoRight,
                Because::SeesAll(RoleName::BuiltIn(Role::Auditor)),
                Because::SeesAll(RoleName::Own("Desk".to_owned())),
                Because::InCharge,
                Because::InChargeOf(AccountNumber(7)),
                Because::Team(near(None)),
                Because::Team(near(Some(AccountNumber(7)))),
                Because::Department(near(None)),
                Because::Department(near(Some(AccountNumber(7)))),
                Because::Shared(shown("", None)),
                Because::Shared(shown("", Some(9))),
                Because::Shared(shown("Fair", None)),
                Because::Shared(shown("Fair", Some(9))),
                Because::OutOfReach(RoleName::BuiltIn(Role::SalesRep), Reach::Own),
                Because::OutOfReach(RoleName::BuiltIn(Role::TeamLead), Reach::Department),
            ];
            let reason = |because: &Because| reason(text, because, |_| "Ana".to_owned());
            let words: std::collections::BTreeSet<String> = reasons.iter().map(reason).collect();
            assert_eq!(words.len(), reasons.len());
            let through = reason(&Because::Department(near(Some(AccountNumber(7)))));
            let at = ["Ana", "North", "C-7"].map(|part| through.find(part).unwrap_or(usize::MAX));
            assert!(at.is_sorted() && at[2] < usize::MAX, "{through}");
            assert!(reason(&Because::InChargeOf(AccountNumber(7))).contains("C-7"));
        }
    }
}
