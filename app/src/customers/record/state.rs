//! One open record and how it changes: what was typed is sent with the version it was based on;
//! what others changed meanwhile is merged, said, or asked about.

use super::{data::Data, reveal::Reveal, timeline::Story};
use crate::{
    boot::{Boot, use_boot},
    customers::api::{
        AccountScreen, PersonScreen, edit_account, edit_person, open_account, open_person, put_back,
    },
    deals::api::{OpportunityScreen, edit_opportunity, open_opportunity},
    error::AppError,
    frame::save_trouble,
    i18n::{Text, format, use_text, words},
    ui::{InlineState, Toasts, use_toasts},
};
use domain::{
    account::{AccountField, FieldEdit},
    contact::ContactPoint,
    failure::{Conflict, Failure},
    id::{MergeId, UserId, Version},
    merge::{MergeKind, SplitOffer},
    note::{Entry, Subject},
    opportunity::{Opportunity, OpportunityField},
    person::{PersonField, PersonSummary},
    pipeline::Pipeline,
    policy::{Access, Detail, DetailRules, Object},
    removed::Removed,
    share::{RecordRights, ShareLevel},
    time::Instant,
};
use leptos::{prelude::*, task::spawn_local};

/// Which versions of the record came from this page: the others are news to it, also when the same
/// person made them in another window.
#[derive(Debug, Default)]
struct OwnWrites {
    versions: Vec<Version>,
    under_way: usize,
}

impl OwnWrites {
    /// Whether a change came from elsewhere. While a write is under way nobody knows which version
    /// it will make, so the person's own changes count as this page's.
    fn is_news(&self, version: Version, by_me: bool) -> bool {
        let ours = self.versions.contains(&version) || (by_me && self.under_way > 0);
        !ours
    }
}

/// What a page keeps beside the record.
struct Kept {
    /// What this page itself wrote.
    own: OwnWrites,
    /// Details that are shown whole for once.
    reveal: Reveal,
    /// It may become one with others.
    may_merge: bool,
    /// Merges into it that may be taken back.
    splits: RwSignal<Vec<SplitOffer>>,
    /// The ways that deals go, on the page of a deal.
    pipelines: Vec<Pipeline>,
}

/// A write that is under way, until it is dropped.
pub(crate) struct Writing(Record);

impl Drop for Writing {
    fn drop(&mut self) {
        self.0
            .kept
            .try_update_value(|kept| kept.own.under_way = kept.own.under_way.saturating_sub(1));
    }
}

/// An open record. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    pub data: Data,
    /// The contact persons of a customer.
    pub people: RwSignal<Vec<PersonSummary>>,
    /// Notes and history.
    pub story: Story,
    /// What others changed while this page was open.
    pub notice: RwSignal<Option<String>>,
    kept: StoredValue<Kept>,
    /// Whether the person may change it.
    pub may_edit: bool,
    /// Who is in charge may be changed.
    pub may_assign: bool,
    /// It may go to the bin.
    pub may_delete: bool,
    /// It may be shared, and this much of it given.
    pub may_share: Option<ShareLevel>,
    /// How many it was shared with when the page was made; never more than `MOST_OF_ONE`.
    pub shares: u8,
    pub text: Text,
    pub boot: StoredValue<Boot>,
    pub toasts: Toasts,
}

impl Record {
    /// The page of a customer.
    pub(crate) fn account(screen: AccountScreen) -> Self {
        let AccountScreen { account, people, timeline, rights, splits } = screen;
        let story = Story::new(Subject::Account(account.id), timeline);
        Self::new(Data::Account(RwSignal::new(account)), people, story, rights, splits)
    }

    /// The page of a person.
    pub(crate) fn person(screen: PersonScreen) -> Self {
        let PersonScreen { person, timeline, rights, splits } = screen;
        let story = Story::new(Subject::Person(person.id), timeline);
        Self::new(Data::Person(RwSignal::new(person)), Vec::new(), story, rights, splits)
    }

