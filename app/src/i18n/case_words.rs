//! Words for the values of cases.

use super::{Text, words::Values};
use domain::case::{
    CaseChannel, CaseColumn, CaseField, CaseKind, CasePriority, CaseSort, CaseState, CaseStatus,
    MessageKind, Timely,
};

/// Label of a case's field.
#[must_use]
pub fn case_field(text: Text, field: CaseField) -> &'static str {
    match field {
        CaseField::Subject => text.field_case_subject(),
        CaseField::Kind => text.field_case_kind(),
        CaseField::Category => text.field_case_category(),
        CaseField::Priority => text.field_case_priority(),
        CaseField::Status => text.field_case_status(),
        CaseField::Owner => text.field_case_owner(),
        CaseField::Account => text.field_case_account(),
        CaseField::Person => text.field_case_person(),
        CaseField::Contact => text.field_case_contact(),
        CaseField::Channel => text.field_case_channel(),
        CaseField::Cause => text.field_case_cause(),
        CaseField::Solution => text.field_case_solution(),
    }
}

/// What a customer wants.
#[must_use]
pub fn case_kind(text: Text, kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Complaint => text.choice_case_kind_complaint(),
        CaseKind::Question => text.choice_case_kind_question(),
        CaseKind::Suggestion => text.choice_case_kind_suggestion(),
    }
}

/// How urgent a case is.
#[must_use]
pub fn case_priority(text: Text, priority: CasePriority) -> &'static str {
    match priority {
        CasePriority::Urgent => text.choice_case_priority_urgent(),
        CasePriority::High => text.choice_case_priority_high(),
        CasePriority::Normal => text.choice_case_priority_normal(),
        CasePriority::Low => text.choice_case_priority_low(),
    }
}

/// How far a case is.
#[must_use]
pub fn case_status(text: Text, status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::New => text.choice_case_status_new(),
        CaseStatus::Triaged => text.choice_case_status_triaged(),
        CaseStatus::InProgress => text.choice_case_status_in_progress(),
        CaseStatus::Waiting => text.choice_case_status_waiting(),
        CaseStatus::Resolved => text.choice_case_status_resolved(),
        CaseStatus::Closed => text.choice_case_status_closed(),
    }
}

/// How a case reached us.
#[must_use]
pub fn case_channel(text: Text, channel: CaseChannel) -> &'static str {
    match channel {
        CaseChannel::Phone => text.choice_case_channel_phone(),
        CaseChannel::Email => text.choice_case_channel_email(),
        CaseChannel::Chat => text.choice_case_channel_chat(),
        CaseChannel::Visit => text.choice_case_channel_visit(),
        CaseChannel::Form => text.choice_case_channel_form(),
        CaseChannel::Survey => text.choice_case_channel_survey(),
        CaseChannel::Other => text.choice_case_channel_other(),
    }
}

/// How far the cases of a list are.
#[must_use]
pub fn case_state(text: Text, state: CaseState) -> &'static str {
    match state {
        CaseState::Open => text.case_state_open(),
        CaseState::Done => text.case_state_done(),
        CaseState::All => text.case_state_all(),
    }
}

/// In which order a list of cases stands.
#[must_use]
pub fn case_sort(text: Text, sort: CaseSort) -> &'static str {
    match sort {
        CaseSort::Due => text.case_sort_due(),
        CaseSort::Newest => text.case_sort_newest(),
    }
}

/// Whether cases were solved in time.
#[must_use]
pub fn timely(text: Text, timely: Timely) -> &'static str {
    match timely {
        Timely::InTime => text.case_due_in_time(),
        Timely::TooLate => text.case_due_too_late(),
    }
}

/// Who says something to whom in a thread.
#[must_use]
pub fn message_kind(text: Text, kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Customer => text.choice_message_customer(),
        MessageKind::Answer => text.choice_message_answer(),
        MessageKind::Note => text.choice_message_note(),
    }
}

impl Values<'_> {
    /// A stored value of a case as people read it.
    #[must_use]
    pub fn of_case(self, text: Text, field: CaseField, raw: &str) -> String {
        let word = match field {
            CaseField::Kind => CaseKind::parse(raw).map(|kind| case_kind(text, kind)),
            CaseField::Priority => CasePriority::parse(raw).map(|one| case_priority(text, one)),
            CaseField::Status => CaseStatus::parse(raw).map(|status| case_status(text, status)),
            CaseField::Channel => CaseChannel::parse(raw).map(|one| case_channel(text, one)),
            CaseField::Owner => return self.show(text, "owner", raw),
            _ => return raw.to_owned(),
        };
        word.map_or_else(|_| raw.to_owned(), str::to_owned)
    }
}

/// What a column of a file says of a case.
#[must_use]
pub fn case_column(text: Text, column: CaseColumn) -> &'static str {
    match column {
        CaseColumn::Number => text.import_target_case_number(),
        CaseColumn::Subject => text.field_case_subject(),
        CaseColumn::Kind => text.field_case_kind(),
        CaseColumn::Category => text.field_case_category(),
        CaseColumn::Priority => text.field_case_priority(),
        CaseColumn::Status => text.field_case_status(),
        CaseColumn::Channel => text.field_case_channel(),
        CaseColumn::Account => text.import_target_order_account(),
        CaseColumn::AccountNumber => text.import_target_account_number(),
        CaseColumn::AccountId => text.import_target_order_account_id(),
        CaseColumn::Person => text.import_target_case_person(),
        CaseColumn::Contact => text.field_case_contact(),
        CaseColumn::CameOn => text.import_target_case_came_on(),
        CaseColumn::SolvedOn => text.import_target_case_solved_on(),
        CaseColumn::Body => text.field_case_body(),
        CaseColumn::Cause => text.field_case_cause(),
        CaseColumn::Solution => text.field_case_solution(),
    }
}
