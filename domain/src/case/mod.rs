//! Cases, which people call feedback: what a customer asks, suggests or complains about, who takes care of it, and by when
//! it is answered and solved. What is read here decides what a form and the store take.

mod clock;
mod column;
mod list;
mod message;

pub use clock::{Clock, Counting, DueNext, DueState, NOTHING_DUE};
pub use column::CaseColumn;
pub use list::{CaseOwner, CaseRequest, CaseSort, CaseState, CaseSummary, Timely};
pub use message::{Message, MessageDraft, MessageKind, Thread, ThreadPlace};

use crate::{
    account::{NAME_CHARS, REMARK_CHARS, SHORT_CHARS, choices, owner},
    field::{FieldError, FormErrors},
    id::{AccountNumber, CaseId, CaseNumber, PersonNumber, UserId, Version},
    opportunity::number,
    text,
    time::Instant,
};
use serde::{Deserialize, Serialize};

choices! {
    /// What a customer wants.
    CaseKind {
        /// Something is wrong.
        Complaint = "complaint" ["投诉", "故障", "problem", "incident", "issue", "bug"],
        /// Something is not clear.
        Question = "question" ["咨询", "问题", "request", "inquiry", "enquiry"],
        /// Something could be better.
        Suggestion = "suggestion" ["建议", "idea", "feature request", "feature_request"],
    }
}

choices! {
    /// How urgent a case is: by it the times are counted.
    CasePriority {
        /// Everything else waits.
        Urgent = "urgent" ["紧急"],
        /// Soon.
        High = "high" ["高"],
        /// As usual.
        Normal = "normal" ["中", "普通", "medium"],
        /// When there is time.
        Low = "low" ["低"],
    }
}

choices! {
    /// How far a case is.
    CaseStatus {
        /// Nobody looked at it.
        New = "new" ["新建", "待处理", "open"],
        /// Somebody knows what it is about and who takes care of it.
        Triaged = "triaged" ["已分派"],
        /// Somebody works on it.
        InProgress = "in_progress" ["处理中", "in progress"],
        /// The customer is to say something: time stands still.
        Waiting = "waiting" ["等待客户", "pending", "on hold", "waiting on customer"],
        /// It is solved, as far as we know.
        Resolved = "resolved" ["已解决", "已完成", "solved", "done"],
        /// Nothing more comes of it.
        Closed = "closed" ["已关闭"],
    }
}

impl CaseStatus {
    /// Whether it is not solved yet.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed)
    }

    /// Whether time counts.
    #[must_use]
    pub const fn runs(self) -> bool {
        self.is_open() && !matches!(self, Self::Waiting)
    }
}

choices! {
    /// How it reached us.
    CaseChannel {
        /// They called.
        Phone = "phone" ["电话", "call"],
        /// They wrote a mail.
        Email = "email" ["邮件", "e-mail", "mail"],
        /// They wrote a message.
        Chat = "chat" ["微信", "消息", "wechat"],
        /// Face to face.
        Visit = "visit" ["拜访"],
        /// By the public form.
        Form = "form" ["表单", "web", "web form"],
        /// By an answer in a survey.
        Survey = "survey" ["问卷"],
        /// Any other way.
        Other = "other" ["其他"],
    }
}

choices! {
    /// A field of a case that a person can change.
    CaseField {
        /// What it is about.
        Subject = "subject" [],
        /// Which kind.
        Kind = "kind" [],
        /// What it is sorted into.
        Category = "category" [],
        /// How urgent it is.
        Priority = "priority" [],
        /// How far it is.
        Status = "status" [],
        /// Colleague in charge, by user id; empty for nobody.
        Owner = "owner" [],
        /// The customer, by number.
        Account = "account" [],
        /// Who said it, by number.
        Person = "person" [],
        /// What somebody is reached by who is no customer yet.
        Contact = "contact" [],
        /// How it reached us.
        Channel = "channel" [],
        /// What it came from.
        Cause = "cause" [],
        /// What was done about it.
        Solution = "solution" [],
    }
}

/// What people know about a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseData {
    /// What it is about, 1 to [`NAME_CHARS`] characters.
    pub subject: String,
    /// Which kind.
    pub kind: CaseKind,
    /// What it is sorted into, or empty.
    pub category: String,
    /// How urgent it is.
    pub priority: CasePriority,
    /// How far it is.
    pub status: CaseStatus,
    /// Colleague in charge.
    pub owner: Option<UserId>,
    /// The customer.
    pub account: Option<AccountNumber>,
    /// Who said it.
    pub person: Option<PersonNumber>,
    /// What somebody is reached by who is no customer yet, or empty.
    pub contact: String,
    /// How it reached us.
    pub channel: CaseChannel,
    /// What it came from, or empty.
    pub cause: String,
    /// What was done about it, or empty; never empty once it is resolved.
    pub solution: String,
}

