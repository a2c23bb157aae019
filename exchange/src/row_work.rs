//! The reading of one row, step by step: whom it stands for, the fields, the contacts, the rest.

use crate::{
    cells::Cells,
    contact_cells::{Contacts, taken},
    further,
    mapping::{Mapping, RowKind},
    row::{ParsedRow, RowReader},
    sniff,
    synonyms::{self, Meaning},
    table::Row,
};
use domain::{
    account::{self, AccountData, AccountDraft, AccountField, AccountKind},
    address::{AddressData, AddressForm},
    contact::{ContactDraft, MOST_CONTACTS},
    field::FieldError,
    import::Target,
    note::NoteBody,
    person::{PersonData, PersonDraft, PersonField, PersonRole},
    text,
};
use std::borrow::Cow;

/// Most characters of an id of another system.
const ID_CHARS: usize = 200;
const COMPANY: Target = Target::Account(AccountField::Name);
const PERSON: Target = Target::Person(PersonField::FullName);
/// The parts of an address with the names [`AddressForm`] gives them.
const PLACES: [(Target, &str); 5] = [
    (Target::Country, "country"),
    (Target::Province, "province"),
    (Target::City, "city"),
    (Target::District, "district"),
    (Target::Street, "street"),
];

/// Whom a row stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Company,
    CompanyAndPerson,
    Individual,
    PersonAlone,
}

pub(crate) struct Work<'a> {
    reader: RowReader<'a>,
    read: Cells<'a>,
    shape: Shape,
    out: ParsedRow,
    account: AccountData,
    person: PersonData,
    account_contacts: Contacts,
    person_contacts: Contacts,
    addresses: Vec<AddressData>,
    role: Option<PersonRole>,
    tags: Vec<String>,
    notes: Vec<(usize, String)>,
}

impl<'a> Work<'a> {
    /// Reads `row` as `reader` says.
    pub fn read(reader: RowReader<'a>, row: &'a Row) -> ParsedRow {
        let mut work = Self {
            reader,
            read: Cells::new(reader.mapping, row),
            shape: Shape::Company,
            out: ParsedRow {
                number: row.number,
                id_is_the_persons: reader.id_is_the_persons,
                shares_account: reader.shares_account,
                ..ParsedRow::default()
            },
            account: AccountData::default(),
            person: PersonData::default(),
            account_contacts: Contacts::default(),
            person_contacts: Contacts::default(),
            addresses: Vec::new(),
            role: None,
            tags: Vec::new(),
            notes: Vec::new(),
        };
        work.read.report_surplus();
        work.read.report_mended();
        if work.take_names() {
            work.take_account_fields();
            work.take_person_fields();
            work.take_contacts();
            work.take_address();
            work.take_further_addresses();
            work.take_jobs();
            work.take_numbers();
            work.take_tags();
            work.take_texts();
        } else {
            work.out.refused = true;
        }
        work.finish()
    }

    fn has_person(&self) -> bool {
        matches!(self.shape, Shape::CompanyAndPerson | Shape::PersonAlone)
    }

    fn has_account(&self) -> bool {
        self.shape != Shape::PersonAlone
    }

