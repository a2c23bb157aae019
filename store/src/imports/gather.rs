//! How rows of a file add up to one record: pure rules, the same for a record that is stored and for
//! one that rows of the same chunk are making. What a row says and is not taken is remarked on it.

use super::ImportRow;
use domain::{
    account::{AccountData, AccountDraft, AccountField, MOST_TAGS},
    address::AddressData,
    contact::{ContactDraft, ContactKind, MOST_CONTACTS},
    field::FieldError,
    import::{CellError, OnDuplicate, Target},
    person::{PersonData, PersonDraft, PersonField},
    text,
    time::{DAY, Instant},
};

/// Most addresses that rows gather for one customer.
const MOST_ADDRESSES: usize = 30;
/// Most remarks on one row.
const MOST_REMARKS: usize = 50;
/// Most characters of a value that a remark repeats.
const REPORTED_CHARS: usize = 200;

/// What a row may do to a record that is there before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merging {
    /// Nothing.
    Leave,
    /// Fill what is empty.
    Fill,
    /// Put what the row says over what stands.
    Overwrite,
    /// Another row of the same file spoke before: fill what is empty, add to what may be several, and
    /// say what contradicts it.
    Gather,
}

impl Merging {
    /// `made_here` says that the record was made by an earlier row of the same file, `named_before`
    /// that one named it. So what comes of a file does not depend on where its chunks end.
    pub(super) fn of(mode: OnDuplicate, made_here: bool, named_before: bool) -> Self {
        match mode {
            _ if made_here => Self::Gather,
            OnDuplicate::Skip | OnDuplicate::Create => Self::Leave,
            OnDuplicate::FillEmpty => Self::Fill,
            OnDuplicate::Overwrite if named_before => Self::Gather,
            OnDuplicate::Overwrite => Self::Overwrite,
        }
    }
}

/// The remarks that merging makes on one row.
pub(super) struct Remarks<'a> {
    row: &'a ImportRow,
    /// The remarks so far.
    pub errors: Vec<CellError>,
}

impl<'a> Remarks<'a> {
    pub(super) fn on(row: &'a ImportRow) -> Self {
        Self { row, errors: Vec::new() }
    }

    /// The row they are on.
    pub(super) fn row(&self) -> &'a ImportRow {
        self.row
    }

    /// Says that another row has spoken. Who is in charge is known by id here, which nobody reads.
    fn add_other(&mut self, targets: &[Target], is_owner: bool, value: &str) {
        if is_owner {
            self.add(&[Target::OwnerName], "", FieldError::OtherRow);
        } else {
            self.add(targets, value, FieldError::OtherRow);
        }
    }

    /// Says that a value was not taken; the column is the first of `targets` that the file has.
    fn add(&mut self, targets: &[Target], value: &str, error: FieldError) {
        if self.errors.len() >= MOST_REMARKS {
            return;
        }
        let header = targets.iter().find_map(|target| self.row.columns.get(target));
        let column = header.cloned().or_else(|| targets.first().map(|target| target.code()));
        self.errors.push(CellError {
            column: column.unwrap_or_default(),
            value: value.chars().take(REPORTED_CHARS).collect(),
            error,
        });
    }
}

/// A day that is typed for an instant of the same day says nothing new.
fn is_later(said: Instant, standing: Instant) -> bool {
    said.is_set() && said.0.div_euclid(DAY) > standing.0.div_euclid(DAY)
}