impl CaseData {
    /// A new case of a kind, of which nothing else is known.
    #[must_use]
    pub fn new(kind: CaseKind, channel: CaseChannel) -> Self {
        Self {
            subject: String::new(),
            kind,
            category: String::new(),
            priority: CasePriority::Normal,
            status: CaseStatus::New,
            owner: None,
            account: None,
            person: None,
            contact: String::new(),
            channel,
            cause: String::new(),
            solution: String::new(),
        }
    }

    /// Reads what was typed into one field. On an error the field keeps its value.
    ///
    /// # Errors
    /// The [`FieldError`] that says what to type instead.
    pub fn set(&mut self, field: CaseField, raw: &str) -> Result<(), FieldError> {
        let line = |most| text::line(raw, most);
        match field {
            CaseField::Subject => self.subject = line(NAME_CHARS)?.ok_or(FieldError::Required)?,
            CaseField::Kind => self.kind = CaseKind::parse(raw.trim())?,
            CaseField::Category => self.category = line(SHORT_CHARS)?.unwrap_or_default(),
            CaseField::Priority => self.priority = CasePriority::parse(raw.trim())?,
            CaseField::Status => self.status = CaseStatus::parse(raw.trim())?,
            CaseField::Owner => self.owner = owner(raw)?,
            CaseField::Account => self.account = number(raw)?,
            CaseField::Person => self.person = number(raw)?,
            CaseField::Contact => self.contact = line(NAME_CHARS)?.unwrap_or_default(),
            CaseField::Channel => self.channel = CaseChannel::parse(raw.trim())?,
            CaseField::Cause => self.cause = line(NAME_CHARS)?.unwrap_or_default(),
            CaseField::Solution => {
                self.solution = text::paragraph(raw, REMARK_CHARS)?.unwrap_or_default();
            }
        }
        Ok(())
    }

    /// A field as a person would type it, so that [`Self::set`] reads it back equal; empty for nothing.
    #[must_use]
    pub fn get(&self, field: CaseField) -> String {
        match field {
            CaseField::Subject => self.subject.clone(),
            CaseField::Kind => self.kind.code().to_owned(),
            CaseField::Category => self.category.clone(),
            CaseField::Priority => self.priority.code().to_owned(),
            CaseField::Status => self.status.code().to_owned(),
            CaseField::Owner => self.owner.map(|id| id.to_string()).unwrap_or_default(),
            CaseField::Account => self.account.map(|one| one.to_string()).unwrap_or_default(),
            CaseField::Person => self.person.map(|one| one.to_string()).unwrap_or_default(),
            CaseField::Contact => self.contact.clone(),
            CaseField::Channel => self.channel.code().to_owned(),
            CaseField::Cause => self.cause.clone(),
            CaseField::Solution => self.solution.clone(),
        }
    }

    /// Refuses a case that is done although nobody said what was done.
    ///
    /// # Errors
    /// Under `solution`.
    pub fn must_be_whole(&self) -> Result<(), FormErrors> {
        if self.status.is_open() || !self.solution.is_empty() {
            return Ok(());
        }
        Err(FormErrors::one(CaseField::Solution.code(), FieldError::Required))
    }
}

/// Everything the form for a new case sends; absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CaseForm {
    /// What it is about.
    pub subject: String,
    /// Which kind; empty means a complaint.
    pub kind: String,
    /// What it is sorted into.
    pub category: String,
    /// How urgent it is; empty means as usual.
    pub priority: String,
    /// Owner's user id.
    pub owner: String,
    /// Number of the customer.
    pub account: String,
    /// Number of the person.
    pub person: String,
    /// What somebody is reached by who is no customer yet.
    pub contact: String,
    /// How it reached us; empty means by phone.
    pub channel: String,
    /// What the customer said.
    pub body: String,
}