    /// The page of a deal.
    pub(crate) fn opportunity(screen: OpportunityScreen) -> Self {
        let OpportunityScreen { opportunity, pipelines, timeline, rights } = screen;
        let story = Story::new(Subject::Opportunity(opportunity.id), timeline);
        let data = Data::Opportunity(RwSignal::new(opportunity));
        let record = Self::new(data, Vec::new(), story, rights, Vec::new());
        record.kept.update_value(|kept| kept.pipelines = pipelines);
        record
    }

    fn new(
        data: Data,
        people: Vec<PersonSummary>,
        story: Story,
        rights: RecordRights,
        splits: Vec<SplitOffer>,
    ) -> Self {
        Self {
            data,
            people: RwSignal::new(people),
            story,
            notice: RwSignal::new(None),
            kept: StoredValue::new(Kept {
                own: OwnWrites::default(),
                reveal: Reveal::new(story.subject(), rights.reveal),
                may_merge: rights.merge && (rights.edit || rights.delete),
                splits: RwSignal::new(splits),
                pipelines: Vec::new(),
            }),
            may_edit: rights.edit,
            may_assign: rights.assign,
            may_delete: rights.delete,
            may_share: rights.share,
            shares: u8::try_from(rights.shares).unwrap_or(u8::MAX),
            text: use_text(),
            boot: use_boot(),
            toasts: use_toasts(),
        }
    }

    pub(crate) fn subject(self) -> Subject {
        self.story.subject()
    }

    pub(crate) fn object(self) -> Object {
        self.subject().object()
    }

    /// Customer or person, which can become one with others.
    pub(crate) fn kind(self) -> Option<MergeKind> {
        MergeKind::of(self.subject())
    }

    /// `C-1042`, `P-7` or `D-5`.
    pub(crate) fn number(self) -> String {
        match self.data {
            Data::Account(data) => data.with_untracked(|data| data.number.to_string()),
            Data::Person(data) => data.with_untracked(|data| data.number.to_string()),
            Data::Opportunity(data) => data.with_untracked(|data| data.number.to_string()),
        }
    }

    /// The name, followed by whoever reads it.
    pub(crate) fn name(self) -> String {
        match self.data {
            Data::Account(data) => data.with(|data| data.data.name.clone()),
            Data::Person(data) => data.with(|data| data.data.full_name.clone()),
            Data::Opportunity(data) => data.with(|data| data.data.name.clone()),
        }
    }

    pub(crate) fn version(self) -> Version {
        match self.data {
            Data::Account(data) => data.with_untracked(|data| data.version),
            Data::Person(data) => data.with_untracked(|data| data.version),
            Data::Opportunity(data) => data.with_untracked(|data| data.version),
        }
    }

    /// A field as a person would type it, followed by whoever reads it.
    pub(crate) fn get(self, field: &str) -> String {
        let decimals = self.boot.with_value(|boot| boot.currency().decimals());
        match self.data {
            Data::Account(data) => AccountField::parse(field)
                .map(|field| data.with(|data| data.data.get(field, decimals)))
                .unwrap_or_default(),
            Data::Person(data) => PersonField::parse(field)
                .map(|field| data.with(|data| data.data.get(field)))
                .unwrap_or_default(),
            Data::Opportunity(data) => OpportunityField::parse(field)
                .map(|field| data.with(|data| data.data.get(field)))
                .unwrap_or_default(),
        }
    }

    /// Details that are shown whole for once.
    pub(crate) fn reveal(self) -> Reveal {
        self.kept.with_value(|kept| kept.reveal)
    }

    /// Who is in charge now.
    pub(crate) fn owner(self) -> Option<UserId> {
        match self.data {
            Data::Account(data) => data.with_untracked(|data| data.data.owner),
            Data::Person(data) => data.with_untracked(|data| data.data.owner),
            Data::Opportunity(data) => data.with_untracked(|data| data.data.owner),
        }
    }

