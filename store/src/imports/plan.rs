//! Which record each row of a chunk is: a stored one, one made by an earlier row, or a new one.
//! Decides without a database, so that a check and a run decide alike.

use super::{
    ImportRow,
    known::{Found, KnownAccounts, KnownPeople},
};
use domain::{account::AccountKind, import::OnDuplicate, text};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// A record of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Ref {
    /// Stored already; place in the list of those found.
    Known(usize),
    /// Made by a row; counts from the first one made.
    New(usize),
}

/// What one row stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RowPlan {
    pub account: Option<Ref>,
    pub person: Option<Ref>,
    /// Whether this row makes the customer rather than finding it.
    pub makes_account: bool,
    /// Whether this row makes the person rather than finding them.
    pub makes_person: bool,
}

/// The records of one kind met so far.
#[derive(Debug, Default)]
struct Book {
    found: Vec<Found>,
    places: HashMap<Uuid, usize>,
    by_key: HashMap<String, Ref>,
    by_number: HashMap<i64, Numbered>,
    /// Record and contact of those in `by_number`.
    contacts: HashSet<(Uuid, String)>,
    /// Records in the bin whose key a new one is to take over.
    binned: Vec<Uuid>,
    made: usize,
}

/// A stored record under the number it has here.
#[derive(Debug)]
struct Numbered {
    known: Ref,
    id: Uuid,
    core: String,
    code: String,
}

impl Book {
    fn know_numbers(&mut self, found: Vec<Found>, contacts: Vec<(Uuid, String)>) {
        self.contacts.extend(contacts);
        for found in found {
            let (number, id) = (found.number, found.id);
            let (core, code) = (found.mark.clone(), found.name.clone());
            let known = self.know(found);
            self.by_number.insert(number, Numbered { known, id, core, code });
        }
    }

    /// The record of a number, if something besides the number says so: the file may come from another
    /// installation, where the number is somebody else's.
    fn numbered(&self, number: i64, core: &str, code: &str, norms: &[String]) -> Option<Ref> {
        let found = self.by_number.get(&number)?;
        let is_meant = found.core == core
            || (!code.is_empty() && found.code == code)
            || norms.iter().any(|norm| self.contacts.contains(&(found.id, norm.clone())));
        is_meant.then_some(found.known)
    }

    fn know(&mut self, found: Found) -> Ref {
        let next = self.found.len();
        let at = *self.places.entry(found.id).or_insert(next);
        if at == next {
            self.found.push(found);
        }
        Ref::Known(at)
    }

    fn know_keys(&mut self, keys: Vec<Found>) {
        for found in keys {
            if found.deleted_at.is_some() {
                self.binned.push(found.id);
                continue;
            }
            let key = found.mark.clone();
            let known = self.know(found);
            self.by_key.insert(key, known);
        }
    }

    fn make(&mut self, key: Option<&String>) -> Ref {
        let new = Ref::New(self.made);
        self.made += 1;
        if let Some(key) = key {
            self.by_key.insert(key.clone(), new);
        }
        new
    }
}

/// Customers and persons met so far, and by what they are recognised.
#[derive(Debug, Default)]
pub(super) struct Planner {
    accounts: Book,
    by_code: HashMap<String, Ref>,
    /// Core of the name to credit code and customer.
    by_core: HashMap<String, Vec<(String, Ref)>>,
    individuals: HashMap<(String, String), Ref>,
    people: Book,
    by_contact: HashMap<(String, String), Ref>,
    /// Customer and folded name to person, and whether there is a way to reach them.
    by_place: HashMap<(Ref, String), (Ref, bool)>,
}

impl Planner {
    /// Stored customers that rows were found to be.
    pub(super) fn found_accounts(&self) -> &[Found] {
        &self.accounts.found
    }

    /// Stored persons that rows were found to be.
    pub(super) fn found_people(&self) -> &[Found] {
        &self.people.found
    }

    /// Customers in the bin whose key a new customer takes over.
    pub(super) fn binned_accounts(&self) -> &[Uuid] {
        &self.accounts.binned
    }

    /// Persons in the bin whose key a new person takes over.
    pub(super) fn binned_people(&self) -> &[Uuid] {
        &self.people.binned
    }

    /// Forgets what is stored, which the next chunk looks up afresh; what the rows made stays.
    pub(super) fn next_chunk(&mut self) {
        for book in [&mut self.accounts, &mut self.people] {
            book.found.clear();
            book.places.clear();
            book.binned.clear();
            book.by_number.clear();
            book.contacts.clear();
            book.by_key.retain(|_, known| matches!(known, Ref::New(_)));
        }
        let is_new = |known: &Ref| matches!(known, Ref::New(_));
        self.by_code.retain(|_, known| is_new(known));
        self.by_core.retain(|_, all| {
            all.retain(|(_, known)| is_new(known));
            !all.is_empty()
        });
        self.individuals.retain(|_, known| is_new(known));
        self.by_contact.retain(|_, known| is_new(known));
        self.by_place.retain(|(place, _), (known, _)| is_new(place) && is_new(known));
    }