/// Merges fields of a customer. Of a row about somebody who works there the name is only what the
/// customer was found by.
pub(super) fn account_fields(
    data: &mut AccountData,
    said: &AccountData,
    how: Merging,
    decimals: u8,
    remarks: &mut Remarks<'_>,
) {
    let plain = AccountData::default();
    for field in &remarks.row.account_fields {
        let field = *field;
        let (stands, value) = (data.get(field, decimals), said.get(field, decimals));
        // The day of the last contact is settled below, whichever row names it.
        let is_contact_day = field == AccountField::LastContact;
        if value.is_empty() || value == stands || (is_contact_day && how != Merging::Overwrite) {
            continue;
        }
        if field == AccountField::Owner && remarks.row.leaves_owner {
            remarks.add(&[Target::OwnerName], "", FieldError::NotYours);
            continue;
        }
        let empty = stands.is_empty();
        let open = match (field, how) {
            (AccountField::Name, Merging::Overwrite) => !remarks.row.is_about_person(),
            (AccountField::Name, _) | (_, Merging::Leave) => false,
            (_, Merging::Overwrite) => true,
            (AccountField::Kind | AccountField::Status, Merging::Fill) => false,
            (_, Merging::Fill) => empty,
            (_, Merging::Gather) => empty || stands == plain.get(field, decimals),
        };
        if open {
            // What `get` wrote, `set` reads.
            let _ = data.set(field, &value, decimals);
        } else if how == Merging::Gather && field != AccountField::Name {
            let own = Target::Account(field);
            let twin = of_person(field).map_or(own, Target::Person);
            remarks.add_other(&[own, twin], field == AccountField::Owner, &value);
        }
    }
    if is_later(said.last_contact_at, data.last_contact_at) {
        data.last_contact_at = said.last_contact_at;
    }
}

/// The person's field whose column a customer's field is read from where a row names one of them.
fn of_person(field: AccountField) -> Option<PersonField> {
    Some(match field {
        AccountField::Source => PersonField::Source,
        AccountField::Remark => PersonField::Remark,
        AccountField::Birthday => PersonField::Birthday,
        AccountField::JobTitle => PersonField::Title,
        _ => return None,
    })
}

/// Merges fields of a person.
pub(super) fn person_fields(
    data: &mut PersonData,
    said: &PersonData,
    how: Merging,
    remarks: &mut Remarks<'_>,
) {
    let plain = PersonData::default();
    let had_birthday = data.birthday.is_some();
    for field in &remarks.row.person_fields {
        let field = *field;
        let (stands, value) = (data.get(field), said.get(field));
        let is_contact_day = field == PersonField::LastContact;
        if value.is_empty() || value == stands || (is_contact_day && how != Merging::Overwrite) {
            continue;
        }
        if field == PersonField::Owner && remarks.row.leaves_owner {
            remarks.add(&[Target::OwnerName], "", FieldError::NotYours);
            continue;
        }
        let open = match (field, how) {
            (_, Merging::Overwrite) => true,
            (_, Merging::Leave) => false,
            (PersonField::BirthdayCalendar, _) => !had_birthday,
            (_, Merging::Fill) => stands.is_empty(),
            (_, Merging::Gather) => stands.is_empty() || stands == plain.get(field),
        };
        if open {
            let _ = data.set(field, &value);
        } else if how == Merging::Gather && field != PersonField::FullName {
            let target = Target::Person(field);
            remarks.add_other(&[target], field == PersonField::Owner, &value);
        }
    }
    if is_later(said.last_contact_at, data.last_contact_at) {
        data.last_contact_at = said.last_contact_at;
    }
}

/// A way to reach a record: kind, as compared, as typed and folded.
pub(super) type Known = (ContactKind, String, String);

/// The contacts of a row that a record does not have.
pub(super) fn new_contacts(
    mut there: Vec<Known>,
    drafts: &[ContactDraft],
    norms: &[String],
    how: Merging,
    remarks: &mut Remarks<'_>,
) -> Vec<(ContactDraft, String)> {
    let mut new = Vec::new();
    if how == Merging::Leave {
        return new;
    }
    let full: Vec<ContactKind> = there.iter().map(|(kind, ..)| *kind).collect();
    for (draft, norm) in drafts.iter().zip(norms) {
        let raw = text::fold(&draft.raw);
        let known = there.iter().any(|(kind, known_norm, known_raw)| {
            let alike = *kind == draft.kind || (kind.is_phone() && draft.kind.is_phone());
            alike && (*known_raw == raw || (!norm.is_empty() && known_norm == norm))
        });
        if known || (how == Merging::Fill && full.contains(&draft.kind)) {
            continue;
        }
        if there.len() >= MOST_CONTACTS {
            let targets = [Target::Contact(draft.kind), Target::AccountContact(draft.kind)];
            remarks.add(&targets, &draft.raw, FieldError::TooMany { max: MOST_CONTACTS });
            continue;
        }
        there.push((draft.kind, norm.clone(), raw));
        new.push((draft.clone(), norm.clone()));
    }
    new
}

