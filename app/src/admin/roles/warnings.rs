//! What to think about in a role: who can take everything out with it, or throw everything away. What somebody may do
//! is the sum of their roles, so each of them is asked with all they hold.

use super::editor::Editor;
use crate::{
    i18n::Text,
    ui::{Banner, Tone},
};
use domain::policy::{Action, Detail, Object, Reach, Rights};
use leptos::prelude::*;

/// What somebody can do that a company may regret.
#[derive(Clone, Copy)]
enum Danger {
    Export,
    Phones,
    Delete,
    Erase,
}

impl Danger {
    const ALL: [Self; 4] = [Self::Export, Self::Phones, Self::Delete, Self::Erase];

    fn is_in(self, rights: &Rights) -> bool {
        let reaches_all = |action| {
            [Object::Account, Object::Person]
                .into_iter()
                .any(|object| rights.reach(action, object) == Reach::All)
        };
        match self {
            Self::Export => reaches_all(Action::Export),
            Self::Phones => Detail::OBJECTS.into_iter().any(|object| {
                rights.reach(Action::Export, object) == Reach::All
                    && rights.details().reads(object, Detail::Phone)
            }),
            Self::Delete => reaches_all(Action::Delete),
            Self::Erase => reaches_all(Action::Erase),
        }
    }

    fn told(self, text: Text, people: i64) -> String {
        match self {
            Self::Export => text.role_warn_export(people),
            Self::Phones => text.role_warn_phones(people),
            Self::Delete => text.role_warn_delete(people),
            Self::Erase => text.role_warn_erase(people),
        }
    }
}

/// What to think about when a role allows `rights`. `others` are the sums of what its holders hold besides, and how
/// many of them do. Whom another role allows something alone counts only where this one allows it, too.
pub(super) fn warnings(text: Text, rights: &Rights, others: &[(Rights, i64)]) -> Vec<String> {
    let told = |danger: Danger| {
        let alone = danger.is_in(rights);
        let counts =
            |held: &Rights| danger.is_in(&rights.and(held)) && (alone || !danger.is_in(held));
        let people: i64 =
            others.iter().filter(|(held, _)| counts(held)).map(|(_, number)| number).sum();
        match (alone, people) {
            (true, _) => Some(danger.told(text, people)),
            (false, 0) => None,
            (false, _) => Some(text.role_warn_together(&danger.told(text, people))),
        }
    };
    Danger::ALL.into_iter().filter_map(told).collect()
}

fn now(editor: Editor) -> Vec<String> {
    let rights = editor.rights();
    editor.known(|known| warnings(editor.screen().text, &rights, &known.others))
}

fn each(warnings: Vec<String>) -> AnyView {
    let banner = |warning| view! { <Banner tone=Tone::Warn>{warning}</Banner> };
    warnings.into_iter().map(banner).collect_view().into_any()
}

/// The warnings of the role as it is chosen now, each in a banner.
pub(super) fn banners(editor: Editor) -> AnyView {
    each(now(editor))
}

/// The same below the rights, while they are chosen.
pub(super) fn under(editor: Editor) -> AnyView {
    let all = Memo::new(move |_| now(editor));
    view! { <div class="stack role-warnings">{move || each(all.get())}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{lang::Lang, policy::Role};

    #[test]
    fn whoever_can_take_everything_out_or_away_is_warned_of() {
        let text = Text::new(Lang::En);
        let warned = |role: Role| warnings(text, &role.rights(), &[(Rights::default(), 12)]).len();
        assert_eq!(warned(Role::SalesRep), 0);
        assert_eq!(warned(Role::TeamLead), 0);
        assert_eq!(warned(Role::Marketer), 2);
        assert_eq!(warned(Role::SalesManager), 3);
        assert_eq!(warned(Role::Admin), 4);
        assert!(
            warnings(text, &Role::Marketer.rights(), &[(Rights::default(), 12)])[0].contains("12")
        );
    }

    #[test]
    fn people_are_asked_with_all_they_hold() {
        let text = Text::new(Lang::En);
        // Exports everything without phones; another role shows the phones.
        let blind = Role::Marketer.rights();
        let rules = Detail::OBJECTS.into_iter().fold(*blind.details(), |rules, object| {
            rules.set(object, Detail::Phone, domain::policy::Access::Hidden)
        });
        let blind = blind.with_details(rules);
        let alone = warnings(text, &blind, &[(Rights::default(), 7)]);
        assert_eq!(alone.len(), 1);
        let some = [(Rights::default(), 7), (Role::Auditor.rights(), 2), (Role::Admin.rights(), 4)];
        let told = warnings(text, &blind, &some);
        assert_eq!(told.len(), 2);
        assert!(told[0].starts_with("13 ") && told[1].starts_with("2 "), "{told:?}");
        // Nobody is counted for what another of their roles allows alone.
        assert!(warnings(text, &Role::SalesRep.rights(), &[(Role::Admin.rights(), 4)]).is_empty());
    }
}