impl CaseForm {
    /// Reads the whole form.
    ///
    /// # Errors
    /// Every complaint at once, under the names of the form.
    pub fn parse(&self) -> Result<CaseDraft, FormErrors> {
        let mut errors = FormErrors::default();
        let mut data = CaseData::new(CaseKind::Complaint, CaseChannel::Phone);
        let or = |raw: &str, other: &str| {
            if raw.trim().is_empty() { other.to_owned() } else { raw.to_owned() }
        };
        for (field, raw) in [
            (CaseField::Subject, self.subject.clone()),
            (CaseField::Kind, or(&self.kind, data.kind.code())),
            (CaseField::Category, self.category.clone()),
            (CaseField::Priority, or(&self.priority, data.priority.code())),
            (CaseField::Owner, self.owner.clone()),
            (CaseField::Account, self.account.clone()),
            (CaseField::Person, self.person.clone()),
            (CaseField::Contact, self.contact.clone()),
            (CaseField::Channel, or(&self.channel, data.channel.code())),
        ] {
            errors.take(field.code(), data.set(field, &raw));
        }
        let body = errors.take("body", text::paragraph(&self.body, REMARK_CHARS)).flatten();
        errors.into_result(CaseDraft { data, body: body.unwrap_or_default() })
    }
}

/// A case that is ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDraft {
    /// The fields.
    pub data: CaseData,
    /// What the customer said, the first entry of the thread; empty for nothing.
    pub body: String,
}

/// A stored case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Identity.
    pub id: CaseId,
    /// Number people use.
    pub number: CaseNumber,
    /// Counts changes.
    pub version: Version,
    /// The fields; customer and person only as far as the reader sees them.
    pub data: CaseData,
    /// Name of the customer; empty without one.
    pub account_name: String,
    /// Name of the person; empty without one.
    pub person_name: String,
    /// Its times.
    pub clock: Clock,
    /// By whom it was written down; nobody for what came by itself.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Instant,
    /// By whom.
    pub updated_by: UserId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_is_read_with_what_the_customer_said() {
        let form = CaseForm {
            subject: " Late delivery ".to_owned(),
            account: "c7".to_owned(),
            kind: "投诉".to_owned(),
            priority: "高".to_owned(),
            body: "Two weeks!\n".to_owned(),
            ..CaseForm::default()
        };
        let draft = form.parse().unwrap();
        assert_eq!(draft.data.subject, "Late delivery");
        assert_eq!(
            (draft.data.kind, draft.data.priority),
            (CaseKind::Complaint, CasePriority::High)
        );
        assert_eq!(draft.data.account, Some(AccountNumber(7)));
        assert_eq!(draft.body, "Two weeks!");
        let wrong = CaseForm {
            subject: String::new(),
            person: "C-1".to_owned(),
            channel: "pigeon".to_owned(),
            ..form
        };
        let errors = wrong.parse().unwrap_err();
        let names: Vec<&str> = errors.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["subject", "person", "channel"]);
    }

    #[test]
    fn what_is_done_says_what_was_done() {
        let mut data = CaseData::new(CaseKind::Question, CaseChannel::Chat);
        for status in CaseStatus::ALL {
            data.status = *status;
            assert_eq!(data.must_be_whole().is_ok(), status.is_open(), "{status:?}");
        }
        data.solution = "Told them how.".to_owned();
        assert_eq!(data.must_be_whole(), Ok(()));
        let running = CaseStatus::ALL.iter().filter(|status| status.runs()).count();
        assert_eq!(running, 3);
    }

    proptest! {
        #[test]
        fn every_field_reads_back_equal(
            subject in "[a-z张]{1,20}",
            places in proptest::array::uniform4(0_usize..60),
            words in proptest::array::uniform3("[a-z]{0,9}"),
            solution in "[a-z]{0,9}(\n[a-z]{1,9})?",
            account in proptest::option::of(1_i64..1_000_000),
            person in proptest::option::of(1_i64..1_000_000),
            owner in proptest::option::of(1_u128..99),
        ) {
            let [kind, priority, status, channel] = places;
            let [category, contact, cause] = words;
            let data = CaseData {
                subject,
                kind: CaseKind::ALL[kind % CaseKind::ALL.len()],
                category,
                priority: CasePriority::ALL[priority % CasePriority::ALL.len()],
                status: CaseStatus::ALL[status % CaseStatus::ALL.len()],
                owner: owner.map(|id| UserId(uuid::Uuid::from_u128(id))),
                account: account.map(AccountNumber),
                person: person.map(PersonNumber),
                contact,
                channel: CaseChannel::ALL[channel % CaseChannel::ALL.len()],
                cause,
                solution: solution.trim().to_owned(),
            };
            let mut again = CaseData::new(CaseKind::Complaint, CaseChannel::Phone);
            for field in CaseField::ALL {
                again.set(*field, &data.get(*field)).unwrap();
            }
            prop_assert_eq!(again, data);
        }
    }
}