/// The tags of a row that a customer does not have.
pub(super) fn new_tags<'t>(
    there: impl Iterator<Item = &'t String>,
    said: &[String],
    how: Merging,
    remarks: &mut Remarks<'_>,
) -> Vec<String> {
    let mut new = Vec::new();
    if how == Merging::Leave || said.is_empty() {
        return new;
    }
    let mut folds: Vec<String> = there.map(|tag| text::fold(tag)).collect();
    for tag in said {
        let fold = text::fold(tag);
        if folds.contains(&fold) {
            continue;
        }
        if folds.len() >= MOST_TAGS {
            remarks.add(&[Target::Tags], tag, FieldError::TooMany { max: MOST_TAGS });
            continue;
        }
        folds.push(fold);
        new.push(tag.clone());
    }
    new
}

/// What becomes of an address that a row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AddressStep {
    /// Nothing.
    None,
    /// It takes the place of one that stands.
    Replace(usize, AddressData),
    /// It stands beside the others.
    Add(AddressData),
}

/// Settles one address; an address is taken as a whole, parts of two are not mixed. `first` says
/// that it is the first of a row about the customer itself.
pub(super) fn address(
    standing: &[AddressData],
    said: &AddressData,
    how: Merging,
    first: bool,
    remarks: &mut Remarks<'_>,
) -> AddressStep {
    if how == Merging::Leave || standing.iter().any(|known| says_all_of(known, said)) {
        return AddressStep::None;
    }
    if let Some(at) = standing.iter().position(|known| says_all_of(said, known)) {
        return AddressStep::Replace(at, said.clone());
    }
    match (how, standing.first()) {
        (_, None) => AddressStep::Add(said.clone()),
        (Merging::Fill | Merging::Leave, Some(_)) => AddressStep::None,
        (Merging::Overwrite, Some(known)) if first => AddressStep::Replace(0, over(known, said)),
        _ if standing.len() < MOST_ADDRESSES => AddressStep::Add(said.clone()),
        _ => {
            let parts =
                [Target::Street, Target::City, Target::Province, Target::District, Target::Country];
            remarks.add(&parts, &said.one_line(), FieldError::TooMany { max: MOST_ADDRESSES });
            AddressStep::None
        }
    }
}

fn parts(address: &AddressData) -> [&String; 5] {
    [&address.country, &address.province, &address.city, &address.district, &address.street]
}

/// Whether one address says at least what the other says.
fn says_all_of(more: &AddressData, less: &AddressData) -> bool {
    parts(more).into_iter().zip(parts(less)).all(|(more, less)| less.is_empty() || more == less)
}

/// The parts of an address that the file has, over those that stand.
fn over(standing: &AddressData, said: &AddressData) -> AddressData {
    let pick = |said: &String, standing: &String| {
        if said.is_empty() { standing.clone() } else { said.clone() }
    };
    AddressData {
        country: pick(&said.country, &standing.country),
        province: pick(&said.province, &standing.province),
        city: pick(&said.city, &standing.city),
        district: pick(&said.district, &standing.district),
        street: pick(&said.street, &standing.street),
    }
}

fn known(drafts: &[ContactDraft], norms: &[String]) -> Vec<Known> {
    let pairs = drafts.iter().zip(norms);
    pairs.map(|(draft, norm)| (draft.kind, norm.clone(), text::fold(&draft.raw))).collect()
}