    /// Settles the customers of a chunk.
    pub(super) fn settle_accounts(
        &mut self,
        rows: &[ImportRow],
        known: KnownAccounts,
        mode: OnDuplicate,
    ) -> Vec<RowPlan> {
        self.accounts.know_keys(known.by_key);
        self.accounts.know_numbers(known.by_number, known.contacts);
        for found in known.by_code {
            let code = found.mark.clone();
            let known = self.accounts.know(found);
            self.by_code.entry(code).or_insert(known);
        }
        for found in known.by_core {
            let (core, code) = (found.mark.clone(), found.name.clone());
            let known = self.accounts.know(found);
            self.by_core.entry(core).or_default().push((code, known));
        }
        for found in known.by_contact {
            let mark = (found.mark.clone(), found.name.clone());
            let known = self.accounts.know(found);
            self.individuals.entry(mark).or_insert(known);
        }
        rows.iter().map(|row| self.settle_account(row, mode)).collect()
    }

    fn settle_account(&mut self, row: &ImportRow, mode: OnDuplicate) -> RowPlan {
        let Some(draft) = row.account.as_ref().filter(|_| !row.refused) else {
            return RowPlan::default();
        };
        let individual = draft.data.kind == AccountKind::Individual;
        let fold = text::fold(&draft.data.name);
        let core = text::name_core(&draft.data.name);
        let code = &draft.data.credit_code;
        let by_number = row
            .account_number
            .and_then(|number| self.accounts.numbered(number.0, &core, code, &row.account_norms));
        let by_key =
            draft.external_id.as_ref().and_then(|key| self.accounts.by_key.get(key)).copied();
        let alike = || {
            if mode == OnDuplicate::Create && !row.shares_account {
                return None;
            }
            if individual {
                let marks = row.account_norms.iter().filter(|norm| !norm.is_empty());
                return marks
                    .filter_map(|norm| self.individuals.get(&(norm.clone(), fold.clone())))
                    .min()
                    .copied();
            }
            self.by_code.get(code).filter(|_| !code.is_empty()).copied().or_else(|| {
                // Two codes are two firms, whatever they are called.
                let all = self.by_core.get(&core)?;
                let fits = |known: &String| known.is_empty() || code.is_empty() || known == code;
                all.iter().find(|(known, _)| fits(known)).map(|(_, known)| *known)
            })
        };
        if let Some(found) = by_number.or(by_key).or_else(alike) {
            if let Some(key) = &draft.external_id {
                self.accounts.by_key.entry(key.clone()).or_insert(found);
            }
            return RowPlan { account: Some(found), ..RowPlan::default() };
        }
        let new = self.accounts.make(draft.external_id.as_ref());
        if individual {
            for norm in row.account_norms.iter().filter(|norm| !norm.is_empty()) {
                self.individuals.entry((norm.clone(), fold.clone())).or_insert(new);
            }
        } else {
            if !code.is_empty() {
                self.by_code.entry(code.clone()).or_insert(new);
            }
            self.by_core.entry(core).or_default().push((code.clone(), new));
        }
        RowPlan { account: Some(new), makes_account: true, ..RowPlan::default() }
    }

    /// The stored customers that the rows name: where their persons are looked for.
    pub(super) fn places(&self, plans: &[RowPlan]) -> BTreeSet<Uuid> {
        plans
            .iter()
            .filter_map(|plan| match plan.account {
                Some(Ref::Known(at)) => self.accounts.found.get(at).map(|found| found.id),
                _ => None,
            })
            .collect()
    }

    /// Settles the persons of a chunk.
    pub(super) fn settle_people(
        &mut self,
        rows: &[ImportRow],
        plans: &mut [RowPlan],
        known: KnownPeople,
        mode: OnDuplicate,
    ) {
        self.people.know_keys(known.by_key);
        self.people.know_numbers(known.by_number, known.contacts);
        for found in known.by_contact {
            let mark = (found.mark.clone(), found.name.clone());
            let known = self.people.know(found);
            self.by_contact.entry(mark).or_insert(known);
        }
        for found in known.by_place {
            let place = found.place.and_then(|id| self.accounts.places.get(&id)).copied();
            let Some(place) = place else { continue };
            let (name, reachable) = (found.name.clone(), found.points > 0);
            let known = self.people.know(found);
            self.by_place.entry((Ref::Known(place), name)).or_insert((known, reachable));
        }
        for (row, plan) in rows.iter().zip(plans) {
            self.settle_person(row, plan, mode);
        }
    }