    /// How far details are open, by who was in charge when the page was made: what is in it was cut by that.
    fn details(self) -> DetailRules {
        let owner = self.owner();
        self.boot.with_value(|boot| boot.details_of(owner))
    }

    /// Whether what is open of it depends on who is in charge.
    fn asks_whose(self) -> bool {
        self.boot.with_value(|boot| boot.rights.details().ask_whose(self.object()))
    }

    /// Whether it may become one with others.
    pub(crate) fn may_merge(self) -> bool {
        self.kept.with_value(|kept| kept.may_merge)
    }

    /// The merge of a moment, if it may be taken back; followed by whoever reads it.
    pub(crate) fn split_of(self, at: Instant) -> Option<MergeId> {
        self.kept
            .with_value(|kept| kept.splits)
            .with(|splits| splits.iter().find(|offer| offer.at == at).map(|offer| offer.merge))
    }

    fn put_splits(self, splits: Vec<SplitOffer>) {
        if let Some(known) = self.kept.try_with_value(|kept| kept.splits) {
            known.try_set(splits);
        }
    }

    /// How far a detail is open, and a field by its name.
    pub(crate) fn access(self, detail: Detail) -> Access {
        self.details().access(self.object(), detail)
    }

    pub(crate) fn access_named(self, field: &str) -> Access {
        self.details().access_named(self.object(), field)
    }

    /// A stored value as people read it.
    pub(crate) fn show(self, field: &str, raw: &str) -> String {
        self.values(|values| values.show(self.text, field, raw))
    }