    fn value(&self, at: usize) -> &'a str {
        self.read.value(at)
    }

    fn targets(&self) -> impl Iterator<Item = (usize, Target)> + use<'a> {
        self.read.targets()
    }

    fn cells(&self, wanted: Target) -> Vec<(usize, &'a str)> {
        self.read.of(wanted)
    }

    fn complain(&mut self, at: usize, value: &str, error: FieldError) {
        self.read.complain(at, value, error);
    }

    /// What has no field of its own here is not lost: it goes into the row's note.
    fn keep_as_note(&mut self, at: usize, value: &str) {
        let line = format!("{}: {}", self.read.header(at), value.trim());
        self.notes.push((at, line));
    }

    fn keep_as_notes(&mut self, cells: &[(usize, &str)]) {
        for (at, value) in cells {
            self.keep_as_note(*at, value);
        }
    }

    /// Settles whom the row stands for; false when it names nobody.
    fn take_names(&mut self) -> bool {
        let mut company = self.cells(COMPANY);
        let person = self.cells(PERSON);
        if !person.is_empty() {
            // "None" beside a person is no company that all such people share.
            company.retain(|(_, value)| !sniff::is_no_company(value));
        }
        let full_name = full_name(self.reader.mapping, &person);
        let person_at = person.first().map(|(at, _)| *at);
        match (company.first(), person_at) {
            (Some((at, value)), person_at) => {
                self.shape = Shape::Company;
                if !self.set_account(*at, AccountField::Name, value) {
                    return false;
                }
                // A name that cannot be taken leaves the company without the person.
                if person_at
                    .is_some_and(|at| self.set_person(at, PersonField::FullName, &full_name))
                {
                    self.shape = Shape::CompanyAndPerson;
                }
                true
            }
            (None, Some(at)) if self.reader.mapping.rows == RowKind::People => {
                self.shape = Shape::PersonAlone;
                self.set_person(at, PersonField::FullName, &full_name)
            }
            (None, Some(at)) => {
                self.shape = Shape::Individual;
                self.account.kind = AccountKind::Individual;
                self.set_account(at, AccountField::Name, &full_name)
            }
            (None, None) => {
                let mapping = self.reader.mapping;
                let at = mapping.column_of(COMPANY).or_else(|| mapping.column_of(PERSON));
                self.complain(at.unwrap_or_default(), "", FieldError::Required);
                false
            }
        }
    }

    fn set_account(&mut self, at: usize, field: AccountField, value: &str) -> bool {
        match self.account.set(field, value, self.reader.decimals) {
            Ok(()) => {
                self.out.account_fields.push(field);
                true
            }
            Err(error) => {
                self.complain(at, value, error);
                false
            }
        }
    }

    fn set_person(&mut self, at: usize, field: PersonField, value: &str) -> bool {
        match self.person.set(field, value) {
            Ok(()) => {
                self.out.person_fields.push(field);
                true
            }
            Err(error) => {
                self.complain(at, value, error);
                false
            }
        }
    }

    fn take_account_fields(&mut self) {
        for (at, target) in self.targets() {
            let Target::Account(field) = target else { continue };
            let value = self.value(at);
            let free = matches!(
                field,
                AccountField::ShortName
                    | AccountField::Industry
                    | AccountField::Source
                    | AccountField::JobTitle
                    | AccountField::Remark
            );
            if field == AccountField::Name || says_nothing(value, free) {
                continue;
            }
            let twin = match field {
                AccountField::Source => Some(PersonField::Source),
                AccountField::Remark => Some(PersonField::Remark),
                AccountField::Birthday => Some(PersonField::Birthday),
                AccountField::JobTitle => Some(PersonField::Title),
                AccountField::LastContact => Some(PersonField::LastContact),
                _ => None,
            };
            let is_day = matches!(field, AccountField::Birthday | AccountField::LastContact);
            let day = if is_day { self.read.day(at, value) } else { Cow::Borrowed(value) };
            let value = &*day;
            match twin {
                _ if self.has_account() => self.set_account(at, field, value),
                Some(twin) => self.set_person(at, twin, value),
                None => {
                    self.keep_as_note(at, value);
                    true
                }
            };
        }
    }

    /// Comes after the customer's own fields and fills what they left free.
    fn take_person_fields(&mut self) {
        for (at, target) in self.targets() {
            let Target::Person(field) = target else { continue };
            let value = self.value(at);
            let free = matches!(
                field,
                PersonField::Title
                    | PersonField::Department
                    | PersonField::Source
                    | PersonField::Remark
            );
            if field == PersonField::FullName || says_nothing(value, free) {
                continue;
            }
            let is_day = matches!(field, PersonField::Birthday | PersonField::LastContact);
            let day = if is_day { self.read.day(at, value) } else { Cow::Borrowed(value) };
            let value = &*day;
            if self.has_person() {
                self.set_person(at, field, value);
                continue;
            }
            let individual = self.shape == Shape::Individual;
            let twin = match field {
                PersonField::Source => Some(AccountField::Source),
                PersonField::Remark => Some(AccountField::Remark),
                PersonField::LastContact => Some(AccountField::LastContact),
                PersonField::Title if individual => Some(AccountField::JobTitle),
                PersonField::Birthday if individual => Some(AccountField::Birthday),
                _ => None,
            };
            match twin.filter(|twin| !self.out.account_fields.contains(twin)) {
                Some(twin) => {
                    self.set_account(at, twin, value);
                }
                None if is_default(field, value) => {}
                None => self.keep_as_note(at, value),
            }
        }
    }

    fn take_contacts(&mut self) {
        for (at, target) in self.targets() {
            let (kind, of_person) = match target {
                Target::Contact(kind) => (kind, self.has_person()),
                Target::AccountContact(kind) => (kind, !self.has_account()),
                _ => continue,
            };
            let taken = taken(kind, self.value(at), self.reader.region);
            let list =
                if of_person { &mut self.person_contacts } else { &mut self.account_contacts };
            let left: Vec<_> =
                taken.drafts.into_iter().filter_map(|draft| list.push(draft).err()).collect();
            for draft in left {
                self.complain(at, &draft.raw, FieldError::TooMany { max: MOST_CONTACTS });
            }
            for (value, error) in taken.complaints {
                self.complain(at, &value, error);
            }
        }
    }

    fn take_address(&mut self) {
        let mut form = AddressForm::default();
        let mut columns = [0; PLACES.len()];
        for ((target, name), column) in PLACES.into_iter().zip(&mut columns) {
            let cells = self.cells(target);
            *column = cells.first().map(|(at, _)| *at).unwrap_or_default();
            if !self.has_account() {
                self.keep_as_notes(&cells);
            } else if let Some(part) = part_of(&mut form, name) {
                *part = street_line(&cells);
            }
        }
        let mut parsed = form.parse();
        if let Err(errors) = parsed {
            for (name, error) in errors.0 {
                let at = PLACES.iter().position(|(_, known)| *known == name);
                let Some(part) = part_of(&mut form, &name) else { continue };
                let value = std::mem::take(part);
                let column = at.and_then(|at| columns.get(at)).copied().unwrap_or_default();
                self.complain(column, &value, error);
            }
            parsed = form.parse();
        }
        self.addresses.extend(parsed.ok().flatten());
    }

    fn take_further_addresses(&mut self) {
        let cells = self.cells(Target::FurtherAddresses);
        if !self.has_account() {
            self.keep_as_notes(&cells);
            return;
        }
        for (at, cell) in cells {
            for line in cell.lines().filter(|line| !line.trim().is_empty()) {
                match further::address(line).parse() {
                    Ok(address) => self.addresses.extend(address),
                    Err(errors) => {
                        for (_, error) in errors.0 {
                            self.complain(at, line, error);
                        }
                    }
                }
            }
        }
    }

    /// What the person is at the company, and where else they work.
    fn take_jobs(&mut self) {
        let role = self.cells(Target::Role).first().copied();
        if let Some((at, value)) = role {
            match PersonRole::parse(value) {
                _ if !self.has_person() => self.keep_as_note(at, value),
                Ok(role) => self.role = Some(role),
                Err(error) => self.complain(at, value, error),
            }
        }
        let cells = self.cells(Target::FurtherJobs);
        if self.has_person() {
            let lines = cells.iter().flat_map(|(_, cell)| cell.lines());
            self.out.further_jobs = lines.filter_map(further::job).collect();
        } else {
            self.keep_as_notes(&cells);
        }
    }

    /// The numbers the records have in this installation.
    fn take_numbers(&mut self) {
        if let Some((at, value)) = self.cells(Target::AccountNumber).first().copied() {
            match value.parse() {
                Ok(number) => self.out.account_number = Some(number),
                Err(()) => self.complain(at, value, FieldError::Unknown),
            }
        }
        if let Some((at, value)) = self.cells(Target::PersonNumber).first().copied() {
            match value.parse() {
                Ok(number) => self.out.person_number = Some(number),
                Err(()) => self.complain(at, value, FieldError::Unknown),
            }
        }
    }

    fn take_tags(&mut self) {
        let cells = self.cells(Target::Tags);
        let Some((at, _)) = cells.first().copied() else { return };
        if !self.has_account() {
            self.keep_as_notes(&cells);
            return;
        }
        let all = cells.iter().map(|(_, value)| *value).collect::<Vec<_>>().join(",");
        match account::tags(&all) {
            Ok(tags) => self.tags = tags,
            Err(error) => self.complain(at, &all, error),
        }
    }

    /// Parent, colleague in charge, id and notes.
    fn take_texts(&mut self) {
        self.out.parent = self.read.line_of(Target::Parent, account::NAME_CHARS);
        self.out.owner_name = self.read.line_of(Target::OwnerName, account::NAME_CHARS);
        self.out.external_id = self.read.line_of(Target::ExternalId, ID_CHARS);
        self.keep_as_notes(&self.cells(Target::Note));
        self.notes.sort_by_key(|(at, _)| *at);
        let Some((at, _)) = self.notes.first() else { return };
        let at = *at;
        let all: Vec<&str> = self.notes.iter().map(|(_, line)| line.as_str()).collect();
        let all = all.join("\n");
        match NoteBody::parse(&all) {
            Ok(note) => self.out.note = Some(note.as_str().to_owned()),
            Err(errors) => {
                for (_, error) in errors.0 {
                    self.complain(at, &all, error);
                }
            }
        }
    }

    fn finish(mut self) -> ParsedRow {
        self.out.errors = self.read.errors();
        if self.out.refused {
            self.out.account_fields.clear();
            self.out.person_fields.clear();
            return self.out;
        }
        let (has_person, has_account) = (
            matches!(self.shape, Shape::CompanyAndPerson | Shape::PersonAlone),
            self.shape != Shape::PersonAlone,
        );
        if has_person && !self.account.last_contact_at.is_set() {
            // Who spoke with the person spoke with the customer.
            self.account.last_contact_at = self.person.last_contact_at;
        }
        if has_person {
            self.out.person_norms = self.person_contacts.norms;
            self.out.person = Some(PersonDraft {
                data: self.person,
                contacts: self.person_contacts.drafts,
                role: self.role,
                ..PersonDraft::default()
            });
        }
        if has_account {
            let contacts: Vec<ContactDraft> = self.account_contacts.drafts;
            self.out.account_norms = self.account_contacts.norms;
            self.out.account = Some(AccountDraft {
                data: self.account,
                contacts,
                addresses: self.addresses,
                tags: self.tags,
                ..AccountDraft::default()
            });
        }
        self.out
    }
}