    fn settle_person(&mut self, row: &ImportRow, plan: &mut RowPlan, mode: OnDuplicate) {
        let Some(draft) = row.person.as_ref().filter(|_| !row.refused) else { return };
        let fold = text::fold(&draft.data.full_name);
        let norms: Vec<&String> = row.person_norms.iter().filter(|norm| !norm.is_empty()).collect();
        let place = plan.account.map(|account| (account, fold.clone()));
        let core = text::name_core(&draft.data.full_name);
        let by_number = row
            .person_number
            .and_then(|number| self.people.numbered(number.0, &core, "", &row.person_norms));
        let by_key =
            draft.external_id.as_ref().and_then(|key| self.people.by_key.get(key)).copied();
        let alike = || {
            if mode == OnDuplicate::Create {
                return None;
            }
            let marks = norms.iter().map(|norm| ((*norm).clone(), fold.clone()));
            let by_contact = marks.filter_map(|mark| self.by_contact.get(&mark)).min().copied();
            by_contact.or_else(|| {
                // One name at one customer is one person, unless two phones say otherwise.
                let (known, reachable) = self.by_place.get(place.as_ref()?)?;
                (norms.is_empty() || !reachable).then_some(*known)
            })
        };
        if let Some(found) = by_number.or(by_key).or_else(alike) {
            if let Some(key) = &draft.external_id {
                self.people.by_key.entry(key.clone()).or_insert(found);
            }
            plan.person = Some(found);
            return;
        }
        let new = self.people.make(draft.external_id.as_ref());
        for norm in &norms {
            self.by_contact.entry(((*norm).clone(), fold.clone())).or_insert(new);
        }
        if let Some(place) = place {
            self.by_place.entry(place).or_insert((new, !norms.is_empty()));
        }
        plan.person = Some(new);
        plan.makes_person = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        account::{AccountData, AccountDraft},
        person::{PersonData, PersonDraft},
    };

    fn person(name: &str, firm: &str, phone: &str, key: &str) -> ImportRow {
        ImportRow {
            account: Some(AccountDraft {
                data: AccountData { name: firm.to_owned(), ..AccountData::default() },
                external_id: Some(firm.to_owned()),
                ..AccountDraft::default()
            }),
            person: Some(PersonDraft {
                data: PersonData { full_name: name.to_owned(), ..PersonData::default() },
                external_id: Some(key.to_owned()),
                ..PersonDraft::default()
            }),
            person_norms: vec![phone.to_owned()],
            shares_account: true,
            ..ImportRow::default()
        }
    }

    fn settle(rows: &[ImportRow], mode: OnDuplicate) -> Vec<RowPlan> {
        let mut planner = Planner::default();
        let mut plans = planner.settle_accounts(rows, KnownAccounts::default(), mode);
        planner.settle_people(rows, &mut plans, KnownPeople::default(), mode);
        plans
    }

    #[test]
    fn many_rows_share_one_company_and_one_switchboard() {
        let rows = [
            person("李莉", "快讯有限公司", "+862162345678", "1"),
            person("王强", "快讯 股份有限公司", "+862162345678", "2"),
            person("李莉", "快讯", "+862162345678", "3"),
            person("李莉", "快讯", "+8615284354094", "4"),
            person("王强", "快讯", "", "5"),
        ];
        let plans = settle(&rows, OnDuplicate::Skip);
        assert!(plans.iter().all(|plan| plan.account == Some(Ref::New(0))));
        let people: Vec<_> = plans.iter().map(|plan| plan.person).collect();
        let (li, wang, other) = (Ref::New(0), Ref::New(1), Ref::New(2));
        assert_eq!(people, [Some(li), Some(wang), Some(li), Some(other), Some(wang)]);
        let created = settle(&rows, OnDuplicate::Create);
        assert!(created.iter().all(|plan| plan.makes_person));
        assert_eq!(created.iter().filter(|plan| plan.makes_account).count(), 1);
    }

    #[test]
    fn two_credit_codes_are_two_firms() {
        let firm = |code: &str| ImportRow {
            account: Some(AccountDraft {
                data: AccountData {
                    name: "Acme Ltd".to_owned(),
                    credit_code: code.to_owned(),
                    ..AccountData::default()
                },
                ..AccountDraft::default()
            }),
            ..ImportRow::default()
        };
        let plans = settle(&[firm("A"), firm("B"), firm(""), firm("B")], OnDuplicate::Skip);
        let accounts: Vec<_> = plans.iter().filter_map(|plan| plan.account).collect();
        assert_eq!(accounts, [Ref::New(0), Ref::New(1), Ref::New(0), Ref::New(1)]);
    }
}