/// Takes a further row into a customer that is being made; `norms` are its contacts as compared.
/// Answers whether the row said anything new.
pub(super) fn into_account(
    made: &mut AccountDraft,
    norms: &mut Vec<String>,
    draft: &AccountDraft,
    decimals: u8,
    remarks: &mut Remarks<'_>,
) -> bool {
    let (before, mut new) = (made.data.clone(), false);
    account_fields(&mut made.data, &draft.data, Merging::Gather, decimals, remarks);
    let there = known(&made.contacts, norms);
    let row = remarks.row;
    let contacts =
        new_contacts(there, &draft.contacts, &row.account_norms, Merging::Gather, remarks);
    for (contact, norm) in contacts {
        made.contacts.push(contact);
        norms.push(norm);
        new = true;
    }
    let tags = new_tags(made.tags.iter(), &draft.tags, Merging::Gather, remarks);
    new |= !tags.is_empty();
    made.tags.extend(tags);
    for said in &draft.addresses {
        let step = address(&made.addresses, said, Merging::Gather, false, remarks);
        new |= step != AddressStep::None;
        put_address(&mut made.addresses, step);
    }
    new || made.data != before
}

/// Takes a further row into a person that is being made.
pub(super) fn into_person(
    made: &mut PersonDraft,
    norms: &mut Vec<String>,
    draft: &PersonDraft,
    remarks: &mut Remarks<'_>,
) -> bool {
    let (before, mut new) = (made.data.clone(), false);
    person_fields(&mut made.data, &draft.data, Merging::Gather, remarks);
    let there = known(&made.contacts, norms);
    let row = remarks.row;
    let contacts =
        new_contacts(there, &draft.contacts, &row.person_norms, Merging::Gather, remarks);
    for (contact, norm) in contacts {
        made.contacts.push(contact);
        norms.push(norm);
        new = true;
    }
    new || made.data != before
}

/// Carries out a step on a list of addresses.
pub(super) fn put_address(all: &mut Vec<AddressData>, step: AddressStep) {
    match step {
        AddressStep::None => {}
        AddressStep::Add(address) => all.push(address),
        AddressStep::Replace(at, address) => {
            if let Some(standing) = all.get_mut(at) {
                *standing = address;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(city: &str, street: &str) -> AddressData {
        AddressData { city: city.to_owned(), street: street.to_owned(), ..AddressData::default() }
    }

    fn settle(
        standing: &[AddressData],
        said: &AddressData,
        how: Merging,
        first: bool,
    ) -> Vec<AddressData> {
        let row = ImportRow::default();
        let step = address(standing, said, how, first, &mut Remarks::on(&row));
        let mut all = standing.to_vec();
        put_address(&mut all, step);
        all
    }

    #[test]
    fn an_address_is_one_unit() {
        let (here, there) = (place("上海", "南京路1号"), place("", "北京路2号"));
        let one = [here.clone()];
        assert_eq!(settle(&one, &there, Merging::Fill, false), one);
        assert_eq!(settle(&one, &there, Merging::Gather, false), [here.clone(), there.clone()]);
        assert_eq!(settle(&one, &there, Merging::Overwrite, false), [here.clone(), there.clone()]);
        assert_eq!(settle(&one, &there, Merging::Overwrite, true), [place("上海", "北京路2号")]);
        assert_eq!(settle(&one, &place("上海", ""), Merging::Gather, false), one);
        assert_eq!(settle(&[place("上海", "")], &here, Merging::Fill, false), one);
        assert_eq!(settle(&[], &there, Merging::Fill, false), [there]);
    }

    #[test]
    fn the_hour_of_a_contact_stays_when_the_file_names_its_day() {
        let morning = Instant(20_000 * DAY + 5);
        assert!(!is_later(Instant(20_000 * DAY + DAY / 2), morning));
        assert!(is_later(Instant(20_001 * DAY), morning));
        assert!(!is_later(Instant::NEVER, Instant::NEVER));
    }
}