/// Whether a cell is empty; for anything but free text a dash is, too.
fn says_nothing(value: &str, free_text: bool) -> bool {
    if free_text { value.trim().is_empty() } else { sniff::is_placeholder(value) }
}

/// Whether a person's field says what is assumed anyway.
fn is_default(field: PersonField, value: &str) -> bool {
    let mut read = PersonData::default();
    read.set(field, value).is_ok() && read == PersonData::default()
}

/// A name out of its parts: family name first and without blanks in Han characters, last otherwise.
fn full_name(mapping: &Mapping, cells: &[(usize, &str)]) -> String {
    if let [(_, whole)] = cells {
        return (*whole).to_owned();
    }
    let meaning = |at: usize| {
        let header = mapping.columns.get(at).map(|column| column.header.as_str());
        header.and_then(synonyms::lookup).map(|(meaning, _)| meaning)
    };
    let (family, rest): (Vec<_>, Vec<_>) =
        cells.iter().partition(|(at, _)| meaning(*at) == Some(Meaning::FamilyName));
    let family: Vec<&str> = family.into_iter().map(|(_, part)| part.trim()).collect();
    let rest: Vec<&str> = rest.into_iter().map(|(_, part)| part.trim()).collect();
    if family.iter().chain(&rest).any(|part| part.chars().any(text::is_han)) {
        [family, rest].concat().concat()
    } else {
        [rest, family].concat().join(" ")
    }
}

/// The parts of a street in one line; a house number stands before its street without a comma.
fn street_line(cells: &[(usize, &str)]) -> String {
    let mut line = String::new();
    for (_, part) in cells {
        let part = part.trim();
        if !line.is_empty() {
            let numbers = line.chars().all(|c| c.is_ascii_digit());
            line.push_str(if numbers { " " } else { ", " });
        }
        line.push_str(part);
    }
    line
}

fn part_of<'f>(form: &'f mut AddressForm, name: &str) -> Option<&'f mut String> {
    Some(match name {
        "country" => &mut form.country,
        "province" => &mut form.province,
        "city" => &mut form.city,
        "district" => &mut form.district,
        "street" => &mut form.street,
        _ => return None,
    })
}