    /// What stored values are shown with.
    pub(crate) fn values<T>(self, show: impl FnOnce(words::Values<'_>) -> T) -> T {
        self.boot.with_value(|boot| {
            self.kept.with_value(|kept| {
                let values = words::Values::of(boot);
                show(match self.data {
                    Data::Opportunity(data) => words::Values {
                        amounts_in: data.with(|data| data.data.currency),
                        pipelines: &kept.pipelines,
                        ..values
                    },
                    Data::Account(_) | Data::Person(_) => values,
                })
            })
        })
    }

    /// The ways that deals go, on the page of a deal.
    pub(crate) fn pipelines(self) -> Vec<Pipeline> {
        self.kept.with_value(|kept| kept.pipelines.clone())
    }

    /// The deal, on its page.
    pub(crate) fn deal(self) -> Option<RwSignal<Opportunity>> {
        match self.data {
            Data::Opportunity(data) => Some(data),
            Data::Account(_) | Data::Person(_) => None,
        }
    }

    /// Ways to reach it, followed by whoever reads them.
    pub(crate) fn contacts(self) -> Vec<ContactPoint> {
        match self.data {
            Data::Account(data) => data.with(|data| data.contacts.clone()),
            Data::Person(data) => data.with(|data| data.contacts.clone()),
            Data::Opportunity(_) => Vec::new(),
        }
    }

    /// Says that something is being written, as long as the answer lives.
    pub(crate) fn writing(self) -> Writing {
        self.kept.try_update_value(|kept| kept.own.under_way += 1);
        Writing(self)
    }

    /// Whether the page shows this version or a later one.
    pub(crate) fn holds(self, version: Version) -> bool {
        let shown = match self.data {
            Data::Account(data) => data.try_with_untracked(|data| data.version),
            Data::Person(data) => data.try_with_untracked(|data| data.version),
            Data::Opportunity(data) => data.try_with_untracked(|data| data.version),
        };
        shown.is_some_and(|shown| shown >= version)
    }

    /// Sends one typed field and shows what became of it.
    pub(crate) fn save(self, field: &'static str, typed: String, state: RwSignal<InlineState>) {
        state.set(InlineState::Saving);
        let seen = self.version();
        spawn_local(async move {
            let writing = self.writing();
            match self.send(field, typed, seen).await {
                Ok(version) => {
                    state.try_set(InlineState::Saved);
                    self.kept.try_update_value(|kept| kept.own.versions.push(version));
                    drop(writing);
                    if field == "owner" && self.asks_whose() {
                        // What is open of it is another now, in every row of the page. The address is our own.
                        let _ = window().location().reload();
                    }
                    self.arrived(seen, version).await;
                }
                Err(error) => {
                    let outcome = self.refused(field, &error).await;
                    state.try_set(outcome);
                }
            }
        });
    }

    async fn send(
        self,
        field: &'static str,
        typed: String,
        seen: Version,
    ) -> Result<Version, AppError> {
        let edits = vec![FieldEdit { field: field.to_owned(), value: typed }];
        match self.data {
            Data::Account(data) => {
                let Some((number, id)) = data.try_with_untracked(|data| (data.number, data.id))
                else {
                    return Ok(seen);
                };
                let account = edit_account(number, id, seen, edits).await?;
                let version = account.version;
                // An answer that was overtaken by a later one must not take its place.
                data.try_update(|data| {
                    if data.version <= version {
                        *data = account;
                    }
                });
                Ok(version)
            }
            Data::Person(data) => {
                let Some((number, id)) = data.try_with_untracked(|data| (data.number, data.id))
                else {
                    return Ok(seen);
                };
                let person = edit_person(number, id, seen, edits).await?;
                let version = person.version;
                data.try_update(|data| {
                    if data.version <= version {
                        *data = person;
                    }
                });
                Ok(version)
            }
            Data::Opportunity(data) => {
                let Some((number, id)) = data.try_with_untracked(|data| (data.number, data.id))
                else {
                    return Ok(seen);
                };
                let deal = edit_opportunity(number, id, seen, edits).await?;
                let version = deal.version;
                self.take_deal(deal);
                Ok(version)
            }
        }
    }

    /// Shows a deal as an answer has it, unless a later one came first.
    pub(crate) fn take_deal(self, deal: Opportunity) {
        if let Data::Opportunity(data) = self.data {
            data.try_update(|data| {
                if data.version <= deal.version {
                    *data = deal;
                }
            });
        }
    }

    /// After a change: the history shows it, and says what others changed since `seen`.
    async fn arrived(self, seen: Version, version: Version) {
        if version.0 > seen.0 + 1 {
            self.reload().await;
            self.say_changed_by_others(seen);
        } else {
            self.story.refresh().await;
        }
    }

    /// After a change to something that hangs on the record.
    pub(crate) async fn touched(self, seen: Version, version: Version) {
        self.kept.try_update_value(|kept| kept.own.versions.push(version));
        self.reload().await;
        if version.0 > seen.0 + 1 {
            self.say_changed_by_others(seen);
        }
    }

    /// Says that something was removed, with the way back.
    pub(crate) fn removed(self, said: impl Into<crate::ui::Text>, removed: Removed) {
        self.toasts.undo(said, move || {
            let removed = removed.clone();
            spawn_local(async move {
                let _writing = self.writing();
                match put_back(removed).await {
                    Ok(version) => self.touched(version, version).await,
                    Err(error) => {
                        self.toasts.error(save_trouble(self.text, &error));
                        self.reload().await;
                    }
                }
            });
        });
    }

    /// Whether something is being written.
    pub(super) fn is_writing(self) -> bool {
        self.kept.try_with_value(|kept| kept.own.under_way > 0).unwrap_or(false)
    }

    /// Says what others changed since `seen`, if they did.
    pub(super) fn say_changed_by_others(self, seen: Version) {
        let others = self.changed_by_others(seen);
        if others.is_some() {
            self.notice.try_set(others);
        }
    }

    /// Reads the record again. What is being typed stays.
    pub(crate) async fn reload(self) {
        // What is on show stays where that fails.
        let _ = self.read_again().await;
    }

    /// The same; answers why it was not read.
    pub(super) async fn read_again(self) -> Result<(), AppError> {
        let Some(number) = self.data.number() else { return Ok(()) };
        match self.data {
            Data::Account(data) => {
                let screen = open_account(number).await?;
                data.try_set(screen.account);
                self.people.try_set(screen.people);
                self.put_splits(screen.splits);
                self.story.take_newest(screen.timeline);
            }
            Data::Person(data) => {
                let screen = open_person(number).await?;
                data.try_set(screen.person);
                self.put_splits(screen.splits);
                self.story.take_newest(screen.timeline);
            }
            Data::Opportunity(data) => {
                if let Ok(screen) = open_opportunity(number).await {
                    data.try_set(screen.opportunity);
                    self.kept.try_update_value(|kept| kept.pipelines = screen.pipelines);
                    self.story.take_newest(screen.timeline);
                }
            }
        }
        Ok(())
    }

    /// What a refusal looks like in the field it came back to.
    pub(crate) async fn refused(self, field: &str, error: &AppError) -> InlineState {
        match error {
            AppError::Failure(Failure::Conflict(conflict)) => {
                // From now on the other value is known: keeping one's own is based on it.
                self.reload().await;
                self.conflict(field, conflict)
            }
            AppError::Failure(Failure::Invalid(errors)) => {
                let message = errors
                    .0
                    .first()
                    .map(|(name, error)| words::form_error(self.text, name, error))
                    .unwrap_or_default();
                InlineState::Failed { message }
            }
            other => InlineState::Failed { message: save_trouble(self.text, other) },
        }
    }

    fn conflict(self, field: &str, conflict: &Conflict) -> InlineState {
        let Some(collision) = conflict.fields.first() else {
            return InlineState::Failed { message: self.text.failure_unavailable().to_owned() };
        };
        let by = if conflict.by.is_empty() { self.last_author(field) } else { conflict.by.clone() };
        let label = words::field(self.text, self.object(), field);
        InlineState::Conflict {
            theirs: self.show(field, &collision.theirs),
            message: self.text.conflict_field(&label, &by),
        }
    }

    /// Who changed a field last.
    fn last_author(self, field: &str) -> String {
        self.story
            .entries()
            .into_iter()
            .find_map(|entry| match entry {
                Entry::Change(change) => {
                    change.fields.iter().any(|part| part.field == field).then_some(change.by_name)
                }
                Entry::Note(_) | Entry::Activity(_) | Entry::Happening(_) => None,
            })
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| self.text.timeline_system().to_owned())
    }

