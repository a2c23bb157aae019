//! Words for stored values and their changes, as the timeline and a conflict show them.

use super::{
    Text, format,
    words::{
        account_kind, account_status, activity_kind, buying_role, calendar, call_result,
        close_reason, field, gender, level, order_status, person_role, reminder, share_level,
    },
};
use crate::{boot::Boot, customers::list::joined};
use domain::{
    account::{AccountKind, AccountStatus, Level},
    activity::{ActivityKind, CallResult, Reminder},
    audit::FieldChange,
    date::Date,
    id::StageId,
    list::Colleague,
    money::{self, Currency},
    opportunity::{CloseReason, read_participant},
    order::OrderStatus,
    person::{Calendar, Gender, PersonRole},
    pipeline::Pipeline,
    policy::Object,
    share::ShareLevel,
};

/// What histories and conflicts need to know to show stored values.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// Currency the books are kept in.
    pub currency: Currency,
    /// Currency of the amounts: that of the books, but for deals that have their own.
    pub amounts_in: Currency,
    /// Colleagues, former ones included.
    pub colleagues: &'a [Colleague],
    /// The ways that deals go.
    pub pipelines: &'a [Pipeline],
}

impl<'a> Values<'a> {
    /// As every page knows them.
    #[must_use]
    pub fn of(boot: &'a Boot) -> Self {
        Self {
            currency: boot.currency(),
            amounts_in: boot.currency(),
            colleagues: &boot.colleagues,
            pipelines: &[],
        }
    }

    /// A stored value as people read it: choices by their word, amounts as money, days in full,
    /// colleagues by name. `raw` is what a person would type; anything else stays as it is.
    #[must_use]
    pub fn show(self, text: Text, name: &str, raw: &str) -> String {
        let shown = match name {
            "kind" => AccountKind::parse(raw)
                .map(|kind| account_kind(text, kind))
                .or_else(|_| ActivityKind::parse(raw).map(|kind| activity_kind(text, kind)))
                .ok()
                .map(str::to_owned),
            "result" => {
                CallResult::parse(raw).ok().map(|result| call_result(text, result).to_owned())
            }
            "remind" => Reminder::parse(raw).ok().map(|remind| reminder(text, remind).to_owned()),
            "done" => (raw == "true").then(|| text.audit_yes().to_owned()),
            "status" => AccountStatus::parse(raw)
                .map(|status| account_status(text, status))
                .or_else(|_| OrderStatus::parse(raw).map(|status| order_status(text, status)))
                .ok()
                .map(str::to_owned),
            "level" => Level::parse(raw).ok().map(|value| level(text, value).to_owned()),
            "gender" => Gender::parse(raw).ok().map(|value| gender(text, value).to_owned()),
            "birthday_calendar" => {
                Calendar::parse(raw).ok().map(|value| calendar(text, value).to_owned())
            }
            "role" => PersonRole::parse(raw).ok().map(|value| person_role(text, value).to_owned()),
            "value" | "annual_revenue" => money::parse_minor(raw, self.amounts_in.decimals())
                .ok()
                .map(|minor| format::money(minor, self.amounts_in, self.currency)),
            "participant" => {
                let (number, role) = read_participant(raw);
                role.map(|role| joined(&[number, buying_role(text, role)]))
            }
            "stage" => raw.parse().ok().map(|id| self.stage(text, id)),
            "close_reason" => {
                CloseReason::parse(raw).ok().map(|reason| close_reason(text, reason).to_owned())
            }
            "employees"
            | "handed_accounts"
            | "handed_people"
            | "handed_opportunities"
            | "handed_cases"
            | "handed_activities" => raw.parse().ok().map(format::integer),
            "share.level" => {
                ShareLevel::parse(raw).ok().map(|level| share_level(text, level).to_owned())
            }
            "birthday" | "last_contact" | "share.until" | "expected_close" | "next_step_on"
            | "due_on" | "ordered_on" => {
                Date::parse(raw).ok().map(|date| format::date_long(text, date))
            }
            "owner" | "share.user" | "handed_to" => raw.parse().ok().map(|id| {
                let known = self.colleagues.iter().find(|colleague| colleague.id == id);
                known.map_or_else(|| text.user_former().to_owned(), |found| found.name.clone())
            }),
            _ => None,
        };
        shown.unwrap_or_else(|| raw.to_owned())
    }

    /// A stage by what it is called here, also one that is out of use.
    fn stage(self, text: Text, id: StageId) -> String {
        let stage = self.pipelines.iter().find_map(|pipeline| pipeline.stage(id));
        let name = stage.map(|stage| stage.name.in_lang(text.lang()).to_owned());
        name.unwrap_or_else(|| text.deal_stage_former().to_owned())
    }

    /// One changed field as a sentence: set, cleared, changed from what to what. Long texts are
    /// not quoted.
    #[must_use]
    pub fn change(self, text: Text, of: Object, who: &str, change: &FieldChange) -> String {
        const QUOTED_CHARS: usize = 80;
        let label = field(text, of, &change.field);
        let long = |value: &str| value.contains('\n') || value.chars().count() > QUOTED_CHARS;
        let show = |raw: &str| self.show(text, &change.field, raw);
        if long(&change.before) || long(&change.after) {
            text.timeline_changed_long(&label, who)
        } else if change.before.is_empty() {
            text.timeline_filled(&show(&change.after), &label, who)
        } else if change.after.is_empty() {
            text.timeline_emptied(&show(&change.before), &label, who)
        } else {
            text.timeline_changed(&show(&change.after), &show(&change.before), &label, who)
        }
    }
}