    /// "Li Na also changed Phone", or nothing.
    fn changed_by_others(self, seen: Version) -> Option<String> {
        let me = self.boot.with_value(|boot| boot.user);
        let mut who: Vec<String> = Vec::new();
        let mut what: Vec<String> = Vec::new();
        for entry in self.story.entries() {
            let Entry::Change(change) = entry else { continue };
            let news =
                self.kept.try_with_value(|kept| kept.own.is_news(change.version, change.by == me));
            if change.version <= seen || news != Some(true) {
                continue;
            }
            if !who.contains(&change.by_name) {
                who.push(change.by_name);
            }
            for part in change.fields {
                let label = words::field(self.text, self.object(), &part.field);
                if !what.contains(&label) {
                    what.push(label);
                }
            }
        }
        let lang = self.text.lang();
        (!who.is_empty() && !what.is_empty()).then(|| {
            self.text
                .customer_merged_silently(&format::list(lang, &what), &format::list(lang, &who))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_page_wrote_is_no_news() {
        let mut own = OwnWrites { versions: vec![Version(6)], under_way: 0 };
        assert!(!own.is_news(Version(6), true));
        // The same person in another window.
        assert!(own.is_news(Version(7), true));
        own.under_way = 1;
        assert!(!own.is_news(Version(7), true));
        assert!(own.is_news(Version(7), false));
    }
}
